"""How far workers agree: observed agreement, Fleiss' kappa, Krippendorff's alpha, each with a bootstrap interval.

All three depend only on how often each combination of votes occurs (``3 no, 1 yes``), so a resample of the items is one
draw of a multinomial over the few combinations there are: a thousand resamples of any number of items take no time.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandera.typing import DataFrame
from pydantic import Field

from valuenet.annotation.votes import COUNT_COLUMNS, count_votes
from valuenet.warehouse.crowd_tables import Agreement, Judgements
from valuenet.warehouse.settings import BootstrapSettings
from valuenet.warehouse.vocabulary import VALUES

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

NOT_JUDGED_TWICE = "no item was judged by two workers or more"
ONE_LABEL = "only one label was given, so agreement by chance is already complete"


class AgreementSettings(BootstrapSettings):
    """How the intervals are made: items are resampled."""

    seed: int = Field(0, ge=0)
    """Decides the samples."""


class Measure(NamedTuple):
    """One measure; ``estimate`` is NaN where it is undefined, and then ``undefined`` says why."""

    statistic: str
    estimate: float
    low: float
    high: float
    items: int
    judgement_count: int
    undefined: str | None


def measure_agreement(counted: DataFrame[Judgements], settings: AgreementSettings) -> DataFrame[Agreement]:
    """Return the three measures for each of the ten values and for ALL, an item being a scenario under a value."""
    votes = count_votes(counted)
    rows = []
    for scope in (*VALUES, "ALL"):
        inside = votes if scope == "ALL" else votes[votes["value"] == scope]
        counts = inside[list(COUNT_COLUMNS.values())].to_numpy(dtype=np.int64)
        rows += [measure._asdict() | {"scope": scope} for measure in measure_counts(counts, settings)]
    return Agreement.frame(rows)


def measure_counts(counts: Counts, settings: AgreementSettings) -> list[Measure]:
    """Return observed agreement, Fleiss' kappa and Krippendorff's alpha of ``counts``.

    Items with one judgement say nothing about agreement and are left out of all three. Fleiss' kappa is defined for
    equal numbers of judgements only: it rests on the items with the most frequent number (of two as frequent, the
    larger); ``items`` says how many these are. The interval is the bootstrap's percentile interval over items, of the
    samples in which the measure is defined; it is NaN for fewer than two items.

    Args:
        counts: (items, labels) how many judgements of an item gave each label.
        settings: resamples, level, seed.
    """
    shared = counts[counts.sum(axis=1) >= 2]
    equal = _of_modal_size(shared)
    return [
        _measure("observed", shared, observed_agreement, settings),
        _by_statsmodels(_measure("fleiss_kappa", equal, fleiss_kappa, settings), equal),
        _measure("krippendorff_alpha", shared, krippendorff_alpha, settings),
    ]


def _by_statsmodels(kappa: Measure, counts: Counts) -> Measure:
    """Return ``kappa`` with the estimate statsmodels gives; ours, equal to it, exists to take many samples at once."""
    from statsmodels.stats.inter_rater import fleiss_kappa as one_kappa

    return kappa if kappa.undefined else kappa._replace(estimate=float(one_kappa(counts)))


def observed_agreement(counts: Counts, weights: Counts) -> Floats:
    """Return the mean over items of the share of pairs of judgements that agree, in [0, 1], as (samples,).

    Args:
        counts: (items, labels), at least two judgements an item.
        weights: (samples, items) how often each item is in each sample.
    """
    judged = counts.sum(axis=1)
    agreeing = (counts * (counts - 1)).sum(axis=1) / (judged * (judged - 1))
    return np.asarray(weights @ agreeing / weights.sum(axis=1), dtype=np.float64)


def fleiss_kappa(counts: Counts, weights: Counts) -> Floats:
    """Return Fleiss' kappa of each sample, at most 1, NaN where one label alone was given; arguments as above.

    Every item must have the same number of judgements. Source: Fleiss 1971.
    """
    given = weights @ counts
    chance = ((given / given.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
    return _ratio(observed_agreement(counts, weights) - chance, 1 - chance, several=(given > 0).sum(axis=1) > 1)


def krippendorff_alpha(counts: Counts, weights: Counts) -> Floats:
    """Return Krippendorff's alpha for nominal labels of each sample, NaN where one label alone was given.

    1 minus observed over expected disagreement, both over pairs of judgements of one item; items may have any number
    of judgements from two. Arguments as above. Source: Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability".
    """
    judged = counts.sum(axis=1)
    differing = (judged**2 - (counts**2).sum(axis=1)) / (judged - 1)
    given = (weights @ counts).astype(np.float64)
    total = given.sum(axis=1)
    expected = (total**2 - (given**2).sum(axis=1)) / (total - 1)
    return _ratio(expected - weights @ differing, expected, several=(given > 0).sum(axis=1) > 1)


def _ratio(above: Floats, below: Floats, *, several: NDArray[np.bool_]) -> Floats:
    return np.where(several, above / np.where(several, below, 1), np.nan)


def _of_modal_size(counts: Counts) -> Counts:
    """Return the items with the most frequent number of judgements; of two as frequent the larger number."""
    judged = counts.sum(axis=1)
    frequency = np.bincount(judged)
    modal = np.flatnonzero(frequency == frequency.max(initial=0)).max(initial=0)
    return np.asarray(counts[judged == modal])


def _measure(
    statistic: str, counts: Counts, measure: Callable[[Counts, Counts], Floats], settings: AgreementSettings
) -> Measure:
    items, judged = len(counts), int(counts.sum())
    if not items:
        return Measure(statistic, np.nan, np.nan, np.nan, items, judged, NOT_JUDGED_TWICE)
    patterns, often = np.unique(counts, axis=0, return_counts=True)
    estimate = float(measure(patterns, often[None, :])[0])
    if np.isnan(estimate):
        return Measure(statistic, np.nan, np.nan, np.nan, items, judged, ONE_LABEL)
    low, high = _interval(measure, patterns, often, settings) if items > 1 else (np.nan, np.nan)
    return Measure(statistic, estimate, low, high, items, judged, None)


def _interval(
    measure: Callable[[Counts, Counts], Floats], patterns: Counts, often: Counts, settings: AgreementSettings
) -> tuple[float, float]:
    """Return the percentile interval of ``measure`` over bootstrap samples of the items."""
    items = int(often.sum())
    rng = np.random.default_rng(settings.seed)
    samples = measure(patterns, rng.multinomial(items, often / items, size=settings.resamples))
    defined = pd.Series(samples).dropna().to_numpy()
    tail = (1 - settings.level) / 2
    low, high = np.quantile(defined, (tail, 1 - tail)) if len(defined) else (np.nan, np.nan)
    return float(low), float(high)
