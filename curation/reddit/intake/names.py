"""Where people's names stand in a text: by careful patterns, or by presidio with spaCy's small English model.

The patterns know some two thousand first names, and the words before which a name is said ("my name is", "my coworker",
"Dr."). A first name that is a word as well (Will, Grace, April) counts only beside such a sign or a family name. What
they cannot know are rare names without a sign; those the extra `privacy` finds by its model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import chain, pairwise
from typing import Literal, Protocol

from valuenet.curation.reddit.intake import name_signs
from valuenet.curation.reddit.intake.name_lists import (
    first_names,
    fold_name,
    lower_names,
    no_names,
    other_script_names,
    skipped,
)
from valuenet.curation.reddit.intake.name_scripts import OTHER_SCRIPT, names_in_other_scripts
from valuenet.curation.reddit.intake.name_signs import (
    ACTED,
    ANNOUNCERS,
    DID,
    Spans,
    is_announced,
    is_unusual,
    signed_names,
)
from valuenet.curation.reddit.intake.rules import words_of
from valuenet.warehouse.hashing import hash_id
from valuenet.warehouse.settings import Settings


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


# A capitalised word of two letters or more; the range of Latin-1 letters is much quicker than asking for any letter.
CAPITAL = re.compile(
    r"(?<![0-9A-Za-zÀ-ÿ])(?:[OD]['\u2019])?[A-ZÀ-ÖØ-Þ][a-zA-ZÀ-ÿ]{1,60}(?:[-'\u2019][A-Z][a-zA-ZÀ-ÿ]{1,60})?"
)
_IRISH = re.compile("O['\u2019][A-Z][a-z]{3}")
_PARTICLES = re.compile(r" (?:(?:van|von|de|der|den|del|della|da|di|dos|la|le|ter|ten|bin|ibn|al|el|zu) ){1,3}")
_WORD = re.compile(r"(?<![\w@/#.'-])[a-z]{4,15}(?![^\W_\d]|@)")
_LOWER_FAMILY = re.compile(rf" ([a-z]{{4,20}})(?=['\u2019]s\b|\s{DID}\b|[.,;!?]|$)")
_AND = re.compile(r" and ([A-Za-z][a-z]{2,20})(?![\w'])")
_AMPERSAND = re.compile(r" & ([A-Za-z][a-z]{2,20})(?![\w'])")
_LAST_WORD = re.compile(r"(?<![\w'-])[A-Za-z][a-z]{2,20}$")
# "Jessica A. did it", "pete.sorensen82": what belongs to a name though it is no letter of it.
_FAMILY_LETTER = re.compile(r" [B-HJ-Z]\.(?=\s[a-z]|$)")
_JOINED = re.compile(r"(?:_[A-Za-z0-9]{1,20}|\.[A-Za-z]{0,20}\d\w{0,20}|\d{1,8}){1,4}")
_DOES = re.compile(rf"\s{ACTED}\b")
# Before a first name these make a place, a storm or a brand of it.
_NO_PERSON_BEFORE = re.compile(r"(?:\b(?:San|Santa|Saint|St\.?|Los|Fort|Port|Lake|Mount|Hurricane|Papa|san)) $")
_NO_PERSON_AFTER = re.compile(
    r" (?:Garden|Kart|Party|Odyssey|Tennis|Bros|Aces|League|Beach|Hillbillies|Cowboys|Potter|Daniels?|terriers?|melt)\b"
)
_PATTERNS = (
    CAPITAL, _PARTICLES, _WORD, _LOWER_FAMILY, _AND, _AMPERSAND, _LAST_WORD, _FAMILY_LETTER, _JOINED, _DOES,
    _NO_PERSON_BEFORE,
    _NO_PERSON_AFTER, OTHER_SCRIPT, *name_signs.PATTERNS, *(sign.pattern for sign in name_signs.SIGNS),
)  # fmt: skip


class PatternNames:
    """Finds names by a list of first names and by the words before which names are said."""

    @property
    def fingerprint(self) -> str:
        """Return the method, its lists of names, its patterns, and the version of the tables of ordinary words."""
        names = first_names()
        lists = (names.plain, names.words_too, no_names(), other_script_names(), name_signs.ANNOUNCERS)
        patterns = tuple(pattern.pattern for pattern in _PATTERNS)
        return hash_id("patterns-", *map(sorted, lists), patterns, version("spacy-lookups-data"))

    def find(self, texts: Sequence[str]) -> list[Spans]:
        """Return (start, end) of every name in each text, in order, none overlapping."""
        return [_names_in(text) for text in texts]


def _names_in(text: str) -> Spans:
    """Return the names of one text."""
    lower = text.lower()
    words = words_of(lower)
    spans = _capitalised(text, announced=not words.isdisjoint(ANNOUNCERS))
    if not words.isdisjoint(lower_names()):
        spans += [*_in_small_letters(text), *_in_pairs(text, words)]
    elif "and" in words and " and I" in text:
        spans += _in_pairs(text, words)
    spans += signed_names(text, lower if len(lower) == len(text) else text, words)
    if not text.isascii():
        spans += names_in_other_scripts(text)
    return merge_spans([_widened(text, span) for span in spans]) if spans else spans


def _capitalised(text: str, *, announced: bool) -> Spans:
    """Return first names with a capital, names that words before announce, and full names of somebody who acts."""
    capitals = [match for match in CAPITAL.finditer(text) if fold_name(match[0]) not in skipped()]
    spans: Spans = []
    for index, match in enumerate(capitals):
        if spans and match.start() < spans[-1][1]:
            continue  # the family name of the one before
        family = _family(text, capitals[index : index + 3])
        known = _is_first_name(match[0], bool(family)) and not _is_no_person(text, match)
        if known or (announced and is_announced(text, match.start(), match[0])) or _acts(text, match, family):
            spans.append((_family_before(text, capitals, index) if known else match.start(), family or match.end()))
    return spans


def _family(text: str, run: Sequence[re.Match[str]]) -> int:
    """Return where the family name after the first of ``run`` ends, 0 where there is none."""
    end = 0
    for before, word in pairwise(run):
        gap = text[before.end() : word.start()]
        cased = word[0][-1].islower() if before[0].istitle() else before[0].isupper() and word[0].isupper()
        if not cased or not (gap == " " or _PARTICLES.fullmatch(gap)):
            break
        end = word.end()
    return end


def _family_before(text: str, capitals: Sequence[re.Match[str]], index: int) -> int:
    """Return where a name begins: at the family name in "Hernandez, Maria", else at the first name."""
    match = capitals[index]
    if index and text[capitals[index - 1].end() : match.start()] == ", ":
        before = capitals[index - 1]
        if before[0][1:].islower() and is_unusual(before[0]):
            return before.start()
    return match.start()


def _acts(text: str, match: re.Match[str], family: int) -> bool:
    """Return whether two words that are no ordinary ones stand before what a person does: "Wei Zhang said"."""
    if not family or not match[0][1].islower() or not _DOES.match(text, family):
        return False
    return "-" in match[0] or all(
        is_unusual(word) for word in text[match.start() : family].split() if word[0].isupper()
    )


def _is_first_name(word: str, has_family: bool) -> bool:
    names, folded = first_names(), fold_name(word)
    parts = [fold_name(part) for part in word.split("-")] if "-" in word else ()
    if folded in names.plain or any(part in names.plain for part in parts) or _IRISH.match(word):
        return len(word) > 3 or not word.isupper()
    return has_family and folded in names.words_too


def _is_no_person(text: str, match: re.Match[str]) -> bool:
    """Return whether the words around a first name make a place, a game, a dish or a breed of it."""
    before = text[max(0, match.start() - 11) : match.start()]
    return bool(_NO_PERSON_BEFORE.search(before) or _NO_PERSON_AFTER.match(text, match.end()))


def _in_small_letters(text: str) -> Iterator[tuple[int, int]]:
    """Yield first names in small letters, with a family name that is no ordinary word."""
    for match in _WORD.finditer(text):
        if match[0] in lower_names() and not _is_no_person(text, match):
            family = _LOWER_FAMILY.match(text, match.end())
            with_family = family is not None and is_unusual(family[1])
            yield match.start(), family.end(1) if family and with_family else match.end()


def _in_pairs(text: str, words: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield a word that is no ordinary one beside a first name or "I": "kayleigh and brandon", "Tunde and I"."""
    if "and" not in words and "&" not in text:
        return
    for match in chain(_AND.finditer(text), _AMPERSAND.finditer(text)):
        word = _LAST_WORD.search(text[max(0, match.start() - 22) : match.start()])
        if word is None:
            continue
        first, second, plain = fold_name(word[0]), fold_name(match[1]), first_names().plain
        if second in plain and len(first) > 3 and first not in plain and is_unusual(first):
            yield match.start() - len(word[0]), match.start()
        if first in plain and len(second) > 3 and second not in plain and is_unusual(second):
            yield match.span(1)
    for match in _AND_I.finditer(text):
        if is_unusual(match[1]):
            yield match.span(1)


_AND_I = re.compile(r"(?<![\w'-])([A-Z][a-z]{2,20}) and I\b")


def _widened(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Return a span with what is joined to the name, so that no half of a handle stays."""
    start, end = span
    joined = _JOINED.match(text, end) or _FAMILY_LETTER.match(text, end)
    return (start, joined.end()) if joined else span


def merge_spans(spans: Spans) -> Spans:
    """Return the spans in order, those that overlap as one."""
    merged: Spans = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
