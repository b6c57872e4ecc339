"""Telephone numbers, numbers and tokens that stand for one person or machine, and dates of birth.

The patterns would rather leave a number alone than take an age, a year, a price, a time or a range for a telephone: a
number counts when it is written as one (international, North American, or with a leading zero as in most of Europe),
or when the words before it say that it is one. Numbers with check digits (cards, IBAN) count when those are right.
"""

from __future__ import annotations

import re

from valuenet.curation.reddit.intake.rules import Edits, Rule, group, matched, whole

_LEFT = r"(?<![\w$€£#/+-])(?<!\d[.,:])(?<![$€£] )"
_RIGHT = r"(?![\w%]|[.,:/-]\d)"
_PHONE = re.compile(
    rf"(?<![\w$€£#])\+\d(?:[ .()/-]{{0,2}}\d){{7,14}}{_RIGHT}"
    rf"|{_LEFT}(?:1[ .*-]?)?\(\d{{3}}\)\s?\d{{3}}[ .*-]?\d{{4}}{_RIGHT}"
    rf"|{_LEFT}(?:1[ .*-]?)?[2-9]\d{{2}}([ .*-])\d{{3}}[ .*-]\d{{4}}{_RIGHT}"
    rf"|{_LEFT}1?[2-9]\d{{9}}{_RIGHT}"
    rf"|{_LEFT}0\d{{2,4}}[ /-]\d{{3,4}}(?:[ -]?\d{{3,4}}){{1,2}}{_RIGHT}"
    rf"|{_LEFT}0\d(?:[ .-]\d\d){{4}}{_RIGHT}"
    rf"|{_LEFT}[6-9]\d{{4}} \d{{5}}{_RIGHT}"
    rf"|{_LEFT}00?[1-9](?:[ /-]?\d){{8,12}}{_RIGHT}"
)
_SAID_PHONE = re.compile(
    r"\b(?:call(?:ed|s|ing)?|text(?:ed|s|ing)?|phone|number|cell|mobile|whatsapp|tel|dial|ring|sms|reach|"
    r"handy)\b[^\d\n]{0,25}?"
    r"(?<![\w$€£#/])(?<!\d[.,:])(\(?\d(?:[ .()*-]{0,2}\d){6,14})(?![\w%]|[.,:/-]\d)"
    r"|(?<![\w$€£#/.-])(\d{3}[-.]\d{4})(?=,?\s(?:ask for|call|text|if you|is my (?:number|cell)))",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d ?[- ] ?(?:19|20)\d\d|\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d\d|(?:19|20)\d\d[-. ]\d\d[-. ]\d\d"
)
_DIGIT_WORD = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_SPELT_PHONE = re.compile(rf"\b{_DIGIT_WORD}(?:[ ,-]{{1,2}}{_DIGIT_WORD}){{6,14}}\b", re.IGNORECASE)

