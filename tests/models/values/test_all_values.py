"""Ten values on one pass: what is learned, what is answered, and the same numbers in every way of asking."""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from transformers import pipeline

from tests.models.conftest import toy_rows
from valuenet.models import ValueModel
from valuenet.models.export.one_value import OneValueError, write_one_value
from valuenet.models.values.all_values import KnownPairsLoss, known_pairs, of_values, targets_by_text
from valuenet.models.values.encoder import load_encoder
from valuenet.models.values.heads import UtilityLoss
from valuenet.models.values.inputs import count_inputs
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.targets import VOTES
from valuenet.models.values.trainer import layered_optimizer, measure_epoch
from valuenet.models.values.training import train_value
from valuenet.warehouse.vocabulary import VALUES

TEXTS = ["we helped my mom", "he hurt a dog today", "i saw the table"]
ROWS = pd.DataFrame(
    [("POWER", "b", 1), ("SECURITY", "b", -1), ("POWER", "a", 0), ("POWER", "a", 1)],
    columns=["value", "scenario", "utility"],
)
POWER, SECURITY = VALUES.index("POWER"), VALUES.index("SECURITY")


@pytest.fixture(scope="module", params=["classes", "regression"])
def trained(request, tmp_path_factory, toy_settings):
    changes = {"prompt": "none", "head": request.param, "early_stopping_patience": 0}
    out = tmp_path_factory.mktemp("models") / request.param
    settings = toy_settings.model_copy(update=changes)
    return train_value(toy_rows(), toy_rows(("a",)), settings, out=out, with_baselines=False)


@pytest.fixture(scope="module")
def model(trained):
    return load_value_model(trained.path, bf16=False)


def test_a_text_has_targets_under_its_own_values_and_rows_of_one_pair_count_by_their_mean():
    texts, targets = targets_by_text(ROWS, "classes", votes=False)
    assert texts == ["a", "b"]
    assert targets.shape == (2, 10, 3)
    assert targets[1, POWER].tolist() == [0, 0, 1]
    assert targets[1, SECURITY].tolist() == [1, 0, 0]
    assert targets[0, POWER].tolist() == [0, 0.5, 0.5]
    assert np.isnan(targets).sum() == (20 - 3) * 3


def test_a_utility_is_the_target_of_the_regression_head_and_votes_where_they_are_learned():
    assert targets_by_text(ROWS, "regression", votes=False)[1][:, POWER, 0].tolist() == [0.5, 1]
    voted = ROWS.head(1).assign(**dict(zip(VOTES, (1, 0, 3), strict=True)))
    assert targets_by_text(voted, "classes", votes=True)[1][0, POWER].tolist() == [0.25, 0, 0.75]
    assert targets_by_text(voted, "regression", votes=True)[1][0, POWER].tolist() == [0.5]


def test_the_loss_is_the_mean_over_labelled_pairs_alone():
    targets = torch.from_numpy(targets_by_text(ROWS.head(2), "classes", votes=False)[1])
    logits = torch.zeros(1, 30)
    logits[0, 3 * POWER + 2] = math.log(2)  # shares 1/4, 1/4, 1/2 under POWER, thirds under SECURITY
    found = KnownPairsLoss(UtilityLoss("classes"))({"logits": logits}, targets)
    assert float(found) == pytest.approx((math.log(2) + math.log(3)) / 2)


def test_unlabelled_values_receive_no_gradient():
    targets = torch.from_numpy(targets_by_text(ROWS.head(1), "regression", votes=False)[1])
    logits = torch.zeros(1, 10, requires_grad=True)
    KnownPairsLoss(UtilityLoss("regression"))({"logits": logits}, targets).backward()
    assert logits.grad.abs().nonzero().tolist() == [[0, POWER]]


def test_validation_counts_labelled_pairs_alone():
    targets = targets_by_text(ROWS.head(2), "classes", votes=False)[1]
    logits = np.zeros((1, 30), dtype=np.float32)
    logits[0, [3 * POWER + 2, 3 * SECURITY + 2]] = 50  # yes and yes; true are yes and no
    assert measure_epoch(logits, targets, "classes") == pytest.approx({"accuracy": 0.5, "mse": 2.0})
    assert known_pairs(logits, targets)[0].shape == (2, 3)


def test_the_outputs_of_a_value_stand_where_its_place_says():
    logits = np.arange(60, dtype=np.float32).reshape(2, 30)
    assert of_values(logits, [1, 9], 3).tolist() == [[3, 4, 5], [57, 58, 59]]


def test_a_toy_task_is_learned_under_every_value(trained, toy_settings):
    assert trained.record.metrics.accuracy >= 0.9
    assert count_inputs(ROWS, trained.record.settings) == 2
    assert count_inputs(ROWS, toy_settings) == 4


