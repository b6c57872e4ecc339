"""Names in Cyrillic, Greek, Arabic, Hebrew, Han and Hangul within a text that is English, by a list of names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from valuenet.curation.reddit.intake.name_lists import other_script_names

#: A word in one of the scripts; Han and Hangul have no spaces, so that one run is one match.
OTHER_SCRIPT = re.compile(
    r"(?<!\w)(?:[\u0370-\u03ff\u1f00-\u1fff\u0400-\u052f]{3,30}|[\u0590-\u05ff]{2,30}|[\u0600-\u06ff]{2,30})(?!\w)"
    r"|[\u3400-\u9fff]{1,12}|[\uac00-\ud7af]{2,12}"
)
_ENDINGS = {
    "", "а", "я", "у", "ю", "ы", "и", "е", "о", "ой", "ей", "ом", "ем", "ам", "ами", "ь", "ью", "ию", "ии", "ий", "ия",
    "і", "ові", "ς", "η", "ης", "α", "ας", "ά", "ο", "ος", "ου", "ε", "ι", "ί",
}  # fmt: skip
_FAMILY_ENDING = re.compile(
    r"\s([А-ЯЁа-яё]{2,25}(?:ов|ова|ев|ева|ёв|ёва|ин|ина|ский|ская|ской|ого|ко|чук|ян|дзе|швили)(?:а|у|ым|ой)?)(?!\w)"
)
_TITLES_BEHIND = re.compile(r"(?:さん|くん|ちゃん|様|氏|先生|씨|님|선생)")
_HONORIFIC = re.compile(r"(?:씨|님|아|야)$")


def names_in_other_scripts(text: str) -> Iterator[tuple[int, int]]:
    """Yield the names in other scripts; an ordinary word (Привет, Ελλάδα) is none."""
    for match in OTHER_SCRIPT.finditer(text):
        word = match[0]
        if "\u3400" <= word[0] <= "\u9fff":
            if _TITLES_BEHIND.match(text, match.end()) or _is_han_name(word):
                yield match.span()
        elif word[0] >= "\uac00":
            if _is_hangul_name(word):
                yield match.span()
        elif word.lower() in other_script_names() or _is_declined(word.lower()):
            family = _FAMILY_ENDING.match(text, match.end())
            yield match.start(), family.end() if family else match.end()


def _is_han_name(word: str) -> bool:
    """Return whether a run of characters begins with a family name and is as long as a name."""
    return any(
        word.startswith(family) and len(family) <= len(word) <= len(family) + 2 and len(word) > 1
        for family in _families()
    )


def _is_hangul_name(word: str) -> bool:
    name = _HONORIFIC.sub("", word)
    return len(name) == 3 and name[0] in other_script_names()


@cache
def _families() -> frozenset[str]:
    return frozenset(name for name in other_script_names() if "\u3400" <= name[0] <= "\u9fff")


def _is_declined(word: str) -> bool:
    """Return whether a Cyrillic or Greek word is a listed name with the ending of a case."""
    return any(word[at:] in _ENDINGS and word[:at] in _stems() for at in range(max(2, len(word) - 3), len(word) + 1))


@cache
def _stems() -> frozenset[str]:
    """Return listed names less their last letter where that is a vowel or a mark of gender."""
    return frozenset(name[:-1] if name[-1] in "аяьйοςηαιе" else name for name in other_script_names() if len(name) > 2)
