"""Tables larger than memory, asked by SQL over their Arrow datasets; what was withdrawn is left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    import pyarrow.dataset as ds


#: Rows that are read at a time.
_BATCH = 50_000


@contextmanager
def open_tables(**datasets: ds.Dataset) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection in which every dataset is a view of its name.

    The right-hand table of a join is the one held in memory, as written: DuckDB does not know how large a dataset is,
    and would as soon hold all texts.
    """
    import duckdb

    connection = duckdb.connect()
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        for name, dataset in datasets.items():
            connection.register(name, dataset)
        yield connection
    finally:
        connection.close()


def read_batches(table: ds.Dataset, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield a table (all columns, or some) a batch at a time, with no more read ahead than the rest of a row group.

    Asked for all batches at once, Arrow reads on in other threads until a gigabyte waits, whatever it is told to read
    ahead; and so it does for DuckDB.
    """
    for file in table.get_fragments():
        pieces = file.split_by_row_group() if hasattr(file, "split_by_row_group") else [file]
        for piece in pieces:
            yield from piece.to_batches(schema=table.schema, columns=columns, batch_size=_BATCH)


def kept(thing: str) -> str:
    """Return the SQL that holds for a ``post`` or ``comment`` whose author is known and that nobody withdrew."""
    asked = f"{thing}_id NOT IN (SELECT id FROM withdrawals WHERE thing = '{thing}')"  # noqa: S608
    return f"author IS NOT NULL AND {asked} AND {_BY_NOBODY_WITHDRAWN}"


_BY_NOBODY_WITHDRAWN = "author NOT IN (SELECT id FROM withdrawals WHERE thing = 'author')"