def test_each_text_is_computed_once_however_many_values_are_asked(model, monkeypatch):
    computed = []
    forward = model.model.forward
    monkeypatch.setattr(
        model.model, "forward", lambda **kept: computed.append(len(kept["input_ids"])) or forward(**kept)
    )
    every = model.predict([*TEXTS, TEXTS[0]])
    assert sum(computed) == 3
    assert every.shape == (4, 10)
    assert (every[0] == every[3]).all()
    asked = [VALUES[4], VALUES[9], VALUES[4]]
    assert model.predict_pairs(asked, TEXTS) == pytest.approx(every[[0, 1, 2], [4, 9, 4]], abs=1e-5)


def test_the_words_add_up_to_the_utility_of_the_value_asked(model):
    found = ValueModel(model).explain("he hurt my mom today", "SECURITY")
    assert found.words["read"].all()
    assert abs(found.totals["error"][0]) <= 0.01
    assert found.totals["utility"][0] == pytest.approx(model.predict(["he hurt my mom today"])[0, SECURITY], abs=1e-4)


def test_a_folder_cut_down_to_one_value_is_a_plain_classifier_with_the_same_answers(model, tmp_path):
    folder = write_one_value(model, "security", tmp_path / "security")
    wanted = model.predict(TEXTS)[:, SECURITY]
    by_classes = model.record.settings.head == "classes"
    applied = "softmax" if by_classes else "sigmoid"
    judge = pipeline("text-classification", model=str(folder), top_k=None, function_to_apply=applied)
    for text, utility in zip(TEXTS, wanted, strict=True):
        shares = {found["label"]: found["score"] for found in judge([text])[0]}
        found = shares["yes"] - shares["no"] if by_classes else 2 * shares["utility"] - 1
        assert found == pytest.approx(utility, abs=1e-5)


def test_the_whole_folder_gives_its_logits_in_a_pipeline(trained, model):
    judge = pipeline("text-classification", model=str(trained.path), top_k=None, function_to_apply="none")
    found = {answer["label"]: answer["score"] for answer in judge(TEXTS[:1])[0]}
    if model.record.settings.head == "regression":
        assert np.tanh(found["POWER utility"] / 2) == pytest.approx(model.predict(TEXTS[:1])[0, POWER], abs=1e-5)
    else:
        shares = np.exp([found[f"POWER {label}"] for label in ("no", "unrelated", "yes")])
        assert (shares / shares.sum())[2] == pytest.approx(
            model.predict_probabilities(TEXTS[:1])[0, POWER, 2], abs=1e-5
        )


def test_a_model_told_its_value_and_a_folder_in_use_are_refused(toy_model, model, tmp_path):
    with pytest.raises(OneValueError, match="give the pipeline its own folder"):
        write_one_value(load_value_model(toy_model.path), "POWER", tmp_path / "new")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    with pytest.raises(OneValueError, match="is not empty"):
        write_one_value(model, "POWER", tmp_path / "full")


def test_onnx_gives_ten_utilities_per_text(model, tmp_path):
    pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    from valuenet.models.export.onnx import export_onnx, run_onnx

    written = export_onnx(model, tmp_path / "model.onnx")
    rows = model.tokenizer(TEXTS, padding=True, return_tensors="np")
    logits, utilities = run_onnx(written.path, {name: rows[name] for name in written.inputs})
    assert logits.shape[:2] == utilities.shape == (3, 10)
    assert utilities == pytest.approx(model.predict(TEXTS), abs=1e-4)


def test_the_last_epoch_is_kept_where_the_settings_say_so(tmp_path, toy_settings):
    changes = {"prompt": "none", "best_by": "last", "epochs": 3, "learning_rate": 1e-4}
    upside_down = toy_rows(("a",)).assign(utility=lambda rows: -rows["utility"])
    settings = toy_settings.model_copy(update=changes)
    record = train_value(toy_rows(("i",)), upside_down, settings, out=tmp_path / "m", with_baselines=False).record
    assert record.best_epoch == record.epochs_run == 3
    assert "the last of 3 epochs" in (tmp_path / "m" / "README.md").read_text()


def test_a_pooler_that_has_shrunk_is_made_new_where_all_values_are_answered_at_once(tiny_encoder):
    before = load_encoder(str(tiny_encoder)).model.bert.pooler.dense.weight
    assert (load_encoder(str(tiny_encoder)).model.bert.pooler.dense.weight == before).all()
    assert (load_encoder(str(tiny_encoder), prompt="none").model.bert.pooler.dense.weight != before).any()


def test_the_head_learns_faster_by_its_factor(tiny_encoder, toy_settings):
    settings = toy_settings.model_copy(update={"learning_rate": 0.1, "head_factor": 5.0, "layer_decay": 0.5})
    rates = {group["lr"] for group in layered_optimizer(load_encoder(str(tiny_encoder)).model, settings).param_groups}
    assert sorted(rates) == pytest.approx([0.0125, 0.025, 0.05, 0.5])
