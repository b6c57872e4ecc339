"""A connection to Label Studio: both kinds of token, patient with a busy or absent server.

Label Studio's own Python client is not used: it reads every answer into typed objects (slow for 85,000 of them) and
gives up at the first broken connection.
"""

import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import requests

from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.warehouse.errors import InputError, StorageError

TOKEN_VARIABLE = "LABEL_STUDIO_API_KEY"  # noqa: S105
_LONGEST_PAUSE = 30.0
_JWT_DOTS = 2
_BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


class TokenRefusedError(InputError):
    """The server does not accept the token, or its owner may not do this."""


class ServerUnreachableError(StorageError):
    """The server cannot be reached, or keeps failing."""


class RequestRefusedError(StorageError):
    """The server understood a request and refused it."""


class IncompleteAnswerError(StorageError):
    """The server gave fewer rows of a list than it says there are, and no more when it was asked again."""


class GoneError(StorageError):
    """What was asked for is not on the server (any more)."""


class LabelStudioClient:
    """Speaks to one server with one token. The token is in no representation, log or error."""

    def __init__(
        self, settings: LabelStudioSettings, token: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._settings = settings
        self._token = token.strip()
        self._access = ""
        self._session = requests.Session()
        self._session.auth = self._authorize
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"LabelStudioClient({self.url!r})"

    @property
    def url(self) -> str:
        """Address of the server."""
        return self._settings.url

    def get(self, path: str, **query: Any) -> Any:
        """Return what the server answers to GET, read from JSON.

        Raises (as do the other methods):
            TokenRefusedError: if the token is wrong, expired or may not do this.
            ServerUnreachableError: if the server cannot be reached or keeps failing.
            GoneError: if it is not there.
            RequestRefusedError: if the server refuses it for another reason.
        """
        return self._ask("GET", path, params=query)

    def post(self, path: str, body: Any = None, **query: Any) -> Any:
        """Return the answer to POST. After a broken connection it is sent again, so it may arrive twice."""
        return self._ask("POST", path, json=body, params=query)

    def patch(self, path: str, body: Any) -> Any:
        """Return the answer to PATCH."""
        return self._ask("PATCH", path, json=body)

    def delete(self, path: str) -> bool:
        """Delete, and return whether it was there."""
        try:
            self._ask("DELETE", path)
        except GoneError:
            return False
        return True

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Yield the rows of a list that comes in pages.

        Raises:
            IncompleteAnswerError: if the pages end before as many rows came as the server counts.
        """
        page, rows = 1, 0
        while True:
            answer = self.get(path, page=page, page_size=self._settings.page_size, **query)
            yield from answer["results"]
            rows += len(answer["results"])
            if not answer.get("next"):
                break
            page += 1
        if rows < answer.get("count", rows):
            raise incomplete(self.url, path, rows, answer["count"])

    def _ask(self, method: str, path: str, **kwargs: Any) -> Any:
        response = self._send(method, path, **kwargs)
        if response.status_code == HTTPStatus.UNAUTHORIZED and self._is_personal():
            self._access = ""
            response = self._send(method, path, **kwargs)
        self._check(method, path, response)
        try:
            return response.json() if response.content else None
        except requests.JSONDecodeError:
            raise ServerUnreachableError(
                f"{self.url} does not answer {method} {path} as Label Studio does; check `url`"
            ) from None

    def _send(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Return the first answer that is neither 'busy' nor 'failed', or the last of all attempts."""
        for attempt in range(1, self._settings.attempts + 1):
            last = attempt == self._settings.attempts
            pause = min(self._settings.backoff_seconds * 2 ** (attempt - 1), _LONGEST_PAUSE)
            try:
                response = self._session.request(
                    method, self.url + path, timeout=self._settings.timeout_seconds, **kwargs
                )
            except requests.RequestException as error:
                if last:
                    raise ServerUnreachableError(self._unreachable(type(error).__name__)) from None
            else:
                if last or not _is_passing(response.status_code):
                    return response
                pause = _said_pause(response, pause)
            self._sleep(pause)
        raise ServerUnreachableError(self._unreachable("no attempt"))  # not reached: there is at least one attempt

    def _check(self, method: str, path: str, response: requests.Response) -> None:
        status = response.status_code
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise self._refused(status)
        if status == HTTPStatus.NOT_FOUND:
            raise GoneError(f"{self.url} has nothing at {path}; it was deleted, or `url` is wrong")
        if _is_passing(status):
            raise ServerUnreachableError(self._unreachable(f"status {status} to {method} {path}"))
        if status >= HTTPStatus.BAD_REQUEST:
            raise RequestRefusedError(
                f"{self.url} refused {method} {path} (status {status}); its log says why. This project was tried with"
                " Label Studio 1.23"
            )

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = (
            f"Bearer {self._access_token()}" if self._is_personal() else f"Token {self._token}"
        )
        return request

    def _is_personal(self) -> bool:
        return self._token.count(".") == _JWT_DOTS

    def _access_token(self) -> str:
        """Return the short-lived token that a personal token is exchanged for."""
        if not self._access:
            answer = requests.post(
                f"{self.url}/api/token/refresh",
                json={"refresh": self._token},
                timeout=self._settings.timeout_seconds,
            )
            if _is_passing(answer.status_code):
                raise requests.ConnectionError("the server is busy")  # so that it is tried again
            if not answer.ok:
                raise self._refused(answer.status_code)
            self._access = answer.json()["access"]
        return self._access

    def _refused(self, status: int) -> TokenRefusedError:
        why = "may not do this" if status == HTTPStatus.FORBIDDEN else "is wrong or has expired"
        return TokenRefusedError(
            f"{self.url} refuses the token (status {status}): it {why}; put a token of the server's administrator"
            f" into the environment variable {TOKEN_VARIABLE} (Label Studio shows it under Account & Settings)"
        )

    def _unreachable(self, what: str) -> str:
        return (
            f"Label Studio at {self.url} cannot be used ({what}, {self._settings.attempts} attempts); start it or"
            " correct `url`, and run the same command again: it goes on where it stopped"
        )


def incomplete(url: str, path: str, rows: int, total: int) -> IncompleteAnswerError:
    """Return the error for a list of which only ``rows`` of ``total`` came."""
    return IncompleteAnswerError(
        f"{url} gave {rows:,} of the {total:,} rows of {path}; nothing is concluded from what is missing: run the same "
        "command again"
    )


def _is_passing(status: int) -> bool:
    return status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _said_pause(response: requests.Response, otherwise: float) -> float:
    header = response.headers.get("Retry-After", "")
    return min(float(header), 10 * _LONGEST_PAUSE) if header.isdigit() else otherwise
