"""Which texts are English."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class LanguageJudge(Protocol):
    """Says which texts are English."""

    @property
    def fingerprint(self) -> str:
        """What the answers depend on; part of the recipe of what is filtered by it."""
        ...

    def english(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Return whether each text is English, as (n,)."""
        ...


class FunctionWords:
    """Judges by the share of letters that are Latin."""

    @property
    def fingerprint(self) -> str:
        """Return the name of the method."""
        return "function-words"

    def english(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Return whether each text is English, as (n,)."""
        return np.array([text.isascii() for text in texts], dtype=np.bool_)
