"""Files of a working table that its newest version no longer uses."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from deltalake import DeltaTable

#: How long a file that no commit names may still belong to a writer at work; older ones were left by killed writers.
_AT_WORK = dt.timedelta(hours=1)


def remove_past_files(delta: DeltaTable) -> int:
    """Remove the data files that only older versions use, or that no version names, and return their number.

    Nothing is committed, so the newest commit still says what the table is, and a second call removes nothing. (Delta's
    own vacuum writes two commits each time, and names files again that are gone already.)
    """
    import pyarrow.fs as pf
    from deltalake.fs import DeltaStorageHandler

    files = pf.PyFileSystem(DeltaStorageHandler.from_table(delta._table))  # with the options it was opened by
    used = {unquote(path) for path in delta.get_add_actions().column("path").to_pylist()}
    past = set(map(unquote, delta.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=True)))
    long_ago = dt.datetime.now(dt.UTC) - _AT_WORK
    data_files = [info for info in files.get_file_info(pf.FileSelector("", recursive=True)) if _is_data(info)]
    gone = [info for info in data_files if unquote(info.path) not in used]
    gone = [info for info in gone if unquote(info.path) in past or (info.mtime is not None and info.mtime < long_ago)]
    for info in gone:
        files.delete_file(info.path)
    return len(gone)


def _is_data(info: object) -> bool:
    import pyarrow.fs as pf

    path = str(getattr(info, "path", ""))
    is_file = getattr(info, "type", None) == pf.FileType.File
    return is_file and path.endswith(".parquet") and not path.startswith("_delta_log")
