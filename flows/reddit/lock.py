"""One change of a community's releases at a time: a take-down and a release exclude each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.errors import StorageError

#: Seconds to wait for the other run; a release of the largest community takes a minute.
PATIENCE = 900.0


class CommunityBusyError(StorageError):
    """A release or a take-down of the same community is running, and does not end."""


@contextmanager
def releases_alone(settings: ValuenetSettings, patience: float = PATIENCE) -> Iterator[None]:
    """Keep every other release and take-down of this warehouse waiting; the lock ends with the process.

    There is no lock on object stores: there a release looks once more for withdrawals after it is published.

    Raises:
        CommunityBusyError: if the other run has not ended after ``patience`` seconds.
    """
    if "://" in settings.warehouse:
        yield
        return
    warehouse = Path(settings.warehouse)
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(warehouse.with_name(f".{warehouse.name}.releases.lock"), timeout=patience)
    try:
        lock.acquire()
    except Timeout:
        raise CommunityBusyError(
            f"another release or take-down on {settings.warehouse} has not ended in {patience:g} seconds; run the same "
            "command again when it has"
        ) from None
    try:
        yield
    finally:
        lock.release()
