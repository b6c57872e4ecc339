"""Addresses where people live: streets with their number, places with their code."""

from __future__ import annotations

import re

from valuenet.curation.reddit.intake.rules import Edits, Look, Rule, group, whole

_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Square|Sq|"
    r"Terrace|Ter|Parkway|"
    r"Pkwy|Highway|Hwy|Circle|Cir|Crescent|Cres|Close|Trail|Alley)"
)
_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|"
    r"W[AIVY])"
)
_TOWN = r"[A-Z][a-z]{1,30}(?:\s[A-Z][a-z]{1,30})?"
_GAP = r"\s{1,3}"
_PLACE = rf"(?:,?{_GAP}{_TOWN})?(?:,?{_GAP}{_STATE}\b)?(?:{_GAP}\d{{5}}(?:-\d{{4}})?\b)?"
_MEASURE = r"(?:minutes?|mins?|hours?|days?|miles?|blocks?|feet|km)\b"
_POSTCODE = r"[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}"
_UPPER = "A-ZÀ-ÖØ-Þ"
_NAME = rf"[{_UPPER}][\w'\u2019-]{{1,30}}"
# Between a number and "road" these make no name of a street: "12 long road trips".
_NO_STREET_NAME = (
    r"(?:long|short|dirt|minutes?|mins?|hours?|days?|miles?|block|lane|way|wide|busy|big|small|major|main|city|country|open|empty|"
    r"different|more|other|new|old|local|rough|hard|good|bad|great|the|and|of|in|on|down|feet|foot|meter|people|cars?)\b"
)
_ADDRESS = re.compile(
    rf"\b(?:(?:Apt|Apartment|Unit|Suite|Flat|Room)\.?{_GAP}\w{{1,5}},?{_GAP})?\d{{1,5}}[A-Za-z]?{_GAP}(?:[NSEW]\.?{_GAP})?"
    rf"(?:(?:[A-Z][\w'\u2019-]{{1,30}}|\d{{1,3}}(?:st|nd|rd|th)){_GAP}){{1,3}}{_STREET}\b(?!-)\.?(?:\s[NSEW]{{1,2}}\b)?"
    rf"(?:,?\s{{0,3}}(?:Apt|Apartment|Unit|Suite|Flat|\#)\.?\s{{0,3}}\w{{1,10}})?{_PLACE}"
    rf"|\b\d{{2,5}}[a-z]?{_GAP}(?!{_NO_STREET_NAME})[a-z]{{3,20}}{_GAP}(?:street|avenue|boulevard|road|lane)\b"
    r"(?![-'\u2019]|\s(?:trips?|rage|tests?|races?|bikes?|works?|blocks?|signs?|lights?|closures?|food|art|fights?)\b)"
    rf"(?:(?:,\s[a-z]{{3,20}}\b){{0,2}},?\s{_POSTCODE}\b)?"
    r"|\b(?i:P\.?\s?O\.?\s?Box)\s{1,3}\d{1,9}|\bRR\s?\#?\d{1,3},?\sBox\s\d{1,5}\b"
    rf"|\b{_TOWN},?{_GAP}{_STATE}{_GAP}\d{{5}}(?:-\d{{4}})?\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}\b"
    r"|\b[ABCEGHJ-NPRSTVXY]\d[A-Z]\s\d[A-Z]\d\b"
)
# Behind a street elsewhere: the code of a place before its name: 8001 Zürich, 1015 CJ Amsterdam, 00-590 Warszawa.
_CODE_AND_PLACE = (
    rf"(?:,?\s{{1,3}}(?:[A-Z]{{1,2}}-)?(?:\d{{4,5}}(?:\s[A-Z]{{2}})?|\d\d-\d{{3}})\s{_NAME}(?:\s{_NAME})?"
    rf"|,\s{_NAME}(?:\s{_NAME})?(?=[.,!?\n]|$))?"
)
_ELSEWHERE = re.compile(
    rf"\b[{_UPPER}][a-zäöüß-]{{2,30}}(?:straße|strasse|str\.|weg|platz|allee|"
    rf"gasse)\s\d{{1,4}}[a-z]?\b{_CODE_AND_PLACE}"
    rf"|\b\d{{1,4}},?\s(?:(?:bis|ter)\s)?(?:rue|avenue|boulevard|chemin|impasse|allée|"
    rf"quai)\s(?:de\s(?:la\s|l['\u2019])?|du\s|des\s)?"
    rf"{_NAME}{_CODE_AND_PLACE}"
    rf"|\b\d{{1,4}},?\s(?:rue|chemin|impasse|allée|quai|avenue\s(?=[a-z]{{3,20}}\s(?:hugo|foch|roosevelt|gambetta))|"
    rf"boulevard\sd)\s?(?:de\s(?:la\s|l['\u2019])?|du\s|des\s|la\s)?[a-zà-ÿ]{{3,20}}(?:\s[a-zà-ÿ]{{3,20}})?\b"
    r"|\b\d{2,5}\s(?:(?:[Ee]l|[Ll]as?|[Ll]os)\s)?(?:[Cc]amino|[Cc]alle|[Aa]venida|[Pp]aseo)\s(?:[a-z]{2,3}\s)?[A-Za-z]{3,20}\b"
    rf"|\b(?:Calle|C/|Via|Viale|Corso|Avenida|Rua|Carrer|Piazza|Plaza)\s(?:de(?:l|lla|i)?\s(?:la\s)?|da\s|"
    rf"do\s|dos\s)?{_NAME}(?:\s{_NAME}){{0,2}},?\s(?:n[º°.]\s?)?\d{{1,4}}\b{_CODE_AND_PLACE}"
    rf"|\b[{_UPPER}][a-z]{{2,30}}(?:straat|laan|gracht|plein|kade|weg)\s\d{{1,4}}[a-z]?\b{_CODE_AND_PLACE}"
    rf"|\b[{_UPPER}][a-zåäö]{{2,30}}(?:gatan|vägen|gata|veien|vej|gade)\s\d{{1,4}}[a-zA-Z]?\b{_CODE_AND_PLACE}"
    rf"|\b(?:[Uu]l|[Aa]l|[Pp]l|[Oo]s)\.\s{_NAME}(?:\s{_NAME}){{0,2}}\s\d{{1,4}}[a-zA-Z]?(?:/\d{{1,4}})?{_CODE_AND_PLACE}"
)
_NUMBER_WORD = (
    "(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|Thirteen|Fourteen|Fifteen|Sixteen|"
    "Seventeen|Eighteen|"
    "Nineteen|Twenty|Thirty|Forty|Fifty)"
)
_IN_WORDS = re.compile(
    rf"\b{_NUMBER_WORD}(?:-[A-Z]?[a-z]{{2,6}})?\s(?:[A-Z][a-z]{{1,30}}\s){{1,2}}{_STREET}\b"
    rf"|\b[Cc]orner of\s[\w']{{2,20}}(?:\s(?:{_STREET}|[Ss]treet|[Aa]venue))?\s(?:and|"
    rf"&)\s(?:[A-Z]\w{{1,30}}|\d{{1,3}}(?:st|nd|rd|th))"
    rf"(?:\s{_STREET}\b)?(?:\sin\s{_TOWN})?"
)
_SAYS_A_PLACE = (
    r"(?:live|lives|lived|living|address|stay(?:s|ed|ing)?|moved to|house is|home is|come (?:to|by)|located|grew up)"
)
_SAID = re.compile(
    rf"\b{_SAYS_A_PLACE}\b[^\n\d]{{0,15}}?\b"
    rf"(\d{{1,5}}[a-z]?\s(?!{_MEASURE})(?:[nsew]\.?\s)?[a-z'\u2019]{{2,20}}(?:\s[a-z'\u2019]{{2,20}})?\s{_STREET}\b"
    rf"(?:(?:,\s[a-z]{{3,20}}\b){{0,2}},?\s{_POSTCODE}\b|,\s[a-z]{{3,20}}\b(?!\s[a-z]|['\u2019]))?)"
    rf"|\b(?:post ?code|postal code)\b\s{{0,2}}(?:is|:|=)?\s{{0,2}}({_POSTCODE}|"
    r"[a-z]\d[a-z]\s?\d[a-z]\d|\d{4,6})\b"
    r"|\bzip(?: ?code)?\b\s{0,2}(?:is|:|=)?\s{0,2}(\d{5}(?:-\d{4})?)\b",
    re.IGNORECASE,
)
_SAID_STREET = re.compile(
    rf"\b(?:live|lives|lived|living|grew up|house|home|moved|stay|staying)\s(?:(?:is|was|down|"
    rf"over)\s)?(?:on|at|to|in)\s"
    rf"((?:[A-Z][a-z]{{2,20}}\s){{1,2}}{_STREET})\b(?!-)"
)
_NO_STREETS = re.compile(r"(?<!\d)\d{1,9} (?:way|lane|wide|busy|mile|hour|minute|of|in|on|down|the) ", re.IGNORECASE)


