"""Links, addresses of electronic mail, and accounts elsewhere."""

from __future__ import annotations

import re

from valuenet.curation.reddit.intake.rules import Edits, Rule, group, matched, whole

# Endings that are English words ("it.is", "told.me") make a domain only with a path behind, or where one is announced.
_SAFE_ENDINGS = (
    "com|org|net|edu|gov|de|fr|nl|pl|ru|jp|cn|br|uk|eu|ch|se|dk|fi|cz|ca|au|nz|mx|ie|kr|io|dev|xyz|biz|"
    "gg|tv|ly|blog|shop|"
    "site|online|wiki|cloud|tech"
)
_WORD_ENDINGS = (
    "me|it|is|at|no|so|to|in|us|es|be|co|info|app|link|page|fm|ai|club|live|life|space|world|art|name|social"
)
_URL_CHARS = r"[^\s<>\"\]\[|]"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?"
MARKDOWN_LINK = re.compile(
    r"\[([^\[\]\n]{0,300})\]\(\s{0,9}(?:[a-z][a-z0-9+.-]{0,20}:|www\.|/|"
    r"\#)[^\s()]{0,2000}(?:\([^\s()]{0,300}\)[^\s()]{0,300}){0,9}"
    r"(?:\s{1,9}\"[^\"\n]{0,300}\")?\s{0,9}\)",
    re.IGNORECASE,
)
URL = re.compile(rf"(?:\b(?:h(?:tt|xx)ps?|ftp)://|\bwww\d?\.(?=\w)){_URL_CHARS}+", re.IGNORECASE)
DOMAIN = re.compile(
    rf"(?<![\w@./\\-])(?:{_LABEL}\.){{1,6}}(?:(?:(?-i:{_SAFE_ENDINGS})|COM|ORG|NET|Com|Org|"
    rf"Net)\b(?!\.\w)(?![\w-])(?:/{_URL_CHARS}{{0,2000}})?"
    rf"|(?:{_SAFE_ENDINGS}|{_WORD_ENDINGS})/{_URL_CHARS}{{1,2000}})",
    re.IGNORECASE,
)
_SAID_DOMAIN = re.compile(
    r"\b(?:blog|site|website|web ?page|homepage|portfolio|url|link)\b[^\n.]{0,15}?\s"
    rf"({_LABEL}\.(?:{_WORD_ENDINGS}))\b",
    re.IGNORECASE,
)
_SPELT_DOT = r"(?:\s{0,2}[\[({<]\s?dot\s?[\])}>]\s{0,2}|\s(?:dot|d0t)\s|\s{0,2}-dot-\s{0,2})"
_SPELT_URL = re.compile(
    rf"\b[\w-]{{2,40}}(?:{_SPELT_DOT}(?:{_SAFE_ENDINGS}|me)\b|\s\.\s?(?:com|org|net|de|io)\b|\.\s(?:com|net)\b)"
    r"(?:(?:\sslash\s|\s?/\s?)[\w-]{1,60}){0,6}",
    re.IGNORECASE,
)
_VIDEO = re.compile(r"\b(?:watch\?v=|youtu\.be/)[\w-]{6,20}")

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+%\\-]{0,64}\w\s?[@\uff20]\s?(?:\[?\d{1,3}(?:\.\d{1,3}){3}\]?|"
    r"(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}\b)",
    re.IGNORECASE,
)
_SPACED_EMAIL = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}\s{{0,2}}@\s{{0,2}}[\w-]{{1,63}}\s{{0,2}}\.\s{{0,2}}(?:{_SAFE_ENDINGS})\b",
    re.IGNORECASE,
)
_AT = r"(?:\s{0,2}[\[({<]\s?at\s?[\])}>]\s{0,2}|\sat\s|\s{0,2}-at-\s{0,2}|\s{0,2}@\s{0,2})"
_SPELT_EMAIL = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}(?:\sdot\s[\w-]{{1,40}}){{0,3}}{_AT}[\w-]{{1,63}}(?:{_SPELT_DOT}|\.)"
    rf"(?:co(?:{_SPELT_DOT}|\.)uk|{_SAFE_ENDINGS})\b",
    re.IGNORECASE,
)
_PROVIDERS = r"(?:gmail|googlemail|outlook|hotmail|yahoo|icloud|protonmail|proton|aol|gmx|live)"
_SAID_EMAIL = re.compile(
    rf"\b(?:e-?mail|mail)\b(?: address)?(?:['\u2019]s| is|:| me at)\s([\w.+-]{{3,64}}{_AT}{_PROVIDERS})\b"
    rf"|(?<![\w.+-])((?=[\w.+-]{{0,63}}[\d._])[\w.+-]{{3,64}}{_AT}{_PROVIDERS})\b",
    re.IGNORECASE,
)

