"""Every figure of a release of support threads, computed from its own rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow.compute as pc

from valuenet.warehouse.release.support.rows import Rows
from valuenet.warehouse.release.support.schema import CONFIGS
from valuenet.warehouse.vocabulary import CATEGORIES

#: Counts that come from the tables, not from the rows of the release.
SOURCE = "source"


def describe_support(rows: Rows, source: Mapping[str, Any]) -> dict[str, Any]:
    """Return counts ready for JSON: for each config rows, and those of each split.

    ``exchanges`` and ``safety_evaluation`` count by ``depth``; ``support_examples`` count ``values`` (how often each of
    the twenty categories is the likeliest, and is among the three) and has mean intensities before and after;
    ``source`` is passed on as given: what was read and filtered.
    """
    described: dict[str, Any] = {config: _describe(config, rows) for config in CONFIGS}
    return described | {SOURCE: dict(source)}


def _describe(config: str, rows: Rows) -> dict[str, Any]:
    splits = {
        split: _describe_split(config, rows[config, split]) for split in CONFIGS[config] if (config, split) in rows
    }
    return {"rows": sum(counted["rows"] for counted in splits.values()), "splits": splits}


def _describe_split(config: str, table: Any) -> dict[str, Any]:
    counted: dict[str, Any] = {"rows": table.num_rows, "posts": pc.count_distinct(table["post_id"]).as_py()}
    if "depth" in table.column_names:
        depths = Counter(table["depth"].to_pylist())
        return counted | {"depth": {str(depth): depths[depth] for depth in sorted(depths)}}
    if config == "support_examples":
        return counted | _values(table)
    return counted


def _values(table: Any) -> dict[str, Any]:
    three = table["target_values"].to_pylist()
    first, any_of = (
        Counter(categories[0] for categories in three),
        Counter(name for categories in three for name in categories),
    )
    means = {name: round(float(pc.mean(table[name]).as_py()), 6) for name in ("intensity_before", "intensity_after")}
    return {"values": {name: {"first": first[name], "among_three": any_of[name]} for name in CATEGORIES}, **means}