_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w]|[.-]\d)")
_IBAN = re.compile(r"(?<!\w)[a-z]{2}\d\d(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?(?!\w)", re.IGNORECASE)
_SOCIAL_SECURITY = re.compile(r"(?<![\w-])(?!000|666)\d{3}-\d{2}-\d{4}(?![\w-])")
_IPV4 = re.compile(
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?::\d{1,5})?(?![\w]|\.\d)"
)
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6}(?![\w:])", re.IGNORECASE)
_MAC = re.compile(r"(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])", re.IGNORECASE)
_COIN = re.compile(
    r"\b(?:bc1[a-z0-9]{25,60}|0x[0-9a-fA-F]{40}|"
    r"(?=\w{0,34}\d)(?=\w{0,34}[a-z])(?=\w{0,34}[A-Z])[13LD][a-km-zA-HJ-NP-Z1-9]{25,34})\b"
)
_COORDINATES = re.compile(r"(?<![\w.])-?\d{1,2}\.\d{4,12}°?,?\s{0,2}[NS]?,?\s{0,2}-?\d{1,3}\.\d{4,12}(?![\w.])")
_TOKEN = re.compile(
    r"\b(?:(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,200}|gh[pousr]_[A-Za-z0-9]{20,80}|"
    r"xox[abprs]-[\w-]{10,80}"
    r"|AKIA[0-9A-Z]{16}|AIza[\w-]{30,40}|eyJ[\w-]{10,400}\.[\w-]{10,400}(?:\.[\w-]{0,400})?|glpat-[\w-]{16,40})"
)
_IS = r"\s{0,2}(?:number|no\.?|nr\.?|num|id|#|code)?\s{0,2}(?:is|was|:|=|#)?\s{0,2}"
_SAID_ID = re.compile(
    r"\b(?:passport|ssn|social security|sin|tax id|national id|driver['\u2019]?s? licen[cs]e|licen[cs]e|"
    r"account|routing|sort code|"
    r"medicare|insurance|policy|member(?:ship)?|student|employee|case|visa|imei|vin)\b"
    rf"{_IS}((?-i:(?=[A-Z0-9 -]{{0,20}}\d{{2}})[A-Z0-9](?:[ -]?[A-Z0-9]){{5,19}}))(?!\w)"
    rf"|\b(?:(?:licen[cs]e|number|car|reg(?:istration)?)\s)?plates?{_IS}"
    rf"((?-i:(?=[A-Z0-9 -]{{0,8}}\d)[A-Z0-9]{{1,4}}(?:[ -]?[A-Z0-9]{{1,4}}){{1,2}}))\b"
    r"|\b(?:password|passcode|passwd|pwd)\s{0,2}(?:is|was|:|=)\s{0,2}((?=\S{0,30}\d)\S{4,40})",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}-\d\d-\d\d|{_MONTH} \d{{1,2}}(?:st|nd|rd|"
    rf"th)?(?:,? \d{{4}}|,? ['\u2019]\d\d)?\b"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?)"
)
_BIRTH = re.compile(
    rf"\b(?:born|dob|d\.o\.b\.?|birth ?day|b-?day|birth ?date|date of birth|birth)\b[^\n\d]{{0,20}}?\b({_DAY})",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_SEVEN_DIGITS = re.compile(r"(?:\d\D{0,3}){7}")


def _the_number(match: re.Match[str], placeholder: str) -> Edits:
    return [] if _DATE.fullmatch(matched(match)) else group(match, placeholder)


def _if_luhn(match: re.Match[str], placeholder: str) -> Edits:
    digits = [int(digit) for digit in match[0] if digit.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    right = digits[0] in (2, 3, 4, 5, 6) and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
    return whole(match, placeholder) if right else []


def _if_iban(match: re.Match[str], placeholder: str) -> Edits:
    text = match[0].replace(" ", "").upper()
    number = int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4]))
    return whole(match, placeholder) if len(text) >= 15 and number % 97 == 1 else []


def _if_machine(match: re.Match[str], placeholder: str) -> Edits:
    """Take an IPv6 address, and no time of day (12:30:45)."""
    text = match[0].lower()
    return (
        whole(match, placeholder) if "::" in text or text.count(":") == 7 or any("a" <= c <= "f" for c in text) else []
    )


def has_digit(text: str) -> object:
    """Return whether a text holds a digit."""
    return _DIGIT.search(text)


def _has_seven_digits(text: str) -> bool:
    return bool(_DIGIT.search(text) and _SEVEN_DIGITS.search(text))


#: In the order they are tried: numbers with check digits before telephones.
NUMBER_RULES = (
    Rule("id", _TOKEN, lambda text: "_" in text or "-" in text or "akia" in text or "aiza" in text or "eyj" in text),
    Rule(
        "id", _COIN, lambda text: "bc1" in text or "0x" in text or _has_seven_digits(text) or "1" in text or "3" in text
    ),
    Rule("id", _IBAN, _has_seven_digits, _if_iban),
    Rule("id", _CARD, _has_seven_digits, _if_luhn),
    Rule("id", _SOCIAL_SECURITY, _has_seven_digits),
    Rule("id", _MAC, lambda text: text.count(":") > 4 or text.count("-") > 4),
    Rule("id", _IPV6, lambda text: text.count(":") > 2, _if_machine),
    Rule("id", _COORDINATES, _has_seven_digits),
    Rule("id", _IPV4, has_digit),
    Rule("birthdate", _BIRTH, lambda text: has_digit(text) and ("b" in text), group),
    Rule("id", _SAID_ID, has_digit, group),
    Rule("phone", _PHONE, _has_seven_digits),
    Rule("phone", _SAID_PHONE, _has_seven_digits, _the_number),
    Rule("phone", _SPELT_PHONE, lambda text: "five" in text or "two" in text or "one" in text or "zero" in text),
)
