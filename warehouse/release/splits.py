"""Which texts train, validate and test: a text and its near-duplicates never stand in two of the three.

Whole groups are drawn, by the hash of their id. So the split does not depend on the order of rows, and when a data
set grows nearly every text stays where it was: only the few whose hash lies beside a cut can move.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandera.typing import DataFrame
from pydantic import Field

from valuenet.warehouse.crowd_tables import SplitAssignments
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import draws, hash_id
from valuenet.warehouse.release.near_duplicates import near_duplicate_groups
from valuenet.warehouse.settings import SharesSettings
from valuenet.warehouse.vocabulary import SPLITS


class SplitError(InputError):
    """Texts cannot be split as asked."""


class SplitSettings(SharesSettings):
    """How large the three parts are, and what counts as the same text."""

    train: float = Field(0.75, gt=0, lt=1)
    """Share of the labelled pairs to train on."""
    validation: float = Field(0.15, gt=0, lt=1)
    """Share to choose models by."""
    test: float = Field(0.10, gt=0, lt=1)
    """Share for the final figures."""
    near_duplicate: float = Field(0.8, gt=0, le=1)
    """Jaccard index of two texts' words from which on they stand in one split; 1: only texts of the same words."""
    smallest_stratum: int = Field(20, ge=1)
    """Values with fewer pairs than this are cut together, or rounding would leave their test part empty."""
    seed: int = 0
    """Another number gives another split."""


def assign_splits(
    texts: pd.DataFrame, settings: SplitSettings, *, weights: pd.DataFrame | None = None
) -> DataFrame[SplitAssignments]:
    """Return the split and the group of near-duplicates of every text.

    Args:
        texts: columns ``scenario_id`` and ``text``; a text may stand in several rows (``Pairs``, ``Scenarios``).
        weights: one row per labelled pair, columns ``scenario_id`` and ``value`` (``Labels``): the shares are then
            shares of pairs, and come out for every value. A group without a labelled pair stands in train, the only
            part such texts are used in (augmented variant). Without it every text counts once.
        settings: shares, threshold, seed.

    Raises:
        SplitError: if one id has two texts, or a labelled pair has no text.
    """
    groups = _group_texts(texts, settings)
    pairs = groups[["scenario_id"]].assign(value="") if weights is None else weights[["scenario_id", "value"]]
    split_of = _cut(pairs.merge(groups, on="scenario_id", how="left"), settings)
    split = groups["group_id"].map(split_of).fillna("train")
    return SplitAssignments.frame(groups.assign(split=split))


def _group_texts(texts: pd.DataFrame, settings: SplitSettings) -> pd.DataFrame:
    """Return scenario_id and group_id of every text; a group is named after the smallest id in it."""
    distinct = texts[["scenario_id", "text"]].drop_duplicates().sort_values("scenario_id", ignore_index=True)
    twice = distinct["scenario_id"].duplicated()
    if twice.any():
        raise SplitError(
            f"scenario {distinct['scenario_id'][twice].iloc[0]!r} has two texts; make the ids from the texts"
        )
    number = near_duplicate_groups(distinct["text"].tolist(), settings.near_duplicate)
    smallest = distinct["scenario_id"].groupby(number).transform("min")
    return distinct[["scenario_id"]].assign(group_id=[hash_id("g-", name) for name in smallest])


def _cut(pairs: pd.DataFrame, settings: SplitSettings) -> "pd.Series[str]":
    """Return the split of every group that has pairs, by group_id: strata laid out by hash and cut at the shares."""
    if pairs["group_id"].isna().any():
        name = pairs.loc[pairs["group_id"].isna(), "scenario_id"].iloc[0]
        raise SplitError(f"scenario {name!r} has a label but no text; give its text with the others")
    strata = _stratify(pairs, settings.smallest_stratum)
    sizes = pairs.groupby("group_id").size().rename("pairs").reset_index()
    sizes["stratum"] = sizes["group_id"].map(strata)
    sizes["draw"] = draws(sizes["group_id"], settings.seed, "split")
    sizes = sizes.sort_values(["stratum", "draw", "group_id"], ignore_index=True)
    within = sizes.groupby("stratum")["pairs"]
    middle = (within.cumsum() - sizes["pairs"] / 2) / within.transform("sum")
    split = _split_at(middle.to_numpy(dtype=np.float64), settings)
    return pd.Series(split, index=sizes["group_id"], dtype="str")


def _stratify(pairs: pd.DataFrame, smallest: int) -> "pd.Series[str]":
    """Return the stratum of each group: the rarest of its values, or ``rest`` where that has too few pairs."""
    counts = pairs["value"].value_counts()
    ranked = {value: rank for rank, value in enumerate(sorted(counts.index, key=lambda value: (counts[value], value)))}
    names = {rank: value if counts[value] >= smallest else "rest" for value, rank in ranked.items()}
    return pairs["value"].map(ranked).groupby(pairs["group_id"]).min().map(names)


def _split_at(places: NDArray[np.float64], settings: SplitSettings) -> NDArray[np.str_]:
    """Return the split of each place in [0, 1)."""
    cuts = np.array([settings.train, settings.train + settings.validation])
    return np.asarray(SPLITS)[np.searchsorted(cuts, places, side="right")]
