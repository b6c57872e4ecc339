"""Tables larger than memory, asked by SQL over their Arrow datasets; what was withdrawn is left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pyarrow.dataset as ds


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


def kept(thing: str) -> str:
    """Return the SQL that holds for a ``post`` or ``comment`` whose author is known and that nobody withdrew."""
    asked = f"{thing}_id NOT IN (SELECT id FROM withdrawals WHERE thing = '{thing}')"  # noqa: S608
    return f"author IS NOT NULL AND {asked} AND {_BY_NOBODY_WITHDRAWN}"


_BY_NOBODY_WITHDRAWN = "author NOT IN (SELECT id FROM withdrawals WHERE thing = 'author')"
