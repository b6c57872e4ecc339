"""Feeling read from a lexicon: VADER, which needs no training and no network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuenet.models.emotion.reading import HIGHEST, LOWEST, NEUTRAL

#: VADER compares neighbours of every word, so that very long texts take long; what follows is not read.
_CHARACTERS = 10_000


class VaderReader:
    """Feeling by words: VADER's compound score c in [-1, 1] gives valence 3 + 2c and intensity 1 + 4 * max(0, -c).

    The scales are VADER's own, stretched: a long text of one mood comes near their ends, where people would say less.
    Source: Hutto and Gilbert 2014 (MIT).
    """

    @property
    def fingerprint(self) -> str:
        """The version of the lexicon and of the mapping."""
        return f"vader-{version('vaderSentiment')}-1"

    def read(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return (n, 2): valence 1 to 5 and intensity of distress 1 to 5; a text without words feels neutral."""
        scores = (self._analyzer.polarity_scores(text[:_CHARACTERS])["compound"] for text in texts)
        compound = np.fromiter(scores, dtype=np.float64, count=len(texts))
        half = (HIGHEST - LOWEST) / 2
        return np.column_stack([NEUTRAL + half * compound, LOWEST + 2 * half * np.maximum(0.0, -compound)])

    @cached_property
    def _analyzer(self) -> Any:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        return SentimentIntensityAnalyzer()
