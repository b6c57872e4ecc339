"""Files that are whole or not there: written beside their place, brought to disk, then renamed into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from valuenet.warehouse.errors import StorageError


def write_whole(path: Path, data: str | bytes) -> Path:
    """Write a file (text as UTF-8) and return its path; whoever looks sees what was there before, or all of it.

    Raises:
        StorageError: if it cannot be written; what was there before is left as it is.
    """
    with whole_file(path) as draft:
        draft.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the name ``path`` when the block ends well; folders on the way are made.

    A killed process leaves the draft, which the next one writes over.

    Raises:
        StorageError: if it cannot be written; what was there before is left as it is.
    """
    draft = path.with_name(f".{path.name}.writing{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        _to_disk(draft)
        draft.replace(path)
        _to_disk(path.parent)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error.strerror or error}); free space or mend access, then run the same "
            "command again"
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Bring a file, or the names in a folder, to disk, where the system can."""
    with suppress(PermissionError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
