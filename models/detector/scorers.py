"""Who says how likely each of the twenty value categories is in a text: a trained detector, or words alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from valuenet.warehouse.vocabulary import CATEGORIES

if TYPE_CHECKING:
    from valuenet.models.detector.model import ValueDetector

Probabilities = NDArray[np.float64]


class CategoryScorer(Protocol):
    """Whoever gives texts their categories. A text without words has none: every probability is 0."""

    @property
    def fingerprint(self) -> str:
        """What tells one scorer from another: equal fingerprints give equal answers."""
        ...

    @property
    def threshold(self) -> float:
        """The probability from which on a category counts as found."""
        ...

    def probabilities(self, texts: Sequence[str]) -> Probabilities:
        """Return (n, 20) in [0, 1], categories in the order of ``CATEGORIES``."""
        ...


class DetectedCategories:
    """Categories by a trained detector."""

    def __init__(self, detector: ValueDetector) -> None:
        self.detector = detector

    @property
    def fingerprint(self) -> str:
        """The recipe the detector was trained by, and whether it computes in bfloat16."""
        return f"detector-{self.detector.record.recipe}{'-bf16' if self.detector.bf16 else ''}"

    @property
    def threshold(self) -> float:
        """The threshold that was chosen on the detector's held-out arguments."""
        return self.detector.threshold

    def probabilities(self, texts: Sequence[str]) -> Probabilities:
        """Return (n, 20) in [0, 1]; a text without words gets 0 everywhere."""
        probabilities = np.zeros((len(texts), len(CATEGORIES)))
        worded = [at for at, text in enumerate(texts) if text.strip()]
        probabilities[worded] = self.detector.predict([texts[at] for at in worded])
        return probabilities
