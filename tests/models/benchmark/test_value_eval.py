import numpy as np
import pandas as pd
import pytest

from tests.models.arguments import toy_arguments
from valuenet.models.benchmark.value_eval import (
    MEAN,
    CheckRowsError,
    CheckSettings,
    auc,
    check_against_value_eval,
    point_biserial,
    value_labels,
)
from valuenet.models.benchmark.value_eval_report import draw_check, render_check
from valuenet.warehouse.vocabulary import CATEGORIES, VALUES

BRIEF = CheckSettings(resamples=40)


@pytest.fixture(scope="module")
def rows():
    """Three categories a third of the arguments each; Face goes with power, which it is not part of."""
    found = toy_arguments().rows
    labels = {"Power: dominance": "hurt", "Face": "hurt", "Benevolence: caring": "helped", "Stimulation": "saw"}
    has = {c: found["premise"].str.contains(verb).astype("int8") for c, verb in labels.items()}
    return found.assign(**dict.fromkeys(CATEGORIES, 0)).assign(**has)


@pytest.fixture(scope="module")
def table(rows):
    utilities = np.zeros((len(rows), 10))
    utilities[:, VALUES.index("POWER")] = np.where(rows["Power: dominance"] == 1, -0.9, 0.1)
    utilities[:, VALUES.index("BENEVOLENCE")] = np.where(rows["Benevolence: caring"] == 1, 0.8, 0.2)
    return check_against_value_eval(utilities, rows, BRIEF)


def _row(table, value, score):
    return table[(table["value"] == value) & (table["score"] == score)].iloc[0]


def test_auc_and_correlation_worked_by_hand():
    assert auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == 0.75
    assert auc([1, 1], [0, 1]) == 0.5
    assert np.isnan(auc([1, 2], [1, 1]))
    assert point_biserial([0, 0, 1, 1], [0, 1, 0, 1]) == 0
    assert point_biserial([-2, 5], [0, 1]) == pytest.approx(1)
    assert np.isnan(point_biserial([1, 1], [0, 1]))


def test_twenty_categories_become_ten_values_and_face_none():
    rows = pd.DataFrame(np.eye(20, dtype="int8"), columns=list(CATEGORIES))
    found = value_labels(rows)
    assert list(found.columns) == list(VALUES)
    assert found.sum().to_dict() == {
        **dict.fromkeys(VALUES, 1),
        **dict.fromkeys(("SELF-DIRECTION", "POWER", "SECURITY", "CONFORMITY", "BENEVOLENCE"), 2),
        "UNIVERSALISM": 4,
    }
    assert not found.iloc[CATEGORIES.index("Face")].any()


def test_a_utility_against_the_label_is_told_by_its_strength(table):
    assert (_row(table, "POWER", "utility")["auc"], _row(table, "POWER", "strength")["auc"]) == (0, 1)
    assert _row(table, "POWER", "utility")["correlation"] == pytest.approx(-1)
    benevolence = _row(table, "BENEVOLENCE", "utility")
    assert (benevolence["auc"], benevolence["auc_low"], benevolence["auc_high"]) == (1, 1, 1)
    assert (benevolence["rows"], benevolence["positives"]) == (63, 21)


def test_a_value_without_labels_has_no_figures_and_is_not_in_the_mean(table):
    assert table[table["value"] == "TRADITION"][["auc", "auc_low", "correlation"]].isna().all(axis=None)
    assert len(table) == 2 * 11
    # STIMULATION has labels but utilities of 0: its AUC is 0.5 and its correlation undefined, so it is left out too
    assert _row(table, MEAN, "strength")["auc"] == pytest.approx(1)


def test_intervals_hold_the_figure_and_repeat_whatever_the_order(rows):
    noise = np.random.default_rng(5).uniform(-1, 1, (len(rows), 10))
    found = check_against_value_eval(noise, rows, BRIEF)
    shuffled = rows.sample(frac=1, random_state=2)
    again = check_against_value_eval(noise[shuffled.index], shuffled, BRIEF)
    pd.testing.assert_frame_equal(found, again)
    power = _row(found, "POWER", "utility")
    assert 0 < power["auc_low"] < power["auc"] < power["auc_high"] < 1


def test_what_does_not_belong_together_is_refused(rows):
    with pytest.raises(CheckRowsError, match=r"\(3, 10\) for 63 arguments"):
        check_against_value_eval(np.zeros((3, 10)), rows, BRIEF)
    with pytest.raises(CheckRowsError):
        check_against_value_eval(np.zeros((0, 10)), rows.head(0), BRIEF)


def test_page_and_figure_show_the_table(table, tmp_path):
    page = render_check(table, "validation")
    line = next(line for line in page.splitlines() if line.startswith("| POWER |"))
    assert line.startswith("| POWER | 21 of 63 | 0.000 [0.000, 0.000] | 1.000 [1.000, 1.000] | -1.000 [")
    assert "| TRADITION | 0 of 63 | - | - | - | - |" in page
    for kind in ("png", "svg"):
        draw_check(table, tmp_path / f"one.{kind}")
        draw_check(table, tmp_path / f"two.{kind}")
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()
