"""A damaged model folder is refused in one sentence; none answers with weights or words that transformers made up."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from valuenet.models.encoding.packaged import EncoderNotFoundError
from valuenet.models.encoding.text_vectors import TextVectors
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.record import NotAValueModelError

Damage = Callable[[Path], Any]


def config(**said: Any) -> Damage:
    def change(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **said}))

    return change


def weights(change: Callable[[dict[str, Any]], Any]) -> Damage:
    def damage(folder: Path) -> None:
        from safetensors.torch import load_file, save_file

        tensors = load_file(folder / "model.safetensors")
        change(tensors)
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})

    return damage


def put(name: str, data: bytes) -> Damage:
    return lambda folder: (folder / name).write_bytes(data)


def cut(name: str) -> Damage:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:200])


def without_head(tensors: dict[str, Any]) -> None:
    for name in [name for name in tensors if name.startswith("classifier")]:
        del tensors[name]


def renamed(tensors: dict[str, Any]) -> None:
    tensors["stranger.weight"] = tensors["classifier.bias"].clone()


def not_numbers(tensors: dict[str, Any]) -> None:
    tensors["classifier.bias"].fill_(float("nan"))


DAMAGES: dict[str, tuple[Damage, str]] = {
    "no tokenizer": (lambda folder: (folder / "tokenizer.json").unlink(), "no tokenizer.json is in it"),
    "a tokenizer that is a list": (put("tokenizer.json", b"[]"), "does not load"),
    "a tokenizer cut short": (cut("tokenizer.json"), "does not load"),
    "no settings of the tokenizer": (lambda folder: (folder / "tokenizer_config.json").unlink(), "no tokenizer_config"),
    "settings of the tokenizer that are null": (put("tokenizer_config.json", b"null"), "does not load"),
    "empty weights": (put("model.safetensors", b""), "header too small"),
    "weights cut short": (cut("model.safetensors"), "does not load"),
    "weights of another kind": (put("model.safetensors", b"\xff" * 500), "header too large"),
    "no head": (weights(without_head), "2 weights are missing, such as classifier.bias"),
    "no weight at all": (weights(dict.clear), "weights are missing"),
    "a weight more": (weights(renamed), "1 weights belong to no part of it, such as stranger.weight"),
    "a weight that is no number": (weights(not_numbers), "classifier.bias holds values that are no numbers"),
    "more layers than weights": (config(num_hidden_layers=4), "weights are missing, such as bert.encoder.layer.2"),
    "fewer layers than weights": (config(num_hidden_layers=1), "belong to no part of it, such as bert.encoder.layer.1"),
    "another width": (config(hidden_size=32), "have another shape than its config says"),
    "a smaller vocabulary": (config(vocab_size=9), "have another shape than its config says"),
    "another kind of model": (config(model_type="gpt2"), "weights are missing"),
    "a kind that is none": (config(model_type="nothing"), "does not load"),
    "a width below nothing": (config(hidden_size=-1), "does not load"),
    "a number of heads in words": (config(num_attention_heads="two"), "does not load"),
    "a config that is a list": (put("config.json", b"[]"), "does not load"),
    "a record that is no text": (put("valuenet.json", b"\xff\xfe\x00"), "is not UTF-8"),
    "a record that is a list": (put("valuenet.json", b"[]"), "does not read"),
}


@pytest.fixture
def folder(toy_model, tmp_path) -> Path:
    return Path(shutil.copytree(toy_model.path, tmp_path / "model"))


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_folder_is_refused_in_one_sentence(folder, name):
    damage, reason = DAMAGES[name]
    damage(folder)
    with pytest.raises(NotAValueModelError, match=r"; train (it|the model) again$") as refused:
        load_value_model(folder)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(folder) in str(refused.value)


def test_a_whole_folder_is_loaded(folder):
    assert load_value_model(folder).predict(["i helped my mom"]).shape == (1, 10)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda folder: (folder / "tokenizer.json").unlink(), "no tokenizer.json is in it"),
        (put("model.safetensors", b"\xff" * 500), "header too large"),
        (config(num_hidden_layers=3), "weights are missing, such as encoder.layer.2"),
        (config(hidden_size=32), "have another shape than its config says"),
    ],
)
def test_an_encoder_is_refused_alike(tiny_encoder, tmp_path, damage, reason):
    folder = Path(shutil.copytree(tiny_encoder, tmp_path / "encoder"))
    damage(folder)
    with pytest.raises(EncoderNotFoundError, match="cannot load encoder") as refused:
        TextVectors.load(str(folder))
    assert reason in str(refused.value)
