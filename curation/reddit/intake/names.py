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
CAPITAL = re.compile(r"(?<![0-9A-Za-zÀ-ÿ])(?:[OD]['\u2019])?[A-ZÀ-ÖØ-Þ][a-zA-ZÀ-ÿ]+(?:[-'\u2019][A-Z][a-zA-ZÀ-ÿ]+)?")
_RELATION = (
    r"(?:co-?worker|colleague|boss|manager|friend|bestie|girlfriend|boyfriend|gf|bf|husband|wife|ex|"
    r"partner|fianc[eé]e?|"
    r"brother|sister|son|daughter|cousin|nephew|niece|uncle|aunt|therapist|counsell?or|doctor|roommate|"
    r"neighbou?r|teacher|"
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
_LOWER = re.compile(r"\b(?:name(?:['\u2019]s| is| was)|named)\s{1,3}([a-z]+)\b", re.IGNORECASE)
# "My name is xochitl" with nothing behind it; "my name is on the lease" has.
_OWN_NAME = re.compile(
    r"\b(?:my|his|her|their) name(?:['\u2019]s| is| was)\s{1,3}([a-z]{2,20})(?=\s{0,3}(?:[.,;!?)\n]|$|"
    r"and\b|but\b|btw\b))",
    re.IGNORECASE,
)
_PARTICLES = re.compile(r" (?:(?:van|von|de|der|den|del|della|da|di|dos|la|le|ter|ten|bin|ibn|al|el|zu) ){1,3}")
_INITIAL = re.compile(r"(?<!\w)(?:[A-Z]\.\s?){1,2}[A-Z][a-z]{2,30}\b|(?<!\w)[A-Z]\b\.?")
_LETTER_ALONE = re.compile(r"[A-Z]\.\s?[A-Z]|(?:Dr|Mr|Mrs|Ms|Mx|Prof)\.?\s[A-Z]\b")
_TITLE = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Mx|Prof)\.?\s$")
# Names in other scripts, within a text that is English.
_OTHER_SCRIPT = re.compile(r"(?<!\w)[\u0391-\u03a9\u0410-\u042f\u0401][\u03ac-\u03ce\u0430-\u044f\u0451]{2,30}\b")
# "Grace left me": a first name that is a word too, where a sentence begins with what she did.
_WHO_DID = re.compile(
    r"(?:^|[.!?\n]\s{0,3})([A-Z][a-z]{2,15}) (?:left|told|said|called|texted|asked|died|cheated|cried|hugged|kissed)\b"
)
_AFTER_THANKS = re.compile(
    r"\b(?:thanks|thank you|thx|sincerely|regards)\b[^\n]{0,30}\n\s{0,4}[-\u2013\u2014~]\s?([a-z]{3,20})\s*$",
    re.IGNORECASE,
)
_HASHTAG = re.compile(
    r"#(?:JusticeFor|PrayFor|PrayersFor|RIP|Free|SayHisName|SayHerName)([A-Z][a-z]{2,20}[A-Za-z]{0,20})"
)
_WORD = re.compile(r"(?<![\w@/#.'-])[a-z]{4,12}(?![\w@])")
#: What people say of a name without saying it.
_SAID = frozenset("not also now just the a an on in so very too never mentioned cleared different".split())  # noqa: SIM905
#: What stands under a letter in the place of a name.
_UNSIGNED = frozenset(("anon", "anonymous", "throwaway", "someone", "somebody", "nobody", "edit", "all", "everyone"))
_BEFORE = 48  # characters a sign before a name may take
_PATTERNS = (
    CAPITAL, _ANNOUNCED, _SIGN_OFF, _LOWER, _OWN_NAME, _PARTICLES, _INITIAL, _TITLE, _OTHER_SCRIPT, _HASHTAG, _WORD,
    _WHO_DID, _AFTER_THANKS, _LETTER_ALONE,
)  # fmt: skip


class PatternNames:
    """Finds names by a list of first names and by the words before which names are said."""

    @property
    def fingerprint(self) -> str:
        """Return the method, its list of names and its patterns."""
        names = first_names()
        patterns = tuple(pattern.pattern for pattern in _PATTERNS)
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
    return merge_spans([*spans, *_in_lower_case(text), *_with_signs(text)])


def _family(text: str, run: "Sequence[re.Match[str]]") -> int:
    """Return where the family name after the first of ``run`` ends, 0 where there is none."""
    end = 0
    for before, word in pairwise(run):
        gap = text[before.end() : word.start()]
        cased = word[0][-1].islower() if before[0].istitle() else before[0].isupper() and word[0].isupper()
        if not cased or not (gap == " " or _PARTICLES.fullmatch(gap)):
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
    """Return first names in small letters, what somebody says her name is, and the name under a letter."""
    spans: Spans = []
    if "name" in text:
        spans = [match.span(1) for match in _LOWER.finditer(text) if match[1].lower() in first_names().plain]
        spans += [match.span(1) for match in _OWN_NAME.finditer(text) if match[1].lower() not in no_names() | _SAID]
    signed = _SIGN_OFF.search(text[-_BEFORE:]) if "\n" in text[-_BEFORE:] else None
    if signed and signed[1].lower() not in no_names() and signed[1][0].isupper():
        offset = max(0, len(text) - _BEFORE)
        spans.append((signed.start(1) + offset, signed.end(1) + offset))
    known = _lower_names()
    if not known.isdisjoint(_WORD.findall(text)):
        spans += [match.span() for match in _WORD.finditer(text) if match[0] in known]
    return spans


def _with_signs(text: str) -> Spans:
    """Return names that other signs tell of: what she did, an initial, a title, thanks, another script, a hashtag."""
    names = first_names().words_too
    spans = [match.span(1) for match in _WHO_DID.finditer(text) if fold_name(match[1]) in names]
    thanked = _AFTER_THANKS.search(text[-_BEFORE:]) if "\n" in text[-_BEFORE:] else None
    if thanked and thanked[1] not in no_names() | _UNSIGNED:
        end = len(text) - len(text[-_BEFORE:]) + thanked.end(1)
        spans.append((end - len(thanked[1]), end))
    for match in _INITIAL.finditer(text) if _LETTER_ALONE.search(text) else ():
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        if _TITLE.search(before) or (len(match[0]) > 2 and _ANNOUNCED.search(before)):
            spans.append(match.span())
    if not text.isascii():
        spans += [match.span() for match in _OTHER_SCRIPT.finditer(text)]
    if "#" in text:
        spans += [match.span(1) for match in _HASHTAG.finditer(text)]
    return spans


@cache
def _lower_names() -> frozenset[str]:
    """Return the first names that are nothing else and that are long enough to be no slip of the keyboard."""
    return frozenset(name for name in first_names().plain if len(name) > 3)


def merge_spans(spans: Spans) -> Spans:
    """Return the spans in order, those that overlap as one."""
    merged: Spans = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
