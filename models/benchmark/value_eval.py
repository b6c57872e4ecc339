"""A check from outside: do utilities tell which values an argument of ValueEval'23 draws on.

Its twenty categories become the ten values by the crosswalk (Face and Humility drop out); an argument counts for a
value where it has one of the value's categories. The intervals draw whole conclusions: arguments on one are alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pydantic import PositiveInt

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.settings import BootstrapSettings
from valuenet.warehouse.vocabulary import CATEGORIES, CROSSWALK, VALUES

#: What of a utility is held against the labels: itself, and how far it is from 0 whatever its sign.
SCORES = ("utility", "strength")
MEAN = "mean of the values"
_Bools = NDArray[np.bool_]
_Floats = NDArray[np.float64]


class CheckRowsError(InputError):
    """Utilities and arguments do not belong together."""


class CheckSettings(BootstrapSettings):
    """How the intervals of a check are made: conclusions are resampled."""

    resamples: PositiveInt = 500
    """Bootstrap samples of the conclusions."""


class _Sample(NamedTuple):
    utilities: _Floats
    labels: _Bools


def value_labels(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a column of bool per value: whether an argument has one of the value's categories."""
    members = {value: [c for c in CATEGORIES if CROSSWALK[c] == value] for value in VALUES}
    return pd.DataFrame({value: rows[names].max(axis=1) > 0 for value, names in members.items()})


def check_against_value_eval(utilities: ArrayLike, rows: pd.DataFrame, settings: CheckSettings) -> pd.DataFrame:
    """Return how well ``utilities`` (n, 10) order the arguments ``rows`` by each value, and on the mean.

    One row per value and score (``utility`` u, ``strength`` |u|), and one per score for the mean: value, score, rows,
    positives, auc (0.5 is chance), auc_low, auc_high, correlation (point-biserial, -1 to 1), correlation_low,
    correlation_high. A value that all or none of the arguments have gets no figures, and does not enter the mean.

    Raises:
        CheckRowsError: if there is no row, or not ten utilities for each.
    """
    scores = np.asarray(utilities, dtype=np.float64)
    if rows.empty or scores.shape != (len(rows), len(VALUES)):
        raise CheckRowsError(
            f"utilities of shape {scores.shape} for {len(rows):,} arguments; give ten per argument, and at least one"
        )
    rows = rows.reset_index(drop=True)
    order = rows.sort_values("argument_id").index
    labels = value_labels(rows).to_numpy()[order]
    sample, groups = _Sample(scores[order], labels), pd.factorize(rows["conclusion"].loc[order])[0]
    point = _measure(sample)
    members = [np.flatnonzero(groups == group) for group in range(groups.max() + 1)]
    generator = np.random.default_rng(settings.seed)
    drawn = [_draw(sample, members, generator) for _ in range(settings.resamples)]
    tail = (1 - settings.level) / 2
    low, high = (_quantiles(np.stack(drawn), share) for share in (tail, 1 - tail))
    return _table(labels, point, low, high)


def auc(scores: ArrayLike, labels: ArrayLike) -> float:
    """Return the chance that a positive scores above a negative, ties counting half; NaN where one kind is missing.

    Source: Mann and Whitney 1947.
    """
    from scipy.stats import rankdata

    truth = np.asarray(labels, dtype=bool)
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return float("nan")
    ranks = rankdata(np.asarray(scores))
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def point_biserial(scores: ArrayLike, labels: ArrayLike) -> float:
    """Return the correlation of ``scores`` with labels of 0 and 1; NaN where one of them does not vary."""
    x, y = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=np.float64)
    spread = x.std() * y.std()
    return float(((x - x.mean()) * (y - y.mean())).mean() / spread) if spread > 0 else float("nan")


def _measure(sample: _Sample) -> _Floats:
    """Return AUC and correlation (2 scores, 11, 2): the ten values, then their mean."""
    measures = np.full((len(SCORES), len(VALUES) + 1, 2), np.nan)
    for at, scores in enumerate((sample.utilities, np.abs(sample.utilities))):
        for column in range(len(VALUES)):
            columns = scores[:, column], sample.labels[:, column]
            measures[at, column] = auc(*columns), point_biserial(*columns)
        seen = measures[at, :-1][~np.isnan(measures[at, :-1]).any(axis=1)]
        measures[at, -1] = seen.mean(axis=0) if len(seen) else np.nan
    return measures


def _draw(sample: _Sample, members: list[NDArray[np.int64]], generator: np.random.Generator) -> _Floats:
    picked = np.concatenate([members[i] for i in generator.integers(0, len(members), len(members))])
    return _measure(_Sample(sample.utilities[picked], sample.labels[picked]))


def _quantiles(drawn: _Floats, share: float) -> _Floats:
    """Return the quantile over the draws that have a figure; NaN where none has."""
    masked = np.ma.masked_invalid(np.sort(drawn, axis=0))
    counts = masked.count(axis=0)
    places = np.clip(np.rint(share * (counts - 1)).astype(np.int64), 0, None)
    quantiles = np.take_along_axis(np.sort(drawn, axis=0), places[np.newaxis], axis=0)[0]  # NaN sorts last
    return np.where(counts > 0, quantiles, np.nan)


def _table(labels: _Bools, point: _Floats, low: _Floats, high: _Floats) -> pd.DataFrame:
    rows = []
    for at, score in enumerate(SCORES):
        for column, value in enumerate((*VALUES, MEAN)):
            positives = int(labels[:, column].sum()) if column < len(VALUES) else int(labels.sum())
            ends = [end[at, column, kind] for kind in (0, 1) for end in (point, low, high)]
            rows.append((value, score, len(labels), positives, *ends))
    kinds = [f"{kind}{end}" for kind in ("auc", "correlation") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["value", "score", "rows", "positives", *kinds])
