"""Requests to Reddit through praw: within a budget, at the pace that Reddit sets, again where it was busy."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

import requests
from pydantic import Field, PositiveInt

from valuenet.curation.retrying import LONGEST_WAIT, is_passing, seconds_asked, seconds_to_wait
from valuenet.warehouse.errors import InputError, OutageError
from valuenet.warehouse.settings import Settings

if TYPE_CHECKING:
    from praw import Reddit

#: What praw ends with where an answer is not of the form it expects: it reads tokens and headers without looking.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)


class RedditApiSettings(Settings):
    """How Reddit's API is asked."""

    requests_per_run: PositiveInt = 600
    """Requests of one run at most; what is left waits for the next one."""
    watch_days: PositiveInt = 14
    """Days after which a post's tree is asked for the last time."""
    posts_per_batch: PositiveInt = 50
    """Trees that are stored together; a killed run asks for those of its last batch again."""
    attempts: PositiveInt = 5
    """Attempts per request where Reddit is busy or the connection is lost; praw tries each up to three times."""
    timeout: PositiveInt = 30
    """Seconds to wait for an answer."""
    state: str = Field(default="data/reddit/api-state.json", min_length=1)
    """File that keeps how far the runs have come."""
    reddit_url: str = "https://www.reddit.com"
    """Address that gives out tokens."""
    oauth_url: str = "https://oauth.reddit.com"
    """Address that is asked with a token."""


class RedditApiError(InputError):
    """Reddit refuses what is asked."""


class RedditOutageError(OutageError):
    """Reddit stays busy, or cannot be reached."""


class ThingGoneError(InputError):
    """A post or thread is not there, or not for us."""


class BudgetSpentError(InputError):
    """All requests of the run are used up."""


class RedditCredentials(NamedTuple):
    """What Reddit gives to those it lets in, and how they name themselves."""

    client_id: str
    client_secret: str
    user_agent: str


class RedditRequests:
    """Reddit's JSON by path. Tokens and X-Ratelimit headers are praw's business; budget and retries are ours."""

    def __init__(self, credentials: RedditCredentials, settings: RedditApiSettings) -> None:
        self.settings, self._session = settings, _CountedSession()
        self._reddit = _open(credentials, settings, self._session)

    def __enter__(self) -> Self:
        """Return the requests themselves."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._session.close()

    @property
    def used(self) -> int:
        """Requests sent so far, those for tokens and repeated ones included."""
        return self._session.sent

    @property
    def spent(self) -> bool:
        """Whether the requests of the run are used up."""
        return self.used >= self.settings.requests_per_run

    def get(self, path: str, **params: str | int) -> Any:
        """Return the JSON of ``path``.

        Raises:
            BudgetSpentError: if the requests of the run are used up.
            ThingGoneError: if it is not there (404), or not for us (403).
            RedditApiError: if Reddit refuses.
            RedditOutageError: if it stays busy, or cannot be reached.
        """
        return self._ask("GET", path, params=params)

    def post(self, path: str, **data: str) -> Any:
        """Return the JSON that ``path`` answers to ``data``; raises as ``get``."""
        return self._ask("POST", path, data=data)

    def _ask(self, method: Literal["GET", "POST"], path: str, **parameters: Any) -> Any:
        from praw.exceptions import PRAWException
        from prawcore.exceptions import PrawcoreException

        refused = (PrawcoreException, PRAWException, requests.RequestException, *_UNREADABLE)
        failures = 0
        while True:
            if self.spent:
                raise BudgetSpentError(f"all {self.settings.requests_per_run:,} requests of this run are used up")
            try:
                return self._reddit.request(method=method, path=path, **parameters)
            except refused as error:
                failures += 1
                wait = _wait(error, failures)
                if wait is None or failures >= self.settings.attempts:
                    raise _explained(error, path, failures) from None
            time.sleep(wait)


class _CountedSession(requests.Session):
    """A session that counts."""

    sent = 0

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        self.sent += 1
        return super().request(*args, **kwargs)


def _open(credentials: RedditCredentials, settings: RedditApiSettings, session: requests.Session) -> Reddit:
    from praw import Reddit

    return Reddit(
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        user_agent=credentials.user_agent,
        reddit_url=settings.reddit_url,
        oauth_url=settings.oauth_url,
        timeout=settings.timeout,
        check_for_updates=False,
        requestor_kwargs={"session": session},
    )


def _wait(error: Exception, failures: int) -> float | None:
    """Return the seconds to wait; a limit that is reached names them in X-Ratelimit-Reset where nothing else does."""
    if _is_unreadable(error):
        return seconds_to_wait(requests.ConnectionError(), failures)
    response = getattr(error, "response", None)
    if response is None:
        original = getattr(error, "original_exception", None)
        return seconds_to_wait(original, failures) if isinstance(original, requests.RequestException) else None
    limited = response.status_code == requests.codes.too_many_requests and "Retry-After" not in response.headers
    if limited and (reset := _asked(response)) is not None:
        return reset if reset <= 2 * LONGEST_WAIT else None
    return seconds_to_wait(requests.HTTPError(response=response), failures)


def _asked(response: requests.Response) -> float | None:
    """Return the seconds Reddit asks to wait, by Retry-After or by the reset of its limit."""
    if "Retry-After" in response.headers:
        return seconds_asked(requests.HTTPError(response=response))
    try:
        return float(response.headers.get("x-ratelimit-reset", ""))
    except ValueError:
        return None


def _is_unreadable(error: Exception) -> bool:
    """Return whether Reddit answered something that does not read: cut, a page of HTML, or a token that is none."""
    from prawcore.exceptions import BadJSON

    return isinstance(error, (BadJSON, requests.RequestException, *_UNREADABLE))


def _explained(error: Exception, path: str, failures: int) -> InputError | OutageError:
    from prawcore.exceptions import OAuthException

    response = getattr(error, "response", None)
    status = None if response is None else response.status_code
    if _is_unreadable(error):
        return RedditOutageError(
            f"Reddit's answer to {path} does not read ({type(error).__name__} after {failures} attempt(s)); run the "
            "same command later, or correct reddit.api.reddit_url and .oauth_url where it stays so"
        )
    if status in {requests.codes.forbidden, requests.codes.not_found}:
        return ThingGoneError(f"Reddit answers {status} to {path}; it is gone, private, or misspelt")
    if status == requests.codes.unauthorized or isinstance(error, OAuthException):
        return RedditApiError("Reddit does not know the credentials; correct VALUENET_REDDIT_CLIENT_ID and _SECRET")
    what = type(error).__name__ if status is None else f"status {status}"
    reason = (
        f"Reddit gave no answer to {path} ({what} after {failures} attempt(s)); run the same command later, "
        "it goes on where it stood"
    )
    if status is None or is_passing(status):
        return RedditOutageError(reason, None if response is None else _asked(response))
    return RedditApiError(reason)
