"""A large table cut into buckets of posts (or accounts): read once, spilled to disk, read back bucket by bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from valuenet.curation.reddit.large_tables import read_batches
from valuenet.warehouse.spool import Spool, cells_for

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    import pyarrow.dataset as ds


class Asked(NamedTuple):
    """A query of one table that asks each row by itself, so that it may be asked of some rows after the other."""

    table: ds.Dataset
    name: str
    """What the query calls the table."""
    query: str


def answers(tables: duckdb.DuckDBPyConnection, asked: Asked) -> Iterator[pa.Table]:
    """Yield the answers for some rows of the table after the other; one at least, so that its columns are known."""
    for batch in read_batches(asked.table):
        tables.register(asked.name, batch)
        yield tables.sql(asked.query).to_arrow_table()
    tables.register(asked.name, asked.table.schema.empty_table())
    yield tables.sql(asked.query).to_arrow_table()


def hold_ids(tables: duckdb.DuckDBPyConnection, name: str, asked: Asked) -> None:
    """Keep the answers to a query (ids, no texts) in memory, as a table of its own called ``name``."""
    for number, rows in enumerate(answers(tables, asked)):
        tables.register("rows", rows)
        tables.execute(f"{f'INSERT INTO {name}' if number else f'CREATE TEMP TABLE {name} AS'} FROM rows")
    tables.unregister("rows")


def put_aside(tables: duckdb.DuckDBPyConnection, by: str, at_once: int, *asked: Asked) -> Spool:
    """Return the answers in cells, where rows that are equal in the column ``by`` are together.

    Args:
        tables: where the queries are asked, beside what is there already.
        by: a column of every query, without nulls.
        at_once: how many rows are wanted together later, as in ``Spool.portions``.
        asked: one query or more, all of the same columns.

    Raises:
        SpoolError: if there is no room for temporary files.
    """
    cells = cells_for(sum(one.table.count_rows() for one in asked), at_once)
    spools: list[Spool] = []
    for one in asked:
        placed = one._replace(query=f"SELECT *, hash({by}) % {cells} AS cell FROM ({one.query})")  # noqa: S608
        for rows in answers(tables, placed):
            spools = spools or [Spool(rows.schema.remove(rows.schema.get_field_index("cell")))]
            spools[0].add(rows, rows["cell"].to_numpy().astype(np.int64))
    return spools[0]
