"""What a folder or ``s3://`` prefix of monthly dump files holds: ``RS_YYYY-MM.zst`` posts, ``RC_YYYY-MM.zst`` comments.

Folders below are looked into as well, since the public archives keep the two kinds apart. Files of another purpose
(torrents, checksums, notes) are passed over; one that wants to be a dump file and is named otherwise is an error, since
a month would be missing without anybody knowing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn

from valuenet.warehouse.errors import InputError, StorageError
from valuenet.warehouse.filesystems import first_line, open_filesystem

POSTS, COMMENTS = "RS", "RC"
_RIGHT = re.compile(r"(R[SC])_(\d{4}-(?:0[1-9]|1[0-2]))\.(?:zst|ndjson)")
_WANTS_TO_BE = re.compile(r"r[sc][\W_\d].*|.*\.(?:zst|zstd|bz2|xz|ndjson|jsonl)", re.IGNORECASE)
_BESIDE = re.compile(r".*\.(?:torrent|sha256|sha512|md5|sum|txt|md|html|log)|truth_items\.ndjson", re.IGNORECASE)
_PARTS_OF_NAME = re.compile(r"(r[sc])\D{0,3}(\d{4})\D?(\d{1,2})(?!\d)", re.IGNORECASE)
_FIRST, _LAST = "0000-01", "9999-12"
_BLOCK = 1 << 22


class DumpFolderError(InputError):
    """There is no dump at the place that was named, or its files cannot be told apart."""


class DumpFile(NamedTuple):
    """One monthly file."""

    kind: str
    """``RS`` for posts, ``RC`` for comments."""
    month: str
    """YYYY-MM (UTC)."""
    path: str
    """Relative to the folder or prefix."""
    size: int
    """In bytes, as it lies there."""

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.path.rpartition("/")[2]


class Dump:
    """The monthly files under ``uri``, a folder or an ``s3://`` prefix."""

    def __init__(self, uri: str | Path) -> None:
        self.uri = str(uri).rstrip("/")
        self._files, self._root = open_filesystem(self.uri, DumpFolderError)

    def files(self) -> list[DumpFile]:
        """Return every monthly file, by month, posts before comments.

        Raises:
            DumpFolderError: if there is none, one is named wrongly, or one month is there twice.
        """
        files = [file for path, size in self._listing() if (file := _as_dump_file(path, size)) is not None]
        if not files:
            raise DumpFolderError(
                f"{self.uri} holds no dump file; give a folder or s3:// prefix with RS_YYYY-MM.zst and RC_YYYY-MM.zst"
            )
        _check_distinct(files)
        return sorted(files, key=lambda file: (file.month, file.kind != POSTS))

    def fingerprint(self, file: DumpFile) -> str:
        """Return a hash of the bytes of a file, 64 hex digits."""
        digest = hashlib.sha256()
        with self.open(file) as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def open(self, file: DumpFile) -> IO[bytes]:
        """Return a file as a stream of bytes, as it lies there (not unpacked).

        Raises:
            StorageError: if it does not open.
        """
        try:
            stream: IO[bytes] = self._files.open_input_stream(f"{self._root}/{file.path}", compression=None)
        except OSError as error:
            self._fail(error)
        return stream

    def _listing(self) -> list[tuple[str, int]]:
        import pyarrow.fs

        wanted = pyarrow.fs.FileSelector(self._root, recursive=True, allow_not_found=True)
        try:
            entries = self._files.get_file_info(wanted)
        except NotADirectoryError:
            raise DumpFolderError(f"{self.uri} is a file; name the folder it lies in") from None
        except OSError as error:
            self._fail(error)
        return [(i.path[len(self._root) + 1 :], i.size) for i in entries if i.type == pyarrow.fs.FileType.File]

    def _fail(self, error: Any) -> NoReturn:
        raise StorageError(f"{self.uri} cannot be read: {first_line(error)}; mend access, then run it again") from None


def choose_months(files: Iterable[DumpFile], months: str) -> list[DumpFile]:
    """Return the files of the months asked for: ``all``, ``YYYY-MM``, ``YYYY-MM:YYYY-MM``, or a range with an open end.

    Raises:
        DumpFolderError: if ``months`` is no range, or no file is of it (the message says which months there are).
    """
    there = list(files)
    first, last = parse_months(months)
    chosen = [file for file in there if first <= file.month <= last]
    if not chosen:
        have = sorted(file.month for file in there)
        raise DumpFolderError(
            f"no dump file is of the months {months}; the files are of {have[0]} to {have[-1]}; ask for some of those"
        )
    return chosen


def find_missing(files: Iterable[DumpFile], months: str) -> list[str]:
    """Return what is missing of a range for every month to have both its files, as names of files, in order.

    Open ends of the range are the first and last month there is a file of.
    """
    there = {(file.kind, file.month) for file in files}
    first, last = parse_months(months)
    known = [month for _, month in there if first <= month <= last]
    first, last = (min(known) if first == _FIRST else first), (max(known) if last == _LAST else last)
    wanted = [(kind, month) for month in _range(first, last) for kind in (POSTS, COMMENTS)]
    return [f"{kind}_{month}.zst" for kind, month in wanted if (kind, month) not in there]


def _range(first: str, last: str) -> list[str]:
    start, stop = ((int(month[:4]) * 12 + int(month[5:]) - 1) for month in (first, last))
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(start, stop + 1)]


def parse_months(months: str) -> tuple[str, str]:
    """Return the first and last month of a range, both inclusive; open ends are the first and last month there can be.

    Raises:
        DumpFolderError: if it is none.
    """
    month = r"\d{4}-(?:0[1-9]|1[0-2])"
    if months == "all":
        return _FIRST, _LAST
    match = re.fullmatch(rf"({month})?(:)?({month})?", months)
    if match is None or not (match[1] or match[3]) or bool(match[1] and match[3]) > bool(match[2]):
        raise DumpFolderError(f"months {months!r} are no range; write YYYY-MM, YYYY-MM:YYYY-MM or YYYY-MM:")
    first = match[1] or _FIRST
    last = match[3] or (_LAST if match[2] else first)
    if first > last:
        raise DumpFolderError(f"months {months!r} end before they begin; write {last}:{first}")
    return first, last


def _as_dump_file(path: str, size: int) -> DumpFile | None:
    """Return a dump file; None for a file of another purpose."""
    name = path.rpartition("/")[2]
    right = _RIGHT.fullmatch(name)
    if right is not None:
        return DumpFile(right[1], right[2], path, size)
    if "/." in f"/{path}" or _BESIDE.fullmatch(name) or not _WANTS_TO_BE.fullmatch(name):
        return None
    raise DumpFolderError(f"{path} is no name of a dump file; {_advice(name)}")


def _advice(name: str) -> str:
    parts = _PARTS_OF_NAME.match(name)
    if parts is not None and 1 <= int(parts[3]) <= 12:
        whole = f"{parts[1].upper()}_{parts[2]}-{int(parts[3]):02d}.zst"
        if name.startswith(whole):
            return f"it looks unfinished; let {whole} be complete, or move it away"
        how = "pack it again as" if re.search(r"\.(bz2|xz|gz|zip)$", name, re.IGNORECASE) else "rename it to"
        return f"{how} {whole} (or move it away)"
    return "name posts RS_YYYY-MM.zst and comments RC_YYYY-MM.zst, or move it away"


def _check_distinct(files: list[DumpFile]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for file in files:
        before = seen.setdefault((file.kind, file.month), file.path)
        if before != file.path:
            raise DumpFolderError(f"{file.month} is there twice, as {before} and {file.path}; keep one of them")
