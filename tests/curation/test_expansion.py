"""Proposals of keywords, each with the way it was found."""

import pandas as pd
import pytest

from valuenet.curation.datamuse import ScoredWord
from valuenet.curation.expansion import ExpansionError, ExpansionSettings, expand_keywords
from valuenet.curation.vectors import Neighbour
from valuenet.warehouse.tables import KeywordDecisions, Keywords

ANSWERS = {
    ("family", "ml"): [ScoredWord("Household", 40), ScoredWord("safety", 30), ScoredWord("next of  kin", 20)],
    ("family", "rel_trg"): [ScoredWord("reunion"), ScoredWord("household", 9)],
    ("safety", "ml"): [ScoredWord("shelter", 7), ScoredWord("household", 5), ScoredWord("h2o", 3), ScoredWord("ok", 2)],
    ("safety", "rel_trg"): [ScoredWord("shelter", 90)],
}
NEAR = {"family": [Neighbour("reunion", 0.9), Neighbour("mother", 0.7), Neighbour("life", 0.5)]}


class Answers:
    """Both services, from the two tables above."""

    def related(self, word, relation, limit):
        return ANSWERS.get((word, relation), [])[:limit]

    def nearest_of_each(self, words, limit):
        return [NEAR.get(word, [])[:limit] for word in words]


def keywords(*rows: tuple[str, str, str]):
    return Keywords.frame(
        [
            {"value": v, "keyword": k, "tier": t, "relation": "seed", "seed": None, "score": None, "rank": None}
            for v, k, t in rows
        ]
    )


SECURITY = (
    ("SECURITY", "family", "definition"),
    ("SECURITY", "safety", "definition"),
    ("SECURITY", "guard", "embedding"),
)


def propose(rows=SECURITY, words=True, vectors=True, decisions=None, **settings: object) -> pd.DataFrame:
    return expand_keywords(
        keywords(*rows),
        ExpansionSettings.model_validate({"relations": ("ml", "rel_trg")} | settings),
        words=Answers() if words else None,
        vectors=Answers() if vectors else None,
        decisions=decisions,
    )


def test_every_proposal_says_where_it_came_from():
    found = propose().set_index("keyword")[["tier", "relation", "seed", "score", "rank"]]
    assert found.loc["mother"].tolist() == ["embedding", "glove", "family", 0.7, 2.0]
    assert found.loc["next of kin"].tolist() == ["association", "ml", "family", 20.0, 3.0]


def test_of_several_ways_the_best_rank_is_kept_then_the_first_relation_then_the_first_seed():
    found = propose().set_index("keyword")
    assert found.loc["household", ["relation", "seed", "rank"]].tolist() == ["ml", "family", 1.0]
    assert found.loc["shelter", ["relation", "score"]].tolist() == ["ml", 7.0]
    assert found.loc["reunion", ["relation", "rank"]].tolist() == ["rel_trg", 1.0]


def test_keywords_of_the_value_short_words_and_what_is_no_word_are_left_out():
    assert set(propose()["keyword"]) == {"household", "next of kin", "reunion", "shelter", "mother"}


def test_a_word_of_another_value_may_be_proposed():
    found = propose((("POWER", "household", "definition"), ("SECURITY", "family", "definition")))
    assert ("SECURITY", "household") in set(found[["value", "keyword"]].itertuples(index=False, name=None))


def test_a_seed_of_two_values_brings_its_words_to_both():
    found = propose((("POWER", "safety", "definition"), ("SECURITY", "safety", "definition")))
    assert found[found["keyword"] == "shelter"]["value"].tolist() == ["POWER", "SECURITY"]


def test_what_was_decided_on_is_not_proposed_again():
    decided = KeywordDecisions.frame(
        propose()
        .query("keyword == 'shelter'")
        .assign(accepted=False, decided_by="p-1", decided_at=pd.Timestamp("2026-01-01", tz="UTC"))
    )
    assert "shelter" not in set(propose(decisions=decided)["keyword"])


def test_the_settings_bound_what_is_asked_and_taken():
    assert set(propose(per_relation=1, nearest=1)["keyword"]) == {"household", "reunion", "shelter"}
    assert "life" in set(propose(min_cosine=0.5)["keyword"])
    assert set(propose(words=False)["relation"]) == {"glove"}
    assert set(propose(vectors=False, relations=("rel_trg",))["relation"]) == {"rel_trg"}


def test_the_order_of_the_keywords_makes_no_difference():
    pd.testing.assert_frame_equal(propose(SECURITY), propose(SECURITY[::-1]))


def test_nothing_to_propose_is_an_empty_table():
    assert propose((("SECURITY", "order", "definition"),)).empty


def test_without_seeds_or_services_the_way_out_is_named():
    with pytest.raises(ExpansionError, match="no seed"):
        propose((("SECURITY", "guard", "embedding"),))
    with pytest.raises(ExpansionError, match="extra offline"):
        propose(words=False, vectors=False)
