"""The numbers of a benchmark, on rows small enough to work out by hand."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tests.models.conftest import toy_rows
from valuenet.models.benchmark.ceiling import ONE_WORKER, OTHERS, ceilings
from valuenet.models.benchmark.figures import draw_benchmark
from valuenet.models.benchmark.measure import measure_models
from valuenet.models.benchmark.paper_results import TABLE_2, TABLE_2_MEASURES
from valuenet.models.benchmark.predictions import BASELINES, baseline_predictions, mark_seen, predictions
from valuenet.models.benchmark.report import render_benchmark
from valuenet.models.benchmark.scores import interval, resample
from valuenet.models.benchmark.settings import BenchmarkSettings
from valuenet.models.benchmark.significance import compare_models, holm, two_sided
from valuenet.models.values.heads import Scores
from valuenet.models.values.metrics import evaluate_utilities

SETTINGS = BenchmarkSettings(variants=("good",), seeds=(1, 2), resamples=200, bins=2)


def _rows() -> pd.DataFrame:
    pairs = [("POWER", "a", 1), ("POWER", "b", -1), ("SECURITY", "b", 0), ("SECURITY", "c", -1)]
    return pd.DataFrame(pairs, columns=["value", "scenario", "utility"]).assign(seen=[True, False, False, False])


def _said(shares: list[tuple[float, float, float]], model: str = "good", seed: int = 1) -> pd.DataFrame:
    chances = np.array(shares, dtype=np.float32)
    return predictions(model, seed, _rows(), Scores(chances[:, 2] - chances[:, 0], chances))


SURE = [(0.1, 0.1, 0.8), (0.6, 0.2, 0.2), (0.7, 0.2, 0.1), (0.4, 0.3, 0.3)]
"""Right, right, wrong, right."""


def test_every_measure_of_a_run_is_the_one_worked_out_by_hand():
    found = resample([_said(SURE)], SETTINGS)
    point = {key: values[0] for key, values in found.points.items()}
    assert point["ALL", "accuracy"] == 0.75
    assert point["ALL", "mse"] == pytest.approx((0.3**2 + 0.6**2 + 0.6**2 + 0.9**2) / 4)
    assert point["ALL", "precision(-1)"] == pytest.approx(2 / 3)
    assert point["ALL", "recall(-1)"] == 1
    assert point["ALL", "f1(-1)"] == pytest.approx(0.8)
    assert point["ALL", "f1(0)"] == 0
    assert (point["POWER", "accuracy"], point["SECURITY", "accuracy"]) == (1.0, 0.5)
    assert (point["ALL", "accuracy seen"], point["ALL", "accuracy unseen"]) == (1.0, pytest.approx(2 / 3))
    # below 0.5: 0.4, right; above: 0.8 right, 0.6 right, 0.7 wrong, so 2.1 of confidence for 2 hits
    assert point["ALL", "ece"] == pytest.approx((abs(0.4 - 1) + abs(2.1 - 2)) / 4)
    assert np.isnan(point["TRADITION", "accuracy"])
    assert (found.rows["ALL", "accuracy seen"], found.rows["SECURITY", "mse"], found.rows["ALL", "ece"]) == (1, 2, 4)


def test_the_measures_are_those_of_the_model_card():
    rows = toy_rows()
    said = baseline_predictions(toy_rows(("i",)), mark_seen(rows, rows.head(0)))["TF-IDF"]
    found = resample([said], SETTINGS).points
    card = evaluate_utilities(said["predicted_utility"], said["utility"], said["value"], said["predicted_class"])
    assert found["ALL", "mse"][0] == pytest.approx(card.mse)
    assert found["ALL", "recall(0)"][0] == card.per_class["0"].recall
    assert found["HEDONISM", "accuracy"][0] == card.per_value["HEDONISM"].accuracy


def test_all_rows_of_a_text_are_drawn_together():
    """Text b has a right row and a wrong one, a and c one right row each: no sample of three texts is below 1/2."""
    drawn = resample([_said(SURE)], SETTINGS).samples["ALL", "accuracy"]
    assert drawn.shape == (200,)
    assert drawn.min() == 0.5
    assert set(np.round(drawn, 6)) <= {0.5, 0.6, 0.75, 1.0}


def test_samples_are_of_the_mean_over_seeds_and_the_deviation_is_between_them():
    wrong = [(0.8, 0.1, 0.1), (0.1, 0.1, 0.8), (0.7, 0.2, 0.1), (0.1, 0.1, 0.8)]
    scores = measure_models({"good": [_said(SURE), _said(wrong, seed=2)]}, {}, SETTINGS).scores
    row = scores[(scores["scope"] == "ALL") & (scores["measure"] == "accuracy")].iloc[0]
    assert row["mean"] == pytest.approx((0.75 + 0) / 2)
    assert row["deviation"] == pytest.approx(0.75 / 2**0.5)
    assert row["low"] <= row["mean"] <= row["high"]
    assert (row["seed_count"], row["rows"]) == (2, 4)


def test_a_model_without_probabilities_has_no_calibration_error():
    said = predictions("r", 1, _rows(), Scores(np.array([0.9, -0.2, 0.4, -0.6], dtype=np.float32), None))
    found = resample([said], SETTINGS)
    assert np.isnan(found.points["ALL", "ece"][0])
    assert found.points["ALL", "accuracy"][0] == 0.75
    assert all(np.isnan(interval(found.samples["ALL", "ece"], 0.9)))


def test_the_same_rows_give_the_same_samples_whatever_their_order():
    one = resample([_said(SURE)], SETTINGS).samples["ALL", "mse"]
    back = predictions("good", 1, _rows()[::-1], Scores(*(np.array(x, dtype=np.float32)[::-1] for x in _arrays(SURE))))
    assert resample([back], SETTINGS).samples["ALL", "mse"] == pytest.approx(one, abs=1e-6)


def _arrays(shares):
    return [yes - no for no, _, yes in shares], shares


def test_a_difference_is_tested_on_the_same_texts_and_corrected_for_the_pairs():
    never = [(0.1, 0.1, 0.8)] * 4
    models = {"good": [_said(SURE)], "same": [_said(SURE, "same")], "yes": [_said(never, "yes")]}
    tests = compare_models({name: resample(runs, SETTINGS) for name, runs in models.items()}, SETTINGS)
    accuracy = tests[tests["measure"] == "accuracy"].set_index(["model", "other_model"])
    assert accuracy.loc[("good", "same"), "p_value"] == 1
    assert accuracy.loc[("good", "yes"), "difference"] == 0.5
    assert accuracy.loc[("good", "yes"), "low"] >= 0
    assert (accuracy["p_holm"] >= accuracy["p_value"]).all()
    assert len(tests) == 6
    assert tests["method"].str.contains("paired bootstrap over texts").all()


def test_the_p_value_is_twice_the_smaller_side_and_never_nothing():
    assert two_sided(np.array([1.0] * 97 + [-1.0] * 2)) == pytest.approx(2 * 3 / 100)
    assert two_sided(np.array([1.0] * 99)) == pytest.approx(2 / 100)
    assert two_sided(np.zeros(99)) == 1


def test_holms_correction_is_the_textbooks():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.5]) == [1.0, 1.0]
    assert holm([]) == []


def _judged(*answers: str) -> pd.DataFrame:
    said = [{"scenario_id": "s-1", "value": "POWER", "label": answer, "counted": True} for answer in answers]
    return pd.DataFrame([*said, {**said[0], "label": "unrelated", "counted": False}])


PAIR = pd.DataFrame({"scenario_id": ["s-1"], "value": ["POWER"], "scenario": ["a"], "utility": [1]})


def test_the_ceiling_leaves_each_worker_out_once():
    """yes yes yes no: whoever said yes meets two of three yes; who said no meets three."""
    found = ceilings(PAIR, _judged("yes", "yes", "yes", "no"))
    one, others = found[ONE_WORKER], found[OTHERS]
    assert (one["utility"] == one["predicted_class"]).mean() == 0.75
    assert (others["utility"] == others["predicted_class"]).mean() == 1
    assert len(one) == 4


def test_where_the_others_are_tied_nothing_is_counted():
    """yes yes no: without a yes the others are tied; without the no they say yes."""
    found = ceilings(PAIR, _judged("yes", "yes", "no"))
    assert found[ONE_WORKER][["utility", "predicted_class"]].to_numpy().tolist() == [[1, -1]]
    assert ceilings(PAIR, _judged("yes", "no")) != {}
    assert ceilings(PAIR, _judged("yes")) == {}
    assert ceilings(PAIR.assign(scenario_id="s-2"), _judged("yes", "yes")) == {}


def test_a_text_is_seen_where_train_has_it_under_any_value():
    rows = pd.DataFrame({"value": ["POWER", "POWER"], "scenario": ["I  won", "I lost"]})
    train = pd.DataFrame({"value": ["SECURITY"], "scenario": ["i won"]})
    assert mark_seen(rows, train)["seen"].tolist() == [True, False]


@pytest.mark.parametrize("change", [{"variants": ()}, {"seeds": (1, 1)}, {"variants": ("minilm", "minilm")}])
def test_variants_and_seeds_are_named_once(change):
    with pytest.raises(ValidationError, match="at least one, each once"):
        BenchmarkSettings(**change)


@pytest.fixture(scope="module")
def compared():
    rows = toy_rows(("the", "we"))
    runs = {name: [said] for name, said in baseline_predictions(toy_rows(("i",)), mark_seen(rows, rows)).items()}
    unsure = Scores(np.zeros(len(rows), dtype=np.float32), None)
    runs["regression|x"] = [predictions("regression|x", 1, mark_seen(rows, rows), unsure)]
    people = {ONE_WORKER: runs["TF-IDF"][0].head(9)}
    return measure_models(runs, people, SETTINGS), runs


def test_the_report_shows_own_rows_the_papers_rows_and_the_ceiling(compared):
    text = render_benchmark(compared[0], SETTINGS, "toy-1.0.0")
    assert text.startswith("# Value models on toy-1.0.0 (original, test)")
    assert all(f"\n| {name} |" in text for name in (*BASELINES, ONE_WORKER, "regression\\|x", "paper: BERT"))
    assert "\n| paper: BART | 0.00 | 0.76 | 0.54 |" in text
    assert "Qiu et al. 2022" in text
    widths = {line.count(" | ") for line in text.splitlines() if line.startswith("| ")}
    assert widths == {5, 11, 10, 4}


def test_people_have_no_calibration_error_and_no_seen_texts(compared):
    scores = compared[0].scores
    measures = set(scores.loc[scores["model"] == ONE_WORKER, "measure"])
    assert "accuracy" in measures
    assert not measures & {"ece", "accuracy seen", "accuracy unseen"}
    assert ONE_WORKER not in set(compared[0].tests["model"]) | set(compared[0].tests["other_model"])


def test_measuring_on_validation_says_how_the_epoch_was_chosen(compared):
    settings = SETTINGS.model_copy(update={"split": "validation"})
    assert "held-out texts of train" in render_benchmark(compared[0], settings, "toy")
    assert "held-out texts of train" not in render_benchmark(compared[0], SETTINGS, "toy")


def test_figures_are_written_twice_and_the_same_each_time(compared, tmp_path):
    found, runs = compared
    names = draw_benchmark(found.scores, runs, 5, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.{kind}" for name in names for kind in ("png", "svg")}
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    draw_benchmark(found.scores, runs, 5, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_papers_table_is_whole():
    assert len(TABLE_2_MEASURES) == 11
    assert {len(row) for table in TABLE_2.values() for row in table.values()} == {11}
    assert all(set(table) == {"fastText", "BERT", "DistilBERT", "RoBERTa", "BART"} for table in TABLE_2.values())
