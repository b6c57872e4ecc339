import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from safetensors.numpy import load_file

from tests.models.conftest import toy_rows
from valuenet.models.encoding.packaged import EncoderNotFoundError
from valuenet.models.training.run import ModelExistsError, TrainingBusyError, alone, newest_checkpoint, written_whole
from valuenet.models.values.rows import TrainingRowsError, check_rows
from valuenet.models.values.settings import ValueTrainingSettings, paper_preset
from valuenet.models.values.trainer import layered_optimizer, measure_epoch
from valuenet.models.values.training import train_value

CHILD = """
import sys, torch
from pathlib import Path
torch.set_num_threads(1)
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.training import train_value
from tests.models.conftest import toy_rows
settings = ValueTrainingSettings.model_validate_json(sys.argv[2])
train_value(toy_rows(), toy_rows(("a",)), settings, out=Path(sys.argv[1]), with_baselines=False)
"""


def _weights(folder: Path):
    return load_file(folder / "model.safetensors")


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_toy_task_is_learned_and_measured_on_rows_of_new_subjects(toy_model):
    record = toy_model.record
    assert record.measured_on == "test"
    assert record.metrics.rows == 21
    assert record.metrics.accuracy >= 0.9
    assert record.metrics.mse <= 0.2
    assert record.data["train"].labels == {"-1": 21, "0": 21, "1": 21}


def test_the_folder_holds_the_model_its_record_card_and_figures_and_nothing_of_the_training(toy_model):
    wanted = {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    assert _names(toy_model.path) == wanted | {
        "valuenet.json",
        "recipe.json",
        "README.md",
        "confusion.png",
        "confusion.svg",
    }
    name = toy_model.path.name
    beside = {other for other in _names(toy_model.path.parent) if name in other}
    assert beside == {name, f"{name}.made", f"{name}.lock"}  # two of them the tests' own


def test_the_record_names_no_path_of_the_output_and_no_time(toy_model):
    record = json.loads((toy_model.path / "valuenet.json").read_text())
    assert str(toy_model.path) not in json.dumps(record)
    assert record["settings"]["prompt"] == "pair"
    assert record["settings"]["head"] == "classes"


def test_the_same_rows_in_any_order_give_the_same_weights(tmp_path, toy_settings):
    brief = toy_settings.model_copy(update={"epochs": 1})
    shuffled = toy_rows().sample(frac=1, random_state=5)
    one = train_value(toy_rows(), toy_rows(("a",)), brief, out=tmp_path / "one", with_baselines=False, progress=False)
    two = train_value(shuffled, toy_rows(("a",)), brief, out=tmp_path / "two", with_baselines=False, progress=False)
    assert one.record == two.record
    assert all((_weights(one.path)[name] == array).all() for name, array in _weights(two.path).items())


@pytest.mark.parametrize("prompt", ["token", "pair", "definition"])
def test_regression_learns_with_every_prompt(tmp_path, toy_settings, prompt):
    settings = toy_settings.model_copy(
        update={"head": "regression", "prompt": prompt, "epochs": 25, "early_stopping_patience": 0}
    )
    found = train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m", with_baselines=False)
    assert found.record.measured_on == "validation"
    assert found.record.metrics.mse < 0.5 < 2 / 3  # answering 0 to everything gives 2/3


def test_smoothing_class_weights_and_layer_decay_train_too(tmp_path, toy_settings):
    update = {"label_smoothing": 0.1, "class_weights": "balanced", "layer_decay": 0.9, "epochs": 12, "bf16": "on"}
    settings = toy_settings.model_copy(update={**update, "best_by": "accuracy", "threads": 1})
    found = train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m", with_baselines=False)
    assert found.record.metrics.accuracy > 0.5


def test_training_stops_when_validation_no_longer_gets_better(tmp_path, toy_settings):
    upside_down = toy_rows(("a",)).assign(utility=lambda rows: -rows["utility"])
    settings = toy_settings.model_copy(update={"early_stopping_patience": 2})
    record = train_value(toy_rows(), upside_down, settings, out=tmp_path / "m", with_baselines=False).record
    assert record.epochs_run == record.best_epoch + 2 < settings.epochs


def test_a_folder_that_holds_this_very_model_is_returned_untouched(toy_model, toy_settings):
    before = (toy_model.path / "model.safetensors").stat().st_mtime_ns
    again = train_value(toy_rows(), toy_rows(("a",)), toy_settings, out=toy_model.path)
    assert again.record == toy_model.record
    assert (toy_model.path / "model.safetensors").stat().st_mtime_ns == before


def test_a_folder_that_holds_anything_else_is_refused(tmp_path, toy_model, toy_settings):
    other = toy_settings.model_copy(update={"seed": 2})
    with pytest.raises(ModelExistsError, match="another --out"):
        train_value(toy_rows(), toy_rows(("a",)), other, out=toy_model.path)
    (tmp_path / "valuenet.json").write_text("{}")
    with pytest.raises(ModelExistsError, match="another --out"):
        train_value(toy_rows(), toy_rows(("a",)), other, out=tmp_path)


def test_an_unknown_encoder_leaves_no_model_folder(tmp_path, toy_settings):
    settings = toy_settings.model_copy(update={"encoder": "nobody/nothing"})
    with pytest.raises(EncoderNotFoundError):
        train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_a_run_killed_between_epochs_goes_on_and_ends_with_the_same_weights(tmp_path, toy_settings):
    settings = toy_settings.model_copy(update={"epochs": 8, "early_stopping_patience": 0})
    whole = train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "whole", with_baselines=False)
    run = tmp_path / ".killed.training"
    longer = [sys.executable, "-c", CHILD, str(tmp_path / "killed"), settings.model_dump_json()]
    root = Path(__file__).resolve().parents[3]
    child = subprocess.Popen(longer, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 90
    while (
        child.poll() is None and time.monotonic() < deadline and not list(run.glob("checkpoint-*/trainer_state.json"))
    ):
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    reached = newest_checkpoint(run, 8)
    assert reached is not None
    assert not (tmp_path / "killed").exists()
    again = train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "killed", with_baselines=False)
    assert again.record == whole.record
    assert all(abs(_weights(whole.path)[name] - array).max() < 1e-6 for name, array in _weights(again.path).items())


