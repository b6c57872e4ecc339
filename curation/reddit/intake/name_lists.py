"""The lists of names that ship with the project, and how a word is brought to the form they hold."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple
from unicodedata import normalize


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
def lower_names() -> frozenset[str]:
    """Return the first names that are nothing else and that are long enough to be no slip of the keyboard."""
    return frozenset(name for name in first_names().plain if len(name) > 3)


@cache
def no_names() -> frozenset[str]:
    """Return words in small letters that are often capitalised where a name could stand, and are none."""
    return frozenset(_shipped("no_names.txt"))


@cache
def skipped() -> frozenset[str]:
    """Return the words of `no_names` that are no first name at all."""
    return no_names() - first_names().words_too


@cache
def other_script_names() -> frozenset[str]:
    """Return names in Cyrillic, Greek, Arabic, Hebrew, Han and Hangul; small letters where the script has them."""
    return frozenset(name.lower() for name in _shipped("other_script_names.txt"))


def _shipped(file: str) -> list[str]:
    text = files("valuenet.curation.data").joinpath(file).read_text("utf-8")
    return [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]


def fold_name(word: str) -> str:
    """Return a word in small letters without accents, as the lists hold them."""
    lower = word.lower()
    return lower if lower.isascii() else "".join(letter for letter in normalize("NFKD", lower) if letter.isalpha())
