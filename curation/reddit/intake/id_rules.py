"""Numbers and tokens that stand for one person, account, machine or place.

Numbers with check digits (cards, IBAN) count when those are right; others by their form, or by the words before them.
"""

from __future__ import annotations

import re
from unicodedata import normalize

from valuenet.curation.reddit.intake.rules import Edits, Look, Rule, group, matched, whole

_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w]|[.-]\d)")
_IBAN = re.compile(r"(?<!\w)[a-z]{2}\d\d(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?(?!\w)", re.IGNORECASE)
_SOCIAL_SECURITY = re.compile(r"(?<![\w-])(?!000|666)\d{3}-\d{2}-\d{4}(?![\w-])")
_NATIONAL_INSURANCE = re.compile(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b")
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_DOT = r"(?:\.|\[\.\]|\(\.\)|\s?\[dot\]\s?)"
_IPV4 = re.compile(rf"(?<![\w.])(?:{_BYTE}{_DOT}){{3}}{_BYTE}(?::\d{{1,5}})?(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6}(?![\w:])", re.IGNORECASE)
_MAC = re.compile(
    r"(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])"
    r"|(?<![\w.])(?=[\d.]{0,13}[a-f])(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}(?![\w.])",
    re.IGNORECASE,
)
_COIN = re.compile(
    r"\b(?:bc1[a-z0-9]{25,60}|0x[0-9a-fA-F]{40}|"
    r"(?=\w{0,34}\d)(?=\w{0,34}[a-z])(?=\w{0,34}[A-Z])[13LD][a-km-zA-HJ-NP-Z1-9]{25,34})\b"
)
# Capitals, small letters and digits mixed in one long word: a key, an address of a coin, a session.
_MIXED_TOKEN = re.compile(
    r"(?<![\w/.-])(?=[A-Za-z_-]{0,60}\d)(?=[A-Z0-9_-]{0,60}[a-z])(?=[a-z0-9_-]{0,60}[A-Z])[A-Za-z0-9_-]{24,200}"
    r"(?:\.[A-Za-z0-9_-]{6,200}){0,2}(?![\w-])"
)
_TOKEN = re.compile(
    r"\b(?:(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,200}|gh[pousr]_[A-Za-z0-9]{20,80}|"
    r"xox[abprs]-[\w-]{10,80}"
    r"|AKIA[0-9A-Z]{16}|AIza[\w-]{30,40}|eyJ[\w-]{10,400}\.[\w-]{10,400}(?:\.[\w-]{0,400})?|glpat-[\w-]{16,40})"
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{3,40}-----(?:\s{1,3}[A-Za-z0-9+/=]{16,100}){0,200}(?:\s{1,3}[A-Za-z0-9+/=]{1,15})?"
    r"(?:\s{0,3}-----END [A-Z ]{3,40}-----)?"
)
_COORDINATES = re.compile(r"(?<![\w.])-?\d{1,2}\.\d{4,12}°?,?\s{0,2}[NS]?,?\s{0,2}-?\d{1,3}\.\d{4,12}(?![\w.])")
_DEGREES = r"\d{1,3}\s?[°º]\s?\d{1,2}(?:\.\d{1,6})?\s?['′’´]\s?(?:\d{1,2}(?:\.\d{1,4})?\s?(?:\"|″|''|”|′′)?)?"
_ANGLES = re.compile(
    rf"(?:{_DEGREES}\s?[NS],?\s{{0,2}}{_DEGREES}\s?[EWO]|[NS]\s?{_DEGREES},?\s{{0,2}}[EWO]\s?{_DEGREES})"
    r"|\b[NS]\s?\d{1,2}\s\d{1,2}\.\d{2,6},?\s{0,2}[EW]\s?\d{1,3}\s\d{1,2}\.\d{2,6}\b"
)
_LAT_LON = re.compile(
    r"\blat(?:itude)?\W{0,4}(-?\d{1,3}\.\d{2,12}\W{0,6}\blon(?:g(?:itude)?)?\W{0,4}\d{1,3}\.\d{2,12})", re.IGNORECASE
)
_IS = r"\s{0,2}(?:numbers?|no\.?|nr\.?|num|id|#|code)?\s{0,2}(?:is|was|are|ist|:|=|#|-(?=\s))?\s{0,2}"
_SAYS_AN_ID = (
    r"(?:passport|ssn|social(?: security)?|sin|tax id|national id|national insurance|ni|nino|nhs|aadhaar|"
    r"aadhar|pan|cpf|"
    r"cnpj|pesel|dni|nie|nif|bsn|curp|codice fiscale|personnummer|driver['\u2019]?s? licen[cs]e|driving licen[cs]e|"
    r"licen[cs]e|dl|account|acct|routing|sort code|medicare|medicaid|medical record|mrn|patient|insurance|policy|"
    r"member(?:ship)?|student|employee|badge|inmate|docket|case|visa|imei|vin|tracking|serial)"
)
_SAID_ID = re.compile(
    rf"\b{_SAYS_AN_ID}\b{_IS}((?-i:(?=[A-Z0-9 .-]{{0,20}}\d{{2}})[A-Z0-9](?:[ .-]?[A-Z0-9]){{5,23}}))(?!\w)",
    re.IGNORECASE,
)
_PLATE = re.compile(
    rf"\b(?:(?:(?:licen[cs]e|number|car|reg(?:istration)?)\s)?plates?|reg(?:istration)?|kennzeichen|nummernschild){_IS}"
    r"((?-i:(?=[A-Z0-9 -]{0,8}\d)[A-Z0-9]{1,4}(?:[ -]?[A-Z0-9]{1,4}){1,3}))\b",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"\b(?:pass ?word|passcode|passwd|pwd|pw|pass ?phrase|(?:wi-?fi|wlan)\s(?:pass(?:word)?|key|code|pw))\b"
    r"(?:\s{0,2}(?:is|was|:|=|->)\s{0,2}|\s)[\"'\u2018\u201c]?((?=\S{0,30}\d)(?=\S{0,30}[a-z])\S{5,40})",
    re.IGNORECASE,
)
_PIN = re.compile(
    r"\b(?:pin(?:\s(?:number|code))?|(?:security|gate|door|alarm|access|entry|lock|verification|safe|"
    r"garage) code|otp|2fa)"
    r"\s{0,2}(?:is|was|:|=|#)\s{0,2}(\d{3,8})\b"
    r"|\b(?:cvv2?|cvc)\b\s{0,2}(?:is|was|:|=)?\s{0,2}(\d{3,4})\b"
    r"|\blast (?:four|4)\b(?=[^\d\n]{0,30}(?:social|ssn|card|digit|account|number|phone))[^\d\n]{0,40}?\b(\d{4})\b",
    re.IGNORECASE,
)
_VERSION_BEFORE = re.compile(
    r"(?:\bv|version|section|chapter|build|release|firmware|ios|android|windows|article|clause|part|step|level|"
    r"figure|table|§)\.?\s{0,2}$",
    re.IGNORECASE,
)
_YEARS_OR_ROUND = re.compile(r"(?:(?:19|20)\d\d[ .-]?){1,6}|[1-9]\d{0,3}[05]?0{4,9}|[1-9]\d{0,2}(?:[ .]000){1,3}")


def _unless_years_or_round(match: re.Match[str], placeholder: str) -> Edits:
    return [] if _YEARS_OR_ROUND.fullmatch(matched(match)) else group(match, placeholder)


def _if_luhn(match: re.Match[str], placeholder: str) -> Edits:
    digits = [int(digit) for digit in match[0] if digit.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    right = digits[0] in (2, 3, 4, 5, 6) and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
    return whole(match, placeholder) if right else []


def _if_iban(match: re.Match[str], placeholder: str) -> Edits:
    text = normalize("NFKC", match[0]).replace(" ", "").upper()
    number = int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4]))
    return whole(match, placeholder) if len(text) >= 15 and number % 97 == 1 else []


