"""Value models from the command line: train on a release, evaluate, predict, draw. A tiny encoder keeps it short."""

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from tests.models.conftest import one_thread, tiny_encoder  # noqa: F401  fixtures
from valuenet.flows.command.app import run
from valuenet.flows.modelling.value import read_rows_to_judge, train
from valuenet.flows.services.crowd import ExtraMissingError
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.vocabulary import VALUES


@pytest.fixture(scope="module")
def release(built) -> Path:
    return built / "releases" / "valuenet-demo-1.0.0"


@pytest.fixture(scope="module")
def model(release, tiny_encoder, tmp_path_factory) -> Path:  # noqa: F811
    out = tmp_path_factory.mktemp("models") / "model"
    said = ["--encoder", str(tiny_encoder), "--epochs", "1", "--seed", "5", "--variant", "balanced"]
    assert run(["train", "value", str(release), "--out", str(out), *said]) == 0
    return out


@pytest.fixture
def labelled(tmp_path, release) -> Path:
    rows = read_rows_to_judge(str(release), "original", "test")
    file = tmp_path / "rows.csv"
    rows.rename(columns={"utility": "label"}).to_csv(file, index=False)
    return file


def test_what_is_said_on_the_command_line_is_what_was_trained(model):
    said = json.loads((model / "valuenet.json").read_text())
    assert (said["settings"]["epochs"], said["settings"]["seed"]) == (1, 5)
    assert "valuenet-demo-1.0.0 (balanced)" in (model / "README.md").read_text()


def test_evaluate_prints_one_json_object(model, labelled, release, capsys):
    capsys.readouterr()
    assert run(["evaluate", str(model), str(labelled), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"accuracy", "mse", "per_class", "per_value"} <= set(found)
    assert found["rows"] == len(pd.read_csv(labelled))
    assert run(["evaluate", str(model), str(release), "--split", "test", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == found
    assert run(["evaluate", str(model), str(labelled)]) == 0
    assert f"{found['rows']:,} rows, accuracy {found['accuracy']:.3f}" in capsys.readouterr().out


def test_predict_gives_ten_utilities_per_text(model, tmp_path, monkeypatch, capsys):
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.StringIO("I helped my mom\nwe hurt the dog\n"))
    assert run(["predict", str(model), "-"]) == 0
    lines = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert list(lines.columns) == ["text", *VALUES]
    assert lines[list(VALUES)].abs().to_numpy().max() <= 1
    pd.DataFrame({"text": lines["text"]}).to_csv(tmp_path / "texts.csv", index=False)
    out = tmp_path / "utilities.parquet"
    assert run(["predict", str(model), str(tmp_path / "texts.csv"), "--out", str(out)]) == 0
    pd.testing.assert_frame_equal(pd.read_parquet(out), lines, check_dtype=False, rtol=1e-3, atol=1e-4)


def test_predict_abstains_below_a_confidence_and_gives_probabilities(model, tmp_path, capsys):
    pd.DataFrame({"text": ["I helped my mom", "we hurt the dog"]}).to_csv(tmp_path / "texts.csv", index=False)
    capsys.readouterr()
    said = ["predict", str(model), str(tmp_path / "texts.csv")]
    assert run([*said, "--min-confidence", "1"]) == 0
    assert pd.read_csv(io.StringIO(capsys.readouterr().out))[list(VALUES)].isna().all(axis=None)
    assert run([*said, "--min-confidence", "0", "--probabilities"]) == 0
    found = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert found["POWER"].to_numpy() == pytest.approx(found["POWER yes"] - found["POWER no"], abs=2e-4)
    assert run([*said, "--min-confidence", "2"]) == 2


def test_fasttext_is_trained_by_its_preset_and_evaluated_like_any_model(release, tmp_path, capsys):
    out = tmp_path / "words"
    assert run(["train", "value", str(release), "--out", str(out), "--preset", "fasttext", "--seed", "3"]) == 0
    assert "on validation: " in capsys.readouterr().out
    assert run(["evaluate", str(out), str(release), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] > 0
    assert run(["train", "value", str(release), "--out", str(out), "--preset", "fasttext", "--head", "regression"]) == 2
    assert "three classes only" in capsys.readouterr().err


def test_profile_draws_a_figure_and_prints_the_numbers(model, tmp_path, capsys):
    figure = tmp_path / "profile.svg"
    assert run(["profile", "I helped my mom", "--model", str(model), "--out", str(figure)]) == 0
    said = capsys.readouterr()
    assert "<svg" in figure.read_text()
    assert "UNIVERSALISM" in said.out
    assert str(figure) in said.err


def test_wrong_input_is_one_sentence(model, tmp_path, release, capsys):
    (tmp_path / "rows.csv").write_text("value,scenario,label\nFAME,I sang,1\n")
    wrong = [
        ["evaluate", str(model), str(tmp_path / "rows.csv")],
        ["evaluate", str(model), str(tmp_path / "absent.csv")],
        ["evaluate", str(tmp_path), str(tmp_path / "rows.csv")],
        ["evaluate", str(model), str(release), "--split", "dev"],
        ["predict", str(model), str(tmp_path / "rows.parquet")],
        ["train", "value", str(tmp_path), "--out", str(tmp_path / "model")],
    ]
    for command in wrong:
        capsys.readouterr()
        assert run(command) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("valuenet: ")
        assert said.err.count("\n") == 1
    assert not (tmp_path / "model").exists()


def test_the_training_flow_leaves_a_model_and_shows_its_scores(release, tiny_encoder, tmp_path):  # noqa: F811
    settings = ValuenetSettings(
        releases=str(release.parent),
        models=str(tmp_path),
        modelling={"training": {"encoder": str(tiny_encoder), "epochs": 1}},
    )
    folder = train(settings)
    assert folder == str(tmp_path / "valuenet-demo-1.0.0-original")
    written = (Path(folder) / "model.safetensors").stat().st_mtime_ns
    assert train(settings, str(release)) == folder
    assert (Path(folder) / "model.safetensors").stat().st_mtime_ns == written


def test_without_the_extra_training_says_what_to_install(release, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("valuenet.flows.services.crowd.find_spec", lambda name: None)
    assert run(["train", "value", str(release), "--out", str(tmp_path / "m")]) == 2
    assert "pip install 'valuenet[models]'" in capsys.readouterr().err
    monkeypatch.setitem(__import__("sys").modules, "valuenet.models.values.training", None)
    with pytest.raises(ExtraMissingError, match="torch and transformers"):
        train(ValuenetSettings(models=str(tmp_path)), str(release))
