import json

import numpy as np
import pytest

from valuenet.models.interpret.circle import (
    CircleError,
    CircleSettings,
    circle_distances,
    circle_rho,
    ideal_places,
    measure_circle,
    place_values,
)
from valuenet.models.interpret.circle_figure import draw_circle

SETTINGS = CircleSettings(shuffles=499, resamples=60)


def on_the_circle(n=300, noise=0.1, seed=3):
    """Each text points somewhere on the circle; values near that direction gain, those across lose."""
    rng = np.random.default_rng(seed)
    where = rng.uniform(0, 2 * np.pi, n)
    angles = 2 * np.pi * np.arange(10) / 10
    return np.cos(where[:, None] - angles) * 0.7 + rng.normal(0, noise, (n, 10))


def test_distances_go_the_shorter_way_round():
    distances = circle_distances()
    assert distances[0].tolist() == [0, 1, 2, 3, 4, 5, 4, 3, 2, 1]
    assert (distances == distances.T).all()


def test_spearman_is_that_of_scipy():
    from scipy.stats import spearmanr

    correlations = np.corrcoef(on_the_circle(20, 1.0), rowvar=False)
    upper = np.triu_indices(10, 1)
    wanted = spearmanr(circle_distances()[upper], correlations[upper]).statistic
    assert circle_rho(correlations) == pytest.approx(wanted)


def test_utilities_made_on_the_circle_follow_it():
    found = measure_circle(on_the_circle(), SETTINGS)
    assert found.rho < -0.97
    assert found.p == pytest.approx(1 / 500)
    assert found.low <= found.rho <= found.high < -0.9
    assert found.correlations.index[0] == "SELF-DIRECTION"
    by_steps = found.to_json()["mean_correlation_by_steps"]
    assert list(by_steps.values()) == sorted(by_steps.values(), reverse=True)
    assert by_steps["5"] == pytest.approx(-1, abs=0.1)


def test_utilities_without_any_order_do_not():
    found = [measure_circle(np.random.default_rng(seed).normal(size=(80, 10)), SETTINGS) for seed in range(12)]
    assert sum(circle.p < 0.05 for circle in found) <= 2
    assert abs(np.mean([circle.rho for circle in found])) < 0.15


def test_what_all_values_share_goes_when_each_text_is_centred():
    shared = np.random.default_rng(1).normal(0, 3, (300, 1))
    raw = measure_circle(on_the_circle() + shared, SETTINGS)
    centred = measure_circle(on_the_circle() + shared, SETTINGS.model_copy(update={"centred": True}))
    assert raw.correlations.to_numpy().min() > 0.8
    assert centred.correlations.to_numpy().min() < -0.8
    assert centred.centred


def test_the_order_of_the_texts_makes_no_difference():
    rows = on_the_circle(50)
    assert measure_circle(rows, SETTINGS).to_json() == measure_circle(rows[::-1], SETTINGS).to_json()


def test_values_made_on_the_circle_are_placed_on_it_in_its_order():
    places = place_values(measure_circle(on_the_circle(noise=0.01), SETTINGS).correlations)
    assert places == pytest.approx(ideal_places(), abs=0.1)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.zeros((2, 10)), "2 texts say nothing"),
        (np.zeros((5, 9)), r"shape \(5, 9\)"),
        (np.zeros((5, 10)), "same utility for SELF-DIRECTION"),
        (np.full((5, 10), np.nan), "numbers, one per value"),
    ],
)
def test_what_shows_no_circle_is_refused(rows, message):
    with pytest.raises(CircleError, match=message):
        measure_circle(rows, SETTINGS)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_figure_is_the_same_bytes_each_time(tmp_path, kind):
    circle = measure_circle(on_the_circle(60), SETTINGS)
    for name in ("one", "two"):
        draw_circle(circle, tmp_path / f"{name}.{kind}")
    one, two = ((tmp_path / f"{name}.{kind}").read_bytes() for name in ("one", "two"))
    assert one == two
    assert len(one) > 20_000
    assert json.dumps(circle.to_json(), allow_nan=False)
