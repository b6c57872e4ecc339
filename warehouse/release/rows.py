"""Rows of a release as Parquet: typed for ``datasets``, and the same bytes whenever the rows are the same."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandera.typing import DataFrame

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.release_tables import Annotations, Examples
from valuenet.warehouse.tables import ContractError, Table
from valuenet.warehouse.vocabulary import LABELS, SPLITS, VARIANTS

T = TypeVar("T", bound=Table)

#: Columns of a config that the file a row stands in already says.
_IN_THE_FILE_NAME = {"split"}
_ARROW_TYPES = {"int64": pa.int64(), "Int64": pa.int64(), "bool": pa.bool_(), "float64": pa.float64()}
_NARROWER = {"utility": pa.int8()}


class ReleaseRowsError(InputError):
    """A file of a release does not hold rows of the kind its name promises."""


def config_table(config: str) -> type[Table]:
    """Return the contract of a config: ``Examples`` for the variants, ``Annotations`` otherwise."""
    return Examples if config in VARIANTS else Annotations


def config_splits(config: str) -> tuple[str, ...]:
    """Return the splits a config may have."""
    return SPLITS if config in VARIANTS else ("train",)


def file_name(config: str, split: str) -> str:
    """Return where the rows of a config and split lie, in the layout of the Hugging Face hub."""
    return f"{config}/{split}-00000-of-00001.parquet"


def released_columns(table: type[Table]) -> list[str]:
    """Return the columns a file has."""
    return [name for name in table.columns() if name not in _IN_THE_FILE_NAME]


def features(table: type[Table]) -> dict[str, dict[str, Any]]:
    """Return name and type of every column in the words of ``datasets.Features``."""
    return {field.name: _feature(field) for field in _plain_schema(table)}


def write_rows(frame: pd.DataFrame, table: type[Table]) -> bytes:
    """Return the Parquet file of ``frame``, sorted by its key; a label is a class id, see ``LABELS``."""
    rows = frame.sort_values(table.key(), kind="stable")[released_columns(table)]
    rows = rows.assign(label=rows["label"].map(LABELS.index).astype("int64"))
    schema = _plain_schema(table)
    described = json.dumps({"info": {"features": features(table)}}, sort_keys=True)
    arrow = pa.Table.from_pandas(rows, schema=schema, preserve_index=False)
    arrow = arrow.replace_schema_metadata({"huggingface": described})
    sink = pa.BufferOutputStream()
    pq.write_table(arrow, sink, compression="zstd", version="2.6", row_group_size=100_000, write_page_index=True)
    return bytes(sink.getvalue().to_pybytes())


def read_rows(data: bytes, table: type[T], where: str, split: str) -> DataFrame[T]:
    """Return the rows of a Parquet file as ``write_rows`` got them.

    Raises:
        ReleaseRowsError: naming ``where``, if it is no Parquet file, or its rows do not keep the contract.
    """
    try:
        arrow = pq.read_table(pa.BufferReader(data))
        arrow.validate(full=True)  # texts that are no UTF-8 among them
        rows = arrow.to_pandas()
        if "label" in rows:
            rows["label"] = rows["label"].map(dict(enumerate(LABELS)))
        return table.frame(rows.assign(split=split))
    except (pa.ArrowException, ContractError, OSError, TypeError, ValueError) as error:
        first = (str(error).splitlines() or ["unreadable"])[0]
        raise ReleaseRowsError(f"{where} does not hold the rows its name promises: {first}") from None


def _plain_schema(table: type[Table]) -> pa.Schema:
    dtypes = {name: str(column.dtype) for name, column in table.to_schema().columns.items()}
    types = {name: _ARROW_TYPES.get(dtype, pa.string()) for name, dtype in dtypes.items()} | {"label": pa.int64()}
    return pa.schema([(name, _NARROWER.get(name, types[name])) for name in released_columns(table)])


def _feature(field: pa.Field) -> dict[str, Any]:
    if field.name == "label":
        return {"names": list(LABELS), "_type": "ClassLabel"}
    return {"dtype": str(field.type), "_type": "Value"}
