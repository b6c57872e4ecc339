"""Scores that several models are measured by."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike
from pydantic import BaseModel, ConfigDict

from valuenet.warehouse.errors import InputError


class NothingToEvaluateError(InputError):
    """There is no row to measure on, or the columns differ in length."""


class ClassScore(BaseModel):
    """How well one class is found. A share whose denominator is 0 is 0."""

    model_config = ConfigDict(frozen=True)
    precision: float
    recall: float
    f1: float
    support: int


def class_scores(truth: ArrayLike, predicted: ArrayLike, labels: Sequence[int]) -> list[ClassScore]:
    """Return how well each of ``labels`` is found, in their order.

    Args:
        truth: (n,) labels, or (n, labels) of 0 and 1 where a row may have several; then ``labels`` are columns.
        predicted: as ``truth``.
        labels: the labels, or the columns, to score.
    """
    from sklearn.metrics import precision_recall_fscore_support

    shares = precision_recall_fscore_support(truth, predicted, labels=list(labels), zero_division=0)
    return [
        ClassScore(precision=float(precision), recall=float(recall), f1=float(f1), support=int(support))
        for precision, recall, f1, support in zip(*shares, strict=True)
    ]
