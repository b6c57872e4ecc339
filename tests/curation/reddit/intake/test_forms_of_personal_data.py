"""Personal data in the forms people use, ordinary texts that look like them, and what must come back unchanged."""

import csv
from pathlib import Path

import pytest

from valuenet.curation.reddit.intake.lookalikes import fold_lookalikes, without_invisible
from valuenet.curation.reddit.intake.names import PatternNames
from valuenet.curation.reddit.intake.privacy import PLACEHOLDERS, replace_personal_data


def _clean(text: str) -> str:
    return str(replace_personal_data([text], names=PatternNames()).texts[0])


def test_forms_that_were_written_by_somebody_else_are_replaced(shared: Path):
    with (shared / "cases" / "24-personal-data.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 56
    assert {row["kind"] for row in rows if _clean(row["text"]) == row["text"]} == set()


@pytest.mark.parametrize(
    ("kind", "text", "hidden"),
    [
        ("email", "reach me: ana (at) posteo (dot) de", "posteo"),
        ("email", "jane dot doe at gmail dot com is mine", "jane"),
        ("email", "Mail Kim_77 @ Yahoo.com!", "Kim"),
        ("email", "ｋｉｍ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ｋｉｍ"),
        ("email", "her email is lee.park at icloud", "lee"),
        ("email", "root@192.168.0.12 answers", "192"),
        ("url", "hxxps://evil.example/x?y=1", "evil"),
        ("url", "my site is anna-writes.nl now", "anna"),
        ("url", "it's on mara.pl/about", "mara"),
        ("url", "my portfolio is jo-draws.me", "jo-draws"),
        ("url", "go to annaswritings dot net slash poems", "annas"),
        ("url", "youtube watch?v=abcDEF12345", "abcDEF"),
        ("user", "insta: rose.and.thorn", "rose"),
        ("user", "add me on discord, my discord is moth_in_rain", "moth"),
        ("user", "my telegram handle is @lost_in_ulm", "ulm"),
        ("user", "snapchat: kimsnaps22", "kim"),
        ("user", "tiktok is pia.dances99", "pia"),
        ("user", "my kik is sadBoi2003", "sadBoi"),
        ("user", "venmo me at $pia-kurz", "pia"),
        ("user", "I'm nightowl#0042 there", "nightowl"),
        ("user", "steam name: xX_pia_Xx", "pia"),
        ("user", "follow @90210 please", "90210"),
        ("user", "it is all @family on instagram", "family"),
        ("user", "on reddit/u/sad_pia you see", "pia"),
        ("phone", "06-12-34-56-78 after six", "12"),
        ("phone", "415*555*0199", "555"),
        ("phone", "call 415‑555‑0199", "555"),
        ("phone", "number: eight six seven five three oh nine", "seven"),
        ("phone", "0170/1234567 ist meine", "0170"),
        ("phone", "I'm on 98765 43210", "98765"),
        ("phone", "call 555.0199 tonight", "0199"),
        ("phone", "+49 (0)30 1234567", "1234567"),
        ("id", "GB82 WEST 1234 5698 7654 32 is the account", "WEST"),
        ("id", "FR1420041010050500013M02606", "20041010"),
        ("id", "5500-0000-0000-0004 was declined", "5500"),
        ("id", "378282246310005 is an Amex", "378282"),
        ("id", "my social is 219-09-9999", "219"),
        ("id", "his passport number is X1234567", "X1234567"),
        ("id", "they see 2001:db8:85a3::8a2e:370:7334", "2001"),
        ("id", "10.0.0.7:8080 is my router", "10.0"),
        ("id", "it was aa-bb-cc-dd-ee-0f", "aa-bb"),
        ("id", "donate 0x52908400098527886E0F7030069857D2E4169EE7", "0x52"),
        ("id", "donate 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1z"),
        ("id", "I'm at 48.85837, 2.294481", "48.85"),
        ("id", "license plate: 7ABC 123", "7ABC"),
        ("id", "I pasted ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp"),
        ("id", "the password is Hunter2!", "Hunter2"),
        ("birthdate", "dob: 03/04/1991", "1991"),
        ("birthdate", "born on the 4th of July, 1990", "July"),
        ("birthdate", "my birthday is 1990-07-04", "1990"),
        ("birthdate", "date of birth 4 July 1990", "July"),
        ("address", "she lives at 12 old mill lane", "mill"),
        ("address", "wohne Lindenallee 7, 50667 Köln", "Linden"),
        ("address", "3 bis rue du Bac, 75007 Paris", "Bac"),
        ("address", "Via Garibaldi 12 is the house", "Garibaldi"),
        ("address", "Keizersgracht 123 in town", "Keizers"),
        ("address", "postcode: ec1a1bb", "ec1a"),
        ("address", "my zip is 90210", "90210"),
        ("address", "Twenty-One Jump Street", "Jump"),
        ("address", "on the corner of Oak and Pine", "Oak"),
        ("name", "i miss daniel so much", "daniel"),
        ("name", "her name is zyana.", "zyana"),
        ("name", "my friend T. Adeyemi said so", "Adeyemi"),
        ("name", "SARAH JOHNSON cheated", "JOHNSON"),
        ("name", "my therapist Dr. K helped", "Dr. K "),
        ("name", "I met Maria de la Cruz", "Cruz"),
        ("name", "we told Ольга about it", "Ольга"),
        ("name", "I love __Daniel__", "Daniel"),
        ("name", "Hope texted. I cried", "Hope"),
        ("name", "#RIPLatoya forever", "Latoya"),
        ("name", "thanks for all\n\n- okwui", "okwui"),
        ("name", "I told Da\u200dniel", "niel"),
    ],
)  # fmt: skip
def test_forms_of_our_own_are_replaced_by_their_kind(kind, text, hidden):
    clean = _clean(text)
    assert PLACEHOLDERS[kind] in clean
    assert hidden not in clean


@pytest.mark.parametrize(
    "text",
    [
        "My insta is private and my snap is dead; discord is down, twitter is toxic",
        "I have had an Xbox 360 since 2006, since I was 16, since March 2017",
        "the car insurance company for 30 years, my student loan of 45 000",
        "I look at gmail all day and work at yahoo, my email is full",
        "it happened.so i left.then he came back.me too.is that ok",
        "he was born in 1990, a 90s kid; I was born and raised here",
        "one two three and go, seven eight nine years",
        "2:30:45 on the clock, v1.2.3 of it, 3.14159 and 10:20",
        "corner of my eye, the street in my mind, lives 5 minutes away",
        "my name is on the lease, her name is not important",
        "the 1000 2000 3000 m races, 4111 1111 1111 1112",
        "vitamin C. However, plan B and Mr Right",
        "password is stupid, the plates are dirty",
        "Will he call? Hope is all I have. Grace period",
        "😀👨‍👩‍👧 family",
    ],
)  # fmt: skip
def test_ordinary_words_are_left(text):
    assert _clean(text) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("my gmail is pete.sorensen82", "my gmail is [EMAIL]"),
        ("lucy(dot)gray(at)outlook.com", "[EMAIL]"),
        ("Hernandez, Maria was listed", "[NAME] was listed"),
        ("ask pete_sorensen now", "ask [NAME] now"),
        ("I saw Pete_Sorensen there", "I saw [NAME] there"),
        ("call 1 (800) 555 0199 ext. 22", "call [PHONE]"),
        ("hxxps://janeblog[.]net/post", "[URL]"),
        ("my address: 221b baker street, london nw1 6xe", "my address: [ADDRESS]"),
        ("Via Garibaldi 22, 20121 Milano", "[ADDRESS]"),
        ("ul. Marszałkowska 10/4, 00-590 Warszawa", "[ADDRESS]"),
        ("fb: lena.marsh9 and more", "fb: [USER] and more"),
        ("linktr.ee/odile.garden", "[URL]"),
    ],
)
def test_no_half_of_a_piece_stays(text, clean):
    assert _clean(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "Jessіca knows",
        "Ｊｅｓｓｉｃａ knows",
        "Jеssica knows",
        "Jessιca knows",
        "J e s s i c a knows",
        "Je\u00adssica knows",
    ],
)
def test_a_name_in_letters_that_look_alike_is_found(text):
    assert _clean(text) == "[NAME] knows"


