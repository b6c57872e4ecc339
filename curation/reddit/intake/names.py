"""Where people's names stand in a text: by careful patterns, or by presidio with spaCy's small English model.

The patterns know some thousand first names, and the words before which a name is said ("my name is", "my coworker",
"Dr."). A first name that is a word as well (Will, Grace, April) counts only beside such a sign or a family name. What
they cannot know are rare names without a sign; those the extra `privacy` finds by its model.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal, NamedTuple, Protocol
from unicodedata import normalize

from valuenet.warehouse.hashing import hash_id
from valuenet.warehouse.settings import Settings

Spans = list[tuple[int, int]]


class NameSettings(Settings):
    """How names of people are found in texts."""

    engine: Literal["auto", "patterns", "presidio"] = "auto"
    """`presidio` (extra `privacy`), `patterns`, or whichever of the two is there; which it was stands in the card."""


class NameFinder(Protocol):
    """Finds names of people."""

    @property
    def fingerprint(self) -> str:
        """What the answers depend on; part of the recipe of what is filtered by it, and named in the card."""
        ...

    def find(self, texts: Sequence[str]) -> list[Spans]:
        """Return (start, end) of every name in each text, in order, none overlapping."""
        ...


class FirstNames(NamedTuple):
    """First names, case folded: those that are nothing else, and those that are a word, a place or a month too."""

    plain: frozenset[str]
    words_too: frozenset[str]


@cache
def first_names() -> FirstNames:
    """Return the first names that ship with the project."""
    names = _shipped("first_names.txt")
    return FirstNames(
        frozenset(name for name in names if not name.endswith("?")),
        frozenset(name.rstrip("?") for name in names if name.endswith("?")),
    )


@cache
def no_names() -> frozenset[str]:
    """Return words in small letters that are often capitalised where a name could stand, and are none."""
    return frozenset(_shipped("no_names.txt"))


def _shipped(file: str) -> list[str]:
    text = files("valuenet.curation.data").joinpath(file).read_text("utf-8")
    return [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]


# A capitalised word of two letters or more; the range of Latin-1 letters is much quicker than asking for any letter.
CAPITAL = re.compile(r"\b(?:[OD]['\u2019])?[A-ZÀ-ÖØ-Þ][a-zA-ZÀ-ÿ]+(?:[-'\u2019][A-Z][a-zA-ZÀ-ÿ]+)?")
_RELATION = (
    r"(?:co-?worker|colleague|boss|manager|friend|bestie|girlfriend|boyfriend|gf|bf|husband|wife|ex|partner|fianc[eé]e?|"
    r"brother|sister|son|daughter|cousin|nephew|niece|uncle|aunt|therapist|counsell?or|doctor|roommate|neighbou?r|teacher|"
    r"professor|classmate|crush|stepdad|stepmom)"
)
_ANNOUNCED = re.compile(
    rf"(?:\b(?:names?(?:['\u2019]s| is| was)|named)|\b(?:my|his|her|our|their|your) (?:\w+ )?{_RELATION},?"
    r"|\b(?:mr|mrs|(?-i:Ms|ms)|mx|dr|prof)\.?"
    r"|\b(?:hi|hey|hello)[,!.]? (?:i['\u2019]?\s?a?m|this is|it['\u2019]?s))\s+$",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"\n\s*(?:[-\u2013\u2014~]\s?|(?:love|sincerely|yours),?\s+)([A-ZÀ-ÖØ-Þ][a-zA-ZÀ-ÿ]+)\s*$", re.IGNORECASE
)
_LOWER = re.compile(r"\b(?:name(?:['\u2019]s| is| was)|named)\s+([a-z]+)\b", re.IGNORECASE)
_BEFORE = 48  # characters a sign before a name may take


class PatternNames:
    """Finds names by a list of first names and by the words before which names are said."""

    @property
    def fingerprint(self) -> str:
        """Return the method, its list of names and its patterns."""
        names = first_names()
        patterns = (CAPITAL.pattern, _ANNOUNCED.pattern, _SIGN_OFF.pattern, _LOWER.pattern)
        return hash_id("patterns-", sorted(names.plain), sorted(names.words_too), sorted(no_names()), patterns)

    def find(self, texts: Sequence[str]) -> list[Spans]:
        """Return (start, end) of every name in each text, in order, none overlapping."""
        return [_names_in(text) for text in texts]


def _names_in(text: str) -> Spans:
    """Return the names of one text."""
    capitals = [match for match in CAPITAL.finditer(text) if fold_name(match[0]) not in _skipped()]
    spans: Spans = []
    for place, match in enumerate(capitals):
        if spans and match.start() < spans[-1][1]:
            continue  # the family name of the one before
        family = _family(text, capitals[place : place + 3])
        if _is_first_name(match[0], bool(family)) or _is_announced(text, match):
            spans.append((match.start(), family or match.end()))
    return merge_spans([*spans, *_in_lower_case(text)])


def _family(text: str, run: "Sequence[re.Match[str]]") -> int:
    """Return where the family name after the first of ``run`` ends, 0 where there is none."""
    end = 0
    for before, word in pairwise(run):
        if text[before.end() : word.start()] != " " or not (before[0].istitle() and word[0][-1].islower()):
            break
        end = word.end()
    return end


def _is_first_name(word: str, has_family: bool) -> bool:
    names, folded = first_names(), fold_name(word)
    if folded in names.plain:
        return len(word) > 3 or not word.isupper()
    return has_family and folded in names.words_too


def fold_name(word: str) -> str:
    """Return a word in small letters without accents, as the lists hold them."""
    lower = word.lower()
    return lower if lower.isascii() else "".join(letter for letter in normalize("NFKD", lower) if letter.isalpha())


@cache
def _skipped() -> frozenset[str]:
    return no_names() - first_names().words_too


def _is_announced(text: str, match: "re.Match[str]") -> bool:
    """Return whether the words before the capitalised one announce a name."""
    start = match.start()
    if (
        match[0].lower() in no_names()
        or not match[0][1].islower()
        or "'" in text[match.end() : match.end() + 2].replace("'s", "")
    ):
        return False
    return bool(_ANNOUNCED.search(text[max(0, start - _BEFORE) : start]))


def _in_lower_case(text: str) -> Spans:
    """Return first names in small letters after `named`, and the name under a letter."""
    spans: Spans = []
    if "name" in text:
        spans = [match.span(1) for match in _LOWER.finditer(text) if match[1].lower() in first_names().plain]
    signed = _SIGN_OFF.search(text[-_BEFORE:]) if "\n" in text[-_BEFORE:] else None
    if signed and signed[1].lower() not in no_names() and signed[1][0].isupper():
        offset = max(0, len(text) - _BEFORE)
        spans.append((signed.start(1) + offset, signed.end(1) + offset))
    return spans


def merge_spans(spans: Spans) -> Spans:
    """Return the spans in order, those that overlap as one."""
    merged: Spans = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
