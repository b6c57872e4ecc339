"""Scores that several models are measured by."""

from __future__ import annotations

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
