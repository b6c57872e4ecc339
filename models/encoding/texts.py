"""Texts that a model is given: what is refused before it is encoded."""

from __future__ import annotations

from collections.abc import Sequence

from valuenet.warehouse.errors import InputError


class BlankTextError(InputError):
    """A text to be judged has no words."""


def refuse_blank(texts: Sequence[str]) -> None:
    """Refuse texts of which one has no words.

    Raises:
        BlankTextError: naming the first text without words.
    """
    blank = next((position for position, text in enumerate(texts, start=1) if not text.strip()), None)
    if blank is not None:
        raise BlankTextError(f"text {blank} of {len(texts):,} is blank; leave it out or give it words")
