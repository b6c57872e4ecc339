"""The pairs on which people differ most, with what each method makes of them."""

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandera.typing import DataFrame

from valuenet.annotation.consensus import Consensus
from valuenet.annotation.votes import COUNT_COLUMNS
from valuenet.warehouse.crowd_tables import LabelMethods, Pairs
from valuenet.warehouse.vocabulary import LABELS

_PAIR = ["scenario_id", "value"]
#: Name of each aggregation method in tables, and as the page writes it.
METHODS = MappingProxyType({"majority": "Majority", "dawid-skene": "Dawid-Skene", "mace": "MACE", "glad": "GLAD"})


class DisputedPair(NamedTuple):
    """A pair with its votes. ``methods`` has one label per method of ``METHODS``, empty where none was made."""

    scenario_id: str
    value: str
    text: str
    votes: dict[str, int]
    disagreement: float
    """Share of the pairs of judgements that differ, in [0, 1]."""
    label: str
    """The agreed label, empty where there is none; ``dropped`` then says why."""
    dropped: str
    methods: tuple[str, ...]


class Disputes(NamedTuple):
    """Disputed pairs, the most disputed first; ``flips`` of all pairs get different labels from different methods."""

    pairs: list[DisputedPair]
    total: int
    flips: int
    labelled_by_methods: int


def disputed_pairs(
    votes: pd.DataFrame, pairs: DataFrame[Pairs], methods: DataFrame[LabelMethods], consensus: Consensus, most: int
) -> Disputes:
    """Return at most ``most`` of the pairs on which counted judgements differ.

    The most disputed come first: those with the largest share of differing pairs of judgements; among these, those the
    methods label differently; then by id.
    """
    wide = _by_method(methods)
    wide["different"] = wide[list(METHODS)].replace("", pd.NA).nunique(axis=1)
    table = votes.assign(disagreement=_disagreement(votes)).merge(wide, on=_PAIR, how="left")
    table[list(METHODS)] = table[list(METHODS)].fillna("")
    table["different"] = table["different"].fillna(0)
    disputed = table[table["disagreement"] > 0]
    first = disputed.sort_values(["disagreement", "different", *_PAIR], ascending=[False, False, True, True]).head(most)
    first = first.merge(pairs, on=_PAIR, how="left").merge(_outcomes(consensus), on=_PAIR, how="left")
    return Disputes(
        [_disputed(row) for row in first.to_dict("records")],
        len(disputed),
        int((table["different"] > 1).sum()),
        int((table["different"] > 0).sum()),
    )


def _by_method(methods: pd.DataFrame) -> pd.DataFrame:
    wide = methods.pivot_table(index=_PAIR, columns="method", values="label", aggfunc="first")
    return wide.reindex(columns=list(METHODS)).fillna("").astype("str").rename_axis(columns=None).reset_index()


def _disagreement(votes: pd.DataFrame) -> "pd.Series[float]":
    """Return, per pair, the share of its pairs of judgements that differ; 0 for a single judgement."""
    counts = votes[list(COUNT_COLUMNS.values())].to_numpy(dtype=np.int64)
    judged = counts.sum(axis=1)
    both = np.maximum(judged * (judged - 1), 1)
    agreeing = (counts * (counts - 1)).sum(axis=1)
    return pd.Series(np.where(judged > 1, 1 - agreeing / both, 0.0), index=votes.index)


def _outcomes(consensus: Consensus) -> pd.DataFrame:
    agreed: pd.DataFrame = consensus.labels[[*_PAIR, "label"]].assign(dropped="")
    dropped: pd.DataFrame = consensus.dropped[[*_PAIR, "reason"]].rename(columns={"reason": "dropped"}).assign(label="")
    return pd.concat([agreed, dropped], ignore_index=True)


def _disputed(row: Mapping[Hashable, Any]) -> DisputedPair:
    return DisputedPair(
        scenario_id=row["scenario_id"],
        value=row["value"],
        text=row["text"],
        votes={label: row[COUNT_COLUMNS[label]] for label in LABELS},
        disagreement=row["disagreement"],
        label=row["label"],
        dropped=row["dropped"],
        methods=tuple(row[method] for method in METHODS),
    )
