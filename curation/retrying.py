"""When a request that failed is worth another attempt, and how long to wait before it."""

from email.utils import parsedate_to_datetime

import requests

LONGEST_WAIT = 300.0
#: An answer that was lost, or came cut or damaged.
_LOST = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
_PASSING = frozenset({requests.codes.request_timeout, requests.codes.too_early, requests.codes.too_many_requests})


def seconds_to_wait(error: requests.RequestException, failures: int) -> float | None:
    """Return the seconds to wait after the ``failures``-th failure in a row; nothing where another attempt is in vain.

    What `is_outage` says is worth it: 1, 2, 4 ... seconds, or what Retry-After says. A server that asks for more than
    five minutes is not waited for.
    """
    if not is_outage(error):
        return None
    asked = seconds_asked(error)
    wait = min(2.0 ** (failures - 1), LONGEST_WAIT) if asked is None else asked
    return wait if wait <= LONGEST_WAIT else None


def is_outage(error: requests.RequestException) -> bool:
    """Return whether a request failed by a state of the network or the server that will pass, not by what was asked.

    That is a lost connection, a timeout, an answer that came cut, and the statuses 408, 425, 429 and 5xx.
    """
    return isinstance(error, _LOST) if error.response is None else is_passing(error.response.status_code)


def is_passing(status: int) -> bool:
    """Return whether a status says that the same request may succeed later."""
    return status in _PASSING or status >= 500


def seconds_asked(error: requests.RequestException) -> float | None:
    """Return the seconds Retry-After asks for, None where it is not said; a date is measured from the server's own."""
    if error.response is None:
        return None
    headers = error.response.headers
    text = headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        until, now = parsedate_to_datetime(text), parsedate_to_datetime(headers["Date"])
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, KeyError):
        return None
