"""A model is current only by code, libraries, encoder files, settings and data that are still the same."""

import json
import shutil
from pathlib import Path

import pytest

from tests.made_release import publish_plain
from valuenet.flows.modelling.stale import stale_reasons
from valuenet.flows.modelling.value import read_learning_splits
from valuenet.models.encoding.encoder_files import encoder_inputs
from valuenet.models.training.recipe import read_folder_recipe, recipe_id, training_recipe
from valuenet.models.training.run import ModelExistsError, is_current
from valuenet.models.values.record import NotAValueModelError, read_record
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.training import DECISIVE, check_parts, itemise_training
from valuenet.warehouse.settings import Settings


@pytest.fixture
def folder(toy_model, tmp_path) -> Path:
    return Path(shutil.copytree(toy_model.path, tmp_path / "model"))


def rewrite(folder: Path, change) -> None:
    path = folder / "recipe.json"
    items = json.loads(path.read_text())
    change(items)
    path.write_text(json.dumps(items))


def test_a_model_just_trained_is_current_and_its_record_names_its_recipe(folder):
    assert stale_reasons(folder) == ()
    assert read_record(folder).recipe == recipe_id(read_folder_recipe(folder))
    assert (folder / "recipe.json").stat().st_size < 100_000


def test_a_corrected_function_of_the_training_is_named(folder):
    def older(items):
        items["code"] = "0" * 16
        items["definitions"]["build_trainer"] = ["0" * 16]

    rewrite(folder, older)
    assert stale_reasons(folder) == ("code models/values/trainer.py: build_trainer: changed",)


def test_another_version_of_torch_is_named(folder):
    rewrite(folder, lambda items: items["libraries"].update(torch="1.0"))
    (reason,) = stale_reasons(folder)
    assert reason.startswith("library torch: 1.0 -> ")


def test_a_folder_made_before_recipes_were_itemised_loads_and_is_stale_for_that_reason(folder):
    (folder / "recipe.json").unlink()
    assert read_record(folder).metrics.rows > 0
    assert stale_reasons(folder) == ("made before recipes were itemised",)


def test_training_into_the_folder_of_other_code_is_refused_with_what_differs(folder):
    today = read_folder_recipe(folder)
    assert is_current(folder, today, read_record)
    corrected = today.model_copy(
        update={"code": "1" * 16, "definitions": {**today.definitions, "build_trainer": ["1" * 16]}}
    )
    with pytest.raises(ModelExistsError, match=r"this code \(code .*: build_trainer: changed\); give another --out"):
        is_current(folder, corrected, read_record)


def test_other_rows_and_settings_are_named_when_they_are_asked_about(folder, tmp_path):
    release = publish_plain(tmp_path)
    record = json.loads((folder / "valuenet.json").read_text())
    parts = read_learning_splits(str(release), "original")
    trained_on = itemise_training(check_parts(parts.train, parts.validation, None), read_record(folder).settings)
    rewrite(folder, lambda items: items["inputs"].update(trained_on.inputs))
    assert stale_reasons(folder, str(release)) == ()
    (folder / "valuenet.json").write_text(
        json.dumps({**record, "source": {**record["source"], "name": "valuenet-1.0.0 (augmented)"}})
    )
    (train,) = stale_reasons(folder, str(release))
    assert train.startswith("input rows train: ")
    settings = ValueTrainingSettings(epochs=3, threads=2)
    assert stale_reasons(folder, "", settings) == (f"setting epochs: {record['settings']['epochs']} -> 3",)
    assert stale_reasons(folder, "", ValueTrainingSettings()) == ()


def test_a_folder_without_a_model_is_one_sentence(tmp_path):
    with pytest.raises(NotAValueModelError, match="give the folder of a model"):
        stale_reasons(tmp_path)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json", "vocab.txt"])
def test_every_file_of_an_encoder_counts(tmp_path, name):
    for file in ("model.safetensors", "tokenizer.json", "config.json", "vocab.txt"):
        (tmp_path / file).write_bytes(b"one")

    class Start(Settings):
        encoder: str = str(tmp_path)

    def recipe():
        return training_recipe("train", DECISIVE[:1], Start(), encoders=(str(tmp_path),), rows={})

    before = recipe()
    (tmp_path / name).write_bytes(b"another")
    assert recipe().key() != before.key()
    (tmp_path / "README.md").write_text("words about it")
    assert set(encoder_inputs(str(tmp_path))) == set(before.inputs)


def test_a_hub_encoder_in_the_cache_has_its_revision(tmp_path, monkeypatch):
    import huggingface_hub

    folder = tmp_path / "models--a--b" / "snapshots" / "0123abc"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights")
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda name, allow_patterns: str(folder))
    found = encoder_inputs("a/b")
    assert found["a/b revision"] == "0123abc"
    assert set(found) == {"a/b revision", "a/b/model.safetensors"}


def test_an_encoder_that_is_not_to_be_had_is_named_with_nothing():
    assert encoder_inputs("nobody/has-this") == {"nobody/has-this": None}
