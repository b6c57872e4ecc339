import pytest

from valuenet.models.reporting.scores import NothingToEvaluateError
from valuenet.models.values.metrics import evaluate_utilities

VALUES_OF_ROWS = ["POWER", "POWER", "HEDONISM", "HEDONISM", "HEDONISM"]


def test_accuracy_and_squared_error_worked_by_hand():
    found = evaluate_utilities([0.9, -0.6, 0.2, -1.0, 0.6], [1, 1, 0, -1, 0], VALUES_OF_ROWS)
    assert found.accuracy == pytest.approx(3 / 5)
    assert found.mse == pytest.approx((0.01 + 2.56 + 0.04 + 0.0 + 0.36) / 5)
    assert found.confusion == [[1, 0, 0], [0, 1, 1], [1, 0, 1]]


def test_precision_recall_and_f1_of_each_class_worked_by_hand():
    found = evaluate_utilities([0.9, -0.6, 0.2, -1.0, 0.6], [1, 1, 0, -1, 0], VALUES_OF_ROWS).per_class
    assert (found["-1"].precision, found["-1"].recall, found["-1"].support) == (0.5, 1.0, 1)
    assert (found["0"].precision, found["0"].recall, found["0"].f1) == (1.0, 0.5, pytest.approx(2 / 3))
    assert (found["1"].precision, found["1"].recall, found["1"].f1) == (0.5, 0.5, 0.5)


def test_each_value_has_its_own_accuracy_and_an_absent_one_is_not_listed():
    found = evaluate_utilities([0.9, -0.6, 0.2, -1.0, 0.6], [1, 1, 0, -1, 0], VALUES_OF_ROWS).per_value
    assert list(found) == ["HEDONISM", "POWER"]
    assert found["POWER"].accuracy == 0.5
    assert found["HEDONISM"].mse == pytest.approx(0.4 / 3)
    assert found["HEDONISM"].support == 3


def test_a_half_is_rounded_towards_zero():
    assert evaluate_utilities([0.5, -0.5], [0, 0], ["POWER"] * 2).accuracy == 1.0


def test_predicted_classes_count_where_they_are_given():
    found = evaluate_utilities([0.4, 0.4], [1, 0], ["POWER"] * 2, classes=[1, 1])
    assert found.accuracy == 0.5
    assert found.mse == pytest.approx((0.36 + 0.16) / 2)


def test_a_class_that_is_never_found_scores_zero():
    found = evaluate_utilities([0, 0], [0, 1], ["POWER"] * 2).per_class
    assert found["1"].f1 == found["1"].precision == 0.0
    assert found["-1"].support == 0


def test_json_holds_the_promised_keys():
    keys = evaluate_utilities([0.0], [0], ["POWER"]).to_json().keys()
    assert {"accuracy", "mse", "per_class", "per_value", "confusion"} <= set(keys)


@pytest.mark.parametrize(("utilities", "truth"), [([], []), ([0.1, 0.2], [0])])
def test_nothing_to_compare_is_an_error_that_names_the_numbers(utilities, truth):
    with pytest.raises(NothingToEvaluateError, match=f"{len(utilities)} utilities, {len(truth)} labels"):
        evaluate_utilities(utilities, truth, ["POWER"] * len(truth))
