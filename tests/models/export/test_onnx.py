import json

import numpy as np
import pytest

from tests.models.conftest import toy_rows
from valuenet.models.export.onnx import ExportError, export_onnx, run_onnx
from valuenet.models.values.heads import read_logits
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.prompts import encode_prompts
from valuenet.models.values.training import train_value
from valuenet.warehouse.vocabulary import VALUES

TEXTS = ["we helped my mom", "he hurt a dog and my friend today", "i saw the table"]


@pytest.fixture(scope="module")
def model(toy_model):
    return load_value_model(toy_model.path, bf16=False)


@pytest.fixture(scope="module")
def exported(model, tmp_path_factory):
    pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    return export_onnx(model, tmp_path_factory.mktemp("onnx") / "new" / "model.onnx")


def rows_of(model, values, texts):
    settings = model.record.settings
    rows = encode_prompts(model.tokenizer, values, texts, settings.style, settings.max_length)
    return dict(model.tokenizer.pad(rows, return_tensors="np"))


@pytest.mark.parametrize("count", [1, 3, 7])
def test_the_file_gives_the_numbers_of_the_model_for_any_batch_and_length(model, exported, count):
    values, texts = [VALUES[i] for i in range(count)], (TEXTS * 3)[:count]
    logits, utilities = run_onnx(exported.path, rows_of(model, values, texts))
    assert logits.shape == (count, 3)
    assert utilities == pytest.approx(model.predict_pairs(values, texts), abs=1e-4)
    assert read_logits(logits, "classes").utilities == pytest.approx(utilities, abs=1e-5)


def test_what_was_written_is_told_and_nothing_else_is_left(exported):
    assert exported.difference < 1e-4
    assert exported.inputs[0] == "input_ids"
    assert [file.name for file in exported.path.parent.iterdir()] == ["model.onnx"]


def test_the_file_says_what_its_numbers_mean_and_how_to_ask_it(exported):
    import onnx

    told = {entry.key: entry.value for entry in onnx.load(str(exported.path)).metadata_props}
    assert json.loads(told["valuenet.id2label"]) == {"0": "no", "1": "unrelated", "2": "yes"}
    assert json.loads(told["valuenet.first_segments"])["SELF-DIRECTION"] == "self-direction"
    assert told["valuenet.head"] == "classes"


def test_the_file_computes_the_same_by_the_formats_own_reference(model, exported):
    from onnx.reference import ReferenceEvaluator

    rows = rows_of(model, ["POWER"] * 3, TEXTS)
    inputs = {name: np.asarray(ids, dtype=np.int64) for name, ids in rows.items()}
    _, utilities = ReferenceEvaluator(str(exported.path)).run(["logits", "utility"], inputs)
    assert utilities == pytest.approx(model.predict_pairs(["POWER"] * 3, TEXTS), abs=1e-4)


def test_a_regression_model_is_exported_with_its_utility(tmp_path, toy_settings):
    pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    settings = toy_settings.model_copy(update={"head": "regression", "prompt": "token", "epochs": 2})
    folder = train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m", with_baselines=False).path
    model = load_value_model(folder, bf16=False)
    path = export_onnx(model, tmp_path / "model.onnx").path
    logits, utilities = run_onnx(path, rows_of(model, ["POWER"] * 3, TEXTS))
    assert logits.shape == (3, 1)
    assert utilities == pytest.approx(model.predict_pairs(["POWER"] * 3, TEXTS), abs=1e-4)


def test_what_cannot_be_written_leaves_nothing(tmp_path, model, monkeypatch):
    with pytest.raises(ExportError, match=r"name it \.onnx"):
        export_onnx(model, tmp_path / "model.pt")
    monkeypatch.setattr("valuenet.models.export.onnx.find_spec", lambda name: None)
    with pytest.raises(ExportError, match=r"needs onnx, onnxscript, onnxruntime: `pip install 'valuenet\[onnx\]'`"):
        export_onnx(model, tmp_path / "model.onnx")
    with pytest.raises(ExportError, match="fastText"):
        export_onnx(object(), tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


def test_a_file_whose_numbers_differ_is_not_kept(tmp_path, model, exported, monkeypatch):
    monkeypatch.setattr("valuenet.models.export.onnx._difference", lambda *_: 0.5)
    with pytest.raises(ExportError, match=r"differ from torch's by 0\.5000; nothing was written"):
        export_onnx(model, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []
