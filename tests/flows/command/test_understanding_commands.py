"""Speakers, words, circle, ONNX and the service by command, with a model of random weights."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import requests

from tests.models.conftest import one_thread, tiny_encoder, toy_rows, toy_settings  # noqa: F401  fixtures
from valuenet.flows.command.app import run
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.training import train_value
from valuenet.warehouse.vocabulary import VALUES

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def model(tmp_path_factory, toy_settings) -> Path:  # noqa: F811
    settings = toy_settings.model_copy(update={"epochs": 2})
    out = tmp_path_factory.mktemp("models") / "model"
    return train_value(toy_rows(), toy_rows(("a",)), settings, out=out, with_baselines=False).path


@pytest.fixture(scope="module")
def speakers(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("speakers")
    texts = toy_rows()["scenario"]
    for name, part in (("ann", texts[::2]), ("bob", texts[1::2])):
        pd.DataFrame({"text": part}).to_csv(folder / f"{name}.csv", index=False)
    return [folder / "ann.csv", folder / "bob.csv"]


def test_one_speaker_gets_intervals_and_a_figure(model, speakers, tmp_path, capsys):
    out = tmp_path / "ann.svg"
    assert run(["profile", "--model", str(model), "--speaker", str(speakers[0]), "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert "ann: 32 texts, 95% intervals over texts" in said.out
    assert "UNIVERSALISM" in said.out
    assert "self-transcendence" in said.out
    assert out.read_text().startswith("<?xml")


def test_two_speakers_are_compared_value_by_value(model, speakers, tmp_path, capsys):
    files = [part for file in speakers for part in ("--speaker", str(file))]
    assert run(["profile", "--model", str(model), *files, "--out", str(tmp_path / "both.png")]) == 0
    said = capsys.readouterr().out
    assert "1: ann: 32 texts" in said
    assert "2: bob: 31 texts" in said
    assert "1 minus 2; p is that of the largest of all differences" in said
    assert (tmp_path / "both.png").stat().st_size > 10_000


@pytest.mark.parametrize("given", [[], ["a text", "--speaker", "x.csv"], ["--speaker", "x"] * 3])
def test_a_profile_is_of_texts_or_of_one_or_two_speakers(model, given, capsys):
    assert run(["profile", "--model", str(model), *given]) == 2
    assert "give texts, or --speaker FILE once or twice" in capsys.readouterr().err.replace("\n", " ")


def test_why_prints_what_each_word_adds(model, capsys):
    assert run(["why", str(model), "he hurt my mom", "--value", "power"]) == 0
    said = capsys.readouterr().out
    assert [word for word in ("he", "hurt", "my", "mom", "(every word masked)", "(utility)") if word not in said] == []
    assert "POWER" in said
    assert "SECURITY" not in said


def test_why_gives_all_values_as_json(model, capsys):
    assert run(["why", str(model), "he hurt my mom", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["value"] for row in found["totals"]] == list(VALUES)
    assert len(found["words"]) == 40
    assert run(["why", str(model), "..", "--value", "fame"]) == 2
    assert "unknown value 'fame'" in capsys.readouterr().err


def test_the_circle_is_written_with_its_numbers(model, speakers, tmp_path, capsys):
    out = tmp_path / "circle"
    assert run(["circle", str(model), str(speakers[0]), "--out", str(out), "--centred"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == json.loads((out / "circle.json").read_text())
    assert found["texts"] == 32
    assert found["centred"] is True
    assert sorted(file.name for file in out.iterdir()) == [
        "circle.json",
        "circle.png",
        "circle.svg",
        "correlations.csv",
    ]
    table = pd.read_csv(out / "correlations.csv", index_col="value")
    assert list(table.columns) == list(table.index) == list(VALUES)
    assert np.diag(table) == pytest.approx(np.ones(10))


def test_export_writes_the_file_and_says_how_close_it_is(model, tmp_path, capsys):
    pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    assert run(["export", str(model), "--out", str(tmp_path / "model.onnx")]) == 0
    assert "largest difference from torch" in capsys.readouterr().err
    assert (tmp_path / "model.onnx").stat().st_size > 10_000
    assert run(["export", str(model), "--out", str(tmp_path / "model.pb")]) == 2
    assert "name it .onnx" in capsys.readouterr().err


def test_serve_answers_until_it_is_stopped(model):
    command = [
        sys.executable,
        "-c",
        "from valuenet.flows.command.app import main; main()",
        "serve",
        str(model),
        "--port",
        "0",
    ]
    server = subprocess.Popen(
        [*command, "--max-texts", "2"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )
    url = server.stderr.readline().split("serving on ")[1].split(";")[0]
    assert url.startswith("http://127.0.0.1:")
    session = requests.Session()
    session.mount(
        "http://", requests.adapters.HTTPAdapter(max_retries=requests.adapters.Retry(connect=8, backoff_factor=0.1))
    )
    texts = ["he hurt my mom", "we helped a dog"]
    found = session.post(f"{url}/predict", json={"texts": texts}, timeout=60).json()["utilities"]
    assert np.array(found) == pytest.approx(load_value_model(model).predict(texts), abs=0.02)
    assert session.post(f"{url}/predict", json={"texts": ["a"] * 3}, timeout=60).status_code == 422
    assert "<title>Try a value model</title>" in session.get(url, timeout=60).text
    server.send_signal(signal.SIGTERM)
    assert server.wait(30) == 0
    assert server.stderr.read() == ""


def test_a_port_in_use_is_told_before_the_model_is_read(model, capsys):
    assert run(["serve", str(model), "--host", "203.0.113.7"]) == 2
    assert "cannot listen on 203.0.113.7:8421" in capsys.readouterr().err


def test_an_address_that_others_reach_is_warned_of(model, capsys, monkeypatch):
    served = []
    monkeypatch.setattr(
        "valuenet.models.serve.server.serve_until_stopped",
        lambda app, opened, ready: (served.append(app), ready("http://here"), opened.close()),
    )
    assert run(["serve", str(model), "--host", "0.0.0.0", "--port", "0"]) == 0
    said = capsys.readouterr().err
    assert "open to everybody who reaches 0.0.0.0: there is no password" in said
    assert "serving on http://here; Ctrl+C stops it" in said
    assert served[0].title == "valuenet"
