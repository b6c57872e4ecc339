"""Croissant metadata of a release of support threads; lists and messages are repeated fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from valuenet.warehouse.release.croissant import record_set_name, write_metadata
from valuenet.warehouse.release.support.schema import DESCRIPTIONS, Column, columns_of, key_of
from valuenet.warehouse.release.support.settings import SupportReleaseSettings

_KEYWORDS = ["emotional support", "human values", "Schwartz", "dialogue", "preferences", "Reddit"]


def write_support_croissant(files: Mapping[str, bytes], settings: SupportReleaseSettings) -> bytes:
    """Return ``croissant.json`` for the Parquet files among ``files`` (name -> bytes); one record set per file.

    Raises:
        mlcroissant.ValidationError: if mlcroissant finds the metadata faulty.
    """
    about = {
        "name": settings.folder.removesuffix(f"-{settings.version}"),
        "description": f"{settings.title}. {settings.source}",
        "keywords": _KEYWORDS,
    }
    return write_metadata(files, settings, about, lambda name: _record_set(name, with_text=not settings.without_text))


def _record_set(file: str, *, with_text: bool) -> Any:
    import mlcroissant as mlc

    name, config = record_set_name(file), file.partition("/")[0]
    fields = [_field(name, file, column) for column in columns_of(config, with_text=with_text)]
    key = [f"{name}/{key_of(config)}"]
    return mlc.RecordSet(id=name, name=name, description=DESCRIPTIONS[config], key=key, fields=fields)


def _field(record_set: str, file: str, column: Column) -> Any:
    import mlcroissant as mlc

    name = f"{record_set}/{column.name}"
    repeated = pa.types.is_list(column.type)
    inner = column.type.value_type if repeated else column.type
    options: dict[str, Any] = {"repeated": True} if repeated else {}
    if pa.types.is_struct(inner):
        options["sub_fields"] = [_part(name, file, column.name, part.name) for part in inner]
    else:
        options["data_types"] = [_data_type(inner)]
    source = mlc.Source(file_object=file, extract=mlc.Extract(column=column.name))
    return mlc.Field(id=name, name=column.name, description=column.meaning, source=source, **options)


def _part(field: str, file: str, column: str, name: str) -> Any:
    import mlcroissant as mlc

    path = mlc.Transform(json_path=f"$.{name}")
    return mlc.Field(
        id=f"{field}/{name}",
        name=name,
        description={"role": "Who speaks.", "content": "What was said."}[name],
        data_types=[mlc.DataType.TEXT],
        source=mlc.Source(file_object=file, extract=mlc.Extract(column=column), transforms=[path]),
    )


def _data_type(kind: Any) -> Any:
    import mlcroissant as mlc

    if pa.types.is_timestamp(kind):
        return mlc.DataType.DATETIME
    return {pa.int64(): mlc.DataType.INTEGER, pa.float64(): mlc.DataType.FLOAT}.get(kind, mlc.DataType.TEXT)
