"""Labels as distributions: what each of the workers said, instead of what most of them said."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.values.encoder import Head
from valuenet.warehouse.vocabulary import LABELS

#: Counted judgements no, unrelated, yes of a pair, in the order of ``LABELS``.
VOTES = tuple(f"{label}_count" for label in LABELS)
_PAIR = ["scenario_id", "value"]


def add_votes(rows: pd.DataFrame, annotations: pd.DataFrame | None) -> pd.DataFrame:
    """Return ``rows`` (with scenario_id and value) with the columns ``VOTES``; all 0 where nobody's vote is known.

    Args:
        rows: pairs; their order stays.
        annotations: judgements of a release; those that do not count are left out. None where there are none.
    """
    counts = pd.DataFrame(columns=[*_PAIR, *VOTES]) if annotations is None else _count(annotations)
    merged = rows.merge(counts, on=_PAIR, how="left", validate="many_to_one")
    return merged.assign(**{name: merged[name].fillna(0).astype("int64") for name in VOTES})


def _count(annotations: pd.DataFrame) -> pd.DataFrame:
    counted = annotations.loc[annotations["counted"], [*_PAIR, "label"]]
    votes = {name: (counted["label"] == label).astype("int64") for name, label in zip(VOTES, LABELS, strict=True)}
    return counted.assign(**votes).groupby(_PAIR, as_index=False)[list(VOTES)].sum()


def vote_shares(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return (n, 3) shares of no, unrelated, yes among the votes; where there are none, 1 for the agreed label."""
    agreed: NDArray[np.float64] = np.eye(len(LABELS))[rows["utility"].to_numpy() + 1]
    if not set(VOTES) <= set(rows.columns):
        return agreed
    votes = rows[list(VOTES)].to_numpy(dtype=np.float64)
    all_votes = votes.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.where(all_votes > 0, votes / np.maximum(all_votes, 1), agreed)
    return shares


def soft_targets(rows: pd.DataFrame, head: Head) -> list[float] | list[list[float]]:
    """Return what the head learns: three shares for ``classes``, the mean vote in [-1, 1] for ``regression``."""
    shares = vote_shares(rows)
    if head == "regression":
        return [float(u) for u in shares[:, 2] - shares[:, 0]]
    return [[float(share) for share in row] for row in shares]
