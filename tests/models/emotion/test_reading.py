import numpy as np
import pytest
from pydantic import ValidationError

from valuenet.models.emotion.lexicon import VaderReader
from valuenet.models.emotion.reading import DistressSettings, distress

TEXTS = [
    "I love my sister and I am so happy today",
    "the table has four legs",
    "I am sad",
    "I hate this, it is horrible, I am terrified",
]


def test_distress_of_hand_worked_readings():
    # u = (3 - 2.5) / (3 - 2) = 0.5; at arousal 4 it counts half as much again, at 2 half as much.
    found = distress([2.5, 2.5, 2.5, 3.0, 4.2, 1.0], [3.0, 4.0, 2.0, 5.0, 3.0, 3.0], DistressSettings())
    assert found.tolist() == [3.0, 4.0, 2.0, 1.0, 1.0, 5.0]


def test_distress_never_falls_as_valence_falls_or_arousal_rises():
    valences, arousals = np.meshgrid(np.linspace(5, 1, 41), np.linspace(1, 5, 41), indexing="ij")
    found = distress(valences, arousals, DistressSettings())
    assert (np.diff(found, axis=0) >= 0).all()
    assert (np.diff(found, axis=1) >= 0).all()
    assert (found.min(), found.max()) == (1, 5)


def test_another_worst_valence_stretches_the_scale():
    assert distress([2.0], [3.0], DistressSettings(worst_valence=1.0)).tolist() == [3.0]
    with pytest.raises(ValidationError):
        DistressSettings(worst_valence=3.0)


def test_the_lexicon_orders_texts_from_pleasant_to_unpleasant():
    found = VaderReader().read(TEXTS)
    assert found.shape == (4, 2)
    assert np.diff(found[:, 0]).max() < 0
    assert found[0, 1] == found[1, 1] == 1
    assert found[3, 1] > found[2, 1] > 1


def test_valence_and_distress_are_the_compound_score_stretched():
    # VADER's own example: compound 0.8316 for this sentence.
    said = "VADER is smart, handsome, and funny."
    assert VaderReader().read([said])[0].tolist() == pytest.approx([3 + 2 * 0.8316, 1.0])
    unpleasant = VaderReader().read(["sad"])[0]
    assert unpleasant[1] - 1 == pytest.approx(2 * (3 - unpleasant[0]))


def test_texts_without_words_feel_neutral_and_no_text_gives_no_row():
    assert VaderReader().read(["", " \n"]).tolist() == [[3.0, 1.0], [3.0, 1.0]]
    assert VaderReader().read([]).shape == (0, 2)


def test_a_very_long_text_is_read_from_its_beginning():
    reader = VaderReader()
    assert reader.read(["good " * 2_000 + "horrible " * 5_000])[0, 0] > 3
    assert reader.fingerprint.startswith("vader-3.")
