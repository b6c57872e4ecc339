import numpy as np
import pytest

from valuenet.models import ValueModel
from valuenet.models.interpret.profiles import (
    ProfileError,
    ProfileSettings,
    compare_speakers,
    profile_texts,
    profile_utilities,
)
from valuenet.models.interpret.radar import draw_radar
from valuenet.models.values.loading import load_value_model
from valuenet.warehouse.vocabulary import VALUES

SETTINGS = ProfileSettings(resamples=400)


def utterances(n, centre=0.0, spread=0.3, seed=5):
    return np.clip(np.random.default_rng(seed).normal(centre, spread, (n, 10)), -1, 1)


def test_a_profile_is_the_mean_of_the_utterances_per_value_and_per_group():
    rows = np.zeros((2, 10))
    rows[0, VALUES.index("BENEVOLENCE")] = 1.0
    rows[1, VALUES.index("UNIVERSALISM")] = -0.5
    found = profile_utilities(rows, SETTINGS)
    values = found.by_value.set_index("value")
    assert list(values.index) == list(VALUES)
    assert values.loc["BENEVOLENCE", "utility"] == 0.5
    assert values.loc["UNIVERSALISM", "utility"] == -0.25
    groups = found.by_group.set_index("group")
    assert groups.loc["self-transcendence", "utility"] == 0.125  # (1 + 0)/2 and (0 - 0.5)/2, their mean
    assert groups.loc["conservation", "utility"] == 0
    assert len(groups) == 4
    assert (found.texts, found.level) == (2, 0.95)


def test_the_interval_holds_the_mean_and_is_as_wide_as_theory_says():
    rows = utterances(200)
    values = profile_utilities(rows, ProfileSettings(resamples=4000)).by_value
    assert ((values["low"] < values["utility"]) & (values["utility"] < values["high"])).all()
    theory = 2 * 1.96 * rows.std(axis=0, ddof=1) / np.sqrt(200)
    assert (values["high"] - values["low"]).to_numpy() == pytest.approx(theory, rel=0.08)


def test_few_utterances_get_intervals_that_hold_the_truth_most_of_the_time():
    held = []
    for seed in range(40):
        values = profile_utilities(utterances(8, seed=seed), SETTINGS).by_value
        held.append(((values["low"] <= 0) & (values["high"] >= 0)).mean())
    assert np.mean(held) > 0.88


def test_one_utterance_has_no_interval():
    values = profile_utilities(utterances(1), SETTINGS).by_value
    assert values["low"].isna().all()
    assert values["high"].isna().all()
    assert values["utility"].notna().all()


def test_the_order_of_the_utterances_makes_no_difference_and_the_seed_does():
    rows = utterances(9)
    one, two = profile_utilities(rows, SETTINGS), profile_utilities(rows[::-1], SETTINGS)
    assert one.by_value.equals(two.by_value)
    other = profile_utilities(rows, SETTINGS.model_copy(update={"seed": 2}))
    assert not one.by_value["low"].equals(other.by_value["low"])


def test_many_utterances_are_drawn_in_parts(monkeypatch):
    whole = profile_utilities(utterances(50), SETTINGS).by_value
    monkeypatch.setattr("valuenet.models.interpret.profiles._DRAWN_AT_ONCE", 120)
    parts = profile_utilities(utterances(50), SETTINGS).by_value
    assert parts["low"].to_numpy() == pytest.approx(whole["low"].to_numpy(), abs=0.03)


def test_a_difference_between_two_speakers_is_found_and_where_there_is_none_none_is():
    one, other = utterances(40, seed=3), utterances(50, seed=4)
    one[:, 3] = np.clip(one[:, 3] + 0.5, -1, 1)
    found = compare_speakers(one, other, SETTINGS)
    clear = found.by_value.set_index("value")["clear"]
    assert clear["ACHIEVEMENT"]
    assert clear.sum() == 1
    row = found.by_value.set_index("value").loc["ACHIEVEMENT"]
    assert row["low"] > 0
    assert row["difference"] == pytest.approx(one[:, 3].mean() - other[:, 3].mean())
    assert row["p"] == pytest.approx(1 / 401)
    assert found.texts == (40, 50)


def test_of_ten_values_at_once_chance_seldom_makes_one_clear():
    false = [
        compare_speakers(utterances(12, seed=s), utterances(12, seed=s + 500), SETTINGS).by_value["clear"].any()
        for s in range(60)
    ]
    assert np.mean(false) < 0.15  # 0.05 is meant


def test_a_comparison_turned_round_changes_its_sign():
    one, other = utterances(10, 0.2, seed=1), utterances(12, seed=2)
    there, back = compare_speakers(one, other, SETTINGS), compare_speakers(other, one, SETTINGS)
    assert there.by_value["difference"].to_numpy() == pytest.approx(-back.by_value["difference"].to_numpy())
    assert there.by_value["p"].to_numpy() == pytest.approx(back.by_value["p"].to_numpy(), abs=0.08)


def test_a_comparison_with_one_utterance_has_no_p_and_nothing_is_clear():
    found = compare_speakers(utterances(1), utterances(9), SETTINGS).by_value
    assert found["p"].isna().all()
    assert not found["clear"].any()


@pytest.mark.parametrize(
    ("rows", "message"),
    [([], "at least one utterance"), (np.zeros((2, 9)), r"shape \(2, 9\)"), (np.full((2, 10), np.nan), "numbers in")],
)
def test_what_is_no_profile_is_refused(rows, message):
    with pytest.raises(ProfileError, match=message):
        profile_utilities(rows, SETTINGS)


def test_a_model_gives_the_profile_of_a_speaker(toy_model):
    model = load_value_model(toy_model.path, bf16=False)
    texts = ["i helped my mom", "we helped a dog", "he hurt my friend"]
    found = ValueModel(model).profile(texts, SETTINGS)
    assert found.by_value["utility"].to_numpy() == pytest.approx(model.predict(texts).mean(axis=0), abs=1e-6)
    assert profile_texts(model, texts, SETTINGS).by_value.equals(found.by_value)


def test_a_radar_with_intervals_is_drawn_with_bands(tmp_path):
    found = profile_utilities(utterances(6), SETTINGS).by_value
    profiles, bands = {"she": found["utility"]}, {"she": (found["low"], found["high"])}
    draw_radar(profiles, tmp_path / "plain.svg")
    draw_radar(profiles, tmp_path / "band.svg", intervals=bands)
    draw_radar(profiles, tmp_path / "again.svg", intervals=bands)
    assert (tmp_path / "band.svg").read_bytes() == (tmp_path / "again.svg").read_bytes()
    assert (tmp_path / "band.svg").read_bytes() != (tmp_path / "plain.svg").read_bytes()
