"""How good predicted utilities are: the columns of the paper's Tables 2 and 3, and the confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict

from valuenet.models.reporting.scores import ClassScore, NothingToEvaluateError, class_scores
from valuenet.warehouse.vocabulary import VALUES

CLASSES = (-1, 0, 1)


class ValueScore(BaseModel):
    """How well one value is judged."""

    model_config = ConfigDict(frozen=True)
    accuracy: float
    mse: float
    support: int


class ValueMetrics(BaseModel):
    """Metrics of n predictions. Classes are keyed "-1", "0", "1"; a value without rows is not listed."""

    model_config = ConfigDict(frozen=True)
    rows: int
    accuracy: float
    mse: float
    per_class: dict[str, ClassScore]
    per_value: dict[str, ValueScore]
    confusion: list[list[int]]

    def to_json(self) -> dict[str, Any]:
        """Return plain numbers under ``rows, accuracy, mse, per_class, per_value, confusion`` (truth down)."""
        return self.model_dump()


def evaluate_utilities(
    utilities: ArrayLike, truth: ArrayLike, values: Sequence[str], classes: ArrayLike | None = None
) -> ValueMetrics:
    """Return the metrics of ``utilities`` (n,) in [-1, 1] against ``truth`` (n,) in {-1, 0, 1}.

    Args:
        utilities: predicted utilities; the squared error is theirs.
        truth: agreed utilities.
        values: the value each row is about.
        classes: predicted classes in {-1, 0, 1}; without them utilities are rounded, a half towards 0.

    Raises:
        NothingToEvaluateError: if there is no row, or the lengths differ.
    Source: Qiu et al. 2022, "Result and Analysis" (rounding to the nearest integer).
    """
    guess, right = np.asarray(utilities, dtype=np.float64), np.asarray(truth, dtype=np.int64)
    picked = np.rint(guess).astype(np.int64) if classes is None else np.asarray(classes, dtype=np.int64)
    names = np.asarray(values, dtype=object)
    if not len(right) or {len(guess), len(picked), len(names)} != {len(right)}:
        raise NothingToEvaluateError(
            f"{len(guess):,} utilities, {len(right):,} labels and {len(names):,} values cannot be compared; "
            "give as many of each, and at least one"
        )
    from sklearn.metrics import confusion_matrix

    hits, errors = right == picked, (guess - right) ** 2
    return ValueMetrics(
        rows=len(right),
        accuracy=float(hits.mean()),
        mse=float(errors.mean()),
        per_class=dict(zip(map(str, CLASSES), class_scores(right, picked, CLASSES), strict=True)),
        per_value={v: _value_score(hits, errors, names == v) for v in VALUES if (names == v).any()},
        confusion=confusion_matrix(right, picked, labels=CLASSES).tolist(),
    )


def _value_score(hits: NDArray[np.bool_], errors: NDArray[np.float64], rows: NDArray[np.bool_]) -> ValueScore:
    return ValueScore(accuracy=float(hits[rows].mean()), mse=float(errors[rows].mean()), support=int(rows.sum()))
