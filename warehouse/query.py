"""SQL over all tables of a warehouse by name, by DuckDB: reads only, and nothing but the tables."""

import re
from typing import Any

import pandas as pd

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.store import Warehouse


class QueryError(InputError):
    """A query cannot be answered."""


def _statements(query: str) -> list[Any]:
    """Return the statements of ``query``; a comment alone is none.

    Raises:
        QueryError: where DuckDB cannot read it.
    """
    import duckdb

    try:
        return [one for one in duckdb.extract_statements(query) if str(one.query).strip()]
    except duckdb.Error as error:
        raise QueryError(f"SQL: {str(error).splitlines()[0]}") from None


def run_sql(warehouse: Warehouse, query: str) -> pd.DataFrame:
    """Return the rows ``query`` asks for; every written table is a view of its own name.

    Raises:
        QueryError: with DuckDB's own first line, which names place and near names.
    """
    import duckdb

    statements = _statements(query)
    if len(statements) != 1:
        what = "holds no statement" if not statements else f"holds {len(statements)} statements"
        raise QueryError(f"{query.strip()[:60]!r} {what} of SQL; give one, as: select * from labels limit 5")  # noqa: S608
    words = {word.lower() for word in re.findall(r"\w+", query)}
    connection = duckdb.connect()
    try:
        for table in warehouse.tables():
            if table.table_name() in words:
                connection.register(table.table_name(), warehouse.arrow(table))
        connection.execute("SET enable_external_access = false")
        rows: pd.DataFrame = connection.execute(query).df()
    except duckdb.Error as error:
        there = ", ".join(table.table_name() for table in warehouse.tables()) or "none yet"
        raise QueryError(f"SQL: {str(error).splitlines()[0]} (tables in {warehouse.uri}: {there})") from None
    finally:
        connection.close()
    return rows
