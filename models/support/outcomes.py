"""Whether seekers show more positive values at the end of conversations that helped them much.

Source: ES-VR (arXiv 2501.17182), analysis of ESConv: 7.9 positive values in the seeker's last four turns where distress
fell from 5 to 1 or 2, and 6.5 where it fell little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from valuenet.models.detector.scorers import CategoryScorer
from valuenet.models.emotion.reading import EmotionReader
from valuenet.warehouse.learning_tables import Conversation
from valuenet.warehouse.settings import BootstrapSettings

#: What the paper found: values per conversation.
PUBLISHED = {"much": 7.9, "little": 6.5}
GROUPS = ("much", "little")
_MEASURES = ("number", "share")


class OutcomeSettings(BootstrapSettings):
    """Which conversations are compared, and what counts as a positive value."""

    last_turns: PositiveInt = 4
    """Turns of the seeker that are read at the end; for the distress before, as many at the start. In a conversation of
    fewer than twice as many, some turns count for both."""
    before: int = Field(default=5, ge=1, le=5)
    """Distress at the start of the conversations compared."""
    much_at_most: int = Field(default=2, ge=1, le=5)
    """Distress at the end, at most, where the conversation helped much."""
    little_at_least: int = Field(default=4, ge=1, le=5)
    """Distress at the end, at least, where it helped little. The review of the paper does not give its bound."""
    positive_above: float = Field(default=3.0, ge=1, le=5)
    """A turn is positive where its valence is above this; its values are positive values then."""
    threshold: float | None = Field(default=None, ge=0, le=1)
    """Probability from which on a value counts as found; none takes the scorer's own."""
    resamples: PositiveInt = 2000
    """Bootstrap samples of the conversations of each group."""

    @model_validator(mode="after")
    def _parts_them(self) -> Self:
        if self.much_at_most >= self.little_at_least:
            raise ValueError(
                f"much_at_most={self.much_at_most} must be less than little_at_least={self.little_at_least}"
            )
        return self


class Difference(BaseModel):
    """Means of the two groups, much less little, with its bootstrap interval; None where a group is empty."""

    model_config = ConfigDict(frozen=True)
    much: float | None
    little: float | None
    difference: float | None
    low: float | None
    high: float | None


class Outcomes(BaseModel):
    """What was found, on how many conversations, and what could not be used."""

    model_config = ConfigDict(frozen=True)
    settings: OutcomeSettings
    emotion: str
    """Fingerprint of who read feeling."""
    categories: str
    """Fingerprint of who read values."""
    threshold: float
    conversations: dict[str, int]
    """Group -> conversations; those not compared stand under the reason."""
    files: dict[str, dict[str, float | None]]
    """File -> conversations, those with distress before and after, and the mean number of positive values."""
    number: Difference
    """Positive values in the last turns, per conversation."""
    share: Difference
    """Positive values as a share of all values found there, over conversations that show any."""
    read_as_rated: dict[str, float | None]
    """Spearman's rank correlation of the distress read in a seeker's first and last turns (mean) with the seeker's own
    rating before and after: ``before`` and ``after``, each over the conversations that give it."""
    correlation: float | None
    """Spearman's rank correlation of the number with the fall of distress, over all conversations that give both."""


def measure_outcomes(
    conversations: Mapping[str, Sequence[Conversation]],
    settings: OutcomeSettings,
    *,
    emotion: EmotionReader,
    categories: CategoryScorer,
) -> Outcomes:
    """Return how the values at the end of conversations go with how much these helped.

    Args:
        conversations: file -> conversations, as ``read_conversations`` gives them.
        settings: what is compared.
        emotion: who says which turns are positive.
        categories: who says which values a turn shows.
    """
    threshold = categories.threshold if settings.threshold is None else settings.threshold
    rows = count_values(conversations, settings, threshold, emotion=emotion, categories=categories)
    both = rows.dropna(subset=["before", "after"])
    return Outcomes(
        settings=settings,
        emotion=emotion.fingerprint,
        categories=categories.fingerprint,
        threshold=threshold,
        conversations={str(group): int(count) for group, count in rows["group"].value_counts().sort_index().items()},
        files={str(file): _describe(part) for file, part in rows.groupby("file")},
        number=compare_groups(rows, "number", settings),
        share=compare_groups(rows, "share", settings),
        read_as_rated={
            when: _rank_correlation(
                *(rows.dropna(subset=[when, f"read {when}"])[name] for name in (f"read {when}", when))
            )
            for when in ("before", "after")
        },
        correlation=_rank_correlation(both["number"], both["before"] - both["after"]),
    )


