"""Characters that hide personal data from patterns: those that show nothing, and those that look like others."""

from __future__ import annotations

import re
from functools import cache
from unicodedata import decimal, normalize

# Soft hyphen, zero-width space, word joiner and its relatives, byte-order mark, the old Mongolian separator.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff]")
# The two joiners have a use in emoji and in other scripts; between Latin letters or digits they only hide.
_JOINER_IN_LATIN = re.compile("(?<=[0-9A-Za-z\u00c0-\u024f@.])[\u200c\u200d]+(?=[0-9A-Za-z\u00c0-\u024f@.])")
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-")
_SPACES = dict.fromkeys(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
)
_DOTS = {"\u3002": ".", "\u2024": ".", "\uff61": ".", "\u00b7": "."}
_KNOWN = {**_DASHES, **_SPACES, **_DOTS}
# Cyrillic and Greek letters that look like Latin ones; plain only within a word that holds Latin letters too.
_CONFUSABLE = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455\u0501\u04bb"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0131\u0261",
    "abekmhopctyxijsdhABEKMHOPCTYXIJSaeikvoptuxABEZHIKMNOPTYXig",
)
_LOOKS_MIXED = re.compile("[A-Za-z][\u0370-\u052f\u0131\u0261]|[\u0370-\u052f\u0131\u0261][A-Za-z]")
_MIXED_WORD = re.compile(
    "[A-Za-z]{1,40}[\u0370-\u03ff\u0400-\u052f\u0131\u0261]\\w{0,40}"
    "|[\u0370-\u03ff\u0400-\u052f\u0131\u0261]{1,40}[A-Za-z]\\w{0,40}"
)


def without_invisible(text: str) -> str:
    """Return ``text`` without characters that show nothing; the joiners of emoji stay."""
    return text if text.isascii() else _JOINER_IN_LATIN.sub("", _INVISIBLE.sub("", text))


def fold_lookalikes(text: str) -> str:
    """Return ``text`` with characters that look like plain ones as those plain ones.

    These are full-width, mathematical and other compatible letters, digits of other scripts, dashes, spaces, and Greek
    and Cyrillic letters inside a Latin word. The result is as long as ``text``, so that a place in one is the same
    place in the other; letters with accents stay.
    """
    if text.isascii():
        return text
    plain = text.translate({ord(character): _plain(character) for character in set(text) if not character.isascii()})
    if plain.isascii() or not _LOOKS_MIXED.search(plain):
        return plain
    return _MIXED_WORD.sub(lambda match: match[0].translate(_CONFUSABLE), plain)


@cache
def _plain(character: str) -> str:
    known = _KNOWN.get(character)
    if known:
        return known
    if character.isdecimal():
        return str(decimal(character))
    folded = normalize("NFKC", character)
    return folded if len(folded) == 1 else character
