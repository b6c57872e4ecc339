"""Whether a server runs on a data folder, and which: told by a lock it holds for as long as it lives."""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from valuenet.warehouse.errors import InputError


class ServerRunningError(InputError):
    """A server is running on this data already."""


class RunningServer(NamedTuple):
    """Process id (which is that of its group, too) and port of a server."""

    pid: int
    port: int


class ServerLock:
    """The lock of one folder. A process id alone would not do: it may have passed to another program."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock_file = folder / "server.lock"
        self._holder_file = folder / "server.json"

    @contextlib.contextmanager
    def hold(self) -> Iterator[int]:
        """Hold the lock; a process that is handed the descriptor goes on holding it for as long as it lives.

        Raises:
            ServerRunningError: if a server holds it, with its port.
        """
        lock = os.open(self._lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not _lock_within(lock, 1.0):
                holder = self.holder()
                where = f"on port {holder.port}" if holder else "it is just being started"
                raise ServerRunningError(
                    f"Label Studio is running on {self._folder} already ({where}); use that one, or stop it first"
                )
            self._holder_file.unlink(missing_ok=True)  # its process id may be another program's by now
            yield lock
        finally:
            os.close(lock)

    def name_holder(self, server: RunningServer) -> None:
        """Write down who was handed the lock; call it while the lock is held."""
        unfinished = self._holder_file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(server._asdict()), encoding="utf-8")
        unfinished.replace(self._holder_file)

    def holder(self) -> RunningServer | None:
        """Return the server that holds the lock, None where none does."""
        if not self._holder_file.exists():
            return None
        lock = os.open(self._lock_file, os.O_RDWR)
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            with contextlib.suppress(FileNotFoundError):  # a start begins this instant
                return RunningServer(**json.loads(self._holder_file.read_text(encoding="utf-8")))
        finally:
            os.close(lock)
        return None


def _lock_within(lock: int, seconds: float) -> bool:
    """Return whether the lock was got; somebody who only looks holds it for an instant."""
    until = time.monotonic() + seconds
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
