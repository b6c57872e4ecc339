"""Personal data in texts becomes ``[EMAIL]``, ``[URL]``, ``[PHONE]``, ``[USER]``, ``[NAME]``, ``[ADDRESS]``.

The patterns would rather leave a number alone than take an age, a year, a price, a time or a range for a telephone: a
number counts when it is written as one (international, North American, or with a leading zero as in most of Europe),
or when the words before it say that it is one. A cheap look (is there an @, a digit, a slash?) turns most texts away
before any pattern is tried. Placeholders are never touched again.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuenet.curation.reddit.intake.names import NameFinder, Spans
from valuenet.warehouse.vocabulary import PII_KINDS

PLACEHOLDERS = {kind: f"[{kind.upper()}]" for kind in PII_KINDS}
_ANY_PLACEHOLDER = re.compile("|".join(re.escape(placeholder) for placeholder in PLACEHOLDERS.values()))

# Characters that show nothing and split an address so that no pattern sees it; the joiner of emoji is none of them.
_INVISIBLE = ("\u00ad", "\u200b", "\u2060", "\ufeff")

_ENDINGS = (
    "com|org|net|edu|gov|io|info|ly|gg|tv|uk|ca|au|de|fr|nl|es|it|app|dev|xyz|site|blog|online|link|page|me|co|be"
)
_URL_CHARS = r"[^\s<>\"\]\[|]"
_MARKDOWN = re.compile(
    r"\[([^\[\]\n]{0,300})\]\(\s*(?:[a-z][a-z0-9+.-]*:|www\.|/|\#)[^\s()]*(?:\([^\s()]*\)[^\s()]*)*(?:\s+\"[^\"\n]*\")?\s*\)",
    re.IGNORECASE,
)
_URL = re.compile(rf"(?:\b(?:https?|ftp)://|\bwww\d?\.(?=\w)){_URL_CHARS}+", re.IGNORECASE)
_DOMAIN = re.compile(
    rf"(?<![\w@./\\-])(?:[a-z0-9](?:[a-z0-9-]{{0,60}}[a-z0-9])?\.)+(?:(?:com|org|net|edu|gov)\b(?!\.\w)(?:/{_URL_CHARS}*)?"
    rf"|(?:{_ENDINGS})/{_URL_CHARS}+)",
    re.IGNORECASE,
)
_STARTS_LIKE_A_LINK = re.compile(r"\W{0,9}(?:https?:|www\.|\S{1,99}\.\w)|\W{0,9}\[", re.IGNORECASE)
_TRAILING = re.compile(r"[.,;:!?'*_~)}\u2019\u201d\u2026]+$")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+%\\-]*\w\s?[@\uff20](?:[\w-]+\.)+[a-z]{2,24}\b", re.IGNORECASE)
_SPELT_EMAIL = re.compile(
    r"\b[\w.+-]+\s*(?:[\[({]\s*at\s*[\])}]|\sat\s)\s*[\w-]+\s*(?:[\[({]\s*dot\s*[\])}]|\sdot\s)\s*(?:com|org|net|edu|co\.uk|de|io)\b",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"(?<![\w/])/?(?:u|user)/[\w\\-]{3,30}", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@\uff20.])[@\uff20](?=[\w.\\]*[^\W\d])[^\W\d](?:[\w.\\-]{0,40}\w)?")
_NO_HANDLES = frozenset(
    (
        "me",
        "you",
        "us",
        "him",
        "her",
        "them",
        "op",
        "home",
        "work",
        "school",
        "everyone",
        "all",
        "here",
        "night",
        "least",
        "the",
        "a",
    )
)

_LEFT = r"(?<![\w$€£#/+-])(?<!\d[.,:])(?<![$€£] )"
_RIGHT = r"(?![\w%]|[.,:/-]\d)"
_PHONE = re.compile(
    rf"(?<![\w$€£#])\+\d(?:[ .()/-]{{0,2}}\d){{7,14}}{_RIGHT}"
    rf"|{_LEFT}(?:1[ .-]?)?\(\d{{3}}\)\s?\d{{3}}[ .-]?\d{{4}}{_RIGHT}"
    rf"|{_LEFT}(?:1[ .-]?)?[2-9]\d{{2}}([ .-])\d{{3}}[ .-]\d{{4}}{_RIGHT}"
    rf"|{_LEFT}1?[2-9]\d{{9}}{_RIGHT}"
    rf"|{_LEFT}0\d{{2,4}}[ -]\d{{3,4}}(?:[ -]?\d{{3,4}}){{1,2}}{_RIGHT}"
    rf"|{_LEFT}00?[1-9](?:[ /-]?\d){{8,12}}{_RIGHT}"
)
_SAID_PHONE = re.compile(
    r"\b(?:call(?:ed|s|ing)?|text(?:ed|s|ing)?|phone|number|cell|mobile|whatsapp|tel|dial|ring|sms|reach)\b[^\d\n]{0,25}?"
    r"(?<![\w$€£#/])(?<!\d[.,:])(\(?\d(?:[ .()-]{0,2}\d){6,14})(?![\w%]|[.,:/-]\d)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d ?[- ] ?(?:19|20)\d\d|\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d\d|(?:19|20)\d\d[-. ]\d\d[-. ]\d\d"
)

_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Ter|Parkway|"
    r"Pkwy|Highway|Hwy|Circle|Cir|Crescent|Cres|Close|Trail|Alley)"
)
_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|"
    r"W[AIVY])"
)
_PLACE = rf"(?:,?\s+[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)?(?:,?\s+{_STATE}\b)?(?:\s+\d{{5}}(?:-\d{{4}})?\b)?"
_ADDRESS = re.compile(
    r"\b\d{1,5}[A-Za-z]?\s+(?:[NSEW]\.?\s+)?"
    rf"(?:(?:[A-Z][\w'\u2019-]+|\d{{1,3}}(?:st|nd|rd|th))\s+){{1,3}}{_STREET}\b(?!-)\.?(?:\s[NSEW]{{1,2}}\b)?"
    rf"(?:,?\s*(?:Apt|Apartment|Unit|Suite|Flat|\#)\.?\s*\w+)?{_PLACE}"
    r"|\b\d{2,5}\s+[a-z]{3,}\s+(?:street|avenue|boulevard|road|lane)\b"
    r"|\bP\.?\s?O\.?\s?Box\s+\d+"
    rf"|\b[A-Z][a-z]+(?:\s[A-Z][a-z]+)?,?\s+{_STATE}\s+\d{{5}}(?:-\d{{4}})?\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}\b"
)
_NO_STREETS = re.compile(r"\d+ (?:way|lane|wide|busy|mile|hour|minute|of|in|on|down|the) ", re.IGNORECASE)


class Replaced(NamedTuple):
    """Texts without personal data, and how much there was.

    ``texts`` (n,) of str; ``counts`` kind of `PII_KINDS` -> (n,) number of placeholders put into each text.
    """

    texts: NDArray[np.object_]
    counts: dict[str, NDArray[np.int64]]


def replace_personal_data(texts: Sequence[str], *, names: NameFinder) -> Replaced:
    """Return the texts with every piece of personal data that was found replaced by the placeholder of its kind."""
    counts = {kind: np.zeros(len(texts), dtype=np.int64) for kind in PII_KINDS}
    clean = [_replace_typed(text, counts, place) for place, text in enumerate(texts)]
    for place, spans in enumerate(names.find(clean)):
        if spans:
            clean[place], counts["name"][place] = _replace_spans(clean[place], spans)
    done = np.empty(len(texts), dtype=object)
    done[:] = clean
    return Replaced(done, counts)


def without_links(text: str) -> str:
    """Return ``text`` without its links; of a Markdown link the words stay."""
    if "](" in text:
        text = _MARKDOWN.sub(r"\1", text)
    return _URL.sub("", text) if _has_link(text.lower()) else text


def is_bare_link(text: str) -> bool:
    """Return whether a text is one or more links and nothing else."""
    if not _STARTS_LIKE_A_LINK.match(text):
        return False
    left = _DOMAIN.sub("", _URL.sub("", _MARKDOWN.sub("", text)))
    return left != text and not any(map(str.isalnum, left))


def _replace_typed(text: str, counts: dict[str, NDArray[np.int64]], place: int) -> str:
    """Return ``text`` without the kinds that have a pattern; counts them at ``place``."""
    if not text.isascii():
        for character in _INVISIBLE:
            text = text.replace(character, "")
    lower = text.lower()
    for rule in _RULES:
        if rule.may_hold(lower):
            text, found = _substitute(text, rule)
            counts[rule.kind][place] += found
    return text


def _substitute(text: str, rule: "_Rule") -> tuple[str, int]:
    """Return the text with the rule's matches replaced, and how many there were."""
    parts, at, found = [], 0, 0
    for match in rule.pattern.finditer(text):
        instead = rule.render(match, PLACEHOLDERS[rule.kind])
        if instead is not None:
            parts += [text[at : match.start()], instead]
            at, found = match.end(), found + 1
    return ("".join([*parts, text[at:]]), found) if found else (text, 0)


