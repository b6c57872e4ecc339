"""Consensus: three of four, never a tie, nobody twice, nothing lost."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.annotation.crowd import judgements_of, votes
from valuenet.annotation.consensus import ConsensusError, ConsensusSettings, agree
from valuenet.annotation.votes import count_votes
from valuenet.warehouse.crowd_tables import Judgements

THREE_OF_FOUR = ConsensusSettings()
CASES = {
    ("no", "no", "no", "yes"): "no",
    ("yes", "yes", "yes", "yes"): "yes",
    ("unrelated", "unrelated", "unrelated"): "unrelated",
    ("no", "no", "yes", "yes"): "no-majority",
    ("no", "no", "yes", "unrelated"): "no-majority",
    ("no", "no", "yes"): "too-few-judgements",
    ("no",): "too-few-judgements",
    ("no", "no", "no", "yes", "yes", "yes"): "no-majority",
    ("no", "no", "no", "yes", "yes"): "no",
}


@pytest.mark.parametrize(("labels", "outcome"), CASES.items(), ids=lambda case: "-".join(case) if case else "")
def test_a_pair_gets_its_label_or_the_reason_why_not(labels, outcome):
    agreed, dropped = agree(judgements_of(votes("s-1", "POWER", *labels)), THREE_OF_FOUR)
    assert [*agreed["label"], *dropped["reason"]] == [outcome]


def test_votes_and_utility_stand_beside_the_label():
    agreed, _ = agree(judgements_of(votes("s-1", "POWER", "no", "yes", "no", "no")), THREE_OF_FOUR)
    assert agreed.iloc[0].to_dict() == {
        "scenario_id": "s-1",
        "value": "POWER",
        "label": "no",
        "utility": -1,
        "agreement_count": 3,
        "yes_count": 1,
        "no_count": 3,
        "unrelated_count": 0,
    }


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["s-1", "s-2", "s-3"]), st.sampled_from(["POWER", "SECURITY"])),
        st.lists(st.sampled_from(["no", "unrelated", "yes"]), min_size=1, max_size=6),
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=10, deadline=None)
def test_every_judged_pair_is_in_exactly_one_of_the_two_whatever_the_order(pairs, random):
    rows = [row for (scenario, value), labels in pairs.items() for row in votes(scenario, value, *labels)]
    agreed, dropped = agree(judgements_of(rows), THREE_OF_FOUR)
    key = ["scenario_id", "value"]
    found = [tuple(row) for row in pd.concat([agreed[key], dropped[key]]).to_numpy()]
    assert sorted(found) == sorted(pairs)
    random.shuffle(rows)
    again = agree(judgements_of(rows), THREE_OF_FOUR)
    pd.testing.assert_frame_equal(agreed, again.labels)
    pd.testing.assert_frame_equal(dropped, again.dropped)


def test_a_worker_who_judged_a_pair_twice_is_an_error_that_names_the_pair():
    rows = [("s-1", "POWER", 7, "no"), ("s-1", "POWER", 7, "no"), ("s-1", "SECURITY", 7, "no")]
    with pytest.raises(ConsensusError, match=r"worker w-7 judged pair \(s-1, POWER\) twice; set the later"):
        agree(judgements_of(rows), THREE_OF_FOUR)


def test_votes_are_counted_per_pair():
    counted = judgements_of([*votes("s-2", "POWER", "yes", "yes"), *votes("s-1", "POWER", "no", "unrelated")])
    assert count_votes(counted).to_numpy().tolist() == [["s-1", "POWER", 1, 1, 0], ["s-2", "POWER", 0, 0, 2]]


def test_no_judgements_give_no_labels():
    assert [len(frame) for frame in agree(Judgements.frame(), THREE_OF_FOUR)] == [0, 0]


@pytest.mark.parametrize(("workers", "agreement"), [(4, 2), (4, 5), (6, 3)])
def test_an_agreement_that_a_tie_could_reach_or_nobody_is_refused(workers, agreement):
    with pytest.raises(ValueError, match=rf"min_agreement={agreement} is "):
        ConsensusSettings(workers_each=workers, min_agreement=agreement)
