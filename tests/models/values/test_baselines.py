import numpy as np
import pandas as pd
import pytest

from tests.models.conftest import toy_rows
from valuenet.models.training.hold_out import hold_out
from valuenet.models.values.baselines import compare_baselines, fasttext_baseline, majority_class, tfidf_regression

NEW = toy_rows(("the",))


def test_the_majority_class_answers_with_the_shares_of_train():
    train = toy_rows().query("utility >= 0 or value == 'POWER'")
    found = majority_class(train, NEW)
    assert found.shape == (21, 3)
    assert found[0] == pytest.approx(train["utility"].value_counts(normalize=True).sort_index().tolist())


@pytest.mark.parametrize("learn", [tfidf_regression, fasttext_baseline])
def test_a_learned_baseline_gives_probabilities_and_repeats_itself(learn):
    found = learn(toy_rows(), NEW, 1)
    assert found.sum(axis=1) == pytest.approx(np.ones(21))
    assert (found == learn(toy_rows(), NEW, 1)).all()


def test_tfidf_learns_the_verb():
    assert (tfidf_regression(toy_rows(), NEW).argmax(axis=1) - 1 == NEW["utility"].to_numpy()).mean() > 0.9


@pytest.mark.parametrize("learn", [tfidf_regression, fasttext_baseline])
def test_a_train_part_of_one_class_does_not_break_a_baseline(learn):
    found = learn(toy_rows().query("utility == 1"), NEW, 1)
    assert (found.argmax(axis=1) == 2).all()


def test_the_comparison_names_three_baselines_measured_on_the_same_rows():
    found = compare_baselines(toy_rows(), NEW)
    assert list(found) == ["majority class", "TF-IDF + value + logistic regression", "fastText"]
    assert {metrics.rows for metrics in found.values()} == {21}
    assert found["majority class"].accuracy == pytest.approx(1 / 3)


def test_a_held_out_text_is_held_out_under_all_its_values():
    rows = pd.concat([toy_rows(), toy_rows().assign(value="POWER", scenario=lambda r: " " + r["scenario"].str.upper())])
    found = hold_out(rows, 0.3, 1)
    texts = [set(part["scenario"].str.strip().str.lower()) for part in found]
    assert len(found.train) + len(found.validation) == len(rows)
    assert not texts[0] & texts[1]
    assert 0.1 < len(found.validation) / len(rows) < 0.5


def test_what_is_held_out_depends_on_the_seed_alone():
    rows = toy_rows()
    again = hold_out(rows.sample(frac=1, random_state=2), 0.3, 1).validation
    assert set(again["scenario"]) == set(hold_out(rows, 0.3, 1).validation["scenario"])
    assert set(again["scenario"]) != set(hold_out(rows, 0.3, 2).validation["scenario"])
