"""Telephone numbers, and dates of birth.

The patterns would rather leave a number alone than take an age, a year, a price, a time or a range for a telephone: a
number counts when it is written as one (international, North American, or with a leading zero as in most of Europe),
when some country writes its numbers in just these groups (libphonenumber), or when the words before it say that it is
one.
"""

from __future__ import annotations

import re

from valuenet.curation.reddit.intake.rules import Edits, Look, Rule, group, matched, whole

_LEFT = r"(?<![\w$€£#/+-])(?<!\d[.,:])(?<![$€£] )"
_RIGHT = r"(?![\w%]|[.,:/-]\d)"
_EXTENSION = r"(?:,?\s?(?:x|ext\.?|extension)\s?\d{1,6})?"
_GAP = r"(?: ?[.*_/-] ?| )"
_PHONE = re.compile(
    rf"(?<![\w$€£#])\+\d(?:[ .()/-]{{0,3}}\d){{7,14}}{_EXTENSION}{_RIGHT}"
    rf"|{_LEFT}(?:1[ .*-]?)?\(\d{{3}}\)\s?\d{{3}}[ .*-]?\d{{4}}{_EXTENSION}{_RIGHT}"
    rf"|{_LEFT}(?:1[ .*-]?)?[2-9]\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{4}}{_EXTENSION}{_RIGHT}"
    rf"|{_LEFT}1?[2-9]\d{{9}}{_RIGHT}"
    rf"|{_LEFT}\(0\d{{1,4}}\)[ /-]?\d{{2,5}}(?:[ -]?\d{{2,5}}){{1,2}}{_RIGHT}"
    rf"|{_LEFT}0\d{{2,4}} ?[ /-] ?\d{{3,4}}(?:[ -]?\d{{3,4}}){{1,2}}{_RIGHT}"
    rf"|{_LEFT}0\d(?:[ .-]\d\d){{4}}{_RIGHT}"
    rf"|{_LEFT}0(?:\.\d{{2,4}}){{3,5}}{_RIGHT}"
    rf"|{_LEFT}[6-9]\d{{4}} \d{{5}}{_RIGHT}"
    rf"|{_LEFT}00?[1-9](?:[ /-]?\d){{8,12}}{_RIGHT}"
)
_GROUPS = re.compile(rf"{_LEFT}\(?\d{{1,5}}\)?(?:[ -]\d{{2,5}}){{2,4}}{_RIGHT}")
_SAYS_A_PHONE = (
    r"(?:call(?:ed|s|ing)?|text(?:ed|s|ing)?|phone|number|cell|mobile|whatsapp|tel|dial|ring|sms|reach|handy|nummer)"
)
_SAID_PHONE = re.compile(
    rf"\b{_SAYS_A_PHONE}\b[^\d\n]{{0,25}}?"
    r"(?<![\w$€£#/])(?<!\d[.,:])(\(?\d(?:[ .()*-]{0,2}\d){6,14})(?![\w%]|[.,:/-]\d)"
    r"|(?<![\w$€£#/.-])(\d{3}[-.]\d{4})(?=,?\s(?:ask for|call|text|if you|is my (?:number|cell)))",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d ?[- ] ?(?:19|20)\d\d|\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d\d|(?:19|20)\d\d[-. ]\d\d[-. ]\d\d"
)
_DIGIT_WORDS = ("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGIT_WORD = rf"(?:{'|'.join(_DIGIT_WORDS)})"
_SPELT_PHONE = re.compile(
    rf"\b(?:{_DIGIT_WORD}|\d{{1,4}}(?=[ ,-]{{1,2}}[a-z\d]))(?:[ ,-]{{1,2}}(?:{_DIGIT_WORD}|hundred|"
    rf"\d{{1,4}})){{2,14}}\b",
    re.IGNORECASE,
)
_ONE_WORD = re.compile(rf"\b{_DIGIT_WORD}\b", re.IGNORECASE)
_DIGITS_APART = re.compile(r"(?<![\w.,-])(?<!\d )\d(?: \d){9,11}(?![\w.,]|[ -]\d)")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d\d-\d\d|{_MONTH} \d{{1,2}}(?:st|nd|rd|"
    rf"th)?(?:,? \d{{4}}|,? ['\u2019]\d\d)?\b"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?\b|\d{{1,2}}/\d{{1,2}}\b)"
)
_BIRTH = re.compile(
    rf"\b(?:born|dob|d\.o\.b\.?|birth ?day|b-?day|birth ?date|date of birth|birth|geboren)\b[^\n\d]{{0,20}}?\b({_DAY})"
    rf"|\bb\.\s({_DAY})|\bturn(?:s|ed|ing)?\s(?:\d{{1,3}}|[a-z]{{3,9}})\son\s(?:the\s)?({_DAY})",
    re.IGNORECASE,
)
_REGIONS = (
    "ES",
    "FR",
    "IT",
    "PL",
    "NL",
    "BE",
    "CH",
    "SE",
    "NO",
    "DK",
    "PT",
    "GR",
    "CZ",
    "BR",
    "MX",
    "AU",
    "NZ",
    "IN",
    "JP",
)


def _the_number(match: re.Match[str], placeholder: str) -> Edits:
    return [] if _DATE.fullmatch(matched(match)) else group(match, placeholder)


def _if_seven(match: re.Match[str], placeholder: str) -> Edits:
    """Take seven digits and more, two of them as words: no counting to four."""
    words = len(_ONE_WORD.findall(match[0]))
    digits = words + sum(letter.isdigit() for letter in match[0]) + 2 * match[0].lower().count("hundred")
    return whole(match, placeholder) if (words > 1 and digits > 6) or (words and digits > 9) else []


def _unless_counting(match: re.Match[str], placeholder: str) -> Edits:
    return [] if match[0].replace(" ", "") in "0123456789012 9876543210987" else whole(match, placeholder)


def _if_grouped_as_somewhere(match: re.Match[str], placeholder: str) -> Edits:
    digits = sum(letter.isdigit() for letter in match[0])
    counted = match[0].endswith((" 000", "-000"))  # 500 000 000
    return whole(match, placeholder) if 9 <= digits <= 11 and not counted and _is_number_somewhere(match[0]) else []


def _is_number_somewhere(text: str) -> bool:
    """Return whether a number is valid in a country that writes it in just these groups."""
    from phonenumbers import Leniency, PhoneNumberMatcher

    return any(PhoneNumberMatcher(text, region, Leniency.EXACT_GROUPING).has_next() for region in _REGIONS)


_BIRTH_WORDS = frozenset(
    ("born", "dob", "birthday", "bday", "birth", "birthdate", "geboren", "turn", "turns", "turned", "turning")
)


def _may_spell_a_number(look: Look) -> bool:
    words = len(look.words.intersection(_DIGIT_WORDS))
    return words > 3 or (words > 0 and look.four_digits)


#: In the order they are tried.
NUMBER_RULES = (
    Rule(
        "birthdate",
        _BIRTH,
        lambda look: look.says(_BIRTH_WORDS) or look.has("d.o.b", " b. ") or look.text.startswith("b. "),
        group,
        needs="0",
    ),
    Rule("phone", _SPELT_PHONE, _may_spell_a_number, _if_seven),
    Rule("phone", _PHONE, lambda look: look.seven_digits, needs="0"),
    Rule("phone", _DIGITS_APART, lambda look: look.seven_digits, _unless_counting, needs="0"),
    Rule("phone", _SAID_PHONE, lambda look: look.seven_digits, _the_number, needs="0"),
    Rule("phone", _GROUPS, lambda look: look.seven_digits, _if_grouped_as_somewhere, needs="0"),
)
