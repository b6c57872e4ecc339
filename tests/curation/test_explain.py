"""What a person is told about a scenario."""

from typing import Any

import pandas as pd
import pytest

from valuenet.curation.explain import UnknownScenarioError, explain_scenario
from valuenet.curation.retrieval import RetrievalSettings, retrieve_candidates
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.tables import Keywords, RulesOfThumb, Scenarios

DINNER, RAIN = "I cooked for my family's guests, my family's way.", "It rained."
ID = scenario_id(DINNER)
KEYWORDS = [
    ("SECURITY", "family", "definition", "seed", None, None, None),
    ("SECURITY", "support", "embedding", "glove", "family", 0.7149, 3),
    ("BENEVOLENCE", "self-reliance", "association", "rel_trg", "care", 812.0, 1),
    ("BENEVOLENCE", "love", "association", "published", None, None, None),
    ("HEDONISM", "fun", "association", "ml", "joy", None, 2),
]
TOLD = f"""\
I cooked for my family's guests, my family's way.
{ID}, hand-made, tests; 2 rules of thumb

BENEVOLENCE
  love: an association of the value, from the paper's list
    action, by lemma: [loving] them
  self-reliance: an association of the value, Datamuse: brought to mind by 'care', rank 1
    rule of thumb, by lemma: Families want no [self reliance], but support.

SECURITY
  family: a word of Schwartz's definition, one of the seeds
    situation, by lemma: I cooked for my [family's] guests, my family's way.
    rule of thumb, by lemma: [Families] want no self reliance, but support.
  support: near the value in the embedding space, GloVe: a neighbour of 'family' (cosine 0.71), rank 3
    rule of thumb, by lemma: Families want no self reliance, but [support].
    action, by stem: being [supportive]
"""


def tables() -> tuple[Any, Any, Any, Any]:
    texts = [{"scenario_id": scenario_id(t), "text": t, "corpus": "hand-made", "area": "tests"} for t in (DINNER, RAIN)]
    lines = [
        (2, ID, "rot/1", "Families want no self reliance, but support.", "being supportive"),
        (3, ID, "rot/2", None, "loving them"),
    ]
    scenarios = Scenarios.frame(texts)
    rules = RulesOfThumb.frame(pd.DataFrame(lines, columns=RulesOfThumb.columns()))
    keywords = Keywords.frame(pd.DataFrame(KEYWORDS, columns=Keywords.columns()))
    return scenarios, rules, retrieve_candidates(scenarios, rules, keywords, RetrievalSettings()).hits, keywords


def test_an_explanation_names_value_keyword_origin_field_form_and_the_words_in_context() -> None:
    assert explain_scenario(ID, *tables()) == TOLD


def test_the_order_of_the_rows_makes_no_difference() -> None:
    scenarios, rules, hits, keywords = tables()
    assert explain_scenario(ID, scenarios[::-1], rules[::-1], hits[::-1], keywords[::-1]) == TOLD


def test_a_scenario_that_no_keyword_hits_says_so() -> None:
    told = explain_scenario(scenario_id(RAIN), *tables())
    assert told.splitlines()[0] == RAIN
    assert told.endswith("No keyword is met in it, so it stands under no value.\n")


def test_a_keyword_taken_out_since_is_still_told() -> None:
    scenarios, rules, hits, keywords = tables()
    told = explain_scenario(ID, scenarios, rules, hits, keywords[keywords["keyword"] != "love"])
    assert "love: an association of the value, no longer in the table of keywords" in told


def test_words_that_are_not_in_the_corpus_any_more_are_told_without_context() -> None:
    scenarios, rules, hits, keywords = tables()
    assert "action, by lemma: [loving]\n" in explain_scenario(ID, scenarios, rules[:1], hits, keywords)


@pytest.mark.parametrize("typed", [ID[:-1], ID[:6] + "x" + ID[7:], "x" + ID[1:]])
def test_an_unknown_id_is_an_error_that_names_the_nearest(typed: str) -> None:
    with pytest.raises(UnknownScenarioError, match=rf"no scenario has the id '{typed}'; near it: {ID}"):
        explain_scenario(typed, *tables())


def test_an_id_near_to_none_is_told_where_all_are_listed() -> None:
    with pytest.raises(UnknownScenarioError, match="valuenet show scenarios"):
        explain_scenario("dinner", *tables())
