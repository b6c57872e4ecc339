"""Candidates and hits of hand-made scenarios, rules and keywords."""

from typing import Any, get_args

import pandas as pd
import pytest
from pydantic import ValidationError

from valuenet.curation.retrieval import (
    EmptyRetrievalError,
    Retrieval,
    RetrievalSettings,
    UnknownScenarioOfRuleError,
    retrieve_candidates,
)
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.tables import Keywords, RulesOfThumb, Scenarios
from valuenet.warehouse.vocabulary import FIELDS, FORMS, TIERS


def scenarios(*texts: str) -> Any:
    rows = [{"scenario_id": scenario_id(t), "text": t, "corpus": "hand-made", "area": "tests"} for t in texts]
    return Scenarios.frame(rows)


def rules(*rows: tuple[str, str | None, str | None]) -> Any:
    """Rows of (situation, rule of thumb, action); the first stands in line 2."""
    whole = [
        {
            "source_line": n,
            "scenario_id": scenario_id(t),
            "rule_id": f"rot/{n}",
            "rule_of_thumb": rule,
            "action": action,
        }
        for n, (t, rule, action) in enumerate(rows, start=2)
    ]
    return RulesOfThumb.frame(whole)


def keywords(*rows: tuple[str, str, str]) -> Any:
    whole = [
        {"value": v, "keyword": k, "tier": t, "relation": "published", "seed": None, "score": None, "rank": None}
        for v, k, t in rows
    ]
    return Keywords.frame(whole)


DINNER, RUN = "I cooked for my family.", "I went for a run."
WORDS = keywords(
    ("SECURITY", "family", "definition"),
    ("SECURITY", "support", "embedding"),
    ("BENEVOLENCE", "love", "definition"),
    ("CONFORMITY", "respectful", "association"),
    ("TRADITION", "respect", "definition"),
    ("SELF-DIRECTION", "respect", "definition"),
)


def retrieve(s: Any, r: Any, k: Any = WORDS, **settings: Any) -> Retrieval:
    return retrieve_candidates(s, r, k, RetrievalSettings(**settings))


