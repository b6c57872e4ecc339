"""Rows of a table brought into the order of its key without ever being in memory together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandera.typing import DataFrame

from valuenet.warehouse.commits import to_arrow
from valuenet.warehouse.spool import Spool, cells_for
from valuenet.warehouse.tables import Table

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T", bound=Table)

#: One key in so many is remembered, to tell where the rows divide evenly.
_SAMPLED = 16


class SortedRows(Generic[T]):
    """Rows of a table in any order, given back in the order of its key, some frames one after the other.

    They lie in a temporary file. Where the order is cut depends on a sample of the first column of the key, which must
    be text; the rows and their order do not.
    """

    def __init__(self, table: type[T], at_once: int = 20_000) -> None:
        self.table = table
        self._at_once = at_once
        self._spool = Spool(to_arrow(table.frame()).schema)
        self._sample: list[NDArray[np.bytes_]] = []

    def add(self, rows: pa.Table) -> None:
        """Put rows aside; any columns beside those of the table are left out."""
        if len(rows):
            self._sample.append(self._keys(rows)[::_SAMPLED])
            self._spool.add(rows, np.full(len(rows), len(self._sample) - 1))

    def __iter__(self) -> Iterator[DataFrame[T]]:
        """Yield checked frames of about ``at_once`` rows, sorted, each after the last."""
        ordered = self._divide()
        for cells in ordered.portions(self._at_once):
            rows: pd.DataFrame = ordered.read(cells).to_pandas()
            yield self.table.frame(rows.sort_values(self.table.key(), kind="stable"))

    def whole(self) -> DataFrame[T]:
        """Return all rows as one frame."""
        return self.table.frame(pd.concat([self.table.frame(), *self], ignore_index=True))

    def _divide(self) -> Spool:
        """Return the rows in cells that follow one another in the order of the key."""
        ordered, edges = Spool(self._spool.schema), self._edges()
        for number in range(len(self._sample)):
            rows = self._spool.read([number])
            ordered.add(rows, np.searchsorted(edges, self._keys(rows), side="right"))
        return ordered

    def _edges(self) -> NDArray[np.bytes_]:
        rows = self._spool.rows.total()
        if rows <= self._at_once:
            return np.array([], dtype=np.bytes_)
        sample = np.sort(np.concatenate(self._sample))
        places = np.linspace(0, len(sample), cells_for(rows, self._at_once), endpoint=False)[1:]
        return np.unique(sample[places.astype(np.int64)])

    def _keys(self, rows: pa.Table) -> NDArray[np.bytes_]:
        """Return the first column of the key, (rows,): in UTF-8 texts have the order of their characters."""
        texts: Any = rows.column(self.table.key()[0]).to_pylist()
        return np.array([text.encode() for text in texts], dtype=np.bytes_)
