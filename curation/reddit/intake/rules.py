"""A rule for one kind of personal data: a pattern, a cheap look before it, and what of a match it replaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
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


_NO_LETTERS = {code: " " for code in range(128) if not chr(code).islower()}
_ANY_WORD = re.compile(r"[^\W\d_]{1,100}")
_DIGITS_ONLY = {code: None for code in range(128) if not chr(code).isdigit()}
_DOT_IN_NUMBER = re.compile(r"\.(?<=\d\.)\d")
_FOUR_DIGITS = re.compile(r"(?:\d\D?){4}")
_SEVEN_DIGITS = re.compile(r"(?:\d\D{0,3}){7}")
_DOT_WITHIN = re.compile(r"\.(?<=\w\.)[a-z]{2}")

_SPACED_ENDING = re.compile(r"\.(?:(?<= \.)|(?= ))\s?(?:com|org|net|de|io|me|fm|co|uk|fr|nl|eu)\b")
_LIKE_A_HANDLE = re.compile(r"_\w|[a-z](?:[A-Z\d]|_)|\d[A-Za-z]|\.\d")


def words_of(lower: str) -> frozenset[str]:
    """Return the words of a text in small letters."""
    return frozenset(lower.translate(_NO_LETTERS).split() if lower.isascii() else _ANY_WORD.findall(lower))


class Look:
    """What a text holds that rules ask for before they are tried; each is found out once."""

    def __init__(self, folded: str) -> None:
        self.folded = folded
        """The text as `fold_lookalikes` gives it."""
        self.text = folded.lower()
        """The text in small letters."""
        self.words = words_of(self.text)
        """Its words."""
        self.digits = len(self.text.translate(_DIGITS_ONLY))
        """How many digits it holds (a character outside ASCII counts as one)."""
        stop = "." in self.text
        self.dotted = stop and _DOT_WITHIN.search(self.text) is not None
        """Whether there is a full stop between letters, as in a domain."""
        self.spaced_dot = stop and _SPACED_ENDING.search(self.text) is not None
        """Whether an ending of a domain follows a full stop with a space before or behind it."""

    def says(self, words: frozenset[str]) -> bool:
        """Return whether the text holds one of the words."""
        return not self.words.isdisjoint(words)

    def has(self, *pieces: str) -> bool:
        """Return whether the text holds one of the pieces, be it within a word."""
        text = self.text
        for piece in pieces:  # noqa: SIM110 -- a generator takes three times as long, and this is asked of every text
            if piece in text:
                return True
        return False

    def leads_on(self, words: frozenset[str], tails: tuple[str, ...]) -> bool:
        """Return whether one of the words stands directly before one of the tails."""
        for word in self.words & words:
            at = self.text.find(word)
            while at >= 0:
                if self.text.startswith(tails, at + len(word)):
                    return True
                at = self.text.find(word, at + 1)
        return False

    @cached_property
    def dotted_number(self) -> bool:
        """Whether there is a full stop between digits."""
        return self.digits > 1 and _DOT_IN_NUMBER.search(self.text) is not None

    @cached_property
    def four_digits(self) -> bool:
        """Whether there are four digits with at most one character between each two."""
        return self.digits > 3 and _FOUR_DIGITS.search(self.text) is not None

    @cached_property
    def seven_digits(self) -> bool:
        """Whether there are seven digits with at most three characters between each two."""
        return self.digits > 6 and _SEVEN_DIGITS.search(self.text) is not None

    @cached_property
    def long_word(self) -> bool:
        """Whether there is a digit, and a word of 19 characters or more."""
        return self.digits > 0 and len(max(self.text.split(), key=len, default="")) > 18

    @cached_property
    def like_a_handle(self) -> bool:
        """Whether there is a low line, a digit beside a letter, or a capital inside a word."""
        return _LIKE_A_HANDLE.search(self.folded) is not None


class Rule(NamedTuple):
    """Finds one kind in the text as ``fold_lookalikes`` gives it."""

    kind: str
    pattern: re.Pattern[str]
    """Every repetition in it is bounded, so that a text takes time in proportion to its length."""
    may_hold: Callable[[Look], object]
    """Whether a text can hold the kind at all; so cheap that it is asked of every text."""
    edits: Callable[[re.Match[str], str], Edits] = whole
    """What of a match is replaced; nothing where it is none after all."""
    needs: str = ""
    """A character without which no text holds the kind, `0` for any digit, `.` for a full stop between letters.

    A text without it is not even looked at.
    """