def tuples(frame: pd.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    return list(frame[list(names)].itertuples(index=False, name=None))


def test_every_hit_tells_keyword_tier_field_form_and_words() -> None:
    found = retrieve(scenarios(DINNER), rules((DINNER, "It is good to support families.", "being supportive")))
    assert tuples(found.hits, "value", "keyword", "tier", "field", "form", "matched") == [
        ("SECURITY", "family", "definition", "situation", "lemma", "family"),
        ("SECURITY", "family", "definition", "rule_of_thumb", "lemma", "families"),
        ("SECURITY", "support", "embedding", "rule_of_thumb", "lemma", "support"),
        ("SECURITY", "support", "embedding", "action", "stem", "supportive"),
    ]
    assert tuples(found.candidates, "value", "keyword", "field", "keywords_hit") == [
        ("SECURITY", "family", "situation", 2)
    ]


def test_a_word_can_stand_for_three_values_in_two_forms() -> None:
    found = retrieve(scenarios(DINNER), rules((DINNER, None, "respecting them")), WORDS[2:])
    assert tuples(found.candidates, "value", "keyword", "form") == [
        ("CONFORMITY", "respectful", "stem"),
        ("SELF-DIRECTION", "respect", "lemma"),
        ("TRADITION", "respect", "lemma"),
    ]


@pytest.mark.parametrize(
    ("better", "worse", "text", "rule"),
    [
        (("joy", "definition"), ("fun", "association"), "A run", "Joy is fun"),
        (("joy", "association"), ("fun", "embedding"), "A run for fun", "Joy"),
        (("joy", "definition"), ("fun", "definition"), "A joy", "Fun"),
        (("joy", "definition"), ("fun", "definition"), "A joy", "Joyful fun"),
        (("relax", "definition"), ("enjoy", "definition"), "Relaxed and enjoyable", None),
        (("fun", "definition"), ("joy", "definition"), "Joy and fun", None),
    ],
)
def test_the_clearest_hit_is_by_tier_then_field_then_form_then_alphabet(
    better: tuple[str, str], worse: tuple[str, str], text: str, rule: str | None
) -> None:
    words = keywords(("HEDONISM", *worse), ("HEDONISM", *better))
    found = retrieve(scenarios(text), rules((text, rule, None)), words)
    assert tuples(found.candidates, "keyword", "keywords_hit") == [(better[0], 2)]


def test_of_several_lines_the_lemma_is_told_before_the_stem_and_then_the_first_line() -> None:
    lines = rules((RUN, "Be respectful", None), (RUN, "Respects matter", None), (RUN, "Show RESPECT", None))
    found = retrieve(scenarios(RUN), lines, keywords(("TRADITION", "respect", "definition")))
    assert tuples(found.hits, "field", "form", "matched") == [("rule_of_thumb", "lemma", "Respects")]


def test_texts_that_repeat_are_hits_of_each_of_their_scenarios() -> None:
    found = retrieve(
        scenarios(DINNER, RUN), rules((DINNER, "Love", "Love"), (RUN, "Love", "Love"), (RUN, "Love", None))
    )
    love = found.hits[found.hits["keyword"] == "love"]
    assert len(love) == 4
    assert set(love["scenario_id"]) == {scenario_id(DINNER), scenario_id(RUN)}


def test_rules_without_text_and_scenarios_without_rules_are_searched_as_far_as_they_go() -> None:
    found = retrieve(scenarios(DINNER, RUN), rules((RUN, None, None)))
    assert found.candidates["scenario_id"].tolist() == [scenario_id(DINNER)]


def test_the_order_of_the_rows_makes_no_difference() -> None:
    s = scenarios(DINNER, RUN, "We love our families' support")
    r = rules((DINNER, "Support her", "supporting her"), (RUN, "Respect her", "loving"), (RUN, "A loving act", None))
    there, back = retrieve(s, r), retrieve(s[::-1], r[::-1], WORDS[::-1])
    pd.testing.assert_frame_equal(there.candidates, back.candidates)
    pd.testing.assert_frame_equal(there.hits, back.hits)


def test_settings_choose_fields_forms_and_tiers() -> None:
    s, r = scenarios(DINNER), rules((DINNER, "Be supportive", "loving them"))
    everything = {"family", "support", "love"}
    assert set(retrieve(s, r).hits["keyword"]) == everything
    assert set(retrieve(s, r, fields=("rule_of_thumb", "action")).hits["keyword"]) == {"support", "love"}
    assert set(retrieve(s, r, forms=("lemma",)).hits["keyword"]) == {"family", "love"}
    assert set(retrieve(s, r, tiers=("embedding",)).hits["keyword"]) == {"support"}


@pytest.mark.parametrize("name", ["fields", "forms", "tiers"])
def test_settings_refuse_nothing_at_all_and_unknown_names(name: str) -> None:
    for wrong in ((), ("title",)):
        with pytest.raises(ValidationError, match=name):
            RetrievalSettings(**{name: wrong})


def test_the_settings_know_the_whole_vocabulary() -> None:
    whole = RetrievalSettings()
    assert (whole.fields, whole.forms, whole.tiers) == (FIELDS, FORMS, TIERS)
    for name, words in (("fields", FIELDS), ("forms", FORMS), ("tiers", TIERS)):
        assert get_args(get_args(RetrievalSettings.model_fields[name].annotation)[0]) == words


@pytest.mark.parametrize(
    ("s", "k", "settings", "says"),
    [
        (scenarios(RUN), WORDS, {}, "none of 6 keywords .* of 1 scenarios"),
        (scenarios(), WORDS, {}, "of 0 scenarios; check the tables"),
        (scenarios(DINNER), WORDS, {"tiers": ("association",)}, "none of 1 keywords .of 6, .*'association'"),
        (scenarios(DINNER), keywords(), {}, "none of 0 keywords"),
        (scenarios(DINNER), WORDS, {"fields": ("action",)}, r"\.fields = \['action'\]"),
    ],
)
def test_an_empty_result_is_an_error_that_says_what_to_check(s: Any, k: Any, settings: Any, says: str) -> None:
    with pytest.raises(EmptyRetrievalError, match=says):
        retrieve(s, rules(), k, **settings)


def test_a_rule_of_a_scenario_that_is_not_there_is_an_error_that_names_its_line() -> None:
    with pytest.raises(UnknownScenarioOfRuleError, match=rf"line 3 of rules_of_thumb belongs to {scenario_id(RUN)}"):
        retrieve(scenarios(DINNER), rules((DINNER, "Love", None), (RUN, "Love", None)))
