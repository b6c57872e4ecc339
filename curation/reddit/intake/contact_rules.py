"""Addresses of electronic mail, and the order in which links, addresses and accounts are looked for."""

from __future__ import annotations

import re

from valuenet.curation.reddit.intake.handle_rules import HANDLE_RULES
from valuenet.curation.reddit.intake.link_rules import (
    DOMAIN_RULES,
    LINK_RULES,
    SAFE_ENDINGS,
    SPELT_DOT,
    spells_a_dot,
)
from valuenet.curation.reddit.intake.ordinary_words import is_ordinary
from valuenet.curation.reddit.intake.rules import Edits, Look, Rule, group, whole

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+%\\-]{0,64}\w\s?[@\uff20]\s?(?:\[?\d{1,3}(?:\.\d{1,3}){3}\]?|"
    r"(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}\b)",
    re.IGNORECASE,
)
_SPACED_EMAIL = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}\s{{0,2}}@\s{{0,2}}[\w-]{{1,63}}\s{{0,2}}\.\s{{0,2}}(?:{SAFE_ENDINGS}|me|fm)\b",
    re.IGNORECASE,
)
# Letters with a space between each two, before an @.
_LETTERS_APART = re.compile(r"(?<!\w)(?:\w ){2,30}\w? ?@ ?(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}\b", re.IGNORECASE)
_AT = (
    r"(?:\s{0,2}[\[({<]\s?(?:at|@)\s?[\])}>]\s{0,2}|\s(?:at|arroba)\s|\s{0,2}-at-\s{0,2}|\s{0,2}_at_\s{0,2}"
    r"|\s{0,2}@\s{0,2})"
)
_LOCAL = rf"(?<![\w.+-])[\w.+-]{{1,64}}(?:{SPELT_DOT}[\w-]{{1,40}}){{0,3}}"
_ENDING = rf"(?:(?:co|ac|com|org)(?:{SPELT_DOT}|\.)(?:uk|au|nz|jp|kr|br|in|za)|{SAFE_ENDINGS}|me|fm|es|it|at|be|no)"
_SPELT_EMAIL = re.compile(
    rf"{_LOCAL}{_AT}[\w-]{{1,63}}(?:(?:{SPELT_DOT}|\s?\.\s?)[\w-]{{1,63}}){{0,2}}?(?:{SPELT_DOT}|\s?\.)"
    rf"(?:{_ENDING})\b"
    rf"|{_LOCAL}\s{{0,2}}[\[({{<]\s?(?:at|@)\s?[\])}}>]\s{{0,2}}[\w-]{{1,63}}\s?\.\s?(?:{SAFE_ENDINGS})\b",
    re.IGNORECASE,
)
_GLUED_EMAIL = re.compile(r"\b[a-z0-9._]{2,40}AT[a-z0-9-]{2,40}DOT[a-z]{2,6}\b")
_PROVIDERS = r"(?:gmail|googlemail|outlook|hotmail|yahoo|icloud|protonmail|proton|aol|gmx|live)"
_SAID_EMAIL = re.compile(
    rf"\b(?:e-?mail|mail)\b(?: address)?(?:['\u2019]s| is|:| me(?: at)?,?)\s([\w.+-]{{3,64}}{_AT}{_PROVIDERS})\b"
    rf"|(?<![\w.+-])((?=[\w.+-]{{0,63}}[\d._])[\w.+-]{{3,64}}{_AT}(?:the\s)?{_PROVIDERS})\b",
    re.IGNORECASE,
)
_ACCOUNT_AT = re.compile(
    rf"\b(?:my|his|her|their|our) (?:{_PROVIDERS}|e-?mail)(?: address| account)?\s?(?:is|:|=)\s"
    r"((?=[\w.+-]{0,40}[\d_]|[a-z]{2,20}\.[a-z]{2,20}\b)[a-z][\w.+-]{2,62}\w)(?![\w@])",
    re.IGNORECASE,
)
_PLAIN_ADDRESS = re.compile(
    r"([\w.+-]{1,64})\sat\s[\w-]{1,63}(?:\s?\.\s?[\w-]{1,63}){0,2}\s?\.\s?([a-z]{2,20})", re.IGNORECASE
)
_ENDINGS_THAT_ARE_WORDS = frozenset(("me", "fm", "es", "it", "at", "be", "no", "in"))


def _unless_words(match: re.Match[str], placeholder: str) -> Edits:
    """Leave "bought it at shop.com": an ordinary word, "at" and a domain."""
    plain = _PLAIN_ADDRESS.fullmatch(match[0])
    if plain and (is_ordinary(plain[1].lower()) or plain[2].lower() in _ENDINGS_THAT_ARE_WORDS):
        return []
    return whole(match, placeholder)


_MAIL_WORDS = frozenset(
    ("gmail", "googlemail", "outlook", "hotmail", "yahoo", "icloud", "protonmail", "proton", "aol", "gmx")
)
_NAMES_MAIL = _MAIL_WORDS | {"email", "mail", "live"}


def _has_at(look: Look) -> bool:
    return "@" in look.text


def _may_spell_an_address(look: Look) -> bool:
    at = "at" in look.words or "@" in look.text or "arroba" in look.words or "_at_" in look.text
    return at and (look.dotted or spells_a_dot(look))


def _may_name_a_provider(look: Look) -> bool:
    return look.says(_MAIL_WORDS) or look.has("at live", "@live", "@ live")


#: In the order they are tried: what may hold another kind comes first.
CONTACT_RULES = (
    *LINK_RULES,
    Rule("email", _LETTERS_APART, _has_at, needs="@"),
    Rule("email", _EMAIL, _has_at, needs="@"),
    Rule("email", _SPACED_EMAIL, _has_at, needs="@"),
    Rule("email", _SPELT_EMAIL, _may_spell_an_address, _unless_words),
    Rule("email", _GLUED_EMAIL, lambda look: "dot" in look.text and "at" in look.text),
    Rule("email", _SAID_EMAIL, _may_name_a_provider, group),
    Rule("email", _ACCOUNT_AT, lambda look: look.says(_NAMES_MAIL), group),
    *DOMAIN_RULES,
    *HANDLE_RULES,
)
