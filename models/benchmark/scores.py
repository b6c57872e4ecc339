"""How good models are, and how sure that is: every measure is a function of sums over texts, which are resampled.

Measures: ``accuracy``, ``mse``, ``precision|recall|f1(-1|0|1)`` (Table 2), ``ece`` (expected calibration error),
``accuracy seen`` and ``accuracy unseen`` (texts that stand in train under another value, and the others); under a value
``accuracy`` and ``mse`` (Table 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandera.typing import DataFrame

from valuenet.models.benchmark.settings import BenchmarkSettings
from valuenet.warehouse.benchmark_tables import BenchmarkScores
from valuenet.warehouse.hashing import fold_space
from valuenet.warehouse.vocabulary import VALUES

Floats = NDArray[np.float64]
Key = tuple[str, str]
_CONFUSION, _ERROR, _SEEN, _VALUES, _BINS = slice(0, 9), 9, slice(10, 12), slice(12, 42), slice(42, None)


class Resampled(NamedTuple):
    """Measures of a model by (scope, measure)."""

    points: Mapping[Key, Floats]
    """(seeds,) on the rows as they are."""
    samples: Mapping[Key, Floats]
    """(samples,) of the mean over the seeds; the same texts are drawn for every model on the same rows."""
    rows: Mapping[Key, int]
    """Rows each rests on."""


def resample(runs: Sequence[pd.DataFrame], settings: BenchmarkSettings) -> Resampled:
    """Return the measures of one model whose ``runs`` (one per seed) judge the same rows in the same order.

    All rows of a text are drawn together, since they are not independent.
    """
    texts = [fold_space(text).lower() for text in runs[0]["scenario"]]
    names, group = np.unique(np.asarray(texts, dtype=object).astype(str), return_inverse=True)
    drawn = _draws(len(names), settings)
    points, samples = [], []
    for run in runs:
        sums = np.zeros((len(names), 42 + settings.bins))
        np.add.at(sums, group, _features(run, settings.bins))
        points.append(_measures(sums.sum(axis=0, keepdims=True)))
        samples.append(_measures(drawn @ sums))
    return Resampled(
        {key: np.array([point[key][0] for point in points]) for key in points[0]},
        {key: np.mean([sample[key] for sample in samples], axis=0) for key in samples[0]},
        _row_counts(runs[0]),
    )


def score_models(models: Mapping[str, Resampled], settings: BenchmarkSettings) -> DataFrame[BenchmarkScores]:
    """Return mean, standard deviation over seeds and bootstrap interval of every measure of every model."""
    rows = [_score(name, key, resampled, settings) for name, resampled in models.items() for key in resampled.points]
    return BenchmarkScores.frame(rows)


def interval(samples: Floats, confidence: float) -> tuple[float, float]:
    """Return the ends of the percentile interval; not a number where a measure is undefined in every sample."""
    kept = samples[~np.isnan(samples)]
    if not len(kept):
        return float("nan"), float("nan")
    low, high = np.quantile(kept, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def bin_confidence(run: pd.DataFrame, bins: int) -> tuple[NDArray[np.int64], Floats]:
    """Return the bin (n,) and confidence (n,) of each row: its greatest probability."""
    confidence = run[["p_no", "p_unrelated", "p_yes"]].to_numpy(dtype=np.float64).max(axis=1)
    bin_index = np.minimum(np.nan_to_num(confidence) * bins, bins - 1).astype(np.int64)
    return bin_index, confidence


def _score(name: str, key: Key, resampled: Resampled, settings: BenchmarkSettings) -> dict[str, Any]:
    point = resampled.points[key]
    low, high = interval(resampled.samples[key], settings.level)
    return {
        "model": name,
        "scope": key[0],
        "measure": key[1],
        "mean": float(point.mean()),
        "deviation": float(point.std(ddof=1)) if len(point) > 1 else float("nan"),
        "low": low,
        "high": high,
        "seed_count": len(point),
        "rows": resampled.rows[key],
    }


def _draws(texts: int, settings: BenchmarkSettings) -> Floats:
    """Return (samples, texts): how often each text is drawn."""
    chances = np.full(texts, 1 / texts)
    return np.random.default_rng(settings.seed).multinomial(texts, chances, size=settings.resamples).astype(np.float64)


def _features(run: pd.DataFrame, bins: int) -> Floats:
    """Return (n, 42 + bins): what is summed over rows to get every measure."""
    truth, picked = run["utility"].to_numpy(dtype=np.int64), run["predicted_class"].to_numpy(dtype=np.int64)
    hit, seen = truth == picked, run["seen"].to_numpy(dtype=bool)
    error = (run["predicted_utility"].to_numpy(dtype=np.float64) - truth) ** 2
    value = np.eye(len(VALUES))[[VALUES.index(name) for name in run["value"]]]
    bin_index, confidence = bin_confidence(run, bins)
    return np.column_stack(
        [
            np.eye(9)[3 * (truth + 1) + picked + 1],
            error,
            seen,
            seen & hit,
            value,
            value * hit[:, None],
            value * error[:, None],
            np.eye(bins)[bin_index] * (confidence - hit)[:, None],
        ]
    )


def _measures(sums: Floats) -> dict[Key, Floats]:
    """Return each measure (k,) of k rows of sums; not a number where nothing can be measured."""
    confusion = sums[:, _CONFUSION].reshape(-1, 3, 3)
    rows, hits = confusion.sum(axis=(1, 2)), np.trace(confusion, axis1=1, axis2=2)
    seen, seen_hits = sums[:, _SEEN].T
    measures = {
        ("ALL", "accuracy"): hits / rows,
        ("ALL", "mse"): sums[:, _ERROR] / rows,
        **_class_measures(confusion),
        ("ALL", "ece"): np.abs(sums[:, _BINS]).sum(axis=1) / rows,
        ("ALL", "accuracy seen"): _share(seen_hits, seen),
        ("ALL", "accuracy unseen"): _share(hits - seen_hits, rows - seen),
    }
    counts, value_hits, errors = sums[:, _VALUES].reshape(-1, 3, len(VALUES)).transpose(1, 2, 0)
    for index, value in enumerate(VALUES):
        measures[value, "accuracy"] = _share(value_hits[index], counts[index])
        measures[value, "mse"] = _share(errors[index], counts[index])
    return measures


def _class_measures(confusion: Floats) -> dict[Key, Floats]:
    measures = {}
    for index, label in enumerate(("-1", "0", "1")):
        both, predicted, real = confusion[:, index, index], confusion[:, :, index].sum(1), confusion[:, index].sum(1)
        measures["ALL", f"precision({label})"] = np.nan_to_num(_share(both, predicted))
        measures["ALL", f"recall({label})"] = np.nan_to_num(_share(both, real))
        measures["ALL", f"f1({label})"] = np.nan_to_num(_share(2 * both, predicted + real))
    return measures


def _share(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


def _row_counts(run: pd.DataFrame) -> dict[Key, int]:
    counts = run["value"].value_counts()
    seen = int(run["seen"].sum())
    special = {("ALL", "accuracy seen"): seen, ("ALL", "accuracy unseen"): len(run) - seen}
    keys = _measures(np.ones((1, 43)))
    return {key: special.get(key, len(run) if key[0] == "ALL" else int(counts.get(key[0], 0))) for key in keys}
