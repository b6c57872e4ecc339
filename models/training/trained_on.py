"""Which trained models name a release in their records."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

#: Larger files are weights' companions such as vocabularies, never records.
_LARGEST = 4_000_000


class TrainedModel(NamedTuple):
    """A model's folder, and the release its record names (NAME-VERSION)."""

    folder: str
    release: str


def models_trained_on(models: Path, releases: Collection[str]) -> list[TrainedModel]:
    """Return the models in and below the folder ``models`` whose JSON records name one of ``releases``.

    Args:
        models: a folder of model folders; nothing is found where it does not exist.
        releases: names with versions, such as ``offmychest-support-1.0.0``.
    """
    patterns = {name: re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\d)") for name in sorted(releases)}
    models_found = {
        TrainedModel(str(path.parent), name)
        for path in sorted(models.rglob("*.json"))
        if patterns and path.is_file() and path.stat().st_size <= _LARGEST
        for text in _strings(path)
        for name, pattern in patterns.items()
        if pattern.search(text)
    }
    return sorted(models_found)


def _strings(path: Path) -> list[str]:
    """Return every text in a JSON file; none where it is no JSON."""
    try:
        return list(_texts_in(json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError):
        return []


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner)
