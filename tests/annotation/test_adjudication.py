from datetime import UTC, datetime

import pandas as pd
import pytest

from valuenet.annotation.adjudication import AdjudicationError, agreed_gold, disputed_pairs
from valuenet.warehouse.crowd_tables import Adjudications, Gold, LabelFlips, LabelsDropped, Pairs

VERSION = "1.0+aaaaaaaa"


def _said(scenario: str, expert: str, label: str, minute: int = 0, version: str = VERSION) -> dict[str, object]:
    return {
        "scenario_id": f"s-{scenario}",
        "value": "POWER",
        "expert": f"w-{expert}",
        "text": f"text of {scenario}",
        "label": label,
        "codebook_version": version,
        "decided_at": datetime(2026, 3, 1, 9, minute, tzinfo=UTC),
    }


def _gold(*items: tuple[str, str]) -> pd.DataFrame:
    return Gold.frame(
        [{"scenario_id": f"s-{s}", "value": "POWER", "text": f"text of {s}", "label": label} for s, label in items]
    )


def _agreed(*said: dict[str, object], gold: pd.DataFrame | None = None, experts: int = 2):
    known = _gold() if gold is None else gold
    return agreed_gold(Adjudications.frame(list(said)), known, codebook_version=VERSION, experts=experts)


def test_what_two_experts_agree_on_is_gold_and_what_they_do_not_is_reported_with_the_reason() -> None:
    found = _agreed(
        *(_said("alike", expert, "no") for expert in "ab"),
        *(_said("unlike", expert, label) for expert, label in (("a", "yes"), ("b", "unrelated"))),
        *(_said("unclear", expert, label) for expert, label in (("a", "yes"), ("b", "undecided"))),
        _said("lonely", "a", "yes"),
    )
    assert found.gold.to_dict("records") == _gold(("alike", "no")).to_dict("records")
    assert [(pair.scenario_id, pair.reason, pair.answers) for pair in found.open] == [
        ("s-lonely", "waiting", ("yes",)),
        ("s-unclear", "undecided", ("undecided", "yes")),
        ("s-unlike", "disagreement", ("unrelated", "yes")),
    ]


def test_one_expert_who_answers_twice_is_one_expert_and_her_newest_word_counts() -> None:
    twice = [_said("x", "a", "yes", 0), _said("x", "a", "no", 5)]
    assert [pair.reason for pair in _agreed(*twice).open] == ["waiting"]
    assert _agreed(*twice, _said("x", "b", "no", 1)).gold["label"].tolist() == ["no"]
    assert [pair.reason for pair in _agreed(*twice, _said("x", "b", "yes", 1)).open] == ["disagreement"]


def test_a_third_expert_outvotes_nobody() -> None:
    found = _agreed(_said("x", "a", "yes"), _said("x", "b", "yes"), _said("x", "c", "no"))
    assert found.gold.empty
    assert found.open[0].answers == ("no", "yes", "yes")


def test_answers_under_another_codebook_do_not_count() -> None:
    found = _agreed(_said("x", "a", "yes"), _said("x", "b", "yes", version="0.9+bbbbbbbb"))
    assert [(pair.reason, pair.answers) for pair in found.open] == [("waiting", ("yes",))]


def test_what_is_gold_already_is_not_new_and_gold_the_experts_deny_is_reported() -> None:
    both = [_said("x", expert, "yes") for expert in "ab"]
    same = _agreed(*both, gold=_gold(("x", "yes")))
    assert (same.gold.empty, same.open) == (True, ())
    assert [pair.reason for pair in _agreed(*both, gold=_gold(("x", "no"))).open] == ["gold-differs"]


def test_the_order_of_the_rows_makes_no_difference() -> None:
    said = [_said(s, e, "yes", m) for m, (s, e) in enumerate((s, e) for s in "cab" for e in "ba")]
    pd.testing.assert_frame_equal(_agreed(*said).gold, _agreed(*reversed(said)).gold)
    assert _agreed(*said).gold["scenario_id"].tolist() == ["s-a", "s-b", "s-c"]


def test_one_expert_cannot_make_gold() -> None:
    with pytest.raises(AdjudicationError, match="experts=1"):
        _agreed(_said("x", "a", "yes"), experts=1)


def _votes(scenario: str, **more: object) -> dict[str, object]:
    votes = {"yes_count": 2, "no_count": 2, "unrelated_count": 0}
    return {"scenario_id": f"s-{scenario}", "value": "POWER"} | votes | more


def test_disputed_are_pairs_without_majority_and_pairs_whose_label_differs_between_methods() -> None:
    dropped = LabelsDropped.frame([_votes("b", reason="no-majority"), _votes("few", reason="too-few-judgements")])
    methods = {"majority": "yes", "dawid_skene": "no", "mace": "yes", "glad": "yes"}
    flips = LabelFlips.frame([_votes("a", **methods), _votes("b", **methods)])
    pairs = Pairs.frame(
        [{"scenario_id": f"s-{s}", "value": "POWER", "text": f"text of {s}"} for s in ("few", "b", "a")]
    )

    found = disputed_pairs(dropped, flips, pairs)

    assert found["text"].tolist() == ["text of a", "text of b"]
    with pytest.raises(AdjudicationError, match="s-a under POWER"):
        disputed_pairs(dropped, flips, Pairs.check(pairs[pairs["scenario_id"] != "s-a"]))
