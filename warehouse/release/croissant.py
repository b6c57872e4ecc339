"""Croissant metadata of a release: every file with its checksum, every column with its type and meaning."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from valuenet.warehouse.release.rows import config_table, features
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.tables import Table
from valuenet.warehouse.vocabulary import LABELS

_KEYWORDS = ["human values", "Schwartz", "social scenarios", "crowdsourcing", "text classification"]
_CLASSES = ", ".join(f"{number} {label}" for number, label in enumerate(LABELS))


class Described(Protocol):
    """What the settings of any release say of it."""

    @property
    def version(self) -> str:
        """Version number, major.minor.patch."""
        ...

    @property
    def date(self) -> dt.date:
        """Day of publication."""
        ...

    @property
    def license_url(self) -> str:
        """Where the licence stands."""
        ...

    @property
    def url(self) -> str:
        """Where the data set lives."""
        ...

    @property
    def citation(self) -> str:
        """How to cite it."""
        ...

    @property
    def language(self) -> Sequence[str]:
        """Language codes."""
        ...


def write_croissant(files: Mapping[str, bytes], settings: ReleaseSettings, description: str) -> bytes:
    """Return ``croissant.json`` for the Parquet files among ``files`` (name -> bytes); one record set per file.

    Raises:
        mlcroissant.ValidationError: if mlcroissant finds the metadata faulty.
    """
    about = {"name": settings.name, "description": description, "keywords": _KEYWORDS}
    return write_metadata(files, settings, about, _record_set)


def write_metadata(
    files: Mapping[str, bytes],
    settings: Described,
    about: Mapping[str, Any],
    record_set: Callable[[str], Any],
) -> bytes:
    """Return ``croissant.json`` for the Parquet files among ``files``, with what is said ``about`` the data set.

    Args:
        files: name -> bytes.
        settings: version, date, rights and languages.
        about: name, description and keywords.
        record_set: a file's name -> what its rows are.

    Raises:
        mlcroissant.ValidationError: if mlcroissant finds the metadata faulty.
    """
    import mlcroissant as mlc

    parquet = [name for name in sorted(files) if name.endswith(".parquet")]
    metadata = mlc.Metadata(
        ctx=mlc.Context(conforms_to="http://mlcommons.org/croissant/1.0"),
        version=settings.version,
        date_published=dt.datetime.combine(settings.date, dt.time()),
        license=settings.license_url,
        url=settings.url,
        cite_as=settings.citation,
        in_language=list(settings.language),
        distribution=[file_object(name, files[name]) for name in parquet],
        record_sets=[record_set(name) for name in parquet],
        **about,
    )
    return (json.dumps(metadata.to_json(), indent=2, ensure_ascii=False, default=str) + "\n").encode()


def record_set_name(file: str) -> str:
    """Return the id of a file's record set: ``original/train-00000-of-00001.parquet`` is ``original-train``."""
    return file.partition("-00000")[0].replace("/", "-")


def file_object(name: str, data: bytes) -> Any:
    """Return the entry of a Parquet file: its size and checksum."""
    import mlcroissant as mlc

    return mlc.FileObject(
        id=name,
        name=name,
        content_url=name,
        content_size=f"{len(data)} B",
        encoding_formats=["application/x-parquet"],
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _record_set(file: str) -> Any:
    import mlcroissant as mlc

    name, table = record_set_name(file), config_table(file.partition("/")[0])
    key = [f"{name}/{column}" for column in table.key()]
    fields = [_field(name, file, column, table) for column in features(table)]
    return mlc.RecordSet(id=name, name=name, description=(table.__doc__ or "").strip(), key=key, fields=fields)


def _field(record_set: str, file: str, column: str, table: type[Table]) -> Any:
    import mlcroissant as mlc

    schema = table.to_schema().columns[column]
    meaning = schema.description + (f" As a class id: {_CLASSES}." if column == "label" else "")
    return mlc.Field(
        id=f"{record_set}/{column}",
        name=column,
        description=meaning,
        data_types=[_data_type(features(table)[column].get("dtype", "int64"), nullable=schema.nullable)],
        source=mlc.Source(file_object=file, extract=mlc.Extract(column=column)),
    )


def _data_type(dtype: str, *, nullable: bool) -> Any:
    import mlcroissant as mlc

    if dtype.startswith("int"):  # a reader that has no missing integers makes them floats
        return mlc.DataType.FLOAT if nullable else mlc.DataType.INTEGER
    return mlc.DataType.BOOL if dtype == "bool" else mlc.DataType.TEXT
