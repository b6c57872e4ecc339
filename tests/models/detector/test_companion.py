"""A second, frozen encoder beside a detector: its half of each probability, and what happens where it is missing."""

import shutil

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from tests.models.arguments import toy_arguments
from valuenet.models.detector import companion as detector_companion
from valuenet.models.detector.companion import DetectorCompanionMissingError
from valuenet.models.detector.inputs import join_segments
from valuenet.models.detector.model import ValueDetector
from valuenet.models.detector.record import NotADetectorError, read_detector_record, write_detector_record
from valuenet.models.detector.training import itemise_training, part_arguments, train_detector
from valuenet.models.encoding.frozen_heads import COMPANION_FILE
from valuenet.models.encoding.packaged import EncoderNotFoundError

TEXTS = ["we helped my mom", "he hurt a dog today", "i saw the table"]
SECONDS = ["in favor of the cake", None, "against the dog"]


@pytest.fixture(scope="module")
def settings(toy_detector_settings):
    return toy_detector_settings.model_copy(update={"companion": toy_detector_settings.encoder, "epochs": 4})


@pytest.fixture(scope="module")
def trained(tmp_path_factory, settings):
    out = tmp_path_factory.mktemp("detectors") / "beside"
    return train_detector(toy_arguments(), toy_arguments(("a",)), settings, out=out, with_baselines=False)


@pytest.fixture
def copied(trained, tmp_path):
    return shutil.copytree(trained.path, tmp_path / "copied")


def test_half_of_each_probability_is_the_companions(trained):
    both = ValueDetector.load(trained.path, bf16=False)
    own = ValueDetector.load(trained.path, bf16=False, companion=False).predict(TEXTS, SECONDS)
    heads = both.companion.mix_in(-own, TEXTS, SECONDS) + own / 2  # half of what the heads say
    assert both.predict(TEXTS, SECONDS) == pytest.approx(own / 2 + heads, abs=1e-6)
    assert heads.min() > 0
    assert heads.max() < 0.5
    assert abs(2 * heads - own).max() > 0.05
    assert both.predict([]).shape == (0, 20)


def test_the_companion_hears_stance_and_conclusion_where_there_are_some(trained):
    assert join_segments(["a", "b"], ["for c", None]) == ["a for c", "b"]
    assert join_segments(["a"], None) == ["a"]
    beside = ValueDetector.load(trained.path, bf16=False).companion
    none = np.zeros((3, 20), dtype=np.float32)
    heard, alone = beside.mix_in(none, TEXTS, SECONDS), beside.mix_in(none, TEXTS, None)
    assert heard[1] == pytest.approx(alone[1], abs=1e-6)
    assert abs(heard - alone)[[0, 2]].max() > 1e-3


def test_the_heads_learn_the_toy_task_whole_and_alone(trained):
    beside = ValueDetector.load(trained.path, bf16=False).companion
    rows = toy_arguments().rows
    wanted = rows.iloc[:, 4:].to_numpy()
    for seconds in (None, (rows["stance"] + " " + rows["conclusion"]).tolist()):
        said = 2 * beside.mix_in(np.zeros((len(rows), 20), dtype=np.float32), rows["premise"].tolist(), seconds)
        assert ((said > 0.5) == wanted).mean() > 0.8  # guessing: 0.5


def test_record_and_card_tell_of_the_companion(trained, settings):
    found = trained.record.companion
    assert (found.encoder, found.heads, found.weight, found.layers) == (settings.companion, 2, 0.5, (1, 2))
    card = (trained.path / "README.md").read_text()
    assert f"| companion | an ensemble with 2 MLP heads on the frozen encoder `{settings.companion}`" in card
    assert "under the terms of all three" in card
    assert read_detector_record(trained.path) == trained.record


def test_killed_between_the_main_model_and_its_companion_a_run_goes_on_and_ends_alike(
    tmp_path, settings, trained, monkeypatch
):
    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(detector_companion, "_learn", killed)
    with pytest.raises(KeyboardInterrupt):
        train_detector(toy_arguments(), toy_arguments(("a",)), settings, out=tmp_path / "m", with_baselines=False)
    assert [path.name for path in tmp_path.iterdir()] == [".m.training"]
    monkeypatch.undo()
    monkeypatch.setattr("valuenet.models.detector.training._train", killed)  # the main model is not trained again
    again = train_detector(toy_arguments(), toy_arguments(("a",)), settings, out=tmp_path / "m", with_baselines=False)
    assert again.record == trained.record
    first, second = (load_file(made.path / COMPANION_FILE) for made in (trained, again))
    assert all((first[name] == tensor).all() for name, tensor in second.items())


def test_a_missing_companion_is_told_before_training_and_at_loading(tmp_path, settings, copied):
    lost = settings.model_copy(update={"companion": str(tmp_path / "nowhere")})
    with pytest.raises(EncoderNotFoundError, match="nowhere"):
        train_detector(toy_arguments(), toy_arguments(("a",)), lost, out=tmp_path / "m", with_baselines=False)
    assert not (tmp_path / "m").exists()
    record = read_detector_record(copied)
    gone = record.companion.model_copy(update={"encoder": str(tmp_path / "nowhere")})
    write_detector_record(record.model_copy(update={"companion": gone}), copied)
    with pytest.raises(DetectorCompanionMissingError, match=r"also needs the encoder .*companion=False"):
        ValueDetector.load(copied)
    assert ValueDetector.load(copied, companion=False).predict(TEXTS).shape == (3, 20)


def test_heads_that_are_spoiled_or_of_another_encoder_are_refused(copied):
    record = read_detector_record(copied)
    other = record.companion.model_copy(update={"content": "another"})
    write_detector_record(record.model_copy(update={"companion": other}), copied)
    with pytest.raises(NotADetectorError, match="is not the one"):
        ValueDetector.load(copied)
    tensors = load_file(copied / COMPANION_FILE)
    del tensors["1.out.bias"]
    save_file(tensors, copied / COMPANION_FILE)
    with pytest.raises(NotADetectorError, match="does not load"):
        ValueDetector.load(copied)


def test_the_companion_stands_in_the_recipe_only_where_there_is_one(settings):
    parts = part_arguments(toy_arguments().rows, toy_arguments(("a",)).rows, settings)
    assert (
        itemise_training(parts, settings).key()
        != itemise_training(parts, settings.model_copy(update={"companion": None})).key()
    )
