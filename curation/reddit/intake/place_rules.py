"""Addresses where people live: streets with their number, places with their code."""

from __future__ import annotations

import re

from valuenet.curation.reddit.intake.number_rules import has_digit
from valuenet.curation.reddit.intake.rules import Edits, Rule, group, whole

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
_UPPER = "A-ZÀ-ÖØ-Þ"
_NAME = rf"[{_UPPER}][\w'\u2019-]{{1,30}}"
_ADDRESS = re.compile(
    rf"\b\d{{1,5}}[A-Za-z]?{_GAP}(?:[NSEW]\.?{_GAP})?"
    rf"(?:(?:[A-Z][\w'\u2019-]{{1,30}}|\d{{1,3}}(?:st|nd|rd|th)){_GAP}){{1,3}}{_STREET}\b(?!-)\.?(?:\s[NSEW]{{1,2}}\b)?"
    rf"(?:,?\s{{0,3}}(?:Apt|Apartment|Unit|Suite|Flat|\#)\.?\s{{0,3}}\w{{1,10}})?{_PLACE}"
    rf"|\b\d{{2,5}}{_GAP}[a-z]{{3,20}}{_GAP}(?:street|avenue|boulevard|road|lane)\b"
    r"|\bP\.?\s?O\.?\s?Box\s{1,3}\d{1,9}"
    rf"|\b{_TOWN},?{_GAP}{_STATE}{_GAP}\d{{5}}(?:-\d{{4}})?\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}\b"
)
_ELSEWHERE = re.compile(
    rf"\b[{_UPPER}][a-zäöüß-]{{2,30}}(?:straße|strasse|str\.|weg|platz|allee|"
    rf"gasse)\s\d{{1,4}}[a-z]?\b(?:,?\s\d{{5}}\s{_NAME})?"
    rf"|\b\d{{1,4}},?\s(?:(?:bis|ter)\s)?(?:rue|avenue|boulevard|chemin|impasse|allée|"
    rf"quai)\s(?:de\s(?:la\s|l['\u2019])?|du\s|des\s)?"
    rf"{_NAME}(?:,?\s\d{{5}}\s{_NAME})?"
    rf"|\b(?:Calle|Via|Viale|Avenida|Rua|Carrer|Piazza|Plaza)\s(?:de\s(?:la\s)?|del\s|da\s|"
    rf"do\s)?{_NAME}(?:\s{_NAME}){{0,2}},?\s\d{{1,4}}\b"
    rf"|\b[{_UPPER}][a-z]{{2,30}}(?:straat|laan|gracht|plein)\s\d{{1,4}}\b"
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
_SAID = re.compile(
    r"\b(?:live|lives|lived|living|address|stay(?:s|ed|ing)?|moved to|house is|home is|come to|"
    r"located)\b[^\n\d]{0,15}?\b"
    rf"(\d{{1,5}}[a-z]?\s(?:[nsew]\.?\s)?[a-z'\u2019]{{2,20}}(?:\s[a-z'\u2019]{{2,20}})?\s{_STREET}\b(?:,\s[a-z]{{3,20}}(?!\s[a-z]))?)"
    r"|\b(?:post ?code|postal code)\b\s{0,2}(?:is|:|=)?\s{0,2}([a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}|"
    r"[a-z]\d[a-z]\s?\d[a-z]\d|\d{4,6})\b"
    r"|\bzip(?: ?code)?\b\s{0,2}(?:is|:|=)?\s{0,2}(\d{5}(?:-\d{4})?)\b",
    re.IGNORECASE,
)
_NO_STREETS = re.compile(r"(?<!\d)\d{1,9} (?:way|lane|wide|busy|mile|hour|minute|of|in|on|down|the) ", re.IGNORECASE)


def _unless_a_way(match: re.Match[str], placeholder: str) -> Edits:
    return [] if _NO_STREETS.match(match[0]) else whole(match, placeholder)


def _may_be_in_words(text: str) -> bool:
    return "corner of" in text or any(f" {street}" in text for street in ("street", "avenue", "road", "lane", "drive"))


PLACE_RULES = (
    Rule("address", _ADDRESS, has_digit, _unless_a_way),
    Rule("address", _ELSEWHERE, has_digit),
    Rule("address", _IN_WORDS, _may_be_in_words),
    Rule("address", _SAID, has_digit, group),
)
