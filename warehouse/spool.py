"""Rows spilled to a temporary file by number, for what is larger than memory: no rows of a killed process stay."""

from __future__ import annotations

import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuenet.warehouse.errors import StorageError

if TYPE_CHECKING:
    import pyarrow as pa

#: Cells per portion: whole cells are read together, so all of a portion but about this part is filled.
_FINENESS = 4
#: Most cells of a spool; more would be pieces of a few rows each.
_MOST_CELLS = 4096


class SpoolError(StorageError):
    """There is no room for temporary files."""


class Spool:
    """Rows of one schema in numbered cells, in one file. It has no name, so the system removes it with the process.

    Texts are among the rows, and whoever withdrew one must not find it in what a killed build left behind.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self.rows: Counter[int] = Counter()
        """How many rows each cell has."""
        self._pieces: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed with the last reference to it
        self._one_at_a_time = threading.Lock()

    def add(self, rows: pa.Table | pa.RecordBatch, cells: NDArray[np.integer]) -> None:
        """Put rows aside, each in its cell.

        Args:
            rows: any columns beside those of the schema are left out.
            cells: (rows,) number of each row's cell, from 0.

        Raises:
            SpoolError: if the disk of the temporary files is full.
        """
        import pyarrow as pa

        if len(rows) == 0:
            return
        there = pa.table({name: rows.column(name) for name in self.schema.names}).cast(self.schema)
        order = np.argsort(cells, kind="stable")
        by_cell = there.take(pa.array(order))
        distinct, starts = np.unique(cells[order], return_index=True)
        for cell, start, end in zip(distinct, starts, [*starts[1:], len(order)], strict=True):
            self._append(int(cell), by_cell.slice(start, end - start))

    def portions(self, at_once: int) -> Iterator[list[int]]:
        """Yield the cells, in their order, as lists of at most ``at_once`` rows; a fuller cell is a list of its own."""
        together: list[int] = []
        count = 0
        for cell in sorted(self.rows):
            if together and count + self.rows[cell] > at_once:
                yield together
                together, count = [], 0
            together.append(cell)
            count += self.rows[cell]
        if together:
            yield together

    def read(self, cells: Iterable[int]) -> pa.Table:
        """Return the rows of some cells; those of one cell in the order they were added."""
        import pyarrow as pa

        places = [piece for cell in cells for piece in self._pieces.get(cell, ())]
        tables = [pa.ipc.open_stream(self._bytes(*piece)).read_all() for piece in places]
        return pa.concat_tables([self.schema.empty_table(), *tables]).combine_chunks()

    def _append(self, cell: int, rows: pa.Table) -> None:
        import pyarrow as pa

        packed = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
        with pa.ipc.new_stream(packed, self.schema, options=options) as stream:
            stream.write_table(rows)
        data = packed.getvalue()
        try:
            with self._one_at_a_time:
                start = self._file.seek(0, 2)
                self._file.write(data)
                self._file.flush()
        except OSError as error:
            raise SpoolError(
                f"temporary files in {tempfile.gettempdir()} cannot be written ({error.strerror}); free space there, "
                "or name another folder by TMPDIR, then run the same command again"
            ) from None
        self._pieces[cell].append((start, len(data)))
        self.rows[cell] += len(rows)

    def _bytes(self, start: int, length: int) -> bytes:
        with self._one_at_a_time:
            self._file.seek(start)
            return self._file.read(length)


def cells_for(rows: int, at_once: int) -> int:
    """Return how many cells ``rows`` should be spread over, so that portions of ``at_once`` come out nearly full."""
    return min(_MOST_CELLS, _FINENESS * max(1, -(-rows // at_once)))
