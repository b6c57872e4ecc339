"""The words and marks around a name that tell that it is one: kinship, titles, verbs, greetings, farewells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from string import ascii_lowercase
from typing import NamedTuple

from valuenet.curation.reddit.intake.name_lists import first_names, fold_name, lower_names, no_names
from valuenet.curation.reddit.intake.ordinary_words import is_ordinary

Spans = list[tuple[int, int]]

_KIN_WORDS = (
    "coworker", "worker", "colleague", "boss", "manager", "supervisor", "friend", "bestie", "girlfriend", "boyfriend",
    "gf", "bf", "husband", "wife", "ex", "partner", "fiance", "fiancee", "fianc", "brother", "sister", "son",
    "daughter", "cousin", "nephew", "niece", "uncle", "aunt", "auntie", "therapist", "counselor", "counsellor",
    "doctor",
    "roommate", "flatmate", "neighbor", "neighbour", "teacher", "professor", "classmate", "crush", "stepdad", "stepmom",
    "stepbrother", "stepsister", "stepson", "godson", "goddaughter", "grandson", "granddaughter", "grandma", "grandpa",
    "nana", "landlord", "dog", "cat", "baby", "twin",
)  # fmt: skip
_KIN = (
    r"(?:co-?worker|colleague|boss|manager|supervisor|friend|bestie|girlfriend|boyfriend|gf|bf|husband|wife|"
    r"ex(?:[- ](?:wife|husband|girlfriend|boyfriend|gf|bf|friend))?|partner|fianc[eé]e?|"
    r"brother|sister|son|daughter|cousin|nephew|niece|uncle|aunt|auntie|therapist|counsell?or|doctor|roommate|flatmate|"
    r"neighbou?r|teacher|professor|classmate|crush|step(?:dad|mom|brother|sister|son)|god(?:son|daughter)|"
    r"grand(?:son|daughter|ma|pa)|nana|landlord|twin)"
)
_TITLE_WORDS = (
    "mr", "mrs", "ms", "mx", "dr", "prof", "professor", "sgt", "sergeant", "capt", "lt", "officer", "detective",
    "judge", "pastor", "rev", "reverend", "rabbi", "imam", "coach", "nurse", "principal", "aunt", "auntie", "uncle",
    "grandma", "grandpa", "sister", "brother", "cousin", "father", "nana",
)  # fmt: skip
_PLAIN_TITLE = r"(?:mr|mrs|(?-i:Ms|ms)|mx|dr|prof|sgt|capt|lt)"
_OTHER_TITLE = (
    r"(?:professor|sergeant|captain|lieutenant|officer|detective|judge|pastor|rev|reverend|rabbi|imam|coach|nurse|"
    r"principal|aunt|auntie|uncle|grandma|grandpa|sister|brother|cousin|father|nana)"
)
_POSSESSIVE = r"(?:my|his|her|our|their|your|ur)"
_OPEN = r"[\"'\u2018\u201c*_(]{0,2}"
#: Before a capitalised word: a name follows, whatever word it is.
_ANNOUNCED = re.compile(
    rf"(?:\b(?:names?(?:['\u2019]s| is| was)|named)|\b{_POSSESSIVE} (?:\w{{1,20}} )?{_KIN}[,:]?"
    rf"|\b{_PLAIN_TITLE}\.?"
    rf"|\b(?:hi|hey|hello)[,!.]? (?:i['\u2019]?\s?a?m|this is|it['\u2019]?s))\s{{1,9}}{_OPEN}$",
    re.IGNORECASE,
)
#: Before a capitalised word: a name follows where the word is no ordinary one.
_LIKELY = re.compile(
    rf"(?:\b{_OTHER_TITLE}\.?|\b(?:dear|r\.?i\.?p\.?|rest in peace|happy birthday|call me|"
    r"(?:miss|love|hate|forgive) (?:you|u|him|her)|thanks|thank you|thx|sorry|hi|hey|hello|bye|goodbye|sincerely|"
    r"regards|yours|xoxo|signed|sign|(?:guy|girl|boy|man|woman|dude|kid|lady|friend)(?: (?:called|named))?|"
    rf"{_POSSESSIVE} {_KIN}))[,:]?\s{{1,9}}{_OPEN}$"
    r"|\b(?:i['\u2019]?m|i am|this is)\s{1,3}$",
    re.IGNORECASE,
)
#: The last word of every sign before a capitalised word.
ANNOUNCERS = frozenset(
    (
        *_KIN_WORDS, *_TITLE_WORDS, "is", "was", "name's", "names", "named", "called", "i'm", "im", "am", "it's", "its",
        "dear", "rip", "r.i.p", "peace", "birthday", "me", "you", "u", "him", "her", "thanks", "thx", "sorry",
        "hi", "hey",
        "hello", "bye", "goodbye", "sincerely", "regards", "yours", "xoxo", "signed", "sign", "guy", "girl",
        "boy", "man",
        "woman", "dude", "kid", "lady", "captain", "lieutenant", "fianc\u00e9", "fianc\u00e9e", "ex-wife", "ex-husband",
        "co-worker", "ex-girlfriend", "ex-boyfriend", "ex-gf", "ex-bf", "ex-friend",
    )
)  # fmt: skip
#: What only people do, behind a name.
ACTED = (
    r"(?:said|says|told|tells|called|calls|texted|texts|asked|asks|left|leaves|died|cheated|cheats|cried|hugged|kissed|"
    r"hit|hits|hates|hated|loves|loved|knows|knew|came|comes|went|wrote|fired|signed|lied|yelled|thinks|thought|laughed)"
)
#: What people and things do.
DID = (
    rf"(?:{ACTED}|beat|beats|is|was|has|had|got|moved|took|takes|failed|raised|wants|wanted|did|does|will|would|never|"
    r"broke|passed|helped|started|drinks|works|worked|lives|lived|keeps|kept|makes|made|gave|gives)"
)
_ACTS = re.compile(rf"\s{ACTED}\b")
_TITLED = re.compile(_OTHER_TITLE, re.IGNORECASE)
_FAREWELL = re.compile(
    r"(?:\n|^)\s{0,9}(?:[-\u2013\u2014~]\s?(?:signed,?\s)?|(?:love|sincerely|yours|regards|xoxo),?\s{1,9})"
    r"([A-ZÀ-ÖØ-Þa-z][a-zA-ZÀ-ÿ]{1,30})(?:\s(?:x{1,4}|(?:xo){1,3}|<3))?\s{0,9}$",
    re.IGNORECASE,
)
_AFTER_THANKS = re.compile(
    r"\b(?:thanks|thank you|thx|sincerely|regards)\b[^\n]{0,30}\n\s{0,4}[-\u2013\u2014~]\s?([a-z]{3,20})\s{0,9}$",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"\b(?:sign|signed):\s{0,2}([a-z]{4,20})\s{0,9}$", re.IGNORECASE)
_LOWER = re.compile(r"\b(?:name(?:['\u2019]s| is| was)|named)\s{1,3}([a-z]{2,30})\b", re.IGNORECASE)
# "My name is xochitl" with nothing behind it; "my name is on the lease" has.
_OWN_NAME = re.compile(
    r"\b(?:my|his|her|their) name(?:['\u2019]s| is| was)\s{1,3}([a-z]{2,20})(?=\s{0,3}(?:[.,;!?)\n]|$|"
    r"and\b|but\b|btw\b))",
    re.IGNORECASE,
)
_BEHIND_KIN = re.compile(rf",?\s([a-z]{{4,20}})(?=['\u2019]s\b|\s{DID}\b)")
_OWNS = re.compile(r"\b(?:my|his|her|our|their|your|ur)\s(?:[\w-]{1,20}[\s-])?$")
_KIN_TITLES = frozenset(("uncle", "aunt", "auntie", "grandma", "grandpa"))
_THREE_LETTERS = re.compile(r" [a-z] [a-z] [a-z]\b")
_LETTERS = frozenset(ascii_lowercase)
_KIN_SET = frozenset(_KIN_WORDS)
_LOWER_TITLE = re.compile(r"\b(?:dr|mr|mrs|prof|professor|sgt|pastor|officer)\.?\s([a-z]{3,20})\b(?!['\u2019]t)")
_INITIAL = re.compile(r"(?<!\w)(?:[A-Z]\.\s?){1,2}[A-Z][a-z]{2,30}\b|(?<!\w)[A-Z]\b\.?")
_LETTER_ALONE = re.compile(r"[A-Z]\.\s?[A-Z]|(?:Dr|Mr|Mrs|Ms|Mx|Prof)\.?\s[A-Z]\b")
_TITLE = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Mx|Prof)\.?\s$")
_TWO_INITIALS = re.compile(
    r"(?<![\w.])(?!U\.\s?[SKN]|D\.\s?C|L\.\s?A|N\.\s?Y|P\.\s?S)(?:[A-Z]\.\s?){2}([A-Z][a-z]{2,30})\b"
)
_ONE_INITIAL = re.compile(rf"(?<![\w.])[B-HJ-Z]\. ([A-Z][a-z]{{2,30}})(?=['\u2019]s\b|\s{DID}\b)")
_INITIALS = re.compile(r"\binitials\b[^\n\w]{0,3}(?:are |is |were )?((?:[A-Z]\.?){2,4})(?!\w)")
_LETTERS_APART = re.compile(r"(?<![\w.])(?:[A-Za-z] ){3,14}[A-Za-z](?!\w)")
# "Grace left me": a first name that is a word too, where a sentence begins with what she did.
_WHO_DID = re.compile(
    r"(?:^|[.!?\n]\s{0,3})([A-Z][a-z]{2,15}) (?:left|told|said|called|texted|asked|died|cheated|cried|hugged|kissed)\b"
)
_HASHTAG = re.compile(
    r"#(?:JusticeFor|PrayFor|PrayersFor|RIP|Free|SayHisName|SayHerName)([A-Z][a-z]{2,20}[A-Za-z]{0,20})"
)
_FAMILY = re.compile(
    r"he (?<=\b[Tt]he )([A-Z][a-z]{3,20}s)(?=\s(?:next door|moved|across|down the|came over|invited|from church))"
)
#: What people say of a name without saying it.
_SAID = frozenset("not also now just the a an on in so very too never mentioned cleared different".split())  # noqa: SIM905
#: What stands under a letter in the place of a name.
_UNSIGNED = frozenset(("anon", "anonymous", "throwaway", "someone", "somebody", "nobody", "edit", "all", "everyone"))
# "I'm Mexican": no names, though capitalised and in no dictionary.
_PEOPLE = re.compile(r".{1,40}(?:an|ish|ese|ic|ist|ed|ing|ly)")
_MARKS = " \t\n\"'\u2018\u201c*_(,.:!-\u2013\u2014>"
_BEFORE = 64  # characters a sign before a name, or a farewell, may take
_TEXT_END = re.compile(r"\s{0,3}(?:[,.!?)]|$|and\b|from\b|btw\b)")


class _Sign(NamedTuple):
    """A pattern whose first group is a name, and what the text and the name must be like."""

    pattern: re.Pattern[str]
    words: frozenset[str]
    """Words of which the text holds one; empty where ``mark`` tells."""
    mark: str
    """What else the text holds."""
    is_name: Callable[[str], bool]


def is_unusual(word: str) -> bool:
    """Return whether a word is neither an ordinary one nor one that is often capitalised."""
    folded = fold_name(word)
    parts = [part for part in re.split(r"['\u2019-]", folded) if len(part) > 1]
    return folded not in no_names() and not all(is_ordinary(part) or part in no_names() for part in parts)


def is_announced(text: str, start: int, word: str) -> bool:
    """Return whether the words before a capitalised one announce a name."""
    end = start + len(word)
    if word.lower() in no_names() or not word[1].islower() or "'" in text[end : end + 2].replace("'s", ""):
        return False
    before = text[max(0, start - _BEFORE) : start]
    if before[-24:].rstrip(_MARKS).lower().replace("\u2019", "'").rpartition(" ")[2].lstrip(_MARKS) not in ANNOUNCERS:
        return False
    if _ANNOUNCED.search(before):
        return True
    likely = _LIKELY.search(before)
    if not likely or not (is_unusual(word) or (_TITLED.match(likely[0]) and _ACTS.match(text, end))):
        return False
    says_who = likely[0].strip().lower()
    if says_who == "this is":
        return text[end : end + 2].lstrip(" ").istitle()
    return says_who[:1] != "i" or bool(_TEXT_END.match(text, end) and not _PEOPLE.fullmatch(word.lower()))


def _is_known(name: str) -> bool:
    return name.lower() in first_names().plain


def _is_own(name: str) -> bool:
    return name.lower() not in no_names() | _SAID


def _is_word_too(name: str) -> bool:
    return fold_name(name) in first_names().words_too


def _is_family(name: str) -> bool:
    return is_unusual(name) and is_unusual(name[:-1])


def _always(_: str) -> bool:
    return True


_DEEDS = frozenset(
    ("left", "told", "said", "called", "texted", "asked", "died", "cheated", "cried", "hugged", "kissed")
)
_SAYS_NAME = frozenset(("name", "named"))
SIGNS = (
    _Sign(_LOWER, _SAYS_NAME, "", _is_known),
    _Sign(_OWN_NAME, _SAYS_NAME, "", _is_own),
    _Sign(_LOWER_TITLE, frozenset(_TITLE_WORDS), "", is_unusual),
    _Sign(_INITIALS, frozenset(("initials",)), "", _always),
    _Sign(_WHO_DID, _DEEDS, "", _is_word_too),
    _Sign(_HASHTAG, frozenset(), "#", _always),
    _Sign(_FAMILY, frozenset(("next", "moved", "across", "down", "came", "invited", "church")), "the ", _is_family),
)  # fmt: skip
_SIGN_WORDS = frozenset(word for sign in SIGNS for word in sign.words)
PATTERNS = (_ANNOUNCED, _LIKELY, _FAREWELL, _AFTER_THANKS, _SIGNED, _LETTERS_APART, _INITIAL, _LETTER_ALONE, _TITLE)


def signed_names(text: str, lower: str, words: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """Yield the names that words and marks around them tell of; ``words`` are those of ``lower``, the small letters."""
    for sign in SIGNS if "#" in text or not words.isdisjoint(_SIGN_WORDS) else ():
        if (not sign.words or not sign.words.isdisjoint(words)) and (not sign.mark or sign.mark in text):
            for match in sign.pattern.finditer(text):
                if sign.is_name(match[1]):
                    yield match.span(1)
    if not words.isdisjoint(_KIN_SET):
        yield from _behind_kin(lower, words & _KIN_SET)
    yield from _farewell(text, words)
    if ("." in text and _INITIAL_DOT.search(text)) or not words.isdisjoint(_TITLES_BEFORE_A_LETTER):
        yield from _initials(text)
    if len(words & _LETTERS) > 2 and _THREE_LETTERS.search(lower):
        yield from _letters_apart(text)


def _behind_kin(lower: str, kin: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """Yield what no dictionary has behind "my brother", "her friend" or "uncle", where somebody does something."""
    for word in kin:
        at = lower.find(word)
        while at >= 0:
            name = _BEHIND_KIN.match(lower, at + len(word))
            if name and is_unusual(name[1]) and (word in _KIN_TITLES or _OWNS.search(lower[max(0, at - 32) : at])):
                yield name.span(1)
            at = lower.find(word, at + 1)


def _farewell(text: str, words: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    offset = max(0, len(text) - _BEFORE)
    end = text[offset:]
    if offset and "\n" not in end and "sign" not in words and "signed" not in words:
        return
    for pattern in (_FAREWELL, _AFTER_THANKS, _SIGNED):
        match = pattern.search(end)
        if match is None or (offset and match.start() == 0 and pattern is _FAREWELL):
            continue
        name = match[1].lower()
        cased = match[1][0].isupper() and (_is_word_too(name) or is_unusual(name))
        signed = pattern is not _FAREWELL and name not in no_names() | _UNSIGNED
        if cased or (signed and (pattern is _AFTER_THANKS or is_unusual(name))):
            yield match.start(1) + offset, match.end(1) + offset


_INITIAL_DOT = re.compile(r"\.(?<=[A-Z]\.)\s?[A-Z]")
_TITLES_BEFORE_A_LETTER = frozenset(("dr", "mr", "mrs", "ms", "mx", "prof"))


def _initials(text: str) -> Iterator[tuple[int, int]]:
    yield from (match.span() for match in _TWO_INITIALS.finditer(text))
    yield from (match.span() for match in _ONE_INITIAL.finditer(text) if is_unusual(match[1]))
    for match in _INITIAL.finditer(text) if _LETTER_ALONE.search(text) else ():
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        if _TITLE.search(before) or (len(match[0]) > 2 and _ANNOUNCED.search(before)):
            yield match.span()


def _letters_apart(text: str) -> Iterator[tuple[int, int]]:
    """Yield "J e s s i c a"."""
    for match in _LETTERS_APART.finditer(text):
        if match[0].replace(" ", "").lower() in lower_names():
            yield match.span()
