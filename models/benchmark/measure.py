"""From predictions to the tables of a benchmark: scores with intervals, tests, and the ceiling among the scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from valuenet.models.benchmark.scores import Resampled, resample, score_models
from valuenet.models.benchmark.settings import BenchmarkSettings
from valuenet.models.benchmark.significance import compare_models
from valuenet.warehouse.benchmark_tables import BenchmarkScores, BenchmarkTests

_NOT_OF_PEOPLE = ("ece", "accuracy seen", "accuracy unseen")


class Benchmark(NamedTuple):
    """What was measured, and what any two models differ by."""

    scores: DataFrame[BenchmarkScores]
    tests: DataFrame[BenchmarkTests]


def measure_models(
    runs: Mapping[str, Sequence[pd.DataFrame]],
    people: Mapping[str, pd.DataFrame],
    settings: BenchmarkSettings,
) -> Benchmark:
    """Return the scores of every model and of ``people``, and the tests between models.

    Args:
        runs: by model, the predictions of each seed; all on the same rows in the same order.
        people: answers of people in the same form, on rows of their own (``valuenet.models.benchmark.ceiling``).
        settings: resampling.
    """
    models = {name: resample(parts, settings) for name, parts in runs.items()}
    crowd = {name: _without(resample([answers], settings)) for name, answers in people.items()}
    return Benchmark(score_models({**models, **crowd}, settings), compare_models(models, settings))


def _without(resampled: Resampled) -> Resampled:
    """Return the measures that mean something where people answer."""
    kept = [key for key in resampled.points if key[1] not in _NOT_OF_PEOPLE]
    points, samples = ({key: part[key] for key in kept} for part in (resampled.points, resampled.samples))
    return Resampled(points, samples, {key: resampled.rows[key] for key in kept})
