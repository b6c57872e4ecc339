"""Whether a model's utilities stand to each other as Schwartz's circle says: one number, a matrix and a map."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pydantic import PositiveInt

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.settings import BootstrapSettings
from valuenet.warehouse.vocabulary import VALUES

Floats = NDArray[np.float64]
_UPPER = np.triu_indices(len(VALUES), 1)


class CircleError(InputError):
    """The utilities given say nothing about how values go together."""


class CircleSettings(BootstrapSettings):
    """How the number is judged; texts are resampled for the interval."""

    centred: bool = False
    """Take each text's mean off its ten utilities first, as Schwartz does with a person's ratings."""
    shuffles: PositiveInt = 9999
    """Orders of the ten values that the found one is compared with."""
    resamples: PositiveInt = 500
    """Bootstrap samples of the texts."""


class Circle(NamedTuple):
    """How far ten utilities follow the circle.

    ``rho``: Spearman's correlation, over the 45 pairs of values, of their distance on the circle (1 to 5 steps) with
    the correlation of their utilities; -1 is a perfect circle, 0 none. ``p``: share of the orders of the ten values
    that come as low. ``low``, ``high``: interval over texts. ``correlations``: 10 by 10, named by value, in the order
    of the circle.
    """

    rho: float
    p: float
    low: float
    high: float
    texts: int
    centred: bool
    correlations: pd.DataFrame

    def to_json(self) -> dict[str, object]:
        """Return the numbers without the matrix, and mean correlation by distance on the circle."""
        upper = self.correlations.to_numpy()[_UPPER]
        steps = circle_distances()[_UPPER]
        by_steps = {str(step): round(float(upper[steps == step].mean()), 4) for step in range(1, 6)}
        numbers = {name: round(float(getattr(self, name)), 4) for name in ("rho", "p", "low", "high")}
        return {**numbers, "texts": self.texts, "centred": self.centred, "mean_correlation_by_steps": by_steps}


def circle_distances() -> NDArray[np.int64]:
    """Return (10, 10): steps from value to value along the shorter way round the circle, 0 to 5."""
    places = np.arange(len(VALUES))
    apart = np.abs(places[:, None] - places)
    return np.asarray(np.minimum(apart, len(VALUES) - apart), dtype=np.int64)


def measure_circle(utilities: ArrayLike, settings: CircleSettings | None = None) -> Circle:
    """Return how far the correlations of ``utilities`` (n, 10; values in the order of ``VALUES``) follow the circle.

    The order of the rows makes no difference. The test is Mantel's: it shuffles the names of the values, not the 45
    pairs, which are not independent of each other.

    Raises:
        CircleError: if there are fewer than three texts, rows are not ten numbers, or a value has the same utility for
            all texts.

    Source: Schwartz (1992, 2012): the motivational circle; values across from each other conflict.
    """
    settings = settings or CircleSettings()
    scores = _checked(utilities, centred=settings.centred)
    rng = np.random.default_rng(settings.seed)
    correlations = _correlations(scores)
    rho = circle_rho(correlations)
    shuffled = (rng.permutation(len(VALUES)) for _ in range(settings.shuffles))
    as_low = sum(circle_rho(correlations[np.ix_(order, order)]) <= rho + 1e-12 for order in shuffled)
    low, high = _interval(scores, settings, rng)
    named = pd.DataFrame(correlations, index=list(VALUES), columns=list(VALUES))
    chance = (1 + as_low) / (1 + settings.shuffles)
    return Circle(rho, chance, low, high, len(scores), settings.centred, named)


def circle_rho(correlations: Floats) -> float:
    """Return Spearman's rho of the 45 correlations with the distances on the circle; NaN where all are the same."""
    ranks = _ranks(correlations[_UPPER])
    with np.errstate(invalid="ignore"):
        return float(np.corrcoef(ranks, _distance_ranks())[0, 1])


def place_values(correlations: pd.DataFrame) -> Floats:
    """Return (10, 2): the values on a plane, those that go together close to each other, turned towards the circle.

    Classical scaling of the distances root(2(1-r)), then the turn, mirroring and size (Procrustes) that bring it
    nearest to ten points on the circle of radius 1, the first at the top, clockwise.
    """
    squared = 2 * (1 - correlations.to_numpy())
    centring = np.eye(len(VALUES)) - 1 / len(VALUES)
    strengths, axes = np.linalg.eigh(-0.5 * centring @ squared @ centring)
    points = axes[:, -2:] * np.sqrt(np.clip(strengths[-2:], 0, None))
    from scipy.linalg import orthogonal_procrustes

    turn, stretch = orthogonal_procrustes(points, ideal_places())
    return np.asarray(stretch / max(float((points**2).sum()), 1e-12) * points @ turn, dtype=np.float64)


def ideal_places() -> Floats:
    """Return (10, 2): the values evenly on the circle of radius 1, the first at the top, clockwise."""
    angles = 2 * np.pi * np.arange(len(VALUES)) / len(VALUES)
    return np.stack([np.sin(angles), np.cos(angles)], axis=1)


def _checked(utilities: ArrayLike, *, centred: bool) -> Floats:
    scores = np.asarray(utilities, dtype=np.float64)
    if scores.ndim != 2 or scores.shape[1] != len(VALUES) or not bool(np.isfinite(scores).all()):
        raise CircleError(f"utilities of shape {scores.shape} are not (n, {len(VALUES)}) numbers, one per value")
    if len(scores) < 3:
        raise CircleError(
            f"{len(scores)} texts say nothing on how values go together; give at least three, best hundreds"
        )
    scores = scores[np.lexsort(scores.T)]
    scores = scores - scores.mean(axis=1, keepdims=True) if centred else scores
    flat = np.flatnonzero(scores.std(axis=0) < 1e-9)
    if len(flat):
        raise CircleError(f"all texts have the same utility for {VALUES[int(flat[0])]}; give more and other texts")
    return scores


def _interval(scores: Floats, settings: CircleSettings, rng: np.random.Generator) -> tuple[float, float]:
    """Return the percentiles of rho over draws of the texts; a draw without any spread in a value is left out."""
    drawn = (scores[rng.integers(0, len(scores), len(scores))] for _ in range(settings.resamples))
    with np.errstate(invalid="ignore", divide="ignore"):
        rhos = np.array([circle_rho(_correlations(rows)) for rows in drawn])
    tail = (1 - settings.level) / 2
    low, high = np.nanquantile(rhos, [tail, 1 - tail])
    return float(low), float(high)


def _correlations(scores: Floats) -> Floats:
    return np.asarray(np.corrcoef(scores, rowvar=False), dtype=np.float64)


def _ranks(numbers: ArrayLike) -> Floats:
    """Return average ranks: ties share theirs. Correlations are rounded, so that noise of the sums makes no order."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(np.round(np.asarray(numbers), 12)), dtype=np.float64)


@cache
def _distance_ranks() -> Floats:
    return _ranks(circle_distances()[_UPPER])