def _if_machine(match: re.Match[str], placeholder: str) -> Edits:
    """Take an IPv6 address, and no time of day (12:30:45)."""
    text = match[0].lower()
    return (
        whole(match, placeholder) if "::" in text or text.count(":") == 7 or any("a" <= c <= "f" for c in text) else []
    )


def _unless_version(match: re.Match[str], placeholder: str) -> Edits:
    """Leave what the word before says to be a version or a section."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    return [] if _VERSION_BEFORE.search(before) else whole(match, placeholder)


_ID_WORDS = frozenset(
    [
        "passport",
        "ssn",
        "social",
        "sin",
        "tax",
        "national",
        "ni",
        "nino",
        "nhs",
        "aadhaar",
        "aadhar",
        "pan",
        "cpf",
        "cnpj",
        "pesel",
        "dni",
        "nie",
        "nif",
        "bsn",
        "curp",
        "codice",
        "personnummer",
        "driver",
        "drivers",
        "driving",
        "license",
        "licence",
        "dl",
        "account",
        "acct",
        "routing",
        "sort",
        "medicare",
        "medicaid",
        "medical",
        "mrn",
        "patient",
        "insurance",
        "policy",
        "member",
        "membership",
        "student",
        "employee",
        "badge",
        "inmate",
        "docket",
        "case",
        "visa",
        "imei",
        "vin",
        "tracking",
        "serial",
    ]
)
_PLATE_WORDS = frozenset(("plate", "plates", "reg", "registration", "kennzeichen", "nummernschild"))
_SECRET_WORDS = frozenset(("password", "pass", "passcode", "passwd", "pwd", "pw", "passphrase", "wifi", "wi", "wlan"))
_PIN_WORDS = frozenset(("pin", "code", "otp", "fa", "cvv", "cvc"))
_DOTTED_HEX = re.compile(r"\.(?<=[0-9a-f]{4}\.)[0-9a-f]{4}\.").search


def _may_hold_a_machine(look: Look) -> object:
    return look.digits > 0 and (look.text.count(":") > 4 or look.text.count("-") > 4 or _DOTTED_HEX(look.text))


def _may_hold_a_pin(look: Look) -> bool:
    return look.digits > 0 and (look.says(_PIN_WORDS) or look.has("last four", "last 4"))


#: In the order they are tried: numbers with check digits first, then forms, then what words say.
ID_RULES = (
    Rule("id", _PRIVATE_KEY, lambda look: "-----begin" in look.text),
    Rule("id", _TOKEN, lambda look: look.long_word, needs="0"),
    Rule("id", _COIN, lambda look: look.long_word, needs="0"),
    Rule("id", _MIXED_TOKEN, lambda look: look.long_word, needs="0"),
    Rule("id", _IBAN, lambda look: look.seven_digits, _if_iban, needs="0"),
    Rule("id", _CARD, lambda look: look.seven_digits, _if_luhn, needs="0"),
    Rule("id", _SOCIAL_SECURITY, lambda look: look.seven_digits, needs="0"),
    Rule("id", _NATIONAL_INSURANCE, lambda look: look.four_digits, needs="0"),
    Rule("id", _MAC, _may_hold_a_machine, needs="0"),
    Rule("id", _IPV6, lambda look: look.text.count(":") > 2, _if_machine, needs="0"),
    Rule("id", _COORDINATES, lambda look: look.seven_digits, needs="0"),
    Rule("id", _ANGLES, lambda look: look.seven_digits, needs="0"),
    Rule("id", _LAT_LON, lambda look: look.dotted_number and "lat" in look.text, group, needs="0"),
    Rule(
        "id",
        _IPV4,
        lambda look: look.dotted_number or (look.digits > 0 and look.has("[.]", "(.)", "[dot]")),
        _unless_version,
        needs="0",
    ),
    Rule("id", _SAID_ID, lambda look: look.four_digits and look.says(_ID_WORDS), _unless_years_or_round, needs="0"),
    Rule("id", _PLATE, lambda look: look.digits > 0 and look.says(_PLATE_WORDS), group, needs="0"),
    Rule("id", _SECRET, lambda look: look.digits > 0 and look.says(_SECRET_WORDS), group, needs="0"),
    Rule("id", _PIN, _may_hold_a_pin, group, needs="0"),
)
