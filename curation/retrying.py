"""When a request that failed is worth another attempt, and how long to wait before it."""

from email.utils import parsedate_to_datetime

import requests

LONGEST_WAIT = 300.0
_LOST = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


def seconds_to_wait(error: requests.RequestException, failures: int) -> float | None:
    """Return the seconds to wait after the ``failures``-th failure in a row; nothing where another attempt is in vain.

    A lost connection, a timeout, 429 and 5xx are worth it: 1, 2, 4 ... seconds, or what Retry-After says. A server that
    asks for more than five minutes is not waited for.
    """
    backoff = min(2.0 ** (failures - 1), LONGEST_WAIT)
    if error.response is None:
        return backoff if isinstance(error, _LOST) else None
    if error.response.status_code != requests.codes.too_many_requests and error.response.status_code < 500:
        return None
    asked = _retry_after(error.response)
    wait = backoff if asked is None else asked
    return wait if wait <= LONGEST_WAIT else None


def is_outage(error: requests.RequestException) -> bool:
    """Return whether a request failed by a state of the network or the server that will pass, not by what was asked."""
    if error.response is None:
        return isinstance(error, _LOST)
    return error.response.status_code == requests.codes.too_many_requests or error.response.status_code >= 500


def _retry_after(response: requests.Response) -> float | None:
    """Return the seconds Retry-After asks for; a date in it is measured from the server's own Date."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        until, now = parsedate_to_datetime(text), parsedate_to_datetime(response.headers["Date"])
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, KeyError):
        return None
