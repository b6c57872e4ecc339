"""Which keywords count."""

import pandas as pd
import pytest

from valuenet.curation.keywords import KeywordSettings, NoKeywordsError, choose_keywords, published_keywords
from valuenet.warehouse.tables import KeywordDecisions
from valuenet.warehouse.vocabulary import TIERS, VALUES


def decisions(*rows: tuple[str, str, bool, int]):
    """Rows of (value, keyword, accepted, day of January 2026)."""
    found = {"tier": "association", "relation": "ml", "seed": "family", "score": 10.0, "rank": 2}
    names = ("value", "keyword", "accepted", "decided_at")
    frame = pd.DataFrame(rows, columns=names).assign(**found, decided_by=[f"p-{n}" for n in range(len(rows))])
    frame["decided_at"] = pd.to_datetime([f"2026-01-{day:02}" for day in frame["decided_at"]], utc=True)
    return KeywordDecisions.frame(frame)


def chosen(*rows: tuple[str, str, bool, int], **settings: object) -> set[tuple[str, str]]:
    frame = choose_keywords(decisions(*rows), KeywordSettings.model_validate(settings))
    return set(frame[["value", "keyword"]].itertuples(index=False, name=None))


def test_the_published_list_has_all_values_and_tiers_and_its_repeated_word_once():
    words = published_keywords()
    assert len(words) == 175
    assert set(words["value"]) == set(VALUES)
    assert words["tier"].value_counts().to_dict() == {"association": 99, "definition": 48, "embedding": 28}
    assert words.groupby("value")["tier"].nunique().eq(len(TIERS)).all()
    security = words[(words["value"] == "SECURITY") & (words["tier"] == "definition")]
    assert security["keyword"].tolist() == ["healthy", "family", "order", "clean", "safety", "belonging"]


def test_words_of_the_definitions_are_seeds_and_the_rest_is_published():
    words = published_keywords()
    assert set(words.loc[words["tier"] == "definition", "relation"]) == {"seed"}
    assert set(words.loc[words["tier"] != "definition", "relation"]) == {"published"}
    assert words[["seed", "score", "rank"]].isna().all(axis=None)


def test_without_decisions_the_published_list_counts():
    assert len(chosen()) == 175


def test_accepted_words_join_and_refused_ones_go_even_when_published():
    words = chosen(("SECURITY", "shelter", True, 1), ("SECURITY", "family", False, 1), ("POWER", "shelter", False, 1))
    assert ("SECURITY", "shelter") in words
    assert ("SECURITY", "family") not in words
    assert ("POWER", "shelter") not in words
    assert len(words) == 175


def test_the_newest_decision_counts_whatever_the_order_of_the_rows():
    rows = [("SECURITY", "shelter", True, 2), ("SECURITY", "shelter", False, 1), ("POWER", "rank", False, 3)]
    rows.append(("POWER", "rank", True, 2))
    for order in (rows, rows[::-1]):
        words = chosen(*order)
        assert ("SECURITY", "shelter") in words
        assert ("POWER", "rank") not in words


def test_of_two_decisions_at_one_moment_the_refusal_counts():
    yes, no = ("SECURITY", "shelter", True, 1), ("SECURITY", "shelter", False, 1)
    assert ("SECURITY", "shelter") not in chosen(yes, no)
    assert ("SECURITY", "shelter") not in chosen(no, yes)


def test_an_accepted_published_word_keeps_its_published_provenance():
    frame = choose_keywords(decisions(("SECURITY", "family", True, 1)), KeywordSettings())
    family = frame[(frame["value"] == "SECURITY") & (frame["keyword"] == "family")]
    assert family["relation"].tolist() == ["seed"]


def test_no_keyword_at_all_is_an_error_that_says_what_to_do():
    assert chosen(("SECURITY", "shelter", True, 1), use_published=False) == {("SECURITY", "shelter")}
    with pytest.raises(NoKeywordsError, match="use_published"):
        chosen(use_published=False)
