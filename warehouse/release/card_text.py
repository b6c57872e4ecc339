"""What a data card says below its front matter. No number in it is written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from valuenet.warehouse.release.contents import ReleaseContents
from valuenet.warehouse.release.figures import STATISTICS
from valuenet.warehouse.release.leakage import has_leaks
from valuenet.warehouse.release.report_json import leakage_sentences
from valuenet.warehouse.release.rows import config_table, features
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.tables import Table
from valuenet.warehouse.templates import fill
from valuenet.warehouse.vocabulary import LABELS, SPLITS, VALUES

_MEANINGS = {
    "original": "every agreed pair",
    "balanced": "negative and neutral train rows of the largest value thinned out",
    "augmented": "pairs of weaker agreement join train as `unrelated`",
}


def card_body(
    contents: ReleaseContents, settings: ReleaseSettings, configs: Iterable[str], fingerprint: str = ""
) -> str:
    """Return the card below its front matter; the words stand in ``card.md.j2``, the numbers come from ``contents``."""
    return fill(
        "valuenet.warehouse.release",
        "card.md.j2",
        contents=contents,
        settings=settings,
        fingerprint=fingerprint,
        statistics=contents.statistics,
        meanings=_MEANINGS,
        judged=_count_judged(contents),
        agreement=_agreement_cells(contents),
        measures=STATISTICS,
        leaks=has_leaks(contents.leakage),
        leakage=leakage_sentences(contents.leakage),
        tables=[_describe(table) for table in dict.fromkeys(map(config_table, configs))],
        values=VALUES,
        labels=list(LABELS),
        splits=SPLITS,
    )


def _count_judged(contents: ReleaseContents) -> dict[str, Any] | None:
    """Return counts of the judgements behind the labels; None where they were not published."""
    if contents.annotations is None:
        return None
    judged = contents.annotations
    counted = judged[judged["counted"]]
    return {
        "workers": judged["worker"].nunique(),
        "judgements": len(judged),
        "counted": len(counted),
        "aside": judged.loc[~judged["counted"], "set_aside_reason"].value_counts().sort_index().to_dict(),
        "pairs": len(counted[["scenario_id", "value"]].drop_duplicates()),
        "agreed": contents.statistics["original"]["rows"],
    }


def _agreement_cells(contents: ReleaseContents) -> dict[tuple[str, str], str] | None:
    """Return estimate and interval of each value and measure in words; None where there is no agreement."""
    if contents.agreement is None:
        return None
    rows = contents.agreement.set_index(["scope", "statistic"]).to_dict("index")
    return {(scope, name): _cell(rows.get((scope, name))) for scope in (*VALUES, "ALL") for name in STATISTICS}


def _cell(row: Mapping[Any, Any] | None) -> str:
    if row is None:
        return ""
    if np.isnan(row["estimate"]):
        return f"undefined: {row['undefined']}"
    interval = "" if np.isnan(row["low"]) else f" [{row['low']:.2f}, {row['high']:.2f}]"
    return f"{row['estimate']:.3f}{interval}"


def _describe(table: type[Table]) -> dict[str, Any]:
    described = table.to_schema().columns
    columns = {name: described[name].description or "" for name in features(table)}
    return {"description": (table.__doc__ or "").strip(), "columns": columns}
