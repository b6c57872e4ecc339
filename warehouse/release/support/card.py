"""The data card of a release of support threads: front matter that ``datasets`` understands, then its sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from valuenet.warehouse.release.card_front import as_json, config_lines, info_lines, size_line
from valuenet.warehouse.release.support.card_text import card_body
from valuenet.warehouse.release.support.contents import SupportContents
from valuenet.warehouse.release.support.schema import Column, columns_of
from valuenet.warehouse.release.support.settings import SupportReleaseSettings

_TASKS = ["text-generation"]
_TAGS = ["emotional support", "human values", "Schwartz", "preferences", "croissant"]
_DEFAULT = "support_examples"


def write_support_card(
    contents: SupportContents,
    settings: SupportReleaseSettings,
    statistics: Mapping[str, Any],
    files: Mapping[str, bytes] = MappingProxyType({}),
    fingerprint: str = "",
) -> str:
    """Return README.md; ``files`` are the Parquet files, name -> bytes, ``fingerprint`` that of the manifest."""
    splits: dict[str, list[str]] = {}
    for config, split in contents.rows:
        splits.setdefault(config, []).append(split)
    front = "\n".join(_front_matter(settings, splits, statistics[_DEFAULT]["rows"], files))

    return f"---\n{front}\n---\n\n{card_body(contents, settings, statistics, fingerprint)}"


def _front_matter(
    settings: SupportReleaseSettings, splits: Mapping[str, Sequence[str]], total: int, files: Mapping[str, bytes]
) -> Iterator[str]:
    """Yield YAML whose values are written as JSON, which YAML contains."""
    yield f"pretty_name: {as_json(settings.title)}"
    yield f"license: {as_json(settings.license)}"
    if settings.license == "other":
        yield 'license_name: "authors-own"'
        yield f"license_link: {as_json(settings.license_url)}"
    yield f"language: {as_json(list(settings.language))}"
    yield f"task_categories: {as_json(_TASKS)}"
    yield size_line(total)
    yield f"tags: {as_json(_TAGS)}"
    yield from config_lines(splits, _DEFAULT)
    yield "dataset_info:"
    for config, parts in splits.items():
        yield f"- config_name: {as_json(config)}"
        yield "  features:"
        columns = columns_of(config, with_text=not settings.without_text)
        yield from (f"  - {as_json(_feature(column))}" for column in columns)
        yield from info_lines(config, parts, files)


def _feature(column: Column) -> dict[str, Any]:
    if not pa.types.is_list(column.type):
        return {"name": column.name, "dtype": _dtype(column.type)}
    inner = column.type.value_type
    if pa.types.is_struct(inner):
        return {"name": column.name, "list": [{"name": part.name, "dtype": _dtype(part.type)} for part in inner]}
    return {"name": column.name, "list": _dtype(inner)}


def _dtype(kind: Any) -> str:
    return {"double": "float64"}.get(str(kind), str(kind))