def count_values(
    conversations: Mapping[str, Sequence[Conversation]],
    settings: OutcomeSettings,
    threshold: float,
    *,
    emotion: EmotionReader,
    categories: CategoryScorer,
) -> pd.DataFrame:
    """Return file, before, after, group, number and share of positive values per conversation, and the distress read.

    The share is missing where no value was found. ``read before`` and ``read after`` are the mean distress read in the
    first and the last turns (``settings.last_turns``), missing where the seeker says nothing.
    """
    every = [(file, talk) for file in sorted(conversations) for talk in conversations[file]]
    turns = [(at, turn) for at, (_, talk) in enumerate(every) for turn in talk.turns[-settings.last_turns :]]
    owners = np.array([at for at, _ in turns], dtype=np.int64)
    texts = [turn for _, turn in turns]
    shown = (categories.probabilities(texts) >= threshold).sum(axis=1)
    begun = [(at, turn) for at, (_, talk) in enumerate(every) for turn in talk.turns[: settings.last_turns]]
    distinct = list(dict.fromkeys([*texts, *(turn for _, turn in begun)]))  # many turns are at both ends
    row_of = {turn: at for at, turn in enumerate(distinct)}
    read = emotion.read(distinct)
    feeling = read[[row_of[turn] for turn in texts]]
    positive = feeling[:, 0] > settings.positive_above
    number = np.bincount(owners, weights=shown * positive, minlength=len(every))
    total = np.bincount(owners, weights=shown, minlength=len(every))
    share = np.divide(number, total, out=np.full(len(every), np.nan), where=total > 0)
    rows = pd.DataFrame({"file": [file for file, _ in every], "number": number, "share": share})
    rows["before"] = [np.nan if talk.before is None else talk.before for _, talk in every]
    rows["after"] = [np.nan if talk.after is None else talk.after for _, talk in every]
    begins = read[[row_of[turn] for _, turn in begun], 1]
    rows["read before"] = _mean_by([at for at, _ in begun], begins, len(every))
    rows["read after"] = _mean_by(owners, feeling[:, 1], len(every))
    rows["group"] = [_group(talk, settings) for _, talk in every]
    return rows


def _mean_by(owners: ArrayLike, values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return the mean of the values of each owner 0 to ``count`` - 1; nan of one who has none."""
    whose = np.asarray(owners, dtype=np.int64)
    total, of = np.bincount(whose, weights=values, minlength=count), np.bincount(whose, minlength=count)
    return np.asarray(np.divide(total, of, out=np.full(count, np.nan), where=of > 0))


def compare_groups(rows: pd.DataFrame, measure: str, settings: OutcomeSettings) -> Difference:
    """Return the means of ``measure`` in the two groups and the interval of their difference, conversations redrawn."""
    much, little = (rows.loc[rows["group"] == group, measure].dropna().to_numpy(dtype=np.float64) for group in GROUPS)
    means = [float(part.mean()) if len(part) else None for part in (much, little)]
    if not len(much) or not len(little):
        return Difference(much=means[0], little=means[1], difference=None, low=None, high=None)
    generator = np.random.default_rng((settings.seed, _MEASURES.index(measure)))
    drawn = _means(much, generator, settings.resamples) - _means(little, generator, settings.resamples)
    low, high = np.quantile(drawn, [(1 - settings.level) / 2, (1 + settings.level) / 2])
    gap = float(much.mean() - little.mean())
    return Difference(much=means[0], little=means[1], difference=gap, low=float(low), high=float(high))


def _means(part: NDArray[np.float64], generator: np.random.Generator, draws: int) -> NDArray[np.float64]:
    return np.asarray(part[generator.integers(len(part), size=(draws, len(part)))].mean(axis=1))


def _group(talk: Conversation, settings: OutcomeSettings) -> str:
    """Return ``much`` or ``little``, or why the conversation is not compared."""
    if talk.before is None:
        return "distress not given"
    if talk.after is None:
        return "distress at the end not given"
    if talk.before != settings.before:
        return f"distress at the start not {settings.before}"
    if talk.after <= settings.much_at_most:
        return GROUPS[0]
    return GROUPS[1] if talk.after >= settings.little_at_least else "helped neither much nor little"


def _describe(part: pd.DataFrame) -> dict[str, float | None]:
    both = part["before"].notna() & part["after"].notna()
    return {
        "conversations": len(part),
        "with distress before and after": int(both.sum()),
        "positive values": float(part["number"].mean()),
    }


def _rank_correlation(one: pd.Series, other: pd.Series) -> float | None:
    if len(one) < 3 or one.nunique() < 2 or other.nunique() < 2:
        return None
    from scipy.stats import spearmanr

    return float(spearmanr(one, other).statistic)