def test_a_run_killed_after_its_last_epoch_only_writes_the_folder(tmp_path, toy_settings, monkeypatch):
    settings = toy_settings.model_copy(update={"epochs": 2})

    def full(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr("valuenet.models.values.training.draw_confusion", full)
    with pytest.raises(OSError, match="no space left"):
        train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m", with_baselines=False)
    assert _names(tmp_path) == {".m.training"}
    monkeypatch.undo()
    monkeypatch.setattr("valuenet.models.values.training._train", full)
    train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m", with_baselines=False)
    assert _names(tmp_path) == {"m"}


def test_a_half_written_checkpoint_is_thrown_away(tmp_path):
    whole, half = tmp_path / "checkpoint-8", tmp_path / "checkpoint-16"
    whole.mkdir()
    half.mkdir()
    (whole / "trainer_state.json").write_text('{"best_global_step": 8}')
    (half / "trainer_state.json").write_text('{"best_glo')
    assert newest_checkpoint(tmp_path, 4) == (whole, 2, whole, 2)
    assert not half.exists()


def test_checkpoints_of_another_recipe_are_not_taken_over(tmp_path, toy_settings):
    settings = toy_settings.model_copy(update={"epochs": 1})
    run = tmp_path / ".m.training"
    (run / "checkpoint-8").mkdir(parents=True)
    (run / "recipe").write_text("r-other")
    found = train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m", with_baselines=False)
    assert found.record.epochs_run == 1


def test_a_folder_appears_only_when_all_of_it_is_written(tmp_path):
    (tmp_path / "out").mkdir()
    writing = written_whole(tmp_path / "out")
    folder = writing.__enter__()
    (folder / "half").write_text("")
    assert not writing.__exit__(RuntimeError, RuntimeError(), None)
    assert _names(tmp_path) == {"out"}
    assert _names(tmp_path / "out") == set()


def test_training_writes_nothing_to_standard_output(tmp_path, toy_settings, capfd):
    settings = toy_settings.model_copy(update={"epochs": 1})
    train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m", with_baselines=False)
    shown = capfd.readouterr()
    assert shown.out == ""
    assert shown.err == ""


def test_each_layer_below_the_head_learns_more_slowly(tiny_encoder):
    from valuenet.models.values.encoder import load_encoder

    model = load_encoder(tiny_encoder).model
    optimizer = layered_optimizer(model, ValueTrainingSettings(learning_rate=1.0, layer_decay=0.5, head_factor=1.0))
    assert sorted({group["lr"] for group in optimizer.param_groups}) == [0.125, 0.25, 0.5, 1.0]
    assert sum(p.numel() for group in optimizer.param_groups for p in group["params"]) == model.num_parameters()


def test_an_epoch_is_measured_by_accuracy_and_squared_error():
    assert measure_epoch([[0, 0, 50.0], [50.0, 0, 0]], [2, 1], "classes") == {"accuracy": 0.5, "mse": 0.5}
    assert measure_epoch([[50.0], [0.0]], [1.0, 1.0], "regression") == {"accuracy": 0.5, "mse": 0.5}


def test_the_papers_training_is_a_preset():
    preset = paper_preset()
    assert (preset.epochs, preset.learning_rate, preset.prompt, preset.head) == (40, 5e-6, "token", "regression")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"utility": [1, 2]}, "train row 2: utility is '2', wanted one of -1, 0, 1"),
        ({"scenario": ["fine", " "]}, "train row 2: scenario is ' '"),
        ({"value": ["POWER", "Fame"]}, "unknown value 'Fame'"),
        ({"value": ["POWER", "power"]}, "name a value 'power'; write it as one of"),
    ],
)
def test_rows_that_cannot_be_learned_from_are_refused_with_their_place(change, message):
    rows = pd.DataFrame({"value": ["POWER", "POWER"], "scenario": ["one", "two"], "utility": [0, 1], **change})
    with pytest.raises(ValueError, match=message):
        check_rows(rows, "train")


def test_missing_columns_and_missing_rows_are_refused():
    with pytest.raises(TrainingRowsError, match="validation rows lack column"):
        check_rows(pd.DataFrame({"value": ["POWER"], "label": [1]}), "validation")
    with pytest.raises(TrainingRowsError, match="there are no test rows"):
        check_rows(toy_rows().head(0), "test")


def test_two_processes_do_not_train_into_the_same_folder(tmp_path):
    holds = "import sys; from pathlib import Path; from valuenet.models.training.run import alone\n"
    holds += "with alone(Path(sys.argv[1])): print('held', flush=True); input()"
    command = [sys.executable, "-c", holds, str(tmp_path / "model")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(TrainingBusyError, match="another process is training into"), alone(tmp_path / "model"):
            pass
        other.kill()
    with alone(tmp_path / "model"):
        pass
