"""Majority, Dawid-Skene, MACE and GLAD: the same bytes every time, and better than the careless."""

import warnings

import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import GLAD

from tests.annotation.crowd import able_and_careless, judgements_of, votes
from valuenet.annotation.aggregation import METHODS, AggregationSettings, aggregate_answers, compare_methods
from valuenet.annotation.glad import ArrayGLAD
from valuenet.warehouse.crowd_tables import Judgements

SETTINGS = AggregationSettings(mace_iterations=10, mace_restarts=2, glad_iterations=3)
TRUTH = np.random.default_rng(1).choice(["no", "unrelated", "yes"], 100, p=[0.5, 0.3, 0.2]).tolist()


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_rows_and_a_second_run_make_no_difference(method):
    answers = able_and_careless(TRUTH, seed=2)
    first = aggregate_answers(answers, method, SETTINGS)
    shuffled = aggregate_answers(answers.sample(frac=1, random_state=3), method, SETTINGS)
    pd.testing.assert_frame_equal(first, shuffled)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_most_of_the_planted_truth(method):
    found = aggregate_answers(able_and_careless(TRUTH, seed=2), method, SETTINGS)
    assert (found["label"] == TRUTH).mean() > 0.9
    assert found["probability"].between(1 / 3, 1).all()


def test_a_model_believes_one_able_worker_against_two_careless():
    answers = able_and_careless(TRUTH, seed=4, right=(0.97, 0.4, 0.4))
    majority, model = (aggregate_answers(answers, name, SETTINGS)["label"] for name in ("majority", "dawid-skene"))
    assert (model == TRUTH).mean() > (majority == TRUTH).mean() + 0.05


def test_mace_depends_on_its_seed_alone():
    answers = able_and_careless(TRUTH[:40], seed=5)
    one, two = (
        aggregate_answers(answers, "mace", AggregationSettings(seed=seed, mace_iterations=2, mace_restarts=1))
        for seed in (0, 1)
    )
    assert not one["probability"].equals(two["probability"])


def test_a_tie_is_the_first_label_in_alphabetical_order():
    answers = pd.DataFrame([(1, "a", "yes"), (1, "b", "no"), (2, "a", "yes")], columns=["task", "worker", "label"])
    found = aggregate_answers(answers, "majority", SETTINGS)
    assert found.to_dict("list") == {"label": ["no", "yes"], "probability": [0.5, 1.0]}


@pytest.mark.parametrize("method", METHODS)
def test_where_only_one_label_was_given_it_is_the_label(method):
    answers = pd.DataFrame([(1, "a", "no"), (2, "a", "no")], columns=["task", "worker", "label"])
    found = aggregate_answers(answers, method, SETTINGS)
    assert found.to_dict("list") == {"label": ["no", "no"], "probability": [1.0, 1.0]}


def test_flips_are_the_pairs_on_which_methods_differ():
    rows = [row for k in range(12) for row in votes(f"s-{k:02}", "POWER", *("no", "no", "no", "yes"))]
    rows += [row for k in range(12, 24) for row in votes(f"s-{k:02}", "SECURITY", *("yes", "yes", "yes", "yes"))]
    rows += votes("s-99", "POWER", "no", "yes", "no", "yes")
    methods, flips = compare_methods(judgements_of(rows), SETTINGS)
    assert len(methods) == 25 * 4
    said = methods.pivot_table(index="scenario_id", columns="method", values="label", aggfunc="first")
    assert sorted(flips["scenario_id"]) == sorted(said.index[said.ne(said["majority"], axis=0).any(axis=1)])
    tie = methods[(methods["scenario_id"] == "s-99") & (methods["method"] == "majority")].iloc[0]
    assert (tie["label"], tie["probability"]) == ("no", 0.5)
    counts = flips.set_index("scenario_id")[["no_count", "yes_count"]]
    assert all(counts.loc[name].tolist() == ([2, 2] if name == "s-99" else [3, 1]) for name in counts.index)


def test_no_judgements_have_no_labels():
    assert [len(frame) for frame in compare_methods(Judgements.frame(), SETTINGS)] == [0, 0]


def test_the_array_e_step_of_glad_gives_crowd_kit_s_own_numbers():
    answers = able_and_careless(TRUTH[:15], seed=6)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = (model(n_iter=2).fit_predict_proba(answers) for model in (ArrayGLAD, GLAD))
    pd.testing.assert_frame_equal(ours, theirs, check_names=False, atol=1e-6)
