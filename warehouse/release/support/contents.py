"""What goes into a release of support threads, before it is a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pandera.typing import DataFrame

from valuenet.warehouse.reddit_tables import Exchanges
from valuenet.warehouse.release.support.rows import (
    Rows,
    by_split,
    example_rows,
    exchange_rows,
    order_turns,
    preference_rows,
)
from valuenet.warehouse.release.support.schema import CONFIGS, arrow_schema
from valuenet.warehouse.release.support.select import Selected
from valuenet.warehouse.release.support.settings import SupportFacts


@dataclass(frozen=True)
class SupportContents:
    """Everything a release of support threads holds.

    Attributes:
        rows: rows of each config and split that has some, with their texts.
        source: counts of what was read, filtered, replaced and left out, ready for JSON.
        facts: how the rows came about, in words.
        settings: settings of the stages, ready for JSON.
        inputs: content hash of each table the release was made from.
        follows: what this release takes the place of: version, reason, and rows taken out by config; None for nothing.
    """

    rows: Rows
    source: Mapping[str, Any]
    facts: SupportFacts = field(default_factory=SupportFacts)
    settings: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    follows: Mapping[str, Any] | None = None

    @property
    def with_text(self) -> bool:
        """Whether the rows hold what people wrote; those read back from a release without texts do not."""
        return all(rows.column_names == arrow_schema(config).names for (config, _), rows in self.rows.items())


def lay_out(selected: Selected) -> Rows:
    """Return the rows of each config and split; an exchange stands in the split of its examples.

    Raises:
        SupportRowsError: if the tables do not fit one another.
    """
    examples, pairs = selected.examples, selected.preferences
    turns = order_turns(selected.exchanges)
    tables = {
        **by_split(example_rows(examples, turns), "support_examples", _splits(examples["example_id"], examples)),
        **by_split(preference_rows(pairs, examples, turns), "preferences", _splits(pairs["preference_id"], pairs)),
        **by_split(exchange_rows(turns), "exchanges", _splits(examples["exchange_id"], examples)),
        **_apart(selected.in_crisis),
    }
    return {key: tables[key] for key in layout() if key in tables}


def layout() -> list[tuple[str, str]]:
    """Return every config and split there may be, in their order."""
    return [(config, split) for config, splits in CONFIGS.items() for split in splits]


def _apart(in_crisis: DataFrame[Exchanges]) -> Rows:
    if in_crisis.empty:
        return {}
    config = "safety_evaluation"
    return {(config, "test"): exchange_rows(order_turns(in_crisis), config=config)}


def _splits(ids: Any, rows: Any) -> dict[str, str]:
    return dict(zip(ids, rows["split"], strict=True))
