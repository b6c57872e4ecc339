"""Variants differ in train alone."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.release.published import nothing_dropped, read_published
from valuenet.warehouse.crowd_tables import Labels, LabelsDropped
from valuenet.warehouse.release.variants import VariantError, VariantSettings, make_variants
from valuenet.warehouse.vocabulary import SPLITS, UTILITIES

DEFAULT = VariantSettings()
VALUES = ("BENEVOLENCE", "POWER", "SECURITY")


def labels_of(rows):
    """Labels from (scenario_id, value, label) rows, three of four agreeing."""
    return Labels.frame(
        [
            {"scenario_id": name, "value": value, "label": label, "utility": UTILITIES[label], "agreement_count": 3}
            | {f"{answer}_count": 3 * (answer == label) for answer in UTILITIES}
            for name, value, label in rows
        ]
    )


def dropped_of(rows):
    """Pairs without a label from (scenario_id, value, reason) rows."""
    counts = {"yes_count": 2, "no_count": 2, "unrelated_count": 0}
    return LabelsDropped.frame([{"scenario_id": n, "value": v, "reason": r} | counts for n, v, r in rows])


def placed(split_of):
    """The splits and the texts of scenarios given as {scenario_id: split}."""
    splits = pd.DataFrame({"scenario_id": list(split_of), "split": list(split_of.values())})
    texts = pd.DataFrame({"scenario_id": list(split_of), "text": [f"text of {name}" for name in split_of]})
    return splits.astype("str"), texts.astype("str")


def train_of(counts):
    """Train-only labels from {(value, label): count}."""
    rows = [(f"s-{v}-{label}-{k}", v, label) for (v, label), count in counts.items() for k in range(count)]
    return labels_of(rows), *placed({name: "train" for name, _, _ in rows})


def count(examples):
    return examples.groupby(["value", "label"]).size().to_dict()


COUNTS = {
    ("BENEVOLENCE", "no"): 9,
    ("BENEVOLENCE", "unrelated"): 6,
    ("BENEVOLENCE", "yes"): 4,
    ("SECURITY", "no"): 5,
    ("SECURITY", "unrelated"): 7,
    ("POWER", "no"): 8,
}


def test_the_largest_value_comes_down_to_the_counts_of_the_second_largest():
    labels, splits, texts = train_of(COUNTS)
    balanced = make_variants(labels, nothing_dropped(), splits, texts, DEFAULT)["balanced"]
    assert count(balanced) == COUNTS | {("BENEVOLENCE", "no"): 5, ("BENEVOLENCE", "unrelated"): 6}


def test_counts_to_keep_can_be_set_for_any_value():
    labels, splits, texts = train_of(COUNTS)
    wanted = VariantSettings(balance="keep", value="power", keep_no=2)
    assert count(make_variants(labels, nothing_dropped(), splits, texts, wanted)["balanced"]) == COUNTS | {
        ("POWER", "no"): 2
    }


def test_only_train_rows_are_left_out():
    rows = [(f"s-{k}", "BENEVOLENCE", "no") for k in range(9)]
    split_of = {f"s-{k}": SPLITS[k % 3] for k in range(9)}
    wanted = VariantSettings(balance="keep", keep_no=0)
    made = make_variants(labels_of(rows), nothing_dropped(), *placed(split_of), wanted)
    assert made["balanced"]["split"].value_counts().to_dict() == {"validation": 3, "test": 3}


def test_weak_agreement_joins_train_as_neutral_and_only_there():
    labels = labels_of([("s-1", "POWER", "yes"), ("s-2", "POWER", "no")])
    weak = dropped_of(
        [
            ("s-1", "SECURITY", "no-majority"),
            ("s-2", "SECURITY", "no-majority"),
            ("s-3", "POWER", "no-majority"),
            ("s-3", "SECURITY", "too-few-judgements"),
        ]
    )
    splits, texts = placed({"s-1": "train", "s-2": "test", "s-3": "train"})
    augmented = make_variants(labels, weak, splits, texts, DEFAULT)["augmented"].set_index(["scenario_id", "value"])
    assert sorted(augmented.index) == [("s-1", "POWER"), ("s-1", "SECURITY"), ("s-2", "POWER"), ("s-3", "POWER")]
    joined = augmented.loc[[("s-1", "SECURITY"), ("s-3", "POWER")]]
    assert set(joined["label"]) == {"unrelated"}
    assert set(joined["utility"]) == {0}
    assert joined["agreement_count"].isna().all()
    assert augmented.loc[("s-1", "POWER"), "agreement_count"] == 3


PAIRS = st.dictionaries(
    st.tuples(st.integers(0, 12).map("s-{}".format), st.sampled_from(VALUES)),
    st.sampled_from([*UTILITIES, "no-majority", "too-few-judgements"]),
    min_size=1,
    max_size=40,
)


@given(PAIRS, st.randoms(use_true_random=False), st.integers(0, 3))
@settings(max_examples=15, deadline=None)
def test_validation_and_test_are_the_same_in_all_and_balanced_is_part_of_original(pairs, random, seed):
    split_of = {f"s-{k}": random.choice(SPLITS) for k in range(13)}
    agreed = [(*pair, label) for pair, label in pairs.items() if label in UTILITIES]
    weak = [(*pair, reason) for pair, reason in pairs.items() if reason not in UTILITIES]
    splits, texts = placed(split_of)
    wanted = VariantSettings(seed=seed)
    made = make_variants(labels_of(agreed), dropped_of(weak), splits, texts, wanted)
    held_out = {name: rows[rows["split"] != "train"].reset_index(drop=True) for name, rows in made.items()}
    pd.testing.assert_frame_equal(held_out["original"], held_out["balanced"])
    pd.testing.assert_frame_equal(held_out["original"], held_out["augmented"])
    assert len(made["balanced"].merge(made["original"])) == len(made["balanced"])
    assert len(made["original"].merge(made["augmented"])) == len(made["original"]) == len(agreed)
    again = make_variants(labels_of(agreed[::-1]), dropped_of(weak[::-1]), splits.iloc[::-1], texts.iloc[::-1], wanted)
    for name, rows in made.items():
        pd.testing.assert_frame_equal(rows, again[name])


def test_the_published_preset_leaves_out_what_the_paper_left_out(shared):
    labels, splits, texts = read_published(shared)
    made = make_variants(labels, nothing_dropped(), splits, texts, VariantSettings(balance="published"))
    original, balanced = count(made["original"]), count(made["balanced"])
    assert original["BENEVOLENCE", "no"] - balanced["BENEVOLENCE", "no"] == 2_552
    assert original["BENEVOLENCE", "unrelated"] - balanced["BENEVOLENCE", "unrelated"] == 824
    assert made["balanced"]["split"].value_counts().to_dict() == {"train": 16_030 - 3_376, "validation": 3_206}


def test_the_published_preset_needs_the_published_rows():
    labels, splits, texts = train_of(COUNTS)
    with pytest.raises(VariantError, match=r"2,552 of 9 train rows 'no' of BENEVOLENCE"):
        make_variants(labels, nothing_dropped(), splits, texts, VariantSettings(balance="published"))


def test_one_value_alone_stays_as_it_is():
    labels, splits, texts = train_of({("POWER", "no"): 3, ("POWER", "yes"): 1})
    made = make_variants(labels, nothing_dropped(), splits, texts, DEFAULT)
    assert len(made["balanced"]) == 4


def test_a_pair_without_split_or_text_is_named():
    labels, splits, texts = train_of({("POWER", "no"): 1})
    with pytest.raises(VariantError, match=r"pair \(s-POWER-no-0, POWER\) has no split"):
        make_variants(labels, nothing_dropped(), splits.head(0), texts, DEFAULT)
    with pytest.raises(VariantError, match="has no text"):
        make_variants(labels, nothing_dropped(), splits, texts.head(0), DEFAULT)


def test_no_labels_give_three_empty_variants():
    splits, texts = placed({})
    made = make_variants(Labels.frame(), nothing_dropped(), splits, texts, DEFAULT)
    assert {name: len(rows) for name, rows in made.items()} == {"original": 0, "balanced": 0, "augmented": 0}


@pytest.mark.parametrize(
    "wrong",
    [{"balance": "keep"}, {"keep_no": 3}, {"balance": "published", "value": "POWER"}, {"value": "BENEVOLANCE"}],
)
def test_settings_that_contradict_each_other_are_refused(wrong):
    with pytest.raises(ValueError, match=r"keep_no and keep_unrelated|thins BENEVOLENCE|did you mean"):
        VariantSettings(**wrong)
