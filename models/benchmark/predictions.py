"""What every model says of the measured pairs, in one form: models, baselines, and people for the ceiling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandera.typing import DataFrame

from valuenet.models.values.baselines import majority_class, tfidf_regression
from valuenet.models.values.heads import Scores
from valuenet.warehouse.benchmark_tables import BenchmarkPredictions
from valuenet.warehouse.hashing import fold_space

Learn = Callable[[pd.DataFrame, pd.DataFrame], NDArray[np.float64]]

#: Baselines that no seed changes, by name: probabilities (n, 3) on the second frame, learned from the first.
BASELINES: Mapping[str, Learn] = MappingProxyType({"majority class": majority_class, "TF-IDF": tfidf_regression})


def mark_seen(rows: pd.DataFrame, train: pd.DataFrame) -> pd.DataFrame:
    """Return ``rows`` with the column seen: whether the text stands in ``train``; case and white space do not count."""
    known = set(_fold(train["scenario"]))
    return rows.assign(seen=[text in known for text in _fold(rows["scenario"])])


def predictions(model: str, seed: int, rows: pd.DataFrame, scores: Scores) -> DataFrame[BenchmarkPredictions]:
    """Return the answers of one training on ``rows`` (value, scenario, utility, seen), sorted by text and value."""
    shares = np.full((len(rows), 3), np.nan) if scores.probabilities is None else scores.probabilities
    frame = rows.assign(
        model=model,
        seed=seed,
        predicted_utility=np.clip(scores.utilities.astype(np.float64), -1, 1),
        predicted_class=scores.classes(),
        p_no=shares[:, 0],
        p_unrelated=shares[:, 1],
        p_yes=shares[:, 2],
    )
    return BenchmarkPredictions.frame(frame.sort_values(["scenario", "value"], kind="stable"))


def baseline_predictions(train: pd.DataFrame, rows: pd.DataFrame) -> dict[str, DataFrame[BenchmarkPredictions]]:
    """Return what each of ``BASELINES``, learned from ``train``, says of ``rows``."""
    by_baseline = {}
    for name, learn in BASELINES.items():
        shares = learn(train, rows)
        scores = Scores((shares[:, 2] - shares[:, 0]).astype(np.float32), shares.astype(np.float32))
        by_baseline[name] = predictions(name, 0, rows, scores)
    return by_baseline


def _fold(texts: Iterable[str]) -> list[str]:
    return [fold_space(text).lower() for text in texts]
