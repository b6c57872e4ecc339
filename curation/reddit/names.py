"""Where people's names stand in a text."""

from collections.abc import Sequence
from typing import Protocol

Spans = list[tuple[int, int]]


class NameFinder(Protocol):
    """Finds names of people."""

    @property
    def fingerprint(self) -> str:
        """What the answers depend on; part of the recipe of what is filtered by it, and named in the card."""
        ...

    def find(self, texts: Sequence[str]) -> list[Spans]:
        """Return (start, end) of every name in each text, in order, none overlapping."""
        ...
