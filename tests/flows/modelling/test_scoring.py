"""`valuenet score` as a flow and as a command, with a toy model."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from tests.models.conftest import one_thread, tiny_encoder, toy_model, toy_settings  # noqa: F401  fixtures
from valuenet.flows.command.scoring import add_to
from valuenet.flows.modelling import scoring
from valuenet.flows.services.crowd import open_task_runner
from valuenet.flows.settings.valuenet import ValuenetSettings, load_settings
from valuenet.models.values.scoring import ScoringSettings
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import VALUES

pytestmark = pytest.mark.usefixtures("prefect_server")
ROOT = Path(__file__).resolve().parents[3]
SHARDS = 50


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("corpus") / "texts.parquet"
    texts = [
        f"{who} {what} my {whom}" for who in ("i", "we", "he") for what in ("saw", "hurt") for whom in ("mom", "dog")
    ]
    pd.DataFrame({"text": [*(texts * 30)[: 6 * SHARDS - 1], ""]}).to_parquet(file, index=False)
    return file


def settings(processes: int = 1, **said) -> ValuenetSettings:
    return ValuenetSettings(
        modelling={"scoring": ScoringSettings(shard_rows=6, bf16="off", processes=processes)}, **said
    )


@pytest.fixture(scope="module")
def scored(corpus, toy_model, prefect_server, tmp_path_factory) -> Path:  # noqa: F811
    out = tmp_path_factory.mktemp("scores") / "out"
    report = scoring.score(settings(), str(corpus), str(toy_model.path), str(out))
    assert (report.shards, report.scored, report.texts, report.rejected) == (SHARDS, SHARDS, 6 * SHARDS, 1)
    assert report.texts_per_second > 0
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_every_text_has_ten_utilities_or_a_reason(scored, corpus):
    rows = pd.concat(pd.read_parquet(file) for file in sorted(scored.glob("scores-*")))
    assert list(rows.columns) == ["file", "row", "text", *VALUES]
    assert rows["text"].tolist() == pd.read_parquet(corpus)["text"].tolist()[:-1]
    assert pd.read_parquet(next(scored.glob("rejects-*")))["reason"].tolist() == ["blank"]


def test_a_finished_run_has_nothing_to_do(scored, corpus, toy_model):  # noqa: F811
    before = contents(scored)
    report = scoring.score(settings(), str(corpus), str(toy_model.path), str(scored))
    assert (report.scored, report.texts, report.texts_per_second) == (0, 0, 0) or report.texts_per_second == 0
    assert contents(scored) == before


def test_a_run_killed_between_shards_goes_on_and_ends_with_the_same_bytes(scored, corpus, toy_model, tmp_path):  # noqa: F811
    out, config = tmp_path / "out", tmp_path / "settings.toml"
    config.write_text('[modelling.scoring]\nshard_rows = 6\nbf16 = "off"\nprocesses = 1\n')
    code = "import sys; from pathlib import Path; from valuenet.flows.modelling.scoring import score; "
    code += "from valuenet.flows.settings.valuenet import load_settings; "
    code += "score(load_settings(Path(sys.argv[1])), *sys.argv[2:])"
    arguments = [str(config), str(corpus), str(toy_model.path), str(out)]
    child = subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT, stderr=subprocess.DEVNULL)
    while child.poll() is None and len(list(out.glob("scores-*"))) < 3:
        time.sleep(0.005)
    child.kill()
    child.wait()
    done = len(list(out.glob("scores-*")))
    assert 3 <= done < SHARDS
    report = scoring.score(load_settings(config), *arguments[1:])
    assert report.scored == SHARDS - done
    assert contents(out) == contents(scored)


def test_two_processes_write_the_same_bytes(scored, corpus, toy_model, tmp_path):  # noqa: F811
    scoring.score(settings(processes=2), str(corpus), str(toy_model.path), str(tmp_path / "out"))
    assert contents(tmp_path / "out") == contents(scored)


def test_another_runner_gets_the_shards_themselves(scored, corpus, toy_model, tmp_path, monkeypatch):  # noqa: F811
    asked = []
    monkeypatch.setattr(scoring, "open_task_runner", lambda s: asked.append(s.runner) or open_task_runner(settings()))
    scoring.score(settings(runner="dask"), str(corpus), str(toy_model.path), str(tmp_path / "out"))
    assert asked == ["dask"]
    assert contents(tmp_path / "out") == contents(scored)


@pytest.mark.parametrize("runner", ["dask", "ray"])
def test_a_cluster_writes_the_same_bytes(runner, scored, corpus, toy_model, tmp_path):  # noqa: F811
    pytest.importorskip(f"prefect_{runner}", reason=f"the extra {runner} is not installed")
    report = scoring.score(settings(runner=runner), str(corpus), str(toy_model.path), str(tmp_path / "out"))
    assert (report.scored, report.texts) == (SHARDS, 6 * SHARDS)
    assert contents(tmp_path / "out") == contents(scored)


def test_the_command_reports_what_it_did(scored, corpus, toy_model, tmp_path):  # noqa: F811
    app = typer.Typer()
    app.callback()(lambda: None)
    add_to(app)
    config = tmp_path / "settings.toml"
    config.write_text('[modelling.scoring]\nshard_rows = 150\nbf16 = "off"\n')
    said = ["score", str(corpus), "--model", str(toy_model.path), "--out", str(tmp_path / "out")]
    said += ["--processes", "1", "--config", str(config)]
    found = CliRunner().invoke(app, said)
    assert "2 shards, 2 of them scored now: 300 texts, 1 rejected" in found.stdout
    again = json.loads(CliRunner().invoke(app, [*said, "--json"]).stdout)
    assert (again["shards"], again["scored"], again["texts"]) == (2, 0, 0)


@pytest.mark.parametrize(("source", "model", "message"), [("gone", None, "gone"), (None, "no-model", "no-model")])
def test_a_missing_source_or_model_is_named(source, model, message, corpus, toy_model, tmp_path):  # noqa: F811
    with pytest.raises(InputError, match=message) as refused:
        scoring.score(settings(), source or str(corpus), model or str(toy_model.path), str(tmp_path / "out"))
    assert "\n" not in str(refused.value)
