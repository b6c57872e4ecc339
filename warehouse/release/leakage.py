"""What a held-out split has in common with the splits a model learns and chooses from."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pandas as pd
from pandera.typing import DataFrame
from pydantic import Field

from valuenet.warehouse.release.near_duplicates import stand_near
from valuenet.warehouse.release_tables import Examples, Leakage
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.vocabulary import SPLITS


class LeakageSettings(Settings):
    """What counts as the same text."""

    near_duplicate: float = Field(0.8, gt=0, le=1)
    """Jaccard index of two texts' words from which on one gives the other away (see ``SplitSettings``)."""


def report_leakage(variants: Mapping[str, DataFrame[Examples]], settings: LeakageSettings) -> DataFrame[Leakage]:
    """Return what each later split shares with each earlier one, in every variant; all zero for splits made here.

    ``split`` is the later one (validation, test), ``other_split`` the earlier (train, validation). ``leaked_rows`` is
    what an honest evaluation would have to leave out; ``known_rows`` are rows a model gets right by remembering the
    label it saw with the same words, whatever the value it is asked for.
    """
    rows = [
        {"variant": variant, "split": later, "other_split": earlier} | _shared(examples, later, earlier, settings)
        for variant, examples in variants.items()
        for earlier, later in combinations(SPLITS, 2)
    ]
    return Leakage.frame(rows)


def _shared(examples: pd.DataFrame, later: str, earlier: str, settings: LeakageSettings) -> dict[str, int]:
    held, seen = examples[examples["split"] == later], examples[examples["split"] == earlier]
    texts = held[["scenario_id", "scenario"]].drop_duplicates("scenario_id")
    exact = texts["scenario_id"].isin(seen["scenario_id"])
    others = seen["scenario"].drop_duplicates().tolist()
    near = stand_near(texts["scenario"].tolist(), others, settings.near_duplicate) & ~exact
    both = held.merge(seen, on="scenario_id", suffixes=("", "_seen"))
    known = both.loc[both["label"] == both["label_seen"], ["scenario_id", "value"]].drop_duplicates()
    return {
        "rows": len(held),
        "texts": len(texts),
        "exact_texts": int(exact.sum()),
        "near_texts": int(near.sum()),
        "other_value_texts": both.loc[both["value"] != both["value_seen"], "scenario_id"].nunique(),
        "leaked_rows": int(held["scenario_id"].isin(texts.loc[exact | near, "scenario_id"]).sum()),
        "known_rows": len(known),
    }


def has_leaks(report: DataFrame[Leakage]) -> bool:
    """Return whether any row of a later split stands, exactly or nearly, in an earlier one."""
    return bool(report["leaked_rows"].sum())


def describe_leakage(report: DataFrame[Leakage]) -> list[str]:
    """Return one sentence per variant and pair of splits: what it shares, and what that costs an evaluation."""
    return [_sentence(row) for row in report.itertuples()]


def _sentence(row: Any) -> str:
    where = f"{row.variant}: {row.split} and {row.other_split}"
    if not row.leaked_rows:
        return f"{where} share no text and no near-duplicate."
    return (
        f"{where} share {row.exact_texts:,} texts, {row.other_value_texts:,} of them under another value, and "
        f"{row.near_texts:,} more nearly: {row.leaked_rows:,} of {row.rows:,} rows ({row.leaked_rows / row.rows:.1%}) "
        f"are no fair test, and {row.known_rows:,} of them are right by remembering the label."
    )
