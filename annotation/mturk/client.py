"""Calls to MTurk: retried where that helps, paged to the end, and refused in words that name no worker."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from valuenet.annotation.mturk.settings import MTurkSettings
from valuenet.warehouse.errors import InputError, StorageError

_PAGE = 100


class MTurkMissingError(InputError):
    """The client library of MTurk is not installed."""


class MTurkRefusedError(InputError):
    """MTurk does not do what it was asked."""


class MTurkUnreachableError(StorageError):
    """MTurk does not answer, also after all retries."""


def open_mturk(settings: MTurkSettings) -> Any:
    """Return boto3's client for the endpoint of the settings; credentials come from where boto3 finds them.

    Raises:
        MTurkMissingError: if boto3 is not installed.
    """
    try:
        boto3, config = import_module("boto3"), import_module("botocore.config")
    except ImportError:
        raise MTurkMissingError("MTurk needs the package boto3; run pip install 'valuenet[mturk]'") from None
    retries = {"mode": "adaptive", "total_max_attempts": settings.retries + 1}
    return boto3.client(
        "mturk",
        region_name=settings.region,
        endpoint_url=settings.url,
        config=config.Config(retries=retries, connect_timeout=20, read_timeout=60),
    )


class Requester:
    """The operations of an MTurk client, by boto3's names for them."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Return the answer to one operation.

        Raises:
            MTurkRefusedError: naming the operation and MTurk's code, without its text, which may hold worker ids.
            MTurkUnreachableError: if no answer came; whether the operation was done is then unknown.
        """
        errors = import_module("botocore.exceptions")
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**arguments)
        except errors.ClientError as error:
            raise _refusal(operation, error.response) from None
        except (errors.NoCredentialsError, errors.PartialCredentialsError):
            raise MTurkRefusedError(
                f"MTurk {operation}: no AWS credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
                "or a profile"
            ) from None
        except errors.BotoCoreError as error:
            kind = type(error).__name__
            raise MTurkUnreachableError(f"MTurk {operation}: no answer ({kind}); run the same command again") from None
        return answer

    def pages(self, operation: str, field: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield all items of a listing, page after page.

        Raises:
            MTurkRefusedError, MTurkUnreachableError: as for ``call``.
        """
        token: dict[str, Any] = {}
        while True:
            answer = self.call(operation, MaxResults=_PAGE, **arguments, **token)
            yield from answer.get(field, [])
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}


def _refusal(operation: str, response: dict[str, Any]) -> Exception:
    code = response.get("TurkErrorCode") or response.get("Error", {}).get("Code") or "unknown"
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500 or code in {"ServiceFault", "ThrottlingException"}:
        return MTurkUnreachableError(f"MTurk {operation}: {code} after all retries; run the same command later")
    return MTurkRefusedError(f"MTurk refused {operation} ({code}); see MTurk's list of error codes, then run it again")
