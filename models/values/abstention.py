"""Saying nothing where a model is not sure: utilities below a confidence are left empty."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from valuenet.warehouse.errors import InputError


class NoProbabilitiesError(InputError):
    """A model gives utilities alone, and is asked how sure it is."""


class ConfidenceError(InputError):
    """A confidence is not a share that three classes can have."""


def abstain(
    utilities: NDArray[np.float32], probabilities: NDArray[np.float32], min_confidence: float
) -> NDArray[np.float32]:
    """Return ``utilities`` (n, 10) with not-a-number where the greatest probability is below ``min_confidence``.

    Args:
        utilities: (n, 10) in [-1, 1].
        probabilities: (n, 10, 3) of no, unrelated, yes; the greatest is never below 1/3.
        min_confidence: from 0 (never abstain) to 1.

    Raises:
        ConfidenceError: if ``min_confidence`` is outside [0, 1].
    """
    if not 0 <= min_confidence <= 1:
        raise ConfidenceError(f"confidence {min_confidence} is no share; give one from 0 to 1")
    unsure = probabilities.max(axis=-1) < min_confidence
    return np.where(unsure, np.float32(np.nan), utilities)


def utilities_of(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return p(yes) - p(no) of probabilities (..., 3)."""
    difference: NDArray[np.float32] = probabilities[..., 2] - probabilities[..., 0]
    return difference
