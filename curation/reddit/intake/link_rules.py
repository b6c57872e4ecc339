"""Links with a protocol, bare domains, and domains that are spelt out."""

from __future__ import annotations

import re

from valuenet.curation.reddit.intake.ordinary_words import is_ordinary
from valuenet.curation.reddit.intake.rules import Edits, Look, Rule, group, whole

# Endings that are English words ("it.is", "told.me") make a domain only with a path behind, or where one is announced.
SAFE_ENDINGS = (
    "com|org|net|edu|gov|de|fr|nl|pl|ru|jp|cn|br|uk|eu|ch|se|dk|fi|cz|ca|au|nz|mx|ie|kr|io|dev|xyz|biz|"
    "gg|tv|ly|blog|shop|"
    "site|online|wiki|cloud|tech"
)
_WORD_ENDINGS = (
    "me|it|is|at|no|so|to|in|us|es|be|co|info|app|link|page|fm|ai|club|live|life|space|world|art|name|social"
)
# Endings that are words, and that hardly ever follow a full stop without a space: enough after an unusual label.
_RARE_ENDINGS = "app|info|co|fm|ai|page|club|world|social|space|link|art"
_LATER_ENDINGS = "store|pro|top|click|lol|moe|ink|pt|gr|tr|ro|hu|ua|il|za|sg|hk|tw|th|vn|ph|cl|pe|bg|rs|sk|lt|lv|ee"
_URL_CHARS = r"[^\s<>\"\]\[|]"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?"
#: Longest link that is read to its end; a post of Reddit has 40,000 characters at most.
_LONGEST = 100_000
MARKDOWN_LINK = re.compile(
    r"\[([^\[\]\n]{0,300})\]\(\s{0,9}(?:[a-z][a-z0-9+.-]{0,20}:|www\.|/|"
    r"\#)[^\s()]{0,2000}(?:\([^\s()]{0,300}\)[^\s()]{0,300}){0,9}"
    r"(?:\s{1,9}\"[^\"\n]{0,300}\")?\s{0,9}\)",
    re.IGNORECASE,
)
URL = re.compile(rf"(?:\b(?:h(?:tt|xx)ps?|s?ftp)://|\bwww\d?\.(?=\w)){_URL_CHARS}{{1,{_LONGEST}}}+", re.IGNORECASE)
_DOT_IN_BRACKETS = r"(?:\[\.\]|\(\.\)|\{\.\})"
_DEFANGED = re.compile(
    rf"(?:\bh(?:tt|xx)ps?\[?:\]?//|(?<![\w@./\\-]))(?:[\w-]{{1,60}}(?:\.|{_DOT_IN_BRACKETS})){{1,5}}[a-z]{{2,12}}\b"
    rf"(?:/{_URL_CHARS}{{0,2000}})?",
    re.IGNORECASE,
)
DOMAIN = re.compile(
    rf"(?<![\w@./\\-])(?:{_LABEL}\.){{1,6}}(?:(?:(?-i:{SAFE_ENDINGS})|COM|ORG|NET|Com|Org|"
    rf"Net)\b(?!\.\w)(?![\w-])(?:/{_URL_CHARS}{{0,2000}})?"
    rf"|(?:{SAFE_ENDINGS}|{_WORD_ENDINGS}|{_LATER_ENDINGS})/{_URL_CHARS}{{1,2000}})",
    re.IGNORECASE,
)
_UNUSUAL_DOMAIN = re.compile(
    rf"(?<![\w@./\\-])((?:[a-z0-9-]{{1,60}}\.){{0,4}}[a-z0-9-]{{3,60}})\.(?:{_RARE_ENDINGS}|{_LATER_ENDINGS})\b(?![\w-]|\.\w)"
)
_OTHER_SCRIPT_DOMAIN = re.compile(
    r"(?<![\w@./-])(?:[^\W_](?:[\w-]{0,60})\.){1,4}(?:рф|рус|укр|бел|қаз|срб|ελ|бг|中国|中文网|한국|السعودية|امارات|भारत)\b",
    re.IGNORECASE,
)
_SAID_DOMAIN = re.compile(
    r"\b(?:blog|site|website|web ?page|homepage|portfolio|url|link)\b[^\n.]{0,15}?\s"
    rf"({_LABEL}\.(?:{_WORD_ENDINGS}|{_LATER_ENDINGS}))\b",
    re.IGNORECASE,
)
_BRACKETED_DOT = r"(?:\s{0,2}[\[({<]\s?(?:dot|punkt|punto)\s?[\])}>]\s{0,2}|\s?_dot_\s?)"
SPELT_DOT = rf"(?:{_BRACKETED_DOT}|\s(?:dot|d0t|punto|punkt)\s|\s{{0,2}}-dot-\s{{0,2}}|{_DOT_IN_BRACKETS})"
_SPELT_URL = re.compile(
    rf"\b[\w-]{{2,40}}(?:{SPELT_DOT}(?:{SAFE_ENDINGS}|me)\b|{_BRACKETED_DOT}(?:{_WORD_ENDINGS})\b"
    rf"|\s\.\s?(?:com|org|net|de|io)\b|\.\s(?:com|net)\b)"
    r"(?:(?:\sslash\s|\s?/\s?)[\w-]{1,60}){0,6}",
    re.IGNORECASE,
)
_WWW_APART = re.compile(r"\bwww\s[\w-]{3,40}\s(?:com|net|org|de|co uk)\b", re.IGNORECASE)
_VIDEO = re.compile(r"\b(?:watch\?v=|youtu\.be/)[\w-]{6,20}")
#: Names of software that look like domains.
_SOFTWARE = frozenset(("asp.net", "ado.net", "vb.net", "ml.net", "socket.io", "draw.io", "crates.io"))
_PUNCTUATION = ".,;:!?'*_~)}\u2019\u201d\u2026"


