"""Splits: no group in two parts, the shares asked for, whatever the order of rows."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuenet.warehouse.hashing import draw, scenario_id
from valuenet.warehouse.release.near_duplicates import words_of
from valuenet.warehouse.release.splits import SplitError, SplitSettings, assign_splits

WORDS = st.lists(st.sampled_from("abcdefghijkl"), min_size=1, max_size=7).map(" ".join)
SETTINGS = SplitSettings()


def frame(texts):
    return pd.DataFrame({"scenario_id": [scenario_id(text) for text in texts], "text": texts})


def many(count):
    return frame([f"story{k} of person{k} and thing{k} at place{k}" for k in range(count)])


@given(st.lists(WORDS, min_size=1, max_size=40, unique=True), st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_no_two_near_duplicates_stand_in_two_splits(texts, seed):
    found = assign_splits(frame(texts), SplitSettings(seed=seed)).set_index("scenario_id")["split"]
    assert sorted(found.index) == sorted(scenario_id(text) for text in texts)
    for left in texts:
        for right in texts:
            one, two = words_of(left), words_of(right)
            if len(one & two) >= 0.8 * len(one | two):
                assert found[scenario_id(left)] == found[scenario_id(right)]


@given(st.permutations(range(30)))
@settings(max_examples=8, deadline=None)
def test_the_order_of_rows_makes_no_difference(order):
    texts = many(30)
    pd.testing.assert_frame_equal(assign_splits(texts.iloc[list(order)], SETTINGS), assign_splits(texts, SETTINGS))


def test_a_thousand_texts_split_750_150_100():
    counts = assign_splits(many(1000), SETTINGS)["split"].value_counts().to_dict()
    assert counts == {"train": 750, "validation": 150, "test": 100}


def test_shares_are_of_pairs_and_hold_for_every_value():
    texts = many(400)
    values = ["BENEVOLENCE"] * 300 + ["POWER"] * 100
    weights = pd.concat([texts.assign(value=values), texts.head(60).assign(value="SECURITY")])
    splits = assign_splits(texts, SETTINGS, weights=weights).set_index("scenario_id")["split"]
    shares = weights.assign(split=weights["scenario_id"].map(splits)).groupby("value")["split"].value_counts(True)
    for value in ("BENEVOLENCE", "POWER", "SECURITY"):
        for split, share in (("train", 0.75), ("validation", 0.15), ("test", 0.1)):
            assert shares[value, split] == pytest.approx(share, abs=0.06)
    assert shares["POWER"].to_dict() == {"train": 0.75, "validation": 0.15, "test": 0.10}


def test_values_of_few_pairs_are_cut_together_so_that_test_is_not_empty():
    texts = many(40)
    weights = texts.assign(value=[f"value {k // 4}" for k in range(40)])
    assert assign_splits(texts, SETTINGS, weights=weights)["split"].value_counts()["test"] == 4


def test_texts_without_a_labelled_pair_stand_in_train():
    texts = many(200)
    weights = texts.head(100).assign(value="POWER")
    splits = assign_splits(texts, SETTINGS, weights=weights).set_index("scenario_id")["split"]
    assert set(splits[texts["scenario_id"].tail(100)]) == {"train"}
    assert splits[texts["scenario_id"].head(100)].value_counts()["train"] == 75


def test_when_a_data_set_grows_nearly_every_text_stays_where_it_was():
    before = assign_splits(many(1000), SETTINGS).set_index("scenario_id")["split"]
    after = assign_splits(many(1100), SETTINGS).set_index("scenario_id")["split"]
    assert (before == after[before.index]).mean() > 0.97


def test_another_seed_is_another_split():
    one, two = (assign_splits(many(100), SplitSettings(seed=seed))["split"] for seed in (0, 1))
    assert (one != two).any()


def test_the_group_with_the_smallest_draw_trains():
    splits = assign_splits(many(10), SETTINGS)
    first = min(splits["group_id"], key=lambda group: draw(0, "split", group))
    assert splits.set_index("group_id")["split"][first] == "train"


def test_one_id_with_two_texts_is_refused():
    texts = pd.DataFrame({"scenario_id": ["s-1", "s-1"], "text": ["one", "two"]})
    with pytest.raises(SplitError, match="'s-1' has two texts"):
        assign_splits(texts, SETTINGS)


def test_a_label_without_a_text_is_refused():
    weights = pd.DataFrame({"scenario_id": ["s-none"], "value": ["POWER"]})
    with pytest.raises(SplitError, match="'s-none' has a label but no text"):
        assign_splits(many(3), SETTINGS, weights=weights)


def test_no_texts_give_no_splits():
    assert len(assign_splits(frame([]), SETTINGS)) == 0


def test_shares_that_do_not_sum_to_one_are_refused():
    with pytest.raises(ValueError, match="must sum to 1, found"):
        SplitSettings(train=0.9)
