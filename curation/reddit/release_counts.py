"""What was read, filtered, replaced and set aside of a community: the counts of a data card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from valuenet.curation.reddit.large_tables import open_tables
from valuenet.warehouse.vocabulary import PII_KINDS, REDDIT_FILTERS

if TYPE_CHECKING:
    import pyarrow.dataset as ds


def count_source(
    tables: Mapping[str, ds.Dataset],
    rejected: pd.DataFrame,
    personal: pd.DataFrame,
    set_aside: pd.DataFrame,
    repeats: pd.DataFrame,
) -> dict[str, Any]:
    """Return counts ready for JSON.

    Args:
        tables: ``posts`` and ``comments`` as Arrow datasets, where written: ``kept`` rows, ``filtered`` by reason.
        rejected: ``RedditRejected``: ``lines_rejected`` by reason.
        personal: ``PersonalData``: ``personal_data`` by kind, ``placeholders`` and ``texts``.
        set_aside: ``ExamplesSetAside``: ``set_aside`` by reason.
        repeats: ``Repeats``: ``repeats`` by thing, each by match.
    """
    filtered = {name: _filtered(name, table) for name, table in tables.items()}
    return {
        **filtered,
        "lines_rejected": _by_reason(rejected),
        "personal_data": _personal_data(personal),
        "set_aside": _by_reason(set_aside),
        "repeats": {
            str(thing): _by_reason(rows.rename(columns={"match": "reason"})) for thing, rows in repeats.groupby("thing")
        },
    }


def _filtered(name: str, table: ds.Dataset) -> dict[str, Any]:
    with open_tables(**{name: table}) as connection:
        query = f"SELECT coalesce(filtered, '') AS reason, count(*) AS n FROM {name} GROUP BY 1"  # noqa: S608
        counts: dict[str, int] = dict(connection.sql(query).fetchall())
    reasons = {reason: int(counts[reason]) for reason in REDDIT_FILTERS if reason in counts}
    return {"kept": int(counts.get("", 0)), "filtered": reasons}


def _personal_data(personal: pd.DataFrame) -> dict[str, dict[str, int]]:
    totals = personal.groupby("pii")[["placeholders", "texts"]].sum().to_dict("index")
    return {kind: {str(k): int(n) for k, n in totals[kind].items()} for kind in PII_KINDS if kind in totals}


def _by_reason(rows: pd.DataFrame) -> dict[str, int]:
    return {str(reason): int(count) for reason, count in rows["reason"].value_counts().sort_index().items()}
