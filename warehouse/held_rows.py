"""Rows that are about to be written: a frame, or frames one after the other that need not fit into memory together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from valuenet.warehouse.commits import to_arrow
from valuenet.warehouse.hashing import ContentHash, content_hash
from valuenet.warehouse.spool import Spool
from valuenet.warehouse.tables import ContractError, Table

if TYPE_CHECKING:
    import pyarrow as pa


#: Rows of a row group: what Delta takes by itself, and few where rows are many.
_WHOLE, _STREAMED = 1_048_576, 20_000


class HeldRows(NamedTuple):
    """Rows that keep their contract, in the order of their key."""

    content: str
    """Their content hash, which the commit says beside them."""
    begin: Callable[[], pa.Table | pa.RecordBatchReader]
    """Gives the rows from the first one on, as often as it takes to write them."""
    together: int
    """Rows that stand together in a file, and are in memory together when they are written and read."""


def hold(table: type[Table], rows: pd.DataFrame | Iterable[pd.DataFrame]) -> HeldRows:
    """Return rows ready to be written; frames that come one by one lie in a temporary file until then.

    Args:
        table: whose contract they keep.
        rows: one frame in any order, or frames in the order of the key, each after the last.

    Raises:
        ContractError: if they do not keep it, or a frame begins before the last one ended.
        SpoolError: if there is no room for temporary files.
    """
    if not isinstance(rows, pd.DataFrame):
        return _put_by(table, rows)
    checked = table.check(rows).sort_values(table.key(), kind="stable")
    arrow = to_arrow(checked)
    return HeldRows(content_hash(checked, table.key()), lambda: arrow, _WHOLE)


def _put_by(table: type[Table], frames: Iterable[pd.DataFrame]) -> HeldRows:
    nothing = table.frame()
    content, spool, last = ContentHash(nothing), Spool(to_arrow(nothing).schema), None
    for number, frame in enumerate(frame for frame in frames if len(frame)):
        ordered = table.check(frame).sort_values(table.key(), kind="stable")
        _check_order(table, last, ordered)
        content.add(ordered)
        spool.add(to_arrow(ordered), np.full(len(ordered), number))
        last = _key_of(table, ordered, -1)
    return HeldRows(content.hexdigest(), lambda: _reader(spool), _STREAMED)


def _check_order(table: type[Table], last: tuple[Any, ...] | None, ordered: pd.DataFrame) -> None:
    first = _key_of(table, ordered, 0)
    if last is not None and first <= last:
        name = table.table_name()
        raise ContractError(f"table {name!r}: a frame that begins with {first} follows one that ends with {last}")


def _key_of(table: type[Table], ordered: pd.DataFrame, row: int) -> tuple[Any, ...]:
    return tuple(ordered[table.key()].iloc[row])


def _reader(spool: Spool) -> pa.RecordBatchReader:
    import pyarrow as pa

    batches = (batch for cell in sorted(spool.rows) for batch in spool.read([cell]).to_batches())
    return pa.RecordBatchReader.from_batches(spool.schema, batches)
