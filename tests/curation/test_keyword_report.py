"""What each keyword finds, worked by hand for three scenarios."""

from typing import Any

import pytest

from valuenet.curation.keyword_report import KeywordReportSettings, report_keywords
from valuenet.warehouse.tables import CandidateHits, Keywords, Scenarios
from valuenet.warehouse.vocabulary import VALUES

TEXTS = {"s-1": "A run | for fun", "s-2": "A family of joy", "s-3": "Rain", "s-4": "Snow"}
KEYWORDS = [("HEDONISM", "fun"), ("HEDONISM", "joy"), ("SECURITY", "family"), ("SECURITY", "job")]
HITS = [
    ("s-1", "HEDONISM", "fun", "situation"),
    ("s-1", "HEDONISM", "fun", "action"),
    ("s-2", "HEDONISM", "joy", "situation"),
    ("s-2", "HEDONISM", "fun", "rule_of_thumb"),
    ("s-2", "SECURITY", "family", "situation"),
    ("s-3", "HEDONISM", "joy", "action"),
]


def tables() -> tuple[Any, Any, Any]:
    scenarios = [{"scenario_id": i, "text": t, "corpus": "hand-made", "area": "tests"} for i, t in TEXTS.items()]
    words = [
        {"value": v, "keyword": k, "tier": "definition", "relation": "seed", "seed": None, "score": None, "rank": None}
        for v, k in KEYWORDS
    ]
    hits = [
        {"scenario_id": i, "value": v, "keyword": k, "tier": "definition", "field": f, "form": "lemma", "matched": k}
        for i, v, k, f in HITS
    ]
    return Scenarios.frame(scenarios), CandidateHits.frame(hits), Keywords.frame(words)


def test_hits_share_and_what_only_one_keyword_finds() -> None:
    report = report_keywords(*tables(), KeywordReportSettings()).report
    rows = list(report[["keyword", "hits", "share", "only_here"]].itertuples(index=False, name=None))
    assert rows == [("fun", 2, 0.5, 1), ("joy", 2, 0.5, 1), ("family", 1, 0.25, 1), ("job", 0, 0.0, 0)]


def test_examples_hold_the_keyword_themselves_first_and_never_the_separator() -> None:
    report = report_keywords(*tables(), KeywordReportSettings()).report.set_index("keyword")["examples"]
    assert report["fun"] == "A run / for fun | A family of joy"
    assert report["joy"] == "A family of joy | Rain"
    assert report["job"] == ""


def test_examples_are_as_many_and_as_long_as_the_settings_say() -> None:
    scenarios, hits, words = tables()
    scenarios["text"] = scenarios["text"].mask(scenarios["scenario_id"] == "s-2", "A family of joy for ever")
    report = report_keywords(scenarios, hits, words, KeywordReportSettings(examples=1, example_length=20)).report
    assert report.set_index("keyword")["examples"]["joy"] == "A family of joy for…"
    assert len("A family of joy for…") == 20
    none = report_keywords(scenarios, hits, words, KeywordReportSettings(examples=0)).report
    assert set(none["examples"]) == {""}


def test_overlap_counts_scenarios_under_both_and_has_every_ordered_pair() -> None:
    overlap = report_keywords(*tables(), KeywordReportSettings()).overlap.set_index(["value", "other_value"])
    assert len(overlap) == len(VALUES) * (len(VALUES) - 1)
    for pair in (("HEDONISM", "SECURITY"), ("SECURITY", "HEDONISM")):
        assert overlap.loc[pair, "hits"] == 1
        assert overlap.loc[pair, "jaccard"] == pytest.approx(1 / 3)
    assert overlap["hits"].sum() == 2


def test_the_order_of_the_rows_makes_no_difference_and_no_hits_is_a_report_of_zeros() -> None:
    scenarios, hits, words = tables()
    there = report_keywords(scenarios, hits, words, KeywordReportSettings())
    back = report_keywords(scenarios[::-1], hits[::-1], words[::-1], KeywordReportSettings())
    assert there.report.equals(back.report)
    assert there.overlap.equals(back.overlap)
    nothing = report_keywords(scenarios, hits[:0], words, KeywordReportSettings())
    assert (nothing.report["hits"].sum(), nothing.overlap["jaccard"].sum()) == (0, 0)
