"""How a text feels: what every reader of feeling answers, and how distress follows from valence and arousal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from valuenet.warehouse.settings import Settings

#: Columns of what a reader answers.
FEELINGS = ("valence", "intensity")
LOWEST, NEUTRAL, HIGHEST = 1.0, 3.0, 5.0


class EmotionReader(Protocol):
    """Whoever reads feeling in texts. A text without words feels neutral: valence 3, intensity 1."""

    @property
    def fingerprint(self) -> str:
        """What tells one reader from another: equal fingerprints give equal answers."""
        ...

    def read(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return (n, 2): valence 1 (unpleasant) to 5 (pleasant), and intensity of distress 1 (none) to 5."""
        ...


class DistressSettings(Settings):
    """How valence and arousal become distress, as ESConv's seekers gave theirs: 1 (none) to 5."""

    worst_valence: float = Field(default=2.0, ge=LOWEST, lt=NEUTRAL)
    """Valence from which on downwards a text of neutral arousal is in full distress. Readings of a regression keep
    closer to the middle than people do, hence above 1."""
    arousal_weight: float = Field(default=0.5, ge=0, le=1)
    """How much an arousal of 1 above or below neutral adds to or takes from the distress, as a share of it."""


def distress(valence: ArrayLike, arousal: ArrayLike, settings: DistressSettings) -> NDArray[np.float64]:
    """Return the intensity of distress, 1 to 5, from valence and arousal (each 1 to 5, 3 is neutral), shapes alike.

    intensity = 1 + 4 * clip(u * (1 + w * (arousal - 3)), 0, 1), with u = clip((3 - valence) / (3 - worst), 0, 1):
    what is pleasant or neutral has none, and of two unpleasant texts the more aroused one has more.
    """
    pleasant, aroused = np.asarray(valence, dtype=np.float64), np.asarray(arousal, dtype=np.float64)
    unpleasant = np.clip((NEUTRAL - pleasant) / (NEUTRAL - settings.worst_valence), 0.0, 1.0)
    share = np.clip(unpleasant * (1.0 + settings.arousal_weight * (aroused - NEUTRAL)), 0.0, 1.0)
    return LOWEST + (HIGHEST - LOWEST) * share
