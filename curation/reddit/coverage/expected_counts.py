"""How much a day should hold, by the days around it and its weekday, and how far from that it is.

Everything is by medians, so that neither a hole nor a storm moves what is expected of its neighbours. Counts scatter
more than chance alone would have them, since comments come in threads; by how much is measured on the same days.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TO_SIGMA = 1.4826
_WEEKS_FOR_WEEKDAYS = 8


class Expected(NamedTuple):
    """What was to be expected of each of n days.

    Attributes:
        counts: (n,) expected count.
        deviation: (n,) robust deviations the log count is away from it, negative for less.
        log_chance_of_none: (n,) natural log of the chance that such a day has nothing.
    """

    counts: Floats
    deviation: Floats
    log_chance_of_none: Floats


def expect_counts(counts: Floats, reach: int) -> Expected:
    """Return what the ``reach`` days before and after each of n consecutive days make expect of it.

    Args:
        counts: (n,) counts by day; NaN for a day nothing is known of.
        reach: days on either side; the day itself never counts.
    """
    logs = np.log1p(counts)
    level = _median_around(logs, reach)
    level = level + _weekday_effect(logs - level)
    count = np.expm1(level)
    scatter = _TO_SIGMA * _median_around(np.abs(counts - count), reach)
    excess = np.maximum(scatter**2 / np.maximum(count, 1e-9), 1.0)
    by_chance = np.sqrt(excess / np.maximum(count, 1.0))
    spread = np.maximum(_TO_SIGMA * _median_around(np.abs(logs - level), reach), by_chance)
    # A negative binomial of this mean and variance has nothing with chance excess ** (-count / (excess - 1)).
    more = np.maximum(excess - 1.0, 1e-6)
    return Expected(count, (logs - level) / spread, -count * np.log1p(more) / more)


def _median_around(values: Floats, reach: int) -> Floats:
    """Return the median of the neighbours of each value; 0 where it has none."""
    padded = np.concatenate([np.full(reach, np.nan), values, np.full(reach, np.nan)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).copy()
    windows[:, reach] = np.nan
    some = ~np.isnan(windows).all(axis=1)
    medians = np.zeros(len(values))
    medians[some] = np.nanmedian(windows[some], axis=1)
    return medians


def _weekday_effect(residuals: Floats) -> Floats:
    """Return the median residual of the weekday of each day; 0 where there are too few weeks to tell."""
    days = np.arange(len(residuals)) % 7
    known = ~np.isnan(residuals)
    effect = np.zeros(len(residuals))
    for weekday in range(7):
        its = days == weekday
        if (its & known).sum() >= _WEEKS_FOR_WEEKDAYS:
            effect[its] = np.median(residuals[its & known])
    return effect
