"""Planted answers."""

import pandas as pd
import pytest

from valuenet.annotation.simulation.platform import PlantedAnswer, TruthError, plant_truth, read_truth
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import scenario_id

HEADER = "value,scenario,label,difficulty\n"


def test_answers_are_read_by_pair(tmp_path):
    path = tmp_path / "truth.csv"
    path.write_text(HEADER + "POWER,A deed,yes,hard\nSECURITY,A deed,unrelated,easy\nPOWER,A deed,yes,hard\n")
    truth = read_truth(path)
    deed = scenario_id("A deed")
    assert truth.pairs == {(deed, "POWER"), (deed, "SECURITY")}
    assert truth.of(deed, "POWER") == PlantedAnswer("yes", True)
    assert truth.of(deed, "SECURITY") == PlantedAnswer("unrelated", False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("POWER,A deed,yes,hard\nPOWER,A deed,no,hard\n", "line 3: 'A deed' has another answer under POWER above"),
        ("POWER,A deed,yes,tricky\n", "line 2: difficulty is 'tricky'; write one of easy, hard"),
        ("", "no planted answer"),
    ],
)
def test_a_bad_truth_file_is_refused(tmp_path, text, said):
    path = tmp_path / "truth.csv"
    path.write_text(HEADER + text)
    with pytest.raises(InputError, match=said):
        read_truth(path)


def test_a_pair_without_an_answer_is_named():
    with pytest.raises(TruthError, match="scenario s-1 under POWER has no planted answer"):
        plant_truth(pd.DataFrame({"scenario_id": [], "value": [], "label": []})).of("s-1", "POWER")


def test_planting_makes_about_the_share_of_pairs_hard_and_the_same_ones_each_time():
    frame = pd.DataFrame({"scenario_id": [f"s-{i}" for i in range(2000)], "value": "POWER", "label": "no"})
    truth = plant_truth(frame, hard_share=0.15, seed=1)
    hard = {pair for pair in truth.pairs if truth.of(*pair).hard}
    assert 250 < len(hard) < 350
    again = plant_truth(frame.iloc[::-1], hard_share=0.15, seed=1)
    assert hard == {pair for pair in again.pairs if again.of(*pair).hard}
