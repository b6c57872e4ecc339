"""People's names in texts: by patterns, and by presidio where the extra `privacy` is installed."""

from pathlib import Path

import pytest

from tests.curation.reddit.planted import ENGLISH, judged_comments, judged_posts, planted
from valuenet.curation.reddit.intake import name_model
from valuenet.curation.reddit.intake.filters import FilterSettings, filter_comments, filter_posts
from valuenet.curation.reddit.intake.name_lists import first_names, no_names
from valuenet.curation.reddit.intake.name_model import (
    NameModelMissingError,
    PresidioNames,
    open_name_finder,
    unusual_sentences,
)
from valuenet.curation.reddit.intake.names import NameFinder, NameSettings, PatternNames, merge_spans
from valuenet.curation.reddit.intake.ordinary_words import is_ordinary


@pytest.fixture(scope="session")
def presidio() -> PresidioNames:
    """Presidio with its model, loaded once."""
    pytest.importorskip("presidio_analyzer", reason="needs the extra `privacy`")
    pytest.importorskip(name_model.MODEL, reason="needs the extra `privacy`")
    return PresidioNames()


def _names(text: str, finder: NameFinder | None = None) -> list[str]:
    return [text[start:end] for start, end in (finder or PatternNames()).find([text])[0]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I told Daniel about it", ["Daniel"]),
        ("I told Daniel O'Brien's mother", ["Daniel O'Brien"]),
        ("My coworker Priya Raman went too. You know her", ["Priya Raman"]),
        ("Thanks Marcus. You helped", ["Marcus"]),
        ("My name is Zorblax Quux and that is that", ["Zorblax Quux"]),
        ("His name's Zorblax", ["Zorblax"]),
        ("my name is katya", ["katya"]),
        ("a dog named Zorblax barked", ["Zorblax"]),
        ("my therapist, Oonagh Byrne-Smith, left", ["Oonagh Byrne-Smith"]),
        ("Dr. Zorblax and Ms Quellor said so", ["Zorblax", "Quellor"]),
        ("Hi, I'm Quellor!", ["Quellor"]),
        ("Will Smith met Grace Hopper", ["Will Smith", "Grace Hopper"]),
        ("ASK DANIEL ABOUT IT", ["DANIEL"]),
        ("Be well\n\n- Samwise", ["Samwise"]),
        ("Zoë and André came", ["Zoë", "André"]),
    ],
)
def test_patterns_find_names_with_their_family_names(text: str, names: list[str]):
    assert _names(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Will you come in May, or in June? Mark my words. I have Hope.",
        "I went to Paris and Austin on Monday",
        "My boss American style. My ex Don't know. My boyfriend Nope!",
        "MS Teams and a TED talk",
        "- Nobody came\n- Perhaps tomorrow\n- Nothing",
        "Reddit, please. OP is right. Mom and Dad love Christmas",
        "[NAME] and [USER] wrote to [EMAIL]",
        "this is no name at all",
        "",
    ],
)
def test_ordinary_capitalised_words_are_no_names(text: str):
    assert _names(text) == []


def test_names_come_in_order_and_those_that_overlap_as_one():
    assert merge_spans([(9, 12), (0, 5), (3, 7), (7, 8)]) == [(0, 7), (7, 8), (9, 12)]


def test_no_first_name_is_on_both_lists_or_an_excluded_word():
    plain, words_too = first_names()
    assert not plain & words_too
    assert not plain & no_names()
    assert len(plain) > 1_000
    assert all(name == name.casefold() for name in plain | words_too | no_names())


def test_the_fingerprint_tells_how_names_are_found(presidio: PresidioNames):
    assert PatternNames().fingerprint == PatternNames().fingerprint
    assert PatternNames().fingerprint.startswith("patterns-")
    assert presidio.fingerprint.startswith("presidio-")


# --- who is chosen


def test_patterns_are_taken_where_they_are_asked_for_or_nothing_else_is_there(monkeypatch: pytest.MonkeyPatch):
    assert isinstance(open_name_finder(NameSettings(engine="patterns")), PatternNames)
    monkeypatch.setattr(name_model, "find_spec", lambda name: None)
    assert isinstance(open_name_finder(NameSettings()), PatternNames)
    with pytest.raises(NameModelMissingError, match=r"extra `privacy` is not installed; run"):
        open_name_finder(NameSettings(engine="presidio"))


def test_presidio_is_taken_where_it_is_there(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(name_model, "find_spec", lambda name: object())
    assert isinstance(open_name_finder(NameSettings()), PresidioNames)


# --- presidio


def test_only_sentences_with_an_unusual_capitalised_word_are_asked_about():
    assert unusual_sentences("I am tired. The Work is hard. He said so. OMG. Haha!") == []
    assert unusual_sentences("I am tired. Xolani left me! Why?") == [(11, " Xolani left me!")]
    assert unusual_sentences("I think Will left. Will he come?") == [(0, "I think Will left.")]
    assert unusual_sentences("") == []


def test_ordinary_words_are_those_of_spacys_tables():
    assert is_ordinary("working")
    assert is_ordinary("house")
    assert not is_ordinary("xolani")


def test_presidio_finds_rare_names_without_a_sign_and_keeps_what_patterns_find(presidio: PresidioNames):
    text = "I met Xolani Dlamini there. I never told Mwajuma Nyerere or Daniel's brother. My name is Zorblax."
    assert {"Xolani Dlamini", "Daniel", "Zorblax"} <= set(_names(text, presidio))
    assert _names("I met Xolani Dlamini there.") == []


def test_presidio_gives_no_placeholder_and_no_ordinary_sentence_a_name(presidio: PresidioNames):
    text = "My friend [NAME] wrote from Xanadu to [EMAIL]. Working hard. I Love This"
    assert all("[" not in name for name in _names(text, presidio))
    assert presidio.find(["", "nothing here"]) == [[], []]


def test_the_same_texts_in_another_order_get_the_same_names(presidio: PresidioNames):
    texts = ["I met Xolani Dlamini.", "She is tired.", "Is Mwajuma well?", "I met Xolani Dlamini."]
    assert presidio.find(texts) == presidio.find(texts[::-1])[::-1]


# --- what was planted in the dump


def test_with_the_extra_98_percent_of_all_personal_data_is_found(dump: Path, presidio: PresidioNames):
    asked = (("t3_", judged_posts(dump).raw, filter_posts), ("t1_", judged_comments(dump).raw, filter_comments))
    stood = found = 0
    for prefix, raw, judge in asked:
        items = planted(dump, "pii", prefix)
        holding = raw[raw["id"].isin([item["id"][3:] for item in items])].reset_index(drop=True)
        texts = judge(holding, FilterSettings(), language=ENGLISH, names=presidio).text
        kept = dict(zip(holding["id"], texts, strict=True))
        values = [(kept[item["id"][3:]], item["value"]) for item in items if kept[item["id"][3:]] is not None]
        stood += len(values)
        found += sum(value not in text for text, value in values)
    assert stood > 50
    assert found >= 0.98 * stood


def test_few_texts_without_planted_names_get_one(dump: Path):
    judged = judged_comments(dump)
    told = {item["id"][3:] for item in planted(dump, "pii", "t1_")}
    texts = [
        text
        for name, text in zip(judged.raw["id"], judged.filtered.text, strict=True)
        if text is not None and name not in told
    ]
    assert sum("[NAME]" in text for text in texts) <= 0.02 * len(texts)
