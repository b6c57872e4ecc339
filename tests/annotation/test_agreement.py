"""Agreement, against examples worked by hand and in the literature."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import fleiss_kappa as kappa_of_statsmodels

from tests.annotation.crowd import judgements_of, votes
from valuenet.annotation.agreement import (
    NOT_JUDGED_TWICE,
    ONE_LABEL,
    AgreementSettings,
    fleiss_kappa,
    krippendorff_alpha,
    measure_agreement,
    measure_counts,
    observed_agreement,
)
from valuenet.warehouse.crowd_tables import Judgements

SETTINGS = AgreementSettings()

#: 30 patients, six psychiatrists each, five diagnoses (Fleiss 1971, Table 1).
PATIENTS = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 "
    "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"
)
PSYCHIATRISTS = np.array([list(map(int, patient)) for patient in PATIENTS.split()])

#: Twelve units, up to four observers, five codes (Krippendorff 2011, example C): counts per unit and code.
OBSERVERS = np.array(
    [
        *([3, 0, 0, 0, 0], [0, 3, 1, 0, 0], [0, 0, 4, 0, 0], [0, 0, 4, 0, 0], [0, 4, 0, 0, 0], [1, 1, 1, 1, 0]),
        *([0, 0, 0, 4, 0], [3, 1, 0, 0, 0], [0, 4, 0, 0, 0], [0, 0, 0, 0, 3], [2, 0, 0, 0, 0], [0, 0, 1, 0, 0]),
    ],
    dtype=np.int64,
)


def by_name(counts, wanted=SETTINGS):
    return {measure.statistic: measure for measure in measure_counts(np.asarray(counts, dtype=np.int64), wanted)}


def test_kappa_of_the_example_in_fleiss_1971_is_0_430():
    assert PSYCHIATRISTS.sum(axis=0).tolist() == [26, 26, 30, 55, 43]
    found = by_name(PSYCHIATRISTS)
    assert found["fleiss_kappa"].estimate == pytest.approx(0.430, abs=0.0005)
    assert found["observed"].estimate == pytest.approx(0.556, abs=0.0006)  # printed 0.555


def test_alpha_of_the_example_in_krippendorff_2011_is_0_743():
    alpha = by_name(OBSERVERS)["krippendorff_alpha"]
    assert alpha.estimate == pytest.approx(0.743, abs=0.0005)
    assert (alpha.items, alpha.judgement_count) == (11, 40)  # the twelfth unit was coded once


def test_alpha_of_two_observers_by_hand():
    # Ten units, two observers: six agree on a, two on b, two differ. D_o = 2*2/20; n_a = 14, n_b = 6.
    counts = [[2, 0]] * 6 + [[0, 2]] * 2 + [[1, 1]] * 2
    expected = (20 * 20 - 14 * 14 - 6 * 6) / (20 * 19)
    assert by_name(counts)["krippendorff_alpha"].estimate == pytest.approx(1 - (4 / 20) / expected)
    assert by_name(counts)["observed"].estimate == pytest.approx(0.8)


def test_observed_agreement_is_the_mean_share_of_agreeing_pairs():
    # 3 of 4 agree: 3 of 6 pairs; 2 and 2: 2 of 6; 4: all; one judgement alone says nothing.
    found = by_name([[3, 1, 0], [2, 2, 0], [0, 4, 0], [1, 0, 0]])["observed"]
    assert found.estimate == pytest.approx((3 / 6 + 2 / 6 + 1) / 3)
    assert (found.items, found.judgement_count) == (3, 12)


def test_kappa_rests_on_the_items_with_the_most_frequent_number_of_judgements():
    four = [[4, 0], [0, 4], [3, 1]]
    found = by_name([*four, [2, 0], [1, 1]])["fleiss_kappa"]
    assert (found.items, found.judgement_count) == (3, 12)
    assert found.estimate == pytest.approx(kappa_of_statsmodels(np.array(four)))
    tie = by_name([[2, 0], [1, 1], [3, 0], [0, 3]])["fleiss_kappa"]
    assert tie.judgement_count == 6


COUNTS = st.lists(st.lists(st.integers(0, 2), min_size=5, max_size=5), min_size=2, max_size=20)


@given(COUNTS)
@settings(max_examples=50, deadline=None)
def test_our_kappa_of_many_samples_is_statsmodels_of_each(labels):
    counts = np.stack([np.bincount(row, minlength=3) for row in labels]).astype(np.int64)
    if (counts.sum(axis=0) > 0).sum() < 2:
        return
    weights = np.array([[1] * len(counts), [*([2] * (len(counts) - 1)), 1]])
    ours = fleiss_kappa(counts, weights)
    theirs = [kappa_of_statsmodels(np.repeat(counts, weight, axis=0)) for weight in weights]
    assert ours == pytest.approx(theirs, abs=1e-12)


@given(COUNTS)
@settings(max_examples=50, deadline=None)
def test_alpha_comes_close_to_kappa_from_above_as_items_grow(labels):
    counts = np.stack([np.bincount(row, minlength=3) for row in labels]).astype(np.int64)
    if (counts.sum(axis=0) > 0).sum() < 2:
        return
    weights = np.full((1, len(counts)), 10_000)
    assert krippendorff_alpha(counts, weights) == pytest.approx(fleiss_kappa(counts, weights), abs=1e-3)


def test_intervals_are_those_of_resampling_the_items_one_by_one():
    rng = np.random.default_rng(3)
    counts = rng.multinomial(4, [0.6, 0.3, 0.1], size=200)
    found = by_name(counts, AgreementSettings(resamples=4000))
    plain = [
        observed_agreement(counts[rng.integers(200, size=200)], np.ones((1, 200), dtype=np.int64))[0]
        for _ in range(4000)
    ]
    assert (found["observed"].low, found["observed"].high) == pytest.approx(
        np.quantile(plain, (0.025, 0.975)), abs=0.01
    )
    assert all(measure.low < measure.estimate < measure.high for measure in found.values())


def test_twenty_thousand_items_are_measured_a_thousand_times_in_a_moment():
    counts = np.random.default_rng(0).multinomial(4, [0.5, 0.3, 0.2], size=20_000)
    alpha = by_name(counts)["krippendorff_alpha"]
    assert alpha.low < 0 < alpha.high  # labels at random
    assert alpha.high - alpha.low < 0.02


@pytest.mark.parametrize(
    ("counts", "reason"),
    [([[4, 0], [4, 0]], ONE_LABEL), ([[1, 0], [0, 1]], NOT_JUDGED_TWICE), (np.empty((0, 3)), NOT_JUDGED_TWICE)],
)
def test_what_is_undefined_says_why(counts, reason):
    found = by_name(counts)
    for statistic in ("fleiss_kappa", "krippendorff_alpha"):
        assert np.isnan([found[statistic].estimate, found[statistic].low, found[statistic].high]).all()
        assert found[statistic].undefined == reason
    assert found["observed"].undefined == (None if reason == ONE_LABEL else reason)


def test_one_item_has_an_estimate_and_no_interval():
    found = by_name([[3, 1]])["observed"]
    assert found.estimate == pytest.approx(0.5)
    assert np.isnan(found.low)


def test_the_table_has_every_value_and_all_and_does_not_depend_on_the_order_of_rows():
    rows = [*votes("s-1", "POWER", "no", "no", "yes"), *votes("s-2", "POWER", "yes", "yes", "yes")]
    rows += votes("s-1", "SECURITY", "no", "no")
    table = measure_agreement(judgements_of(rows), SETTINGS)
    assert len(table) == 33
    found = table.set_index(["scope", "statistic"])
    assert found.loc[("POWER", "observed"), "estimate"] == pytest.approx((1 / 3 + 1) / 2)
    assert found.loc[("ALL", "observed"), "estimate"] == pytest.approx((1 / 3 + 1 + 1) / 3)
    assert found.loc[("SECURITY", "krippendorff_alpha"), "undefined"] == ONE_LABEL
    assert found.loc[("TRADITION", "observed"), "undefined"] == NOT_JUDGED_TWICE
    pd.testing.assert_frame_equal(table, measure_agreement(judgements_of(rows[::-1]), SETTINGS))


def test_no_judgements_are_undefined_everywhere():
    table = measure_agreement(Judgements.frame(), SETTINGS)
    assert set(table["undefined"]) == {NOT_JUDGED_TWICE}
