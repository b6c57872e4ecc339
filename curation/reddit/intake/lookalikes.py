"""Characters that hide personal data from patterns: those that show nothing, and those that look like others."""

from __future__ import annotations

import re
from functools import cache
from unicodedata import normalize

# Soft hyphen, zero-width space, word joiner and its relatives, byte-order mark, the old Mongolian separator.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff]")
# The two joiners have a use in emoji and in other scripts; between Latin letters or digits they only hide.
_JOINER_IN_LATIN = re.compile("(?<=[0-9A-Za-z\u00c0-\u024f@.])[\u200c\u200d]+(?=[0-9A-Za-z\u00c0-\u024f@.])")
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-")
_SPACES = dict.fromkeys(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
)
_DOTS = {"\u3002": ".", "\u2024": ".", "\uff61": "."}
_KNOWN = {**_DASHES, **_SPACES, **_DOTS}


def without_invisible(text: str) -> str:
    """Return ``text`` without characters that show nothing; the joiners of emoji stay."""
    return text if text.isascii() else _JOINER_IN_LATIN.sub("", _INVISIBLE.sub("", text))


def fold_lookalikes(text: str) -> str:
    """Return ``text`` with full-width, mathematical and other compatible letters, dashes and spaces as plain ones.

    It is as long as ``text``, so that a place in one is the same place in the other; letters with accents stay.
    """
    if text.isascii():
        return text
    return text.translate({ord(character): _plain(character) for character in set(text) if not character.isascii()})


@cache
def _plain(character: str) -> str:
    known = _KNOWN.get(character)
    if known:
        return known
    folded = normalize("NFKC", character)
    return folded if len(folded) == 1 else character
