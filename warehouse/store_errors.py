"""What can go wrong with a table, in one sentence each: what is wrong, where, and what to do."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from typing import Any

from valuenet.warehouse.errors import InputError, StorageError
from valuenet.warehouse.tables import Table


class TableMissingError(InputError):
    """A table, or a version of it, is not in this warehouse."""


class OutrunError(StorageError):
    """Other writers committed first each time; what was to be written is not in the table."""


class PartChangedError(StorageError):
    """Another writer changed a part of a table while its new rows were made; they are not in the table."""


class DamagedTableError(StorageError):
    """A file of a table is missing, cut or no file of a table."""


def is_conflict(error: Exception) -> bool:
    """Return whether another writer was faster."""
    return "already exists" in str(error) or "conflict" in str(error).lower()


def unusable(table: type[Table], uri: str, error: Exception) -> StorageError:
    """Return the error for a table that cannot be stored or read for want of room or access."""
    return StorageError(
        f"table {table.table_name()!r} at {uri} cannot be stored or read: {_reason(error)}; free space or mend access, "
        "then run the same command again"
    )


def guarded(table: type[Table], uri: str, action: Callable[[], Any]) -> Any:
    """Return what ``action`` on the table at ``uri`` returns, its errors said in one sentence.

    Raises:
        StorageError: for want of room or access.
        DamagedTableError: if files of the table are missing or do not read.
        CommitFailedError, TableNotFoundError, DeltaError: where another writer was faster, or there is no table.
    """
    from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
    from pyarrow import ArrowException

    try:
        return action()
    except (CommitFailedError, TableNotFoundError):
        raise
    except FileNotFoundError as error:
        raise damaged(table, uri, error) from None
    except OSError as error:
        raise unusable(table, uri, error) from None
    except (DeltaError, ArrowException) as error:
        if is_conflict(error):
            raise
        by_system = re.search(r"os error (\d+)", str(error))
        full_or_closed = by_system is not None and int(by_system[1]) not in {errno.ENOENT, errno.EINVAL}
        raise (unusable if full_or_closed else damaged)(table, uri, error) from None


def outrun(table: type[Table], uri: str, tries: int) -> OutrunError:
    """Return the error for a write that lost against other writers each time."""
    return OutrunError(
        f"table {table.table_name()!r} at {uri}: other writers were faster {tries} times and nothing of this run is in "
        "it; let them end, then run the same command again"
    )


def changed(table: type[Table], uri: str, part: str) -> PartChangedError:
    """Return the error for a part that was changed while its new rows were made."""
    return PartChangedError(
        f"table {table.table_name()!r} at {uri}: another run changed the part {part!r} while this one made it anew, "
        "and nothing of this run is in it; let the other end, then run the same command again"
    )


def damaged(table: type[Table], uri: str, error: Exception) -> DamagedTableError:
    """Return the error for a table whose files do not fit one another, or do not read."""
    if table.kind() == "raw":
        action = "it only ever grows and cannot be made again: bring its folder back from a copy"
    else:
        action = "bring its folder back from a copy, or remove it and run the command that makes the table again"
    return DamagedTableError(f"table {table.table_name()!r} at {uri} is damaged ({_reason(error)}); {action}")


def _reason(error: Exception) -> str:
    return " ".join(re.sub(r"\x1b\[\d*m", "", str(error)).split())[:300]
