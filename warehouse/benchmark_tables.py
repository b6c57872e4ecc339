"""Contracts of what a benchmark of value models writes: predictions, scores and tests."""

from __future__ import annotations

from typing import ClassVar

from pandera.typing import Series

from valuenet.warehouse import columns as c
from valuenet.warehouse.tables import Table


class BenchmarkPredictions(Table):
    """What one trained model said of every measured pair (one row per model, seed and pair)."""

    model: Series[str] = c.MODEL
    seed: Series[int] = c.MODEL_SEED
    value: Series[str] = c.VALUE
    scenario: Series[str] = c.SCENARIO
    utility: Series[int] = c.UTILITY
    predicted_utility: Series[float] = c.PREDICTED_UTILITY
    predicted_class: Series[int] = c.PREDICTED_CLASS
    p_no: Series[float] = c.P_NO
    p_unrelated: Series[float] = c.P_UNRELATED
    p_yes: Series[float] = c.P_YES
    seen: Series[bool] = c.SEEN

    class Config(Table.Config):
        name = "benchmark_predictions"
        unique: ClassVar = ["model", "seed", "value", "scenario"]


class BenchmarkScores(Table):
    """How good each model is, over its seeds, with bootstrap intervals over texts."""

    model: Series[str] = c.MODEL
    scope: Series[str] = c.SCOPE
    measure: Series[str] = c.MEASURE
    mean: Series[float] = c.MEAN
    deviation: Series[float] = c.DEVIATION
    low: Series[float] = c.LOW
    high: Series[float] = c.HIGH
    seed_count: Series[int] = c.SEED_COUNT
    rows: Series[int] = c.MEASURED_ROWS

    class Config(Table.Config):
        name = "benchmark_scores"
        unique: ClassVar = ["model", "scope", "measure"]


class BenchmarkTests(Table):
    """Whether two models differ (one row per pair of models and measure)."""

    model: Series[str] = c.MODEL
    other_model: Series[str] = c.OTHER_MODEL
    measure: Series[str] = c.MEASURE
    difference: Series[float] = c.DIFFERENCE
    low: Series[float] = c.LOW
    high: Series[float] = c.HIGH
    p_value: Series[float] = c.P_VALUE
    p_holm: Series[float] = c.P_HOLM
    method: Series[str] = c.TEST_METHOD

    class Config(Table.Config):
        name = "benchmark_tests"
        unique: ClassVar = ["model", "other_model", "measure"]