def _unless_a_way(match: re.Match[str], placeholder: str) -> Edits:
    return [] if _NO_STREETS.match(match[0]) else whole(match, placeholder)


_STREET_WORDS = frozenset(
    [
        "street",
        "st",
        "avenue",
        "ave",
        "road",
        "rd",
        "lane",
        "ln",
        "drive",
        "dr",
        "boulevard",
        "blvd",
        "court",
        "ct",
        "way",
        "place",
        "pl",
        "square",
        "sq",
        "terrace",
        "ter",
        "parkway",
        "pkwy",
        "highway",
        "hwy",
        "circle",
        "cir",
        "crescent",
        "cres",
        "close",
        "trail",
        "alley",
        "box",
    ]
)
_NUMBER_WORDS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
    ]
)
_HOME_WORDS = frozenset(
    "live lives lived living address stay stays stayed staying moved house home come located grew".split()  # noqa: SIM905
)
_CODE_WORDS = frozenset(("post", "postcode", "postal", "zip", "zipcode"))
_ELSEWHERE_WORDS = frozenset(
    [
        "rue",
        "avenue",
        "boulevard",
        "chemin",
        "impasse",
        "quai",
        "calle",
        "c",
        "via",
        "viale",
        "corso",
        "avenida",
        "rua",
        "carrer",
        "piazza",
        "plaza",
        "camino",
        "paseo",
        "ul",
        "al",
        "pl",
        "os",
    ]
)
_ELSEWHERE_ENDINGS = (
    "straße", "strasse", "str.", "weg ", "platz ", "allee ", "gasse ", "allée", "straat ", "laan ", "gracht ", "plein ",
    "kade ", "gata", "vägen", "veien ", "vej ", "gade ",
)  # fmt: skip
_CAPITAL_STREETS = (
    " Str", " St", " Ave", " Ro", " Rd", " La", " Ln", " Dr", " Bo", " Bl", " Co", " Ct", " Way", " Pl", " Sq", " Te",
    " Pa", " Hi", " Ci", " Cr", " Cl", " Tr", " Al",
)  # fmt: skip
_NUMBER_CAPITALISED = re.compile(rf"{_NUMBER_WORD}(?:-[A-Z]?[a-z]{{2,6}})? [A-Z]").search
_NUMBER_AND_STREET = re.compile(
    rf"\d[a-z]?\s(?:[nsew]\.?\s)?[a-z'\u2019]{{2,20}}(?:\s[a-z'\u2019]{{2,20}})?\s{_STREET.lower()}\b"
).search
_POSTCODE_THERE = re.compile(r" (?<=[a-z\d] )\d[a-z][a-z\d]\b").search


