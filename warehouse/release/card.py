"""The data card of a release: front matter that ``datasets`` understands, then text of computed figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from valuenet.warehouse.release.card_front import as_json, config_lines, info_lines, size_line
from valuenet.warehouse.release.card_text import card_body
from valuenet.warehouse.release.contents import ReleaseContents
from valuenet.warehouse.release.rows import config_table, features
from valuenet.warehouse.release.settings import ReleaseSettings


def write_card(
    contents: ReleaseContents,
    settings: ReleaseSettings,
    splits: Mapping[str, Sequence[str]],
    files: Mapping[str, bytes] = MappingProxyType({}),
    fingerprint: str = "",
) -> str:
    """Return README.md.

    Args:
        contents: what the release holds.
        settings: name, rights and sources.
        splits: config -> splits that have a file.
        files: the Parquet files, name -> bytes.
        fingerprint: of what the manifest states.
    """
    front = "\n".join(_front_matter(settings, splits, contents.statistics["original"]["rows"], files))
    return f"---\n{front}\n---\n\n{card_body(contents, settings, splits, fingerprint)}"


def _front_matter(
    settings: ReleaseSettings, splits: Mapping[str, Sequence[str]], total: int, files: Mapping[str, bytes]
) -> Iterator[str]:
    """Yield YAML whose values are written as JSON, which YAML contains: so ``no`` stays a word."""
    yield f"pretty_name: {as_json(settings.title)}"
    yield f"license: {as_json(settings.license)}"
    yield f"language: {as_json(list(settings.language))}"
    yield 'task_categories: ["text-classification"]'
    yield size_line(total)
    yield 'tags: ["human values", "Schwartz", "croissant"]'
    yield from config_lines(splits, "original")
    yield "dataset_info:"
    for config, parts in splits.items():
        yield f"- config_name: {as_json(config)}"
        yield "  features:"
        yield from (f"  - {as_json(_yaml_feature(n, f))}" for n, f in features(config_table(config)).items())
        yield from info_lines(config, parts, files)


def _yaml_feature(name: str, feature: Mapping[str, Any]) -> dict[str, Any]:
    if "names" not in feature:
        return {"name": name, "dtype": feature["dtype"]}
    classes = {str(number): label for number, label in enumerate(feature["names"])}
    return {"name": name, "dtype": {"class_label": {"names": classes}}}
