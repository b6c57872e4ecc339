"""The twenty categories from the command line. A tiny encoder and toy arguments keep it short."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.models.arguments import toy_arguments, write_part
from tests.models.conftest import one_thread, tiny_encoder, toy_rows  # noqa: F401  fixtures
from valuenet.flows.command.app import run
from valuenet.flows.modelling.detector import CHECK_FIGURE, CHECK_PAGE, CHECK_TABLE, train_on_value_eval
from valuenet.flows.services.crowd import ExtraMissingError
from valuenet.models.detector.settings import DetectorSettings
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.training import train_value
from valuenet.warehouse.vocabulary import CATEGORIES, VALUES


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("valueeval")
    write_part(toy_arguments(), place, "training")
    write_part(toy_arguments(("a",)), place, "validation")
    return place


@pytest.fixture(scope="module")
def detector(folder, tiny_encoder, tmp_path_factory) -> Path:  # noqa: F811
    out = tmp_path_factory.mktemp("models") / "detector"
    said = ["--encoder", str(tiny_encoder), "--epochs", "2", "--learning-rate", "0.01", "--seed", "4"]
    assert run(["train", "detector", str(folder), "--out", str(out), *said]) == 0
    return out


def test_what_is_said_on_the_command_line_is_what_was_trained(detector):
    said = json.loads((detector / "detector.json").read_text())
    settings = said["settings"]
    assert (settings["epochs"], settings["learning_rate"], settings["seed"]) == (2, 0.01, 4)
    assert said["data"]["validation"]["rows"] == 21
    assert said["data"]["learned"]["rows"] + said["data"]["held_out"]["rows"] == 63


def test_the_same_command_again_prints_the_same_figures(detector, folder, tiny_encoder, capsys):  # noqa: F811
    said = ["--encoder", str(tiny_encoder), "--epochs", "2", "--learning-rate", "0.01", "--seed", "4"]
    capsys.readouterr()
    assert run(["train", "detector", str(folder), "--out", str(detector), *said, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    record = json.loads((detector / "detector.json").read_text())
    assert found == {"threshold": record["threshold"], **record["metrics"]}
    assert run(["train", "detector", str(folder), "--out", str(detector), *said]) == 0
    shown = capsys.readouterr()
    assert f"{record['metrics']['macro_f1']:.3f}" in shown.out
    assert "TF-IDF + logistic regression" in shown.out
    assert str(detector) in shown.err


def test_detect_prints_the_likeliest_categories_of_texts(detector, capsys):
    capsys.readouterr()
    assert run(["detect", "i helped my mom", "we hurt the dog", "--model", str(detector), "--top", "2"]) == 0
    shown = capsys.readouterr().out
    assert sum(category in line for line in shown.splitlines() for category in CATEGORIES) == 4


def test_a_value_model_is_checked_against_the_labels(folder, tiny_encoder, tmp_path, capsys):  # noqa: F811
    settings = ValueTrainingSettings(encoder=str(tiny_encoder), epochs=1, min_steps=0, bf16="off")
    model = train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m", with_baselines=False).path
    out = tmp_path / "check"
    capsys.readouterr()
    command = ["check", "value-eval", str(model), str(folder), "--out", str(out), "--resamples", "20"]
    assert run([*command, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert len(figures) == 2 * (len(VALUES) + 1)
    assert {path.name for path in out.iterdir()} == {CHECK_TABLE, CHECK_PAGE, CHECK_FIGURE}
    table = pd.read_parquet(out / CHECK_TABLE)
    assert table["auc"].dropna().between(0, 1).all()
    assert run(command) == 0
    assert "SELF-DIRECTION" in capsys.readouterr().out


def test_wrong_input_is_one_sentence(detector, folder, tmp_path, capsys):
    wrong = [
        ["train", "detector", str(tmp_path), "--out", str(tmp_path / "m")],
        ["train", "detector", str(folder), "--out", str(detector)],
        ["train", "detector", str(folder), "--out", str(tmp_path / "m"), "--seed", "1"],
        ["train", "detector", str(folder), "--out", str(tmp_path / "m"), "--seed", "4", "--encoder", str(tmp_path)],
        ["detect", " ", "--model", str(detector)],
        ["detect", "fine", "--model", str(detector), "--top", "21"],
        ["detect", "fine", "--model", str(tmp_path)],
        ["check", "value-eval", str(detector), str(folder), "--out", str(tmp_path / "c")],
    ]
    for command in wrong:
        capsys.readouterr()
        assert run(command) == 2, command
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("valuenet: ")
        assert said.err.count("\n") == 1
    assert run(["train", "detector", str(folder), "--out", str(tmp_path / "m"), "--learning-rate", "0"]) == 2
    assert not (tmp_path / "m").exists()
    assert not (tmp_path / "c").exists()


def test_without_the_extra_training_says_what_to_install(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("valuenet.flows.services.crowd.find_spec", lambda name: None)
    assert run(["train", "detector", str(folder), "--out", str(tmp_path / "m")]) == 2
    assert "pip install 'valuenet[models]'" in capsys.readouterr().err
    monkeypatch.setitem(__import__("sys").modules, "valuenet.models.detector.training", None)
    with pytest.raises(ExtraMissingError, match="torch and transformers"):
        train_on_value_eval(folder, DetectorSettings(), tmp_path / "m")
