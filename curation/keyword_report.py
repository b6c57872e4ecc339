"""What each keyword brings, and how far the values overlap: two tables for the data team to prune keywords by."""

from typing import Annotated, NamedTuple

import numpy as np
import pandas as pd
from pandera.typing import DataFrame
from pydantic import Field

from valuenet.warehouse.settings import Settings
from valuenet.warehouse.tables import CandidateHits, KeywordReport, Keywords, Scenarios, ValueOverlap
from valuenet.warehouse.vocabulary import FIELDS, VALUES

_BETWEEN_EXAMPLES = " | "


class KeywordReportSettings(Settings):
    """What the report shows of a keyword."""

    examples: Annotated[int, Field(ge=0, le=3)] = 3
    """Scenarios shown for each keyword."""
    example_length: Annotated[int, Field(ge=20)] = 160
    """Characters after which an example is cut."""


class Reports(NamedTuple):
    """What each keyword finds, and which values find the same scenarios."""

    report: DataFrame[KeywordReport]
    overlap: DataFrame[ValueOverlap]


def report_keywords(
    scenarios: DataFrame[Scenarios],
    hits: DataFrame[CandidateHits],
    keywords: DataFrame[Keywords],
    settings: KeywordReportSettings,
) -> Reports:
    """Return one row for every keyword, those that find nothing included, and one for every ordered pair of values.

    Shares are of all scenarios. Examples are scenarios whose own text holds the keyword, then such as only have it in a
    rule of thumb or an action; among these, the smallest ids: an id is a hash, so the choice is a sample and stays so.
    """
    field_index = hits["field"].map(FIELDS.index)
    met = hits[["scenario_id", "value", "keyword"]].assign(place=field_index).sort_values("place", kind="stable")
    met = met.drop_duplicates(["scenario_id", "value", "keyword"])
    return Reports(_report(scenarios, met, keywords, settings), _overlap(met))


def _report(
    scenarios: DataFrame[Scenarios],
    met: pd.DataFrame,
    keywords: DataFrame[Keywords],
    settings: KeywordReportSettings,
) -> DataFrame[KeywordReport]:
    key = ["value", "keyword"]
    alone = ~met.duplicated(["scenario_id", "value"], keep=False)
    counts = met.assign(only_here=alone).groupby(key)["only_here"].agg(hits="size", only_here="sum")
    rows = keywords[[*key, "tier"]].sort_values(key).merge(counts.reset_index(), on=key, how="left")
    rows = rows.merge(_examples(scenarios, met, settings), on=key, how="left").fillna({"examples": ""})
    rows[["hits", "only_here"]] = rows[["hits", "only_here"]].fillna(0)
    return KeywordReport.frame(rows.assign(share=rows["hits"] / max(len(scenarios), 1)))


def _examples(scenarios: DataFrame[Scenarios], met: pd.DataFrame, settings: KeywordReportSettings) -> pd.DataFrame:
    key = ["value", "keyword"]
    shown = met.sort_values([*key, "place", "scenario_id"]).groupby(key).head(settings.examples)
    shown = shown.merge(scenarios[["scenario_id", "text"]], on="scenario_id", how="left")
    texts = [_cut(text, settings.example_length) for text in shown["text"]]
    return shown.assign(examples=texts).groupby(key)["examples"].agg(_BETWEEN_EXAMPLES.join).reset_index()


def _cut(text: str, length: int) -> str:
    plain = text.replace(_BETWEEN_EXAMPLES, " / ")
    return plain if len(plain) <= length else f"{plain[: length - 1].rstrip()}…"


def _overlap(met: pd.DataFrame) -> DataFrame[ValueOverlap]:
    pairs = met.drop_duplicates(["scenario_id", "value"])
    codes, distinct = pd.factorize(pairs["scenario_id"])
    stands = np.zeros((len(distinct), len(VALUES)), dtype=np.int64)
    stands[codes, pairs["value"].map(VALUES.index).to_numpy(dtype=np.int64)] = 1
    both = stands.T @ stands
    either = np.add.outer(both.diagonal(), both.diagonal()) - both
    rows = [
        (value, other, both[i, j], both[i, j] / max(either[i, j], 1))
        for i, value in enumerate(VALUES)
        for j, other in enumerate(VALUES)
        if i != j
    ]
    return ValueOverlap.frame(pd.DataFrame(rows, columns=ValueOverlap.columns()))
