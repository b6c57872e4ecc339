"""Lines of a card's front matter that all kinds of release share. Values are JSON, which YAML contains."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from valuenet.warehouse.release.rows import file_name

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def size_line(rows: int) -> str:
    """Return the line that tells the hub how large the data set is."""
    return f"size_categories: {as_json([next((name for below, name in _SIZES if rows < below), 'n>1M')])}"


def config_lines(splits: Mapping[str, Sequence[str]], default: str) -> Iterator[str]:
    """Yield the configs with their files, by which `datasets` loads them; ``default`` is the one without a name."""
    yield "configs:"
    for config, parts in splits.items():
        yield f"- config_name: {as_json(config)}"
        if config == default:
            yield "  default: true"
        yield "  data_files:"
        yield from (f"  - {as_json({'split': split, 'path': file_name(config, split)})}" for split in parts)


def as_json(value: Any) -> str:
    """Return ``value`` on one line; so ``no`` stays a word."""
    return json.dumps(value, ensure_ascii=False)
