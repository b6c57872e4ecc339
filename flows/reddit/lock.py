"""A take-down has a community to itself: what makes its tables or releases them waits, or is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.errors import StorageError

#: Seconds to wait for the other run; of the largest community all months are read in some minutes.
PATIENCE = 3_600.0


class CommunityBusyError(StorageError):
    """Another run on the same community does not end."""


@contextmanager
def releases_alone(settings: ValuenetSettings, patience: float = PATIENCE) -> Iterator[None]:
    """Keep every other run on this community waiting (take-down, ingest, fetch, step, release); ends with the process.

    There is no lock on object stores: there a month that another run changed meanwhile is not written over, and a
    release looks once more for withdrawals after it is published.

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
            f"another run on {settings.warehouse} has not ended in {patience:g} seconds; run the same "
            "command again when it has"
        ) from None
    try:
        yield
    finally:
        lock.release()
