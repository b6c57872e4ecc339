"""Nested rows of a release as Parquet, in row groups of a few thousand, and read back."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from valuenet.warehouse.release.rows import ReleaseRowsError
from valuenet.warehouse.release.support.schema import arrow_schema, key_of

#: Rows of a row group: few enough to be read one by one where memory is small.
GROUP = 2_000
_LAYOUT: dict[str, Any] = {"compression": "zstd", "version": "2.6", "write_page_index": True}


def write_nested(rows: pa.Table, config: str, *, with_text: bool = True) -> bytes:
    """Return the Parquet file of ``rows``, by their key; without texts those columns are left out."""
    schema = arrow_schema(config, with_text=with_text)
    ordered = rows.select(schema.names).sort_by(key_of(config))
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, schema, **_LAYOUT) as writer:
        for start in range(0, ordered.num_rows, GROUP):
            writer.write_table(ordered.slice(start, GROUP).combine_chunks(), row_group_size=GROUP)
    return sink.getvalue()


def read_nested(data: bytes, config: str, where: str, *, with_text: bool = True) -> pa.Table:
    """Return the rows of a Parquet file of a config.

    Raises:
        ReleaseRowsError: naming ``where``, if it is no Parquet file or has other columns.
    """
    wanted = arrow_schema(config, with_text=with_text)
    try:
        table = pq.read_table(pa.BufferReader(data))
        table.validate(full=True)  # texts that are no UTF-8 among them
        if not table.schema.equals(wanted):
            there = ", ".join(table.schema.names)
            raise ReleaseRowsError(f"{where} has other columns than {config}: {there}; take the release from a copy")
    except (pa.ArrowException, OSError) as error:
        first = (str(error).splitlines() or ["unreadable"])[0]
        raise ReleaseRowsError(f"{where} does not hold the rows its name promises: {first}") from None
    return table