_ACCOUNT = re.compile(r"(?:(?<![\w/])|(?<=reddit)|(?<=redd\.it))/?(?:u|user)/[\w\\-]{3,30}", re.IGNORECASE)
_TAG = re.compile(r"(?<![\w#])(?:@?[\w.]{2,32}|\[USER\])#\d{4}\b")
_HANDLE = re.compile(r"(?<![\w@\uff20.])[@\uff20](?=[\w.\\]{0,40}[^\W\d])[^\W\d](?:[\w.\\-]{0,40}\w)?")
_PLACES = (
    r"(?:insta(?:gram)?|ig|snap(?:chat)?|tik ?tok|discord|disc|telegram|tele|kik|venmo|cash ?app|paypal|"
    r"twitter|skype|steam|"
    r"twitch|onlyfans|fb|facebook|tumblr|whatsapp|signal|psn|xbox|gamertag|threads|wechat|line|bluesky|"
    r"mastodon|linkedin|"
    r"pinterest|vsco|bereal|spotify|reddit|user ?name|handle|screen ?name|account name)"
)
_AT_HOME_ON = re.compile(rf"(?<![\w@.])@[\w.]{{2,40}}\b(?=\s(?:on|at)\s{_PLACES}\b)", re.IGNORECASE)
_AT_NUMBER = re.compile(
    r"\b(?:add|follow|dm|pm|msg|message|ping|text|find me|hit me up|reach|contact)(?:\s\w{1,4})?\s(@\d{3,15})\b",
    re.IGNORECASE,
)
# What follows the name of a place is a handle where it looks like one: a digit, a dot, a dash or a low line within it,
# or capitals among small letters. "My insta is private" has none of them.
_LOOKS_LIKE_ONE = (
    r"(?:(?=[\w.-]{0,39}[a-z0-9][\d_][\w.-]{0,39})|(?=[\w-]{1,39}\.[a-z0-9_]{2})|(?=_|\d{1,9}[a-z])|"
    r"(?=(?-i:[\w]{0,39}[a-z][A-Z])))"
    r"(?=[\d.-]{0,39}[a-z_])[\w](?:[\w.-]{1,38})\w"
)
_SAID_HANDLE = re.compile(
    rf"\b{_PLACES}\b(?:['\u2019]s)?(?:\s(?:id|name|user ?name|user|handle|tag|account|profile|is|at|me|as|"
    rf"under|add|on|it['\u2019]?s)\b)"
    rf"{{0,3}}\s{{0,2}}[:=(>@-]{{0,3}}\s{{0,2}}(?<![\w.])({_LOOKS_LIKE_ONE})(?![\w@])",
    re.IGNORECASE,
)
_LABELLED_HANDLE = re.compile(
    rf"\b{_PLACES}\s{{0,2}}(?:[:=]|->)\s{{0,2}}@?((?!https?\b)[a-z][\w.-]{{3,30}}\w)\b(?!\s\w+\s)", re.IGNORECASE
)
_SKYPE = re.compile(r"\blive:[\w.-]{3,40}\w", re.IGNORECASE)
_CASHTAG = re.compile(r"\b(?:cash ?app|venmo|paypal|zelle)\b[^\n$]{0,25}?(\$[a-z][\w-]{2,20})\b", re.IGNORECASE)
_NO_HANDLES = frozenset(
    "me you us him her them op home work school everyone all here night least the a".split()  # noqa: SIM905
)
_PUNCTUATION = ".,;:!?'*_~)}\u2019\u201d\u2026"


def _link(match: re.Match[str], placeholder: str) -> Edits:
    start = match.start(1)
    words = match[1]
    if not words.strip():
        return [(match.start(), match.end(), placeholder)]
    first, last = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
    return [(match.start(), first, ""), (last, match.end(), f" {placeholder}")]


def _all_but_punctuation(match: re.Match[str], placeholder: str) -> Edits:
    return [(match.start(), match.start() + len(match[0].rstrip(_PUNCTUATION)), placeholder)]


def _unless_a_word(match: re.Match[str], placeholder: str) -> Edits:
    return [] if match[0][1:].lower() in _NO_HANDLES else whole(match, placeholder)


def _unless_a_domain(match: re.Match[str], placeholder: str) -> Edits:
    return [] if DOMAIN.fullmatch(matched(match)) else group(match, placeholder)


def has_link(text: str) -> bool:
    """Return whether a text in small letters may hold a link with its protocol or `www`."""
    return "://" in text or "www" in text


def _has_at(text: str) -> bool:
    return "@" in text


def _has_domain(text: str) -> object:
    return "." in text and _DOT_WITHIN(text)


def _spells(text: str) -> bool:
    return "dot" in text or "d0t" in text or " ." in text or ". com" in text or ". net" in text


def _labels_a_place(text: str) -> object:
    return (":" in text or "=" in text or "->" in text) and _NAMES_A_PLACE(text)


_DOT_WITHIN = re.compile(r"\w\.[a-z]{2}").search
_NAMES_A_PLACE = re.compile(rf"\b{_PLACES}\b").search

#: In the order they are tried: what may hold another kind comes first.
CONTACT_RULES = (
    Rule("url", MARKDOWN_LINK, lambda text: "](" in text, _link),
    Rule("url", URL, has_link, _all_but_punctuation),
    Rule("email", _EMAIL, _has_at),
    Rule("email", _SPACED_EMAIL, _has_at),
    Rule("email", _SPELT_EMAIL, lambda text: "at" in text and ("dot" in text or _has_domain(text))),
    Rule("email", _SAID_EMAIL, re.compile(_PROVIDERS).search, group),
    Rule("url", _VIDEO, lambda text: "watch?v=" in text or "youtu" in text),
    Rule("url", DOMAIN, _has_domain, _all_but_punctuation),
    Rule("url", _SAID_DOMAIN, _has_domain, group),
    Rule("url", _SPELT_URL, _spells),
    Rule("user", _ACCOUNT, lambda text: "u/" in text or "user/" in text),
    Rule("user", _TAG, lambda text: "#" in text),
    Rule("user", _AT_HOME_ON, _has_at),
    Rule("user", _AT_NUMBER, _has_at, group),
    Rule("user", _HANDLE, _has_at, _unless_a_word),
    Rule("user", _SAID_HANDLE, _NAMES_A_PLACE, _unless_a_domain),
    Rule("user", _LABELLED_HANDLE, _labels_a_place, group),
    Rule("user", _SKYPE, lambda text: "live:" in text),
    Rule("user", _CASHTAG, lambda text: "$" in text, group),
)
