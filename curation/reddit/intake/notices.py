"""Texts that Reddit put where a person's words had been: a notice that they were removed or deleted.

Reddit words its notices in many ways and invents new ones, so they are recognised by their shape. A notice is the whole
text: brackets or emphasis around a phrase whose head says that something was removed, deleted or is unavailable, and
which goes on, if at all, with who did it or with a rule, a law or a policy. Without brackets and emphasis it has to say
who did it, or be the sentence *this post was removed*. A text in which a person speaks (*my*, *sorry*) is no notice.
"""

import html
import re
import unicodedata
from typing import Literal

Notice = Literal["removed", "deleted"]

#: Characters of the longest notice; what is longer is somebody's words.
LONGEST = 300

_VERB = (
    r"(?:(?:no longer |not |isn't |un|in)(?:available|accessible)|no longer exists?|(?:does not|doesn't) exist"
    r"|not found|taken down|removed|deleted|redacted|hidden|banned|suspended|quarantined|blocked|withheld|withdrawn"
    r"|erased|purged|expunged|censored|wiped|scrubbed|overwritten|filtered)"
)
_NOUN = (
    r"(?:(?:post|comment|submission|message|thread|repl(?:y|ie)|user|author|poster|account|profile|link|image|video"
    r"|title|page|subreddit|commenter|content|item)s?|text|selftext|body|media|username|community|body text|op)"
)
_FILLER = (
    r"(?:this|the|that|these|an?|your|its|their|own|original|entire|whole|old|was|were|is|are|has|have|had|been|be|now"
    r"|since|already|either|currently|automatically|auto|manually|temporarily|permanently|or|and|by|from|it|/?[ur]/[\w-]+)"
)
_ACTOR = (
    r"(?:reddit(?:'s)?|moderat(?:or(?:'?s'?)?|ion)|mods?'?|admins?'?|administrators?|auto-?mod(?:erator)?|users?(?:'s)?"
    r"|authors?(?:'s)?|posters?|op|owner|creator|commenter|anti-?evil|(?:spam|content|crowd|reputation)[ -]filters?"
    r"|filters?|bots?|staff|legal|community team|trust (?:and|&) safety|copyright (?:holder|owner)s?|themsel(?:f|ves)"
    r"|person who (?:originally )?posted it|/?r/\w+|/?u/[\w-]+)"
)
_BESIDE_ACTOR = (
    r"(?:the|an?|its|their|our|your|this|original|community|subreddit|sub|site|account|team|operations|inc|safety|system"
    r"|and|or|&|of (?:/?r/)?\w{2,24})"
)
_JOINED = r"(?:,|/|&|\bor\b|\band\b)"
_PHRASE = re.compile(
    rf"(?:sorry,? )?+(?P<subject>(?:(?:{_FILLER}|{_NOUN}|{_ACTOR})\b,?(?: |(?=/))){{0,12}}+)/?"
    rf"(?:(?:self|auto|shadow|mod)-?)?(?P<verb>{_VERB})\b(?: ?{_JOINED}? ?{_VERB}\b){{0,6}}+"
    rf"(?: (?:this|the|that|these|their|its|own|it|{_NOUN})\b){{0,6}}+(?P<tail>.*)"
)
_BY = re.compile(rf",? (?:by|from|via)(?P<actor>(?: (?:{_ACTOR}|{_BESIDE_ACTOR})(?![\w'-]))++)")
_SENTENCE = re.compile(rf"(?:this|the|that) {_NOUN} (?:was|were|is|has been|have been)(?: \w+ly| since| now)?")
#: What may follow: a reason, a place, or a remark set off by a mark.
_CONNECTED = re.compile(
    r"(?: ?[,:;./|(\u2010-\u2015-]+ ?|,? (?:by|due to|because|for|in|on|as|under|per|pending|following|at|upon"
    r"|pursuant to|to|until|with|through)\b)"
)
_PLACE = re.compile(r" (?:(?:to|for) (?:users|people) )?(?:in|outside)(?: [\w.-]+){1,3}")
_OFFICIAL = re.compile(
    r"\b(?:violat\w+|breach\w*|br(?:eak|oke)\w*(?: \w+){0,3} rules?|rules? (?:#|no\.? ?)?\d+|against(?: \w+){0,3} "
    r"(?:rules?|polic\w+)|dmca|gdpr|tos|copyright\w*|trademark|infring\w+|take-?down"
    r"|(?:content|site|site-?wide|privacy|user) (?:policy|agreement|rules?)|terms of (?:service|use)|court|local laws?"
    r"|legal (?:\w+ )?(?:requests?|notice|demand|order|reasons?|complaint|process|claim)|community (?:guidelines"
    r"|standards|rules)|spam\w*|harassment|hate speech|doxx?ing|ban evasion|vote manipulation|off[ -]topic"
    r"|low[ -]effort|duplicates?|reposts?|nsfw|incivility|uncivil|self[ -]promotion|advertising|misinformation"
    r"|brigading|privacy|personal (?:information|data)|(?:your|this|some|certain) (?:country|region|location|area"
    r"|jurisdiction)|moderat\w+|mods?|admins?|reddit|review|law enforcement|(?:request of|by)"
    r" (?:the |its |their )?(?:original )?(?:author|user|op|poster)|(?:author|user|op|poster)(?:'s)? request)\b"
)
#: Words of somebody who speaks, which are in no notice.
_PERSON = re.compile(
    r"\b(?:i|i'?m|i'?ve|i'?d|i'?ll|me|my|mine|myself|we|us|ours|you|yourself|he|him|his|she|hers?|sorry|lol|lmao|thanks?"
    r"|please|everyone|everybody|guys|idk|tbh|haha)\b|\?"
)
_FIXED = re.compile(r"\. moderators remove posts from feeds for .*")
_HEAD = re.compile(rf"{_VERB}")
_LINK = re.compile(r"\]\([^()]*\)")
_TAG = re.compile(r"</?(?:p|b|i|u|s|em|strong|del|strike|code|pre|span|div|br|blockquote|sup|sub)\b[^<>]{0,40}>")
_GROUPS = re.compile(r"(?:\[[^\[\]]*\][^\w\[\]]*)+")
_EMPHASIS = frozenset("*~`^<")
_MOST_WORDS = 20
_MOST_WORDS_BARE = 12
_ASCII_BRACKETS = str.maketrans("({)}", "[[]]")
_QUOTES = str.maketrans(dict.fromkeys("\u201a\u201e\u201c\u201d\u00ab\u00bb", '"') | dict.fromkeys("\u2018\u2019", "'"))
_BLANKS = str.maketrans(dict.fromkeys("\u2800\u3164\u115f\u1160\uffa0", " "))