def _link(match: re.Match[str], placeholder: str) -> Edits:
    start = match.start(1)
    words = match[1]
    if not words.strip():
        return [(match.start(), match.end(), placeholder)]
    first, last = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
    return [(match.start(), first, ""), (last, match.end(), f" {placeholder}")]


def _all_but_punctuation(match: re.Match[str], placeholder: str) -> Edits:
    if match[0].lower() in _SOFTWARE:
        return []
    return [(match.start(), match.start() + len(match[0].rstrip(_PUNCTUATION)), placeholder)]


def _if_in_brackets(match: re.Match[str], placeholder: str) -> Edits:
    """Take what has a dot in brackets, as people write who want no link of it."""
    there = any(dot in match[0] for dot in ("[.]", "(.)", "{.}"))
    return _all_but_punctuation(match, placeholder) if there else []


def _if_unusual(match: re.Match[str], placeholder: str) -> Edits:
    """Take a label of four letters and more that is no word: no sentence that ends without a space."""
    labels = match[1].split(".")
    pieces = labels[-1].split("-")
    unusual = len(labels[-1]) > 3 and not all(len(piece) < 3 or is_ordinary(piece) for piece in pieces)
    return whole(match, placeholder) if unusual or len(labels) > 2 else []


def has_link(text: str) -> bool:
    """Return whether a text in small letters may hold a link with its protocol or `www`."""
    return "://" in text or "www" in text


_DOT_WORDS = frozenset(("dot", "punto", "punkt"))
_RARE_ENDING_THERE = re.compile(rf"\.(?<=[a-z0-9]\.)(?:{_RARE_ENDINGS}|{_LATER_ENDINGS})\b").search


def spells_a_dot(look: Look) -> bool:
    """Return whether a text may spell a dot."""
    return look.says(_DOT_WORDS) or look.spaced_dot or look.has("[.]", "dot_", "dot-", "d0t")


def _has_bracketed_dot(look: Look) -> bool:
    return look.has("[.]", "(.)", "{.}")


def _has_unusual_domain(look: Look) -> object:
    return look.dotted and _RARE_ENDING_THERE(look.text)


#: With a protocol or in Markdown: these go before addresses of electronic mail.
LINK_RULES = (
    Rule("url", MARKDOWN_LINK, lambda look: "](" in look.text, _link, needs="["),
    Rule("url", _DEFANGED, _has_bracketed_dot, _if_in_brackets),
    Rule("url", URL, lambda look: has_link(look.text), _all_but_punctuation),
)
#: Without one: these go after.
DOMAIN_RULES = (
    Rule("url", _VIDEO, lambda look: look.has("watch?v=", "youtu.be")),
    Rule("url", DOMAIN, lambda look: look.dotted, _all_but_punctuation, needs="."),
    Rule("url", _OTHER_SCRIPT_DOMAIN, lambda look: "." in look.text and not look.text.isascii()),
    Rule("url", _SAID_DOMAIN, lambda look: look.dotted, group, needs="."),
    Rule("url", _UNUSUAL_DOMAIN, _has_unusual_domain, _if_unusual, needs="."),
    Rule("url", _SPELT_URL, spells_a_dot),
    Rule("url", _WWW_APART, lambda look: "www " in look.text),
)
