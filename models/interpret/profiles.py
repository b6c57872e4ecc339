"""What a speaker stands for: ten utilities over several utterances with intervals, and two speakers compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pydantic import PositiveInt

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.settings import BootstrapSettings
from valuenet.warehouse.vocabulary import GROUPS, VALUES

Floats = NDArray[np.float64]
_DRAWN_AT_ONCE = 4_000_000


class ProfileError(InputError):
    """A profile was asked for without utterances, or of numbers that are no utilities."""


class ProfileSettings(BootstrapSettings):
    """How intervals are made: utterances are resampled, and permuted in a comparison."""

    resamples: PositiveInt = 2000
    """Bootstrap samples of the utterances, and permutations in a comparison."""


class Judge(Protocol):
    """Whatever gives each text ten utilities; a ``ValueModel`` does."""

    def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, 10), values in the order of ``VALUES``."""
        ...


class Profile(NamedTuple):
    """A speaker: ten rows (value, group, utility, low, high) and four (group, utility, low, high)."""

    by_value: pd.DataFrame
    by_group: pd.DataFrame
    texts: int
    level: float


class Comparison(NamedTuple):
    """One speaker minus another, per value and per group: difference, low, high, p (family-wise), clear."""

    by_value: pd.DataFrame
    by_group: pd.DataFrame
    texts: tuple[int, int]
    level: float


def profile_texts(model: Judge, texts: Sequence[str], settings: ProfileSettings | None = None) -> Profile:
    """Return the profile of the speaker of ``texts``, each utterance counting the same.

    Raises:
        ProfileError: if there is no text.
        BlankTextError: naming the first text without words.
    """
    return profile_utilities(model.predict(list(texts)), settings or ProfileSettings())


def profile_utilities(utilities: ArrayLike, settings: ProfileSettings) -> Profile:
    """Return the mean of ``utilities`` (n, 10) per value and per higher-order group, with intervals.

    The intervals are percentiles of the bootstrap over utterances, widened by the root of n/(n-1) for small n; they
    tell how far other utterances of the speaker would move the mean, not how far the model errs. One utterance has
    none (NaN). The order of the rows makes no difference.

    Raises:
        ProfileError: if there is no row, or one is not ten utilities in [-1, 1].
    """
    scores = _checked(utilities)
    rng = np.random.default_rng(settings.seed)
    parts = []
    for table in (scores, _grouped(scores)):
        low, high = _interval(table.mean(axis=0), _resampled_means(table, settings.resamples, rng), settings, (-1, 1))
        parts.append({"utility": table.mean(axis=0), "low": low, "high": high})
    return Profile(*_framed(parts), len(scores), settings.level)


def compare_speakers(one: ArrayLike, other: ArrayLike, settings: ProfileSettings) -> Comparison:
    """Return how far the utilities of ``one`` (n, 10) lie above those of ``other`` (m, 10).

    ``p`` is that of a permutation of the utterances between the two, for the largest of all (ten, or four) standardised
    differences: of all values together, chance makes one that clear in a share ``p`` of cases. ``clear`` says that p is
    below 1 - level. With one utterance on a side there is neither an interval nor a p (NaN).

    Raises:
        ProfileError: if a side has no row, or a row is not ten utilities in [-1, 1].
    """
    sides = [_checked(one), _checked(other)]
    rng = np.random.default_rng(settings.seed)
    parts = []
    for pair in (sides, [_grouped(side) for side in sides]):
        difference = pair[0].mean(axis=0) - pair[1].mean(axis=0)
        means = [_resampled_means(side, settings.resamples, rng) for side in pair]
        low, high = _interval(difference, means[0] - means[1], settings, (-2, 2))
        chance = _family_chance(pair[0], pair[1], settings.resamples, rng)
        clear = chance < 1 - settings.level
        parts.append({"difference": difference, "low": low, "high": high, "p": chance, "clear": clear})
    return Comparison(*_framed(parts), (len(sides[0]), len(sides[1])), settings.level)


def _checked(utilities: ArrayLike) -> Floats:
    scores = np.asarray(utilities, dtype=np.float64)
    if scores.size == 0:
        raise ProfileError("a profile needs at least one utterance; give the texts of a speaker")
    if scores.ndim != 2 or scores.shape[1] != len(VALUES) or not bool((np.abs(scores) <= 1).all()):
        raise ProfileError(f"utilities of shape {scores.shape} are not (n, {len(VALUES)}) numbers in [-1, 1]")
    return scores[np.lexsort(scores.T)]


def _grouped(scores: Floats) -> Floats:
    """Return (n, 4): per utterance the mean over the values of each group."""
    return np.stack([scores[:, _members(group)].mean(axis=1) for group in _groups()], axis=1)


def _groups() -> list[str]:
    return list(dict.fromkeys(GROUPS[value] for value in VALUES))


def _members(group: str) -> list[int]:
    return [index for index, value in enumerate(VALUES) if GROUPS[value] == group]


def _resampled_means(scores: Floats, resamples: int, rng: np.random.Generator) -> Floats:
    """Return (resamples, k) means of rows drawn with replacement, spread as those of n-1 would be; NaN for one row."""
    rows = len(scores)
    if rows == 1:
        return np.full((resamples, scores.shape[1]), np.nan)
    block = max(1, _DRAWN_AT_ONCE // rows)
    sizes = [min(block, resamples - start) for start in range(0, resamples, block)]
    counts = (rng.multinomial(rows, np.full(rows, 1 / rows), size=size) for size in sizes)
    means = np.concatenate([count @ scores / rows for count in counts])
    centre = scores.mean(axis=0)
    return np.asarray(centre + (means - centre) * np.sqrt(rows / (rows - 1)), dtype=np.float64)


def _interval(
    centre: Floats, means: Floats, settings: ProfileSettings, limits: tuple[float, float]
) -> tuple[Floats, Floats]:
    tail = (1 - settings.level) / 2
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return np.clip(np.fmin(low, centre), *limits) + 0 * low, np.clip(np.fmax(high, centre), *limits) + 0 * high


def _family_chance(one: Floats, other: Floats, resamples: int, rng: np.random.Generator) -> Floats:
    """Return (k,): the share of shuffles whose largest standardised difference reaches that of the column."""
    if min(len(one), len(other)) == 1:
        return np.full(one.shape[1], np.nan)
    pooled = np.concatenate([one, other])
    pooled = pooled[np.lexsort(pooled.T)]
    spread = np.where((deviation := pooled.std(axis=0)) > 0, deviation, 1.0)
    centred = (pooled - pooled.mean(axis=0)) / spread
    weights = np.full(len(pooled), -1 / len(other))
    weights[: len(one)] = 1 / len(one)
    largest = np.array([np.abs(rng.permutation(weights) @ centred).max() for _ in range(resamples)])
    seen = np.abs(one.mean(axis=0) - other.mean(axis=0)) / spread
    reached = (largest[:, None] >= seen - 1e-12).sum(axis=0)
    return np.asarray((1 + reached) / (1 + resamples), dtype=np.float64)


def _framed(parts: list[dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    values = pd.DataFrame({"value": list(VALUES), "group": [GROUPS[value] for value in VALUES], **parts[0]})
    return values, pd.DataFrame({"group": _groups(), **parts[1]})
