"""Training on two processes gives what one process gives, and only one of them writes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.models.training.two_processes import main
from valuenet.models.training.processes import BatchShareError, is_first, process_count, rows_each, wait_for_all
from valuenet.models.values.record import ModelRecord, read_record

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def encoder_without_dropout(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from transformers import AutoModel, AutoTokenizer

    folder = tmp_path_factory.mktemp("no-dropout")
    none = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    AutoModel.from_pretrained(tiny_encoder, **none).save_pretrained(folder)
    AutoTokenizer.from_pretrained(tiny_encoder).save_pretrained(folder)
    return folder


def _launch(processes: int, encoder: Path, out: Path, style: str) -> ModelRecord:
    # Without a GPU `accelerate launch` wants MPI; torch's own launcher, which it uses for GPUs, does not.
    _run(processes, "tests.models.training.two_processes", str(encoder), str(out), str(processes), style)
    return read_record(out)


def _run(processes: int, module: str, *said: str) -> str:
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, *launch, "-m", module, *said],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-6000:]
    return ended.stdout


@pytest.mark.parametrize("style", ["pair", "none", "taught"])
def test_two_processes_give_the_metrics_of_one(encoder_without_dropout: Path, tmp_path: Path, style: str) -> None:
    main(str(encoder_without_dropout), tmp_path / "one", 1, style)
    one = read_record(tmp_path / "one")
    two = _launch(2, encoder_without_dropout, tmp_path / "two", style)
    assert two.metrics.accuracy == pytest.approx(one.metrics.accuracy, abs=0.026)  # one row of forty
    assert two.metrics.mse == pytest.approx(one.metrics.mse, abs=0.002)
    assert (two.best_epoch, two.epochs_run, two.recipe) == (one.best_epoch, one.epochs_run, one.recipe)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_the_command_trains_in_two_processes_as_its_help_says(
    built: Path, encoder_without_dropout: Path, tmp_path: Path
) -> None:
    release, out = built / "releases" / "valuenet-demo-1.0.0", tmp_path / "model"
    (tmp_path / "settings.toml").write_text('[modelling.training]\nbatch_size = 32\nbf16 = "off"\nthreads = 1\n')
    said = ["--encoder", str(encoder_without_dropout), "--epochs", "1", "--config", str(tmp_path / "settings.toml")]
    printed = _run(2, "valuenet.flows.command", "train", "value", str(release), "--out", str(out), *said)
    assert printed.count(str(out)) == 1  # one of the two prints
    assert read_record(out).epochs_run == 1


def test_without_a_launcher_there_is_one_process_and_nobody_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    monkeypatch.delenv("RANK", raising=False)
    wait_for_all()
    assert (process_count(), is_first(), rows_each(32)) == (1, True, 32)


def test_a_batch_that_cannot_be_shared_evenly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(BatchShareError, match="batch_size=32 cannot be shared by 3 processes"):
        rows_each(32)
