"""Typed placeholders for personal data: what must be found, and what must be left."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.curation.reddit.planted import judged_comments, judged_posts, planted
from valuenet.curation.reddit.intake.name_signs import Spans
from valuenet.curation.reddit.intake.names import PatternNames
from valuenet.curation.reddit.intake.privacy import PLACEHOLDERS, is_bare_link, replace_personal_data, without_links
from valuenet.warehouse.vocabulary import PII_KINDS


class NoNames:
    """Finds no names, so that a test sees the patterns alone."""

    fingerprint = "none"

    def find(self, texts: list[str]) -> list[Spans]:
        return [[] for _ in texts]


def _clean(text: str) -> str:
    return replace_personal_data([text], names=NoNames()).texts[0]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("mail joe.bloggs+x@mail.example.co.uk, ok?", "mail [EMAIL], ok?"),
        ("JOE@EXAMPLE.COM", "[EMAIL]"),
        ("write joe [at] example [dot] com", "write [EMAIL]"),
        ("write joe at gmail dot com please", "write [EMAIL] please"),
        (r"first\_last@example.com", "[EMAIL]"),
        ("jo\u200be@exam\u200bple.com", "[EMAIL]"),
        ("see https://example.com/a_(b)?c=d#e.", "see [URL]."),
        ("Www.Example.com/x, and http://x.example!", "[URL], and [URL]!"),
        ('look at [my page](https://example.com/a "t") now', "look at my page [URL] now"),
        ("[u/some_one](https://example.com) said", "[USER] [URL] said"),
        ("go to reddit.com/r/x/comments/abc or youtu.be/abc123", "go to [URL] or [URL]"),
        ("I bought it on indeed.com.", "I bought it on [URL]."),
        ("thanks /u/some-one_x and u/Other2, user/third!", "thanks [USER] and [USER], [USER]!"),
        (r"u/with\_line", "[USER]"),
        ("I'm @joe.bloggs99, add me", "I'm [USER], add me"),
        ("call (212) 555-0123 or 212.555.0123", "call [PHONE] or [PHONE]"),
        ("phone:212-555-0123", "phone:[PHONE]"),
        ("+44 7700 900123, +1 (415) 555 0123", "[PHONE], [PHONE]"),
        ("020 7946 0123 or 06 12 34 56 78 or 0049 30 12345678", "[PHONE] or [PHONE] or [PHONE]"),
        ("my number is 867 5309", "my number is [PHONE]"),
        ("text me on 555-0123 any time", "text me on [PHONE] any time"),
        ("I live at 12 Elm St. Apt 4 now", "I live at [ADDRESS] now"),
        ("1600 Pennsylvania Avenue NW, Washington, DC 20500", "[ADDRESS]"),
        ("221b Baker Street, 350 5th Ave, PO Box 123", "[ADDRESS], [ADDRESS], [ADDRESS]"),
        ("he moved to Springfield, IL 62704 last week", "he moved to [ADDRESS] last week"),
        ("SW1A 1AA", "[ADDRESS]"),
    ],
)
def test_personal_data_is_replaced_by_the_placeholder_of_its_kind(text: str, clean: str):
    assert _clean(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "I am 25, he is 30 (25F, 30M), in 2019-2020, at 7:30 or 12:45pm, 24/7, 2am",
        "It cost $1,000,000 or 2,125,550,123 or 100.000.000 or €2125550123",
        "10-15 years, 300-1000 calories, 5'10\", 3.14159265358979, 50/50, 9-5, COVID-19",
        "on 1999-12-31, 12/31/1999, 31.12.1999 and 12-25-2019; I called in 2019 2020",
        "I called 100 times, 20 people in 30 days, 1234567 steps",
        "r/offmychest and /r/raisedbynarcissists, w/o, and/or, I/u/they, him/her",
        "I was @ home, @home with @everyone, don't @ me",
        "okay.thanks for reading.I mean e.g. p.m. node.js and so on",
        "a 2 way street; 21 people on the street; 5 Star Drive-in; 3 of my friends drive",
        "[deleted] [removed] [USER] [URL] [NAME] [serious] (see below) a [b] (c)",
        "12345678901234567890 likes",
    ],
)
def test_ages_prices_years_times_and_subreddits_are_left(text: str):
    assert _clean(text) == text


def test_every_placeholder_is_counted_at_its_text():
    found = replace_personal_data(
        ["a@example.com b@example.com u/some_one", "none", "www.example.com"], names=NoNames()
    )
    assert {kind: counts.tolist() for kind, counts in found.counts.items() if counts.any()} == {
        "email": [2, 0, 0],
        "user": [1, 0, 0],
        "url": [0, 0, 1],
    }
    assert tuple(found.counts) == PII_KINDS


def test_names_are_put_in_after_the_patterns_and_never_into_a_placeholder():
    class Greedy(NoNames):
        def find(self, texts: list[str]) -> list[Spans]:
            return [[(0, 3), (4, 11)] for _ in texts]

    found = replace_personal_data(["Bob a@example.com"], names=Greedy())
    assert found.texts.tolist() == ["[NAME] [EMAIL]"]
    assert found.counts["name"].tolist() == [1]


def test_a_bare_link_is_links_and_nothing_else():
    assert is_bare_link("https://example.com/a\n\n<www.example.org>.")
    assert is_bare_link("[watch this](https://example.com)")
    assert not is_bare_link("https://example.com is what I read")
    assert not is_bare_link("")
    assert not is_bare_link("...")
    assert not is_bare_link("hello.")


def test_without_links_the_words_of_a_link_stay():
    assert without_links("see [this page](https://example.com/a) or https://example.com now") == "see this page or  now"


_PIECES = st.sampled_from(
    (
        *(
            "jo@example.com",
            "https://example.com/a",
            "www.example.org",
            "[a](https://b.example)",
            "u/some_one",
            "@some.one",
        ),
        *("+1 212 555 0123", "12 Elm St", "Daniel Okafor", "my name is ", "call ", "](", "[", "/", "@", "2", " ", "\n"),
        *(".", "(", ")", *PLACEHOLDERS.values()),
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=5), max_size=12).map("".join))
def test_a_second_pass_alters_no_placeholder(text: str):
    names = PatternNames()
    once = replace_personal_data([text], names=names).texts[0]
    twice = replace_personal_data([once], names=names).texts[0]
    for placeholder in PLACEHOLDERS.values():
        assert twice.count(placeholder) >= once.count(placeholder)


# --- what was planted in the dump


def _found(dump: Path) -> tuple[Counter[str], Counter[str]]:
    """Return how many items of each kind stand in kept texts, and how many are no longer to be read there."""
    stood: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for prefix, judged in (("t3_", judged_posts(dump)), ("t1_", judged_comments(dump))):
        kept = dict(zip(judged.raw["id"], judged.filtered.text, strict=True))
        for item in planted(dump, "pii", prefix):
            text = kept[item["id"][3:]]
            if text is not None:
                stood[item["type"]] += 1
                gone[item["type"]] += item["value"] not in text
    return stood, gone


def test_patterns_find_95_percent_of_every_typed_kind_that_was_planted(dump: Path):
    stood, gone = _found(dump)
    assert {"email", "phone", "url", "u_name", "at_name"} <= stood.keys()
    for kind in stood.keys() - {"person_name"}:
        assert gone[kind] >= 0.95 * stood[kind], kind


def test_hardly_any_text_without_planted_data_gets_a_typed_placeholder(dump: Path):
    judged = judged_comments(dump)
    told = {item["id"][3:] for item in planted(dump, "pii", "t1_")}
    clean = [
        (raw, text)
        for name, raw, text in zip(judged.raw["id"], judged.raw["body"], judged.filtered.text, strict=True)
        if text is not None and name not in told
    ]
    typed = [kind for kind in PII_KINDS if kind != "name"]
    taken = [raw for raw, text in clean if any(PLACEHOLDERS[kind] in text for kind in typed)]
    assert len(taken) <= 0.002 * len(clean), taken