def _replace_spans(text: str, spans: Spans) -> tuple[str, int]:
    """Return ``text`` with each span as ``[NAME]``; spans that touch a placeholder are left."""
    held = [match.span() for match in _ANY_PLACEHOLDER.finditer(text)]
    parts, at, found = [], 0, 0
    for start, end in spans:
        if any(start < right and left < end for left, right in held):
            continue
        parts += [text[at:start], PLACEHOLDERS["name"]]
        at, found = end, found + 1
    return "".join([*parts, text[at:]]), found


def _whole(_match: "re.Match[str]", placeholder: str) -> str | None:
    return placeholder


def _link(match: "re.Match[str]", placeholder: str) -> str | None:
    return f"{match[1].strip()} {placeholder}".lstrip()


def _all_but_punctuation(match: "re.Match[str]", placeholder: str) -> str | None:
    trailing = _TRAILING.search(match[0])
    return placeholder + (trailing[0] if trailing else "")


def _unless_a_word(match: "re.Match[str]", placeholder: str) -> str | None:
    return None if match[0][1:].lower() in _NO_HANDLES else placeholder


def _the_number(match: "re.Match[str]", placeholder: str) -> str | None:
    return None if _DATE.fullmatch(match[1]) else match[0][: match.start(1) - match.start()] + placeholder


