"""The data card of a release: front matter that ``datasets`` understands, then text of computed figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from warehouse.release.card_text import card_sections
from warehouse.release.contents import ReleaseContents
from warehouse.release.rows import config_table, features, file_name
from warehouse.release.settings import ReleaseSettings

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def write_card(contents: ReleaseContents, settings: ReleaseSettings, splits: Mapping[str, Sequence[str]]) -> str:
    """Return README.md.

    Args:
        contents: what the release holds.
        settings: name, rights and sources.
        splits: config -> splits that have a file.
    """
    front = "\n".join(_front_matter(settings, splits, contents.statistics["original"]["rows"]))
    body = "\n\n".join(part for part in card_sections(contents, settings, splits) if part)
    return f"---\n{front}\n---\n\n{body}\n"


def _front_matter(settings: ReleaseSettings, splits: Mapping[str, Sequence[str]], total: int) -> Iterator[str]:
    """Yield YAML whose values are written as JSON, which YAML contains: so ``no`` stays a word."""
    yield f"pretty_name: {_json(settings.title)}"
    yield f"license: {_json(settings.license)}"
    yield f"language: {_json(list(settings.language))}"
    yield 'task_categories: ["text-classification"]'
    yield f"size_categories: {_json([next((name for below, name in _SIZES if total < below), 'n>1M')])}"
    yield 'tags: ["human values", "Schwartz", "croissant"]'
    yield "configs:"
    for config, parts in splits.items():
        yield f"- config_name: {_json(config)}"
        if config == "original":
            yield "  default: true"
        yield "  data_files:"
        yield from (f"  - {_json({'split': split, 'path': file_name(config, split)})}" for split in parts)
    yield "dataset_info:"
    for config in splits:
        yield f"- config_name: {_json(config)}"
        yield "  features:"
        yield from (f"  - {_json(_yaml_feature(n, f))}" for n, f in features(config_table(config)).items())


def _yaml_feature(name: str, feature: Mapping[str, Any]) -> dict[str, Any]:
    if "names" not in feature:
        return {"name": name, "dtype": feature["dtype"]}
    classes = {str(number): label for number, label in enumerate(feature["names"])}
    return {"name": name, "dtype": {"class_label": {"names": classes}}}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
