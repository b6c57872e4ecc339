"""Where texts to be scored come from: Parquet or CSV, one file, a folder, a prefix or a release; read as a stream."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, NoReturn

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.filesystems import open_filesystem

_TEXT_COLUMNS = ("text", "scenario")
_KINDS = (".parquet", ".csv")
#: A release holds the same texts in each of its variants; they are scored once.
_RELEASE_MARK, _RELEASE_PART = "manifest.json", "original/"
_BLOCK = 1 << 22
_ROWS = 2_048

#: Gives the texts from a row (from 0) up to another one, piece by piece.
_Reader = Callable[[int, int], Iterator[list[str | None]]]


class ScoringSourceError(InputError):
    """What is to be scored is not there, or holds no texts."""


class Shard(NamedTuple):
    """A stretch of one input file, and the number under which its scores are written."""

    number: int
    of: int
    file: str
    first: int
    rows: int

    def name(self, kind: str) -> str:
        """Return the name of the shard of this ``kind`` (``scores`` or ``rejects``)."""
        return f"{kind}-{self.number:05d}-of-{self.of:05d}.parquet"


class Source:
    """The files under ``uri`` (a path, or ``s3://``), in the order of their names."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._files, self._root = open_filesystem(uri, ScoringSourceError)
        self._is_file = is_file(self._files, self._root)

    def shards(self, rows: int) -> list[Shard]:
        """Return every file cut into stretches of at most ``rows`` texts.

        Raises:
            ScoringSourceError: if there is no file, one does not read, or one has no column text or scenario.
        """
        cut = [
            (file, first, min(rows, count - first))
            for file in self._names()
            for count in [self._count(file)]
            for first in range(0, count, rows)
        ]
        if not cut:
            raise ScoringSourceError(f"{self.uri} holds no text; give Parquet or CSV with a column text and rows")
        return [Shard(number, len(cut), *part) for number, part in enumerate(cut)]

    def content(self) -> str:
        """Return a hash of names and bytes of all files."""
        digest = hashlib.sha256()
        for name in self._names():
            digest.update(name.encode())
            with self._files.open_input_stream(self._path(name), compression=None) as stream:
                while block := stream.read(_BLOCK):
                    digest.update(block)
        return digest.hexdigest()

    def chunks(self, shard: Shard, size: int) -> Iterator[list[str | None]]:
        """Give the texts of ``shard``, at most ``size`` at a time; a missing text is None."""
        texts: list[str | None] = []
        for batch in self._rows(shard):
            texts += batch
            while len(texts) >= size:
                yield texts[:size]
                texts = texts[size:]
        if texts:
            yield texts

    def _rows(self, shard: Shard) -> Iterator[list[str | None]]:
        at, stop = 0, shard.first + shard.rows
        for rows, read in self._batches(shard.file):
            start, end = max(shard.first - at, 0), min(stop - at, rows)
            if start < end:
                yield from read(start, end)
            at += rows
            if at >= stop:
                return

    def _batches(self, name: str) -> Iterator[tuple[int, _Reader]]:
        """Give the rows of every row group or block, and what reads its texts: one that is not asked costs nothing."""
        import pyarrow as pa

        try:
            if name.endswith(".csv"):
                for batch in self._open_csv(name):
                    yield batch.num_rows, _read_block(batch.column(_text_column(name, batch.schema)))
                return
            with self._open_parquet(name) as file:
                column = _text_column(name, file.schema_arrow)
                for group in range(file.num_row_groups):
                    rows = file.metadata.row_group(group).num_rows
                    yield rows, _read_group(file, group, column)
        except (pa.ArrowException, OSError) as error:
            self._fail(name, error)

    def _count(self, name: str) -> int:
        return sum(rows for rows, _ in self._batches(name))

    def _open_parquet(self, name: str) -> Any:
        import pyarrow.parquet as pq

        # With a buffer a column is read piece by piece; without one all that a row group holds of it is fetched first.
        return pq.ParquetFile(self._files.open_input_file(self._path(name)), buffer_size=_BLOCK)

    def _open_csv(self, name: str) -> Any:
        import pyarrow as pa
        from pyarrow import csv

        stream = self._files.open_input_stream(self._path(name), compression=None)
        names = {column: pa.string() for column in _TEXT_COLUMNS}
        convert = csv.ConvertOptions(column_types=names, strings_can_be_null=False)
        return csv.open_csv(stream, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=convert)

    def _names(self) -> list[str]:
        """Return the files to read, relative to the source; a source that is one file is called by its own name."""
        import pyarrow.fs

        if self._is_file:
            if not self._root.endswith(_KINDS):
                raise ScoringSourceError(
                    f"{self.uri} is neither Parquet nor CSV; give a file that ends with one of them"
                )
            return [self._root.rpartition("/")[2]]
        entries = self._files.get_file_info(pyarrow.fs.FileSelector(self._root, recursive=True, allow_not_found=True))
        names = [item.path[len(self._root) + 1 :] for item in entries if item.type == pyarrow.fs.FileType.File]
        part = _RELEASE_PART if _RELEASE_MARK in names else ""
        kept = sorted(
            name for name in names if name.startswith(part) and name.endswith(_KINDS) and "/." not in f"/{name}"
        )
        if not kept:
            raise ScoringSourceError(f"{self.uri} holds no Parquet or CSV file; give a file, a folder or s3:// prefix")
        return kept

    def _path(self, name: str) -> str:
        return self._root if self._is_file else f"{self._root}/{name}"

    def _fail(self, name: str, error: Exception) -> NoReturn:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ScoringSourceError(f"{name} in {self.uri} does not read ({reason}); write it again") from None


def _read_block(column: Any) -> _Reader:
    """Return what gives the texts of a block that is in memory."""
    return lambda start, end: iter([column.slice(start, end - start).to_pylist()])


def _read_group(file: Any, group: int, column: str) -> _Reader:
    """Return what gives the texts of one row group in pieces: as it is usually written, a group holds a million."""

    def read(start: int, end: int) -> Iterator[list[str | None]]:
        at = 0
        for batch in file.iter_batches(batch_size=_ROWS, row_groups=[group], columns=[column]):
            low, high = max(start - at, 0), min(end - at, batch.num_rows)
            if low < high:
                yield batch.column(0).slice(low, high - low).to_pylist()
            at += batch.num_rows
            if at >= end:
                return

    return read


def is_file(files: Any, path: str) -> bool:
    """Return whether a file, not a folder, is called ``path``."""
    import pyarrow.fs

    try:
        return bool(files.get_file_info(path).type == pyarrow.fs.FileType.File)
    except OSError as error:
        raise ScoringSourceError(f"{path!r} cannot be looked at ({error}); mend access and run again") from None


def _text_column(name: str, schema: Any) -> str:
    import pyarrow as pa

    column = next((column for column in _TEXT_COLUMNS if column in schema.names), None)
    if column is None:
        raise ScoringSourceError(f"{name} has neither a column text nor scenario; rename the one with the texts")
    kind = schema.field(column).type
    if pa.types.is_dictionary(kind):  # categories, as pandas writes them
        kind = kind.value_type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        raise ScoringSourceError(f"column {column} of {name} is of type {kind}, wanted strings; write it as text")
    return column
