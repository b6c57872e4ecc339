"""A rule for one kind of personal data: a pattern, a cheap look before it, and what of a match it replaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

Edits = Sequence[tuple[int, int, str]]
"""Start, end and what stands there instead, in order."""


def whole(match: re.Match[str], placeholder: str) -> Edits:
    """Replace all that was matched."""
    return [(match.start(), match.end(), placeholder)]


def group(match: re.Match[str], placeholder: str) -> Edits:
    """Replace the first group that took part; what announces it stays."""
    number = next(at for at, text in enumerate(match.groups(), 1) if text is not None)
    return [(*match.span(number), placeholder)]


def matched(match: re.Match[str]) -> str:
    """Return what ``group`` replaces."""
    return next(text for text in match.groups() if text is not None)


class Rule(NamedTuple):
    """Finds one kind in the text as ``fold_lookalikes`` gives it."""

    kind: str
    pattern: re.Pattern[str]
    """Every repetition in it is bounded, so that a text takes time in proportion to its length."""
    may_hold: Callable[[str], object]
    """Whether a text in small letters can hold the kind at all."""
    edits: Callable[[re.Match[str], str], Edits] = whole
    """What of a match is replaced; nothing where it is none after all."""
