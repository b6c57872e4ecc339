"""How well categories are found: precision, recall and F1 of each, their means, and the threshold that does best."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict

from valuenet.models.reporting.scores import ClassScore, NothingToEvaluateError, class_scores
from valuenet.warehouse.vocabulary import CATEGORIES

#: Thresholds that are tried.
THRESHOLDS = tuple(round(0.05 + 0.01 * step, 2) for step in range(86))
#: Macro-F1 on the *test* part as published (Kiesel et al. 2023; Schroter et al. 2023): other rows than validation.
PUBLISHED = {"all ones": 0.26, "BERT": 0.42, "mean of twelve large models": 0.56}


class DetectionMetrics(BaseModel):
    """Metrics of n predicted sets of categories. A share whose denominator is 0 is 0."""

    model_config = ConfigDict(frozen=True)
    rows: int
    macro_f1: float
    """Mean of the categories' F1."""
    macro_precision: float
    macro_recall: float
    micro_f1: float
    micro_precision: float
    micro_recall: float
    labels_per_row: float
    """Mean size of the true sets."""
    found_per_row: float
    """Mean size of the predicted sets."""
    per_category: dict[str, ClassScore]


def evaluate_detections(probabilities: ArrayLike, truth: ArrayLike, threshold: float) -> DetectionMetrics:
    """Return the metrics of ``probabilities`` (n, 20) cut at ``threshold`` against ``truth`` (n, 20) of 0 and 1.

    Raises:
        NothingToEvaluateError: if there is no row, or the shapes differ.
    """
    predicted, right = _both(probabilities, truth, threshold)
    columns = range(len(CATEGORIES))
    scores = dict(zip(CATEGORIES, class_scores(right, predicted, columns), strict=True))
    (whole,) = class_scores(right.ravel(), predicted.ravel(), [1])
    return DetectionMetrics(
        rows=len(right),
        macro_f1=float(np.mean([score.f1 for score in scores.values()])),
        macro_precision=float(np.mean([score.precision for score in scores.values()])),
        macro_recall=float(np.mean([score.recall for score in scores.values()])),
        micro_f1=whole.f1,
        micro_precision=whole.precision,
        micro_recall=whole.recall,
        labels_per_row=float(right.sum() / len(right)),
        found_per_row=float(predicted.sum() / len(right)),
        per_category=scores,
    )


def choose_threshold(probabilities: ArrayLike, truth: ArrayLike) -> float:
    """Return the one threshold of ``THRESHOLDS`` with the best macro-F1; of equals the middle one.

    Raises:
        NothingToEvaluateError: if there is no row, or the shapes differ.
    Source: Schroter et al. 2023 (one global threshold for all twenty).
    """
    scores = [macro_f1(probabilities, truth, threshold) for threshold in THRESHOLDS]
    best = np.flatnonzero(np.isclose(scores, max(scores), rtol=0, atol=1e-12))
    return THRESHOLDS[int(best[len(best) // 2])]


def macro_f1(probabilities: ArrayLike, truth: ArrayLike, threshold: float) -> float:
    """Return the mean F1 of the categories alone."""
    predicted, right = _both(probabilities, truth, threshold)
    sizes = predicted.sum(axis=0) + right.sum(axis=0)
    return float(np.mean(2 * (predicted & right).sum(axis=0) / np.maximum(sizes, 1)))


def _both(probabilities: ArrayLike, truth: ArrayLike, threshold: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    chances: NDArray[Any] = np.asarray(probabilities)
    right: NDArray[Any] = np.asarray(truth)
    if not len(right) or chances.shape != right.shape or right.shape[1:] != (len(CATEGORIES),):
        raise NothingToEvaluateError(
            f"probabilities of shape {chances.shape} and labels of shape {right.shape} cannot be compared; "
            f"give (n, {len(CATEGORIES)}) of both, and at least one row"
        )
    return chances >= np.float32(threshold), right > 0
