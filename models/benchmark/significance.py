"""Do two models differ? A paired bootstrap over texts, corrected for the number of pairs compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from pandera.typing import DataFrame

from valuenet.models.benchmark.scores import Floats, Key, Resampled, interval
from valuenet.models.benchmark.settings import BenchmarkSettings
from valuenet.warehouse.benchmark_tables import BenchmarkTests

METHOD = "paired bootstrap over texts, two-sided, Holm"
_TESTED: tuple[Key, ...] = (("ALL", "accuracy"), ("ALL", "mse"))


def compare_models(models: Mapping[str, Resampled], settings: BenchmarkSettings) -> DataFrame[BenchmarkTests]:
    """Return a test of the difference between any two models, in accuracy and in squared error.

    The same texts are drawn for both models of a pair, and each model stands for the mean over its seeds, so the test
    speaks of the texts; how much the seed matters is the standard deviation in the table of scores. Twice the smaller
    share of samples on one side of 0 is the p-value, never below 2 / (samples + 1).

    Source: Efron and Tibshirani 1993, chapter 16; Holm 1979.
    """
    pairs = list(combinations(models, 2))
    rows = [row for key in _TESTED for row in _compare(models, pairs, key, settings)]
    return BenchmarkTests.frame(rows)


def _compare(
    models: Mapping[str, Resampled], pairs: Sequence[tuple[str, str]], key: Key, settings: BenchmarkSettings
) -> list[dict[str, Any]]:
    rows = [_test(models, pair, key, settings) for pair in pairs]
    for row, corrected in zip(rows, holm([row["p_value"] for row in rows]), strict=True):
        row["p_holm"] = corrected
    return rows


def _test(
    models: Mapping[str, Resampled], pair: tuple[str, str], key: Key, settings: BenchmarkSettings
) -> dict[str, Any]:
    one, other = (models[name] for name in pair)
    differences = one.samples[key] - other.samples[key]
    low, high = interval(differences, settings.level)
    return {
        "model": pair[0],
        "other_model": pair[1],
        "measure": key[1],
        "difference": float(one.points[key].mean() - other.points[key].mean()),
        "low": low,
        "high": high,
        "p_value": two_sided(differences),
        "method": METHOD,
    }


def two_sided(differences: Floats) -> float:
    """Return the two-sided p-value of bootstrapped ``differences`` (samples,)."""
    side = min(int((differences <= 0).sum()), int((differences >= 0).sum()))
    return min(1.0, 2 * (side + 1) / (len(differences) + 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values after Holm's step-down correction, in their order; none for none."""
    from statsmodels.stats.multitest import multipletests

    return [float(p) for p in multipletests(p_values, method="holm")[1]] if len(p_values) else []
