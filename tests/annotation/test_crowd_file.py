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
        (HEADER, "no row with a label"),
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


@pytest.mark.parametrize("marker", ["NA", "nan", "None", "null", "N/A", "NULL", "NaN", "#N/A", "<NA>", " n/a "])
def test_a_marker_of_a_missing_label_is_no_label_and_said(tmp_path, marker):
    rows = "t0,w1,a\nt0,w2,a\nt1,w1,b\nt1,w2,b\n"
    said = []
    found = read_crowd_file(written(tmp_path, f"{HEADER}{rows}t1,w3,{marker}\n"), say=said.append)
    assert found["label"].tolist() == ["a", "a", "b", "b"]
    assert len(said) == 1
    assert "1 rows have no label" in said[0]
    assert marker.strip() in said[0]


def test_a_marker_can_be_kept_as_a_label_of_its_own(tmp_path):
    found = read_crowd_file(written(tmp_path, HEADER + "1,a,none\n1,b,some\n"), keep_markers=True)
    assert found["label"].tolist() == ["none", "some"]


def test_a_missing_answer_beside_a_given_one_is_no_second_answer(tmp_path):
    assert len(read_crowd_file(written(tmp_path, HEADER + "1,a,NA\n1,a,x\n"))) == 1


def test_a_file_in_which_every_label_is_missing_is_refused(tmp_path):
    with pytest.raises(CrowdFileError, match="no row with a label"):
        read_crowd_file(written(tmp_path, HEADER + "1,a,NA\n1,b,nan\n"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", "1.0"),
        ("2", "2.00"),
        ("yes", "Yes"),
        ("yes", "\uff59\uff45\uff53"),
        ("0", "-0.0"),
        ("a b", "a  b"),
        ("3", "+3"),
    ],
)
def test_two_spellings_of_a_label_are_one_label_and_said(tmp_path, one, other):
    said = []
    found = read_crowd_file(written(tmp_path, f"{HEADER}1,a,{one}\n1,b,{one}\n1,c,{other}\n"), say=said.append)
    assert set(found["label"]) == {one}
    assert "is written in 2 ways" in said[0]


@pytest.mark.parametrize(
    ("one", "other"), [("1", "2"), ("1.5", "1"), ("yes", "yes!"), ("1e3", "1000"), ("a", "\u00e4")]
)
def test_labels_that_mean_different_things_stay_apart(tmp_path, one, other):
    assert set(read_crowd_file(written(tmp_path, f"{HEADER}1,a,{one}\n1,b,{other}\n"))["label"]) == {one, other}


@pytest.mark.parametrize("name", ["NA", "nan", "null", "omitted"])
def test_the_cases_with_missing_labels_agree_as_if_the_rows_were_not_there(shared, name):
    found = assess_crowd(read_crowd_file(shared / "cases" / "01-agreement-missing" / f"{name}.csv"), None, SETTINGS)
    assert (found.to_dict()["krippendorff_alpha"], found.to_dict()["fleiss_kappa"]) == (1.0, 1.0)


@pytest.mark.parametrize("name", ["exampleC", "exampleC-mixed-floats"])
def test_the_case_with_labels_in_two_spellings_has_the_figures_of_one_spelling(shared, name):
    folder = shared / "cases" / "22-labels"
    answers, truth = read_crowd_file(folder / f"{name}.csv"), read_truth_file(folder / "truth.csv")
    found = assess_crowd(answers, truth, SETTINGS).to_dict()
    assert found["krippendorff_alpha"] == pytest.approx(0.743, abs=5e-4)
    assert found["majority"]["accuracy"] == pytest.approx(11 / 12)
    assert found["dawid_skene"]["accuracy"] == pytest.approx(11 / 12)
