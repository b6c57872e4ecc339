"""How near readings of feeling come to people's ratings."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict

from valuenet.models.reporting.scores import NothingToEvaluateError
from valuenet.warehouse.vocabulary import DIMENSIONS


class DimensionScore(BaseModel):
    """One dimension: Pearson's r (None where either side is constant) and the mean absolute error on the scale 1-5."""

    model_config = ConfigDict(frozen=True)
    pearson: float | None
    absolute_error: float


class EmotionMetrics(BaseModel):
    """Metrics of n texts, by dimension."""

    model_config = ConfigDict(frozen=True)
    rows: int
    per_dimension: dict[str, DimensionScore]


def evaluate_emotion(predicted: ArrayLike, rated: ArrayLike) -> EmotionMetrics:
    """Return the metrics of readings (n, 2) against ratings (n, 2), columns valence and arousal.

    Raises:
        NothingToEvaluateError: if there is no row, or the shapes differ.
    """
    ours, theirs = np.asarray(predicted, dtype=np.float64), np.asarray(rated, dtype=np.float64)
    if not len(theirs) or ours.shape != theirs.shape or theirs.shape[1:] != (len(DIMENSIONS),):
        raise NothingToEvaluateError(
            f"readings of shape {ours.shape} and ratings of shape {theirs.shape} cannot be compared; "
            f"give (n, {len(DIMENSIONS)}) of both, and at least one row"
        )
    scores = {
        name: DimensionScore(
            pearson=pearson(ours[:, at], theirs[:, at]), absolute_error=float(abs(ours[:, at] - theirs[:, at]).mean())
        )
        for at, name in enumerate(DIMENSIONS)
    }
    return EmotionMetrics(rows=len(theirs), per_dimension=scores)


def pearson(one: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    """Return Pearson's r of two (n,) arrays; None where either hardly varies."""
    if one.std() < 1e-12 or other.std() < 1e-12:
        return None
    return float(np.corrcoef(one, other)[0, 1])