@pytest.mark.parametrize(
    "text",
    [
        "I took 12 long road trips",
        "12 busy road crossings, 30 small street markets",
        "Привет, how are you? Спасибо! Ελλάδα is far, 中国 too",
        "snap: delicious",
        "see section 1.2.3.4 and version 2.0.1.4, v1.2.3.4",
        "case 2020 2021 2022, account 1000000, policy 50000000",
        "my insta is always.on",
        "node.js and asp.net are hard",
        "chicken alfredo, a patty melt, Mario Kart, teri yaki, Olive Garden",
        "San Diego, St. Paul and Hurricane Irma",
        "I bought it, lied to him.it was bad",
        "looked at him .it hurt; I was at home. It was late",
        "one two three four, I declare a thumb war",
        "1 2 3 4 5 6 7 8 9 10",
        "São Paulo is warm",
        "I live a 10 minute drive away, we moved to a house 2 hours drive from here",
        "I have 500 000 000 reasons and 120 000 000 more",
        "in the last 4 years 2019 was worst, the last four of 2020",
        "dr said no, mr right, my brother works too much, my sister cried all night",
    ],
)
def test_what_only_looks_like_personal_data_is_left(text):
    assert _clean(text) == text


@pytest.mark.parametrize(
    "text", ["a\u200bb \u2066c", "so\u00adft hy\u00adphen", "\ufeffhello there", "ｗｉｄｅ \u200d words…"]
)
def test_a_text_with_nothing_personal_comes_back_as_it_was(text):
    assert _clean(text) == text


def test_what_is_not_personal_keeps_its_characters():
    assert (
        _clean("ｗｉｄｅ letters – a dash, a\u00a0space: e@x.org…")
        == "ｗｉｄｅ letters – a dash, a\u00a0space: [EMAIL]…"
    )
    assert _clean("say [ｈｅｒｅ](https://x.example/a) now") == "say ｈｅｒｅ [URL] now"


def test_folding_keeps_every_place():
    text = "".join(map(chr, [*range(32, 0x3000, 7), 0x1D400, 0xFB03, 0xFF21]))
    assert len(fold_lookalikes(text)) == len(text)
    assert without_invisible("a\u200db👩\u200d💻") == "ab👩\u200d💻"