def _unless_a_way(match: "re.Match[str]", placeholder: str) -> str | None:
    return None if _NO_STREETS.match(match[0]) else placeholder


class _Rule(NamedTuple):
    """A pattern, the quick look that says whether it can match at all, and what stands in the place of a match."""

    kind: str
    pattern: "re.Pattern[str]"
    may_hold: Callable[[str], object]  # asked of the text in small letters
    render: Callable[["re.Match[str]", str], str | None] = _whole


_COMMON_ENDINGS = (".com", ".org", ".net", ".edu", ".gov")
_DIGIT = re.compile(r"\d")
_SEVEN_DIGITS = re.compile(r"(?:\d\D{0,3}){7}")


def _has_at(text: str) -> bool:
    return "@" in text or "\uff20" in text


def _has_seven_digits(text: str) -> bool:
    return bool(_DIGIT.search(text) and _SEVEN_DIGITS.search(text))


def _has_link(text: str) -> bool:
    return "://" in text or "www" in text


def _has_domain(text: str) -> bool:
    return "." in text and ("/" in text or any(ending in text for ending in _COMMON_ENDINGS))


#: In the order they are tried: what may hold another kind comes first.
_RULES = (
    _Rule("url", _MARKDOWN, lambda text: "](" in text, _link),
    _Rule("url", _URL, _has_link, _all_but_punctuation),
    _Rule("email", _EMAIL, _has_at),
    _Rule("email", _SPELT_EMAIL, lambda text: "dot" in text),
    _Rule("url", _DOMAIN, _has_domain, _all_but_punctuation),
    _Rule("user", _ACCOUNT, lambda text: "/" in text),
    _Rule("user", _HANDLE, _has_at, _unless_a_word),
    _Rule("phone", _PHONE, _has_seven_digits),
    _Rule("phone", _SAID_PHONE, _has_seven_digits, _the_number),
    _Rule("address", _ADDRESS, _DIGIT.search, _unless_a_way),
)
