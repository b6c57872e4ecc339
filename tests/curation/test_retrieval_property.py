"""Retrieval against a slow, obvious reference: every token of every text with every keyword, one at a time."""

import re
from itertools import pairwise, product
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuenet.curation.retrieval import EmptyRetrievalError, RetrievalSettings, retrieve_candidates
from valuenet.curation.tokens import word_forms
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.tables import Keywords, RulesOfThumb, Scenarios
from valuenet.warehouse.vocabulary import FIELDS, FORMS, TIERS

WORDS = ["family", "Families", "FAMILY'S", "self", "Self", "reliance", "human", "humans", "humane", "right", "Rights"]
WORDS += ["respect", "respected", "Respectful", "beauty", "beautiful", "the"]
GAPS = [" ", " ", " ", "-", " - ", ", ", ". ", "\u2019 ", "\u2014"]
KEYWORDS = [
    ("SECURITY", "family", "definition"),
    ("SELF-DIRECTION", "self-reliance", "association"),
    ("SELF-DIRECTION", "respect", "definition"),
    ("TRADITION", "respect", "embedding"),
    ("CONFORMITY", "respectful", "association"),
    ("UNIVERSALISM", "human rights", "definition"),
    ("UNIVERSALISM", "human", "definition"),
    ("UNIVERSALISM", "beauty", "embedding"),
    ("HEDONISM", "beauty", "definition"),
]
TABLE = Keywords.frame(
    pd.DataFrame([(*k, "published", None, None, None) for k in KEYWORDS], columns=Keywords.columns())
)

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), min_size=1, max_size=7).map(
    lambda parts: "".join(word + gap for word, gap in parts).strip()
)
maybe = st.none() | texts


def forms_of(words: list[str]) -> list[tuple[str, str]]:
    return list(zip(*word_forms(words), strict=True))


def places(keyword: str, text: str) -> list[tuple[int, int, str]]:
    """(form, character, words as written) of every place where the keyword stands in the text."""
    wanted = forms_of(re.findall(r"\w+", keyword))
    spans = [m.span() for m in re.finditer(r"\w+(?:'\w+)*", text)]
    found = []
    for first in range(len(spans) - len(wanted) + 1):
        own = spans[first : first + len(wanted)]
        gaps = [text[a[1] : b[0]].strip("\u2019") for a, b in pairwise(own)]
        have = forms_of([text[a:b] for a, b in own])
        equal = [[h[form] == w[form] for form in (0, 1)] for h, w in zip(have, wanted, strict=True)]
        if all(gap.strip() in ("", "-") for gap in gaps) and all(map(any, equal)):
            form = 0 if all(lemma for lemma, _ in equal) else 1
            found.append((form, own[0][0], text[own[0][0] : own[-1][1]]))
    return found


def reference(
    situations: list[str], lines: list[tuple[str, str | None, str | None]]
) -> dict[tuple[str, ...], tuple[str, str]]:
    hits = {}
    for situation, (value, keyword, _), field in product(situations, KEYWORDS, FIELDS):
        own = [line for line in lines if line[0] == situation]
        read = [situation] if field == "situation" else [line[FIELDS.index(field)] for line in own]
        met = [(form, n, at, words) for n, text in enumerate(read) for form, at, words in places(keyword, text or "")]
        if met:
            form, _, _, matched = min(met)
            hits[scenario_id(situation), value, keyword, field] = (FORMS[form], matched)
    return hits


def clearest(hits: dict[tuple[str, ...], tuple[str, str]]) -> dict[tuple[str, str], tuple[Any, ...]]:
    tier_of = {(value, keyword): tier for value, keyword, tier in KEYWORDS}
    best: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for (scenario, value, keyword, field), (form, _) in hits.items():
        rank = (TIERS.index(tier_of[value, keyword]), FIELDS.index(field), FORMS.index(form), keyword)
        best.setdefault((scenario, value), []).append(rank)
    return {pair: (*min(ranks), len({rank[3] for rank in ranks})) for pair, ranks in best.items()}


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(texts, min_size=1, max_size=3, unique_by=scenario_id), st.data())
def test_retrieval_finds_what_the_obvious_way_finds(situations: list[str], data: st.DataObject) -> None:
    lines = data.draw(st.lists(st.tuples(st.sampled_from(situations), maybe, maybe), max_size=4))
    expected = reference(situations, lines)
    scenarios = Scenarios.frame(
        [{"scenario_id": scenario_id(t), "text": t, "corpus": "x", "area": "x"} for t in situations]
    )
    columns = RulesOfThumb.columns()
    rows = [(n, scenario_id(s), f"rot/{n}", rule, action) for n, (s, rule, action) in enumerate(lines, start=2)]
    rules = RulesOfThumb.frame(pd.DataFrame(rows, columns=columns))
    if not expected:
        with pytest.raises(EmptyRetrievalError):
            retrieve_candidates(scenarios, rules, TABLE, RetrievalSettings())
        return
    found = retrieve_candidates(scenarios, rules, TABLE, RetrievalSettings())
    key = ["scenario_id", "value", "keyword", "field"]
    assert {tuple(r[:4]): tuple(r[4:]) for r in found.hits[[*key, "form", "matched"]].to_numpy()} == expected
    names = ["scenario_id", "value", "tier", "field", "form", "keyword", "keywords_hit"]
    pairs = {
        (r[0], r[1]): (TIERS.index(r[2]), FIELDS.index(r[3]), FORMS.index(r[4]), r[5], r[6])
        for r in found.candidates[names].to_numpy()
    }
    assert pairs == clearest(expected)
