"""Majority, Dawid-Skene, MACE and GLAD: the same bytes every time, and better than the careless."""

import warnings

import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import GLAD

from tests.annotation.crowd import able_and_careless, judgements_of, votes
from valuenet.annotation.aggregation import METHODS, AggregationSettings, aggregate_answers, compare_methods
from valuenet.annotation.dawid_skene import Votes, dawid_skene
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


def _one_task(count, share=0.6):
    labels = np.where(np.arange(count) < share * count, "a", "b")
    return pd.DataFrame({"task": "t", "worker": [f"w{n}" for n in range(count)], "label": labels})


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("count", [1, 2, 1500, 6000])
def test_a_task_has_as_many_votes_as_it_has(method, count):
    found = aggregate_answers(
        _one_task(count), method, AggregationSettings(mace_restarts=1, mace_iterations=5, glad_iterations=1)
    )
    assert found["label"].tolist() == ["a"]
    assert found["probability"].between(0.5, 1).all()


@pytest.mark.parametrize("method", METHODS)
def test_many_votes_on_one_task_leave_the_others_as_they_are(method):
    rest = able_and_careless(TRUTH[:40], seed=2)
    found = aggregate_answers(pd.concat([_one_task(2000), rest.astype({"task": "str"})]), method, SETTINGS)
    assert found["probability"].between(0, 1).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("workers", [["w"] * 12, [f"w{n}" for n in range(12)]])
def test_one_worker_for_all_tasks_or_one_for_each_is_enough(method, workers):
    answers = pd.DataFrame({"task": range(12), "worker": workers, "label": ["a", "b", "c"] * 4})
    found = aggregate_answers(answers, method, SETTINGS)
    assert found["probability"].between(1 / 3 - 1e-9, 1).all()


@pytest.mark.parametrize(("tasks", "workers", "labels"), [(60, 8, 3), (30, 60, 4), (12, 3, 2)])
def test_dawid_skene_on_arrays_gives_the_numbers_of_crowd_kit(tasks, workers, labels):
    from crowdkit.aggregation import DawidSkene

    rng = np.random.default_rng(7)
    rows = [(t, w, rng.integers(labels)) for t in range(tasks) for w in rng.choice(workers, 3, replace=False)]
    coded = pd.DataFrame(rows, columns=["task", "worker", "label"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = DawidSkene(n_iter=20).fit_predict_proba(coded).reindex(range(tasks), columns=range(labels)).fillna(0)
    ours = dawid_skene(Votes(*(coded[c].to_numpy() for c in coded), shape=(tasks, workers, labels)), 20)
    np.testing.assert_allclose(ours, theirs.to_numpy(), atol=1e-8)