def notice_in(text: str) -> Notice | None:
    """Return whether the whole of ``text`` is a notice, and of what; None for a person's words."""
    if not text or len(text) > LONGEST:
        return None
    plain = _plain(text)
    if _HEAD.search(plain) is None or _PERSON.search(_without_apology(plain)):
        return None
    lines = [line for line in plain.splitlines() if any(map(str.isalnum, line))]
    notices = [_notice_of_line(line) for line in lines]
    if None in notices:
        notices = [_notice_of_line(" ".join(lines))]
    if None in notices:
        return None
    return "deleted" if set(notices) == {"deleted"} else "removed"


def _without_apology(plain: str) -> str:
    """Return a text without the *Sorry, this* that a notice may begin with."""
    return re.sub(r"^\W*sorry,? (?=th(?:is|e|at)\b)", "", plain)


def _plain(text: str) -> str:
    """Return a text in lower case with entities, tags and letters of other widths resolved, all brackets square ones.

    Invisible characters and marks that are laid over letters are left out.
    """
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_QUOTES).translate(_BLANKS)
        text = "".join(filter(None, map(_square, text)))
    text = _LINK.sub("]", text.replace("\\", "").replace("_", " ").casefold())
    return _TAG.sub("", text).translate(_ASCII_BRACKETS)


def _square(character: str) -> str:
    kind = unicodedata.category(character)
    if character.isascii() or kind[0] not in "CMP":
        return character
    return {"Ps": "[", "Pe": "]", "Pd": "-", "Cf": "", "Mn": "", "Me": "", "Cc": " "}.get(kind, character)


def _notice_of_line(line: str) -> Notice | None:
    phrase, marked = _unwrapped(line)
    match = _PHRASE.fullmatch(phrase)
    if match is None or not (_goes_on_marked if marked else _goes_on_bare)(match):
        return None
    return "deleted" if match["verb"] == "deleted" else "removed"


def _unwrapped(line: str) -> tuple[str, bool]:
    """Return the words within brackets and marks, one space apart, and whether there were brackets or emphasis."""
    marked = False
    while True:
        inner = line.strip()
        before = inner[: len(inner) - len(inner.lstrip(_marks(inner)))]
        inner = inner.strip(_marks(inner))
        marked = marked or not _EMPHASIS.isdisjoint(before)
        if not _is_in_brackets(inner):
            break
        line, marked = inner[1:-1], True
    marked = marked or _GROUPS.fullmatch(inner) is not None
    words = re.sub(r"(?<=\w) \[(?=[^\[\]]*\]$)", " ( ", inner)  # a remark at the end
    words = re.sub(r"[\[\]*~`\"]", " ", words)
    return re.sub(r"\s+", " ", words).replace(" .", ".").replace(" ,", ",").strip(" .!"), marked


def _marks(text: str) -> str:
    """Return the characters of a text that are no letters, digits or brackets."""
    return "".join({character for character in text if not character.isalnum() and character not in "[]"})


def _is_in_brackets(text: str) -> bool:
    """Return whether the bracket that a text begins with is closed by its last character."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if depth == 0:
            return character == "]" and index == len(text) - 1
    return False


def _goes_on_marked(notice: re.Match[str]) -> bool:
    """Return whether a phrase in brackets or emphasis goes on as a notice does."""
    tail = notice["tail"]
    by = _actor_at(tail)
    rest = tail[by.end() :] if by else tail
    if not rest:
        return True
    if by and _CONNECTED.match(rest) is None:  # "legal" acts, and a "legal request" is a reason
        by, rest = None, tail
    if len(rest.split()) > _MOST_WORDS or _CONNECTED.match(rest) is None:
        return False
    if by or _OFFICIAL.search(rest):
        return True
    return "available" in notice["verb"] and _PLACE.fullmatch(rest) is not None


def _goes_on_bare(notice: re.Match[str]) -> bool:
    """Return whether a phrase without any marks is a notice: it says who did it, or is *this post was removed*."""
    tail = notice["tail"]
    by = _actor_at(tail)
    if by is None and _SENTENCE.fullmatch(notice["subject"].strip()) is None:
        return False
    rest = tail[by.end() :] if by else tail
    if not rest or _FIXED.fullmatch(rest):
        return True
    official = _CONNECTED.match(rest) is not None and _OFFICIAL.search(rest) is not None
    return official and len(rest.split()) <= _MOST_WORDS_BARE and not re.search(r"[,.;!] \w", rest)


def _actor_at(tail: str) -> re.Match[str] | None:
    """Return who did it, where the tail begins with that."""
    by = _BY.match(tail)
    return by if by and re.search(rf"(?: |^){_ACTOR}(?![\w'-])", by["actor"]) else None
