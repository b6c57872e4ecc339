"""Anybody's crowd labels: read with care, assessed with the figures others reached."""

import json

import pandas as pd
import pytest

from tests.annotation.crowd import able_and_careless
from valuenet.annotation.aggregation import AggregationSettings
from valuenet.annotation.agreement import AgreementSettings
from valuenet.annotation.crowd_file import (
    CrowdFileError,
    CrowdFileSettings,
    assess_crowd,
    read_crowd_file,
    read_truth_file,
)
from valuenet.annotation.csv_lines import CsvFileError

SETTINGS = CrowdFileSettings()
HEADER = "task,worker,label\n"


def written(folder, text, name="answers.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_stand_in_any_order_and_labels_are_any_words(tmp_path):
    path = written(tmp_path, 'label,task,worker\n"yes, surely",1, A\nÑo,1,B\n\n')
    assert read_crowd_file(path).to_dict("records") == [
        {"task": "1", "worker": "A", "label": "yes, surely"},
        {"task": "1", "worker": "B", "label": "Ño"},
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER + "1,a,\n", "answers.csv, line 2: label is blank"),
        (HEADER + "1,a,x\n  ,a,x\n", "line 3: task is blank"),
        (
            HEADER + "1,SECRET,x\n2,b,x\n1,SECRET,x\n",
            "line 4: this worker's answer to this task stands already in .*line 2",
        ),
        (HEADER + "1,SECRET,x\n1,SECRET,y\n", "line 3: this worker's answer"),
        (HEADER, "no row under the header"),
    ],
)
def test_what_cannot_be_counted_is_named_by_line_and_never_by_worker(tmp_path, text, message):
    with pytest.raises(CrowdFileError, match=message) as caught:
        read_crowd_file(written(tmp_path, text))
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("text", ["task,worker,answer\n1,a,x\n", "", HEADER + "1,a\n", HEADER + "1,a,x,y\n"])
def test_a_file_of_another_shape_is_refused(tmp_path, text):
    with pytest.raises(CsvFileError):
        read_crowd_file(written(tmp_path, text))


def test_a_task_with_two_truths_is_refused(tmp_path):
    path = written(tmp_path, "task,label\n1,x\n1,x\n", "truth.csv")
    with pytest.raises(CrowdFileError, match=r"truth\.csv, line 3: the label of this task stands already"):
        read_truth_file(path)


def test_unequal_numbers_of_raters_are_assessed_and_json_says_what_rests_on_what():
    rows = [(1, "a", "x"), (1, "b", "x"), (1, "c", "y"), (2, "a", "x"), (2, "b", "x"), (3, "c", "y"), (4, "a", "y")]
    answers = pd.DataFrame(rows, columns=["task", "worker", "label"]).astype("str")
    found = json.loads(assess_crowd(answers, None, SETTINGS).to_json())
    assert found["observed"] == pytest.approx((1 / 3 + 1) / 2)
    # D_o = 2 differing pairs of 2 judgements each / 2 = 2 of 5; D_e = (25 - 16 - 1) / 4 = 2 of 5.
    assert found["krippendorff_alpha"] == pytest.approx(0.0)
    assert (found["tasks"], found["workers"], found["judgements"]) == (4, 3, 7)
    assert found["items"] == {"observed": 2, "fleiss_kappa": 1, "krippendorff_alpha": 2}
    assert "majority" not in found


def test_undefined_figures_are_null_with_the_reason():
    answers = pd.DataFrame([("1", "a", "x"), ("1", "b", "x")], columns=["task", "worker", "label"])
    found = json.loads(assess_crowd(answers, None, SETTINGS).to_json())
    assert found["observed"] == 1.0
    assert found["fleiss_kappa"] is None
    assert found["intervals"]["krippendorff_alpha"] == [None, None]
    assert set(found["undefined"]) == {"fleiss_kappa", "krippendorff_alpha"}


def test_accuracy_is_over_the_tasks_that_both_files_have():
    rows = [("1", "a", "x"), ("1", "b", "x"), ("2", "a", "y"), ("2", "b", "x"), ("3", "a", "y"), ("3", "b", "y")]
    answers = pd.DataFrame(rows, columns=["task", "worker", "label"])
    truth = pd.DataFrame({"task": ["1", "2", "9"], "label": ["x", "y", "x"]})
    found = assess_crowd(answers, truth, SETTINGS).to_dict()
    assert found["majority"] == {"accuracy": 0.5}  # the tie of task 2 is x, the first in alphabetical order
    assert found["truth_tasks"] == 2


def test_files_that_do_not_belong_together_are_refused():
    answers = pd.DataFrame([("1", "a", "x")], columns=["task", "worker", "label"])
    with pytest.raises(CrowdFileError, match="no task in common"):
        assess_crowd(answers, pd.DataFrame({"task": ["2"], "label": ["x"]}), SETTINGS)
    with pytest.raises(CrowdFileError, match=r"no true label \('1.0', ...\) is one workers gave \('x', ...\)"):
        assess_crowd(answers, pd.DataFrame({"task": ["1"], "label": ["1.0"]}), SETTINGS)


def test_the_same_file_gives_the_same_json_whatever_the_order_of_rows():
    answers = able_and_careless(["x", "y", "x", "x"] * 10, seed=1).astype("str")
    truth = pd.DataFrame({"task": [str(k) for k in range(40)], "label": ["no"] * 40})
    first = assess_crowd(answers, truth, SETTINGS).to_json()
    assert first == assess_crowd(answers.sample(frac=1, random_state=2), truth.iloc[::-1], SETTINGS).to_json()


def test_settings_are_composed_of_the_two_parts():
    wanted = CrowdFileSettings(agreement=AgreementSettings(resamples=10), aggregation=AggregationSettings(iterations=3))
    assert (wanted.agreement.resamples, wanted.aggregation.iterations) == (10, 3)


def test_product_reaches_the_published_accuracies(shared, tmp_path):
    folder = shared / "data/crowd/d_jn-product"
    answers, truth = tmp_path / "answers.csv", tmp_path / "truth.csv"
    pd.read_csv(folder / "answer.csv", dtype=str).set_axis(["task", "worker", "label"], axis=1).to_csv(
        answers, index=False
    )
    pd.read_csv(folder / "truth.csv", dtype=str).set_axis(["task", "label"], axis=1).to_csv(truth, index=False)
    found = assess_crowd(read_crowd_file(answers), read_truth_file(truth), SETTINGS).to_dict()
    assert found["majority"]["accuracy"] == pytest.approx(0.897, abs=0.001)
    assert found["dawid_skene"]["accuracy"] == pytest.approx(0.940, abs=0.001)
    assert (found["tasks"], found["workers"], found["truth_tasks"]) == (8_315, 176, 8_315)


def test_birds_in_their_own_layout_are_assessed_without_a_truth(shared, tmp_path):
    lines = (shared / "data/crowd/bluebirds_cubam/labels.txt").read_text().split("\n", 1)
    path = written(tmp_path, HEADER + lines[1].replace(" ", ","))
    found = assess_crowd(read_crowd_file(path), None, SETTINGS).to_dict()
    assert (found["tasks"], found["workers"], found["judgements"]) == tuple(map(int, lines[0].split()))
    assert found["fleiss_kappa"] == pytest.approx(found["krippendorff_alpha"], abs=0.001)
    low, high = found["intervals"]["fleiss_kappa"]
    assert low < found["fleiss_kappa"] < high