def _may_be_an_address(look: Look) -> object:
    return look.digits > 0 and (look.says(_STREET_WORDS) or look.four_digits or _POSTCODE_THERE(look.text))


def _may_be_elsewhere(look: Look) -> bool:
    return look.digits > 0 and (look.says(_ELSEWHERE_WORDS) or look.has(*_ELSEWHERE_ENDINGS))


def _may_be_in_words(look: Look) -> bool:
    return "corner of" in look.text or (
        look.says(_STREET_WORDS) and look.says(_NUMBER_WORDS) and _NUMBER_CAPITALISED(look.folded) is not None
    )


def _may_be_a_street(look: Look) -> bool:
    return look.says(_HOME_WORDS) and look.says(_STREET_WORDS) and any(map(look.folded.__contains__, _CAPITAL_STREETS))


def _may_say_a_place(look: Look) -> bool:
    return look.digits > 0 and (
        look.says(_CODE_WORDS)
        or (look.says(_HOME_WORDS) and look.says(_STREET_WORDS) and _NUMBER_AND_STREET(look.text) is not None)
    )


PLACE_RULES = (
    Rule("address", _ADDRESS, _may_be_an_address, _unless_a_way, needs="0"),
    Rule("address", _ELSEWHERE, _may_be_elsewhere, needs="0"),
    Rule("address", _IN_WORDS, _may_be_in_words),
    Rule("address", _SAID, _may_say_a_place, group, needs="0"),
    Rule("address", _SAID_STREET, _may_be_a_street, group),
)
