"""Heads on a second, frozen encoder say what to learn of the values that nobody judged; the model stands without it."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy

from tests.models.conftest import toy_rows
from valuenet.models import ValueModel
from valuenet.models.encoding.frozen_heads import COMPANION_FILE
from valuenet.models.encoding.packaged import EncoderNotFoundError
from valuenet.models.training.length_buckets import LengthBuckets
from valuenet.models.values.all_values import KnownPairsLoss, add_taught, targets_by_text
from valuenet.models.values.companion_training import FrozenHeads, learn_heads
from valuenet.models.values.heads import UtilityLoss
from valuenet.models.values.inputs import encode_rows
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.presets import UnknownVariantError, changed, named_preset
from valuenet.models.values.rows import check_rows
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.trainer import _loss
from valuenet.models.values.training import Parts, itemise_training, train_value

TEXTS = ["we helped my mom", "he hurt a dog today", "i saw the table"]


@pytest.fixture(scope="module")
def settings(toy_settings) -> ValueTrainingSettings:
    changes = {"prompt": "none", "teacher": toy_settings.encoder, "epochs": 20}
    return toy_settings.model_copy(update=changes)


@pytest.fixture(scope="module")
def trained(tmp_path_factory, settings):
    out = tmp_path_factory.mktemp("models") / "taught"
    return train_value(toy_rows(), toy_rows(("a",)), settings, out=out, with_baselines=False)


def test_what_nobody_judged_is_what_the_teacher_says_and_a_label_stays_a_label():
    targets = np.full((1, 10, 3), np.nan, dtype=np.float32)
    targets[0, 4] = [0, 0, 1]
    taught = np.tile(np.array([0.2, 0.5, 0.3], dtype=np.float32), (1, 10, 1))
    found = add_taught(targets, taught)
    assert found.shape == (1, 10, 4)
    assert found[0, 4].tolist() == [0, 0, 1, 1]
    assert found[0, 3] == pytest.approx([0.2, 0.5, 0.3, 0])


def test_the_teacher_counts_by_its_weight_beside_the_labels():
    torch.manual_seed(1)
    logits, targets = torch.randn(2, 30), torch.rand(2, 10, 3).softmax(-1)
    judged = torch.zeros(2, 10, 1)
    judged[0, 1], judged[1, 7] = 1, 1
    labels, known = torch.cat([targets, judged], dim=2), judged[..., 0] > 0
    each = logits.view(2, 10, 3)
    own, beside = cross_entropy(each[known], targets[known]), cross_entropy(each[~known], targets[~known])
    found = KnownPairsLoss(UtilityLoss("classes"), 0.5)({"logits": logits}, labels)
    assert float(found) == pytest.approx(float(own + 0.5 * beside), abs=1e-6)


def test_a_batch_that_is_judged_whole_leaves_the_teacher_nothing_to_say():
    torch.manual_seed(1)
    logits, targets = torch.randn(2, 30), torch.rand(2, 10, 3).softmax(-1)
    loss = KnownPairsLoss(UtilityLoss("classes"), 3.0)
    found = loss({"logits": logits}, torch.cat([targets, torch.ones(2, 10, 1)], dim=2))
    assert float(found) == pytest.approx(float(loss({"logits": logits}, targets)), abs=1e-6)


def test_the_weights_of_classes_are_those_of_the_labels_alone(settings, tiny_encoder):
    from transformers import AutoTokenizer

    rows, tokenizer = toy_rows(("i",)).iloc[:5], AutoTokenizer.from_pretrained(tiny_encoder)
    balanced = settings.model_copy(update={"class_weights": "balanced"})
    plain = encode_rows(tokenizer, rows, balanced, votes=False)
    taught = encode_rows(tokenizer, rows, balanced, votes=False, teacher=lambda t: np.full((len(t), 10, 3), 1 / 3))
    assert _loss(taught, balanced).loss.weights == _loss(plain, balanced).loss.weights


def test_the_teacher_s_answers_are_means_over_its_heads_for_every_text_and_value(settings, tmp_path):
    rows = check_rows(toy_rows(), "train")
    taught = learn_heads(settings.teacher, rows, settings, progress=False)
    texts = [taught.texts[5], taught.texts[0]]
    answers = taught.answers(texts)
    assert (answers.shape, len(taught.heads)) == ((2, 10, 3), 2)
    assert answers.sum(axis=2) == pytest.approx(np.ones((2, 10)), abs=1e-6)
    by_companion = settings.model_copy(update={"companion": settings.teacher, "teacher": None})
    train_value(rows, rows, by_companion.model_copy(update={"epochs": 1}), out=tmp_path / "m", with_baselines=False)
    same = load_value_model(tmp_path / "m", bf16=False).companion.probabilities([3, 3], texts)
    assert answers[:, 3] == pytest.approx(same, abs=1e-6)  # what teaches is what stands beside a mixture


def test_values_that_nobody_judged_are_learned_from_the_teacher(settings, tmp_path, monkeypatch):
    class Decided(FrozenHeads):
        """A teacher of one opinion."""

        def answers(self, texts):
            return np.tile(np.array([0.2, 0.7, 0.1], dtype=np.float32), (len(texts), 10, 1))

    monkeypatch.setattr("valuenet.models.values.training.learn_heads", lambda *_, **__: Decided((), [], [], None))
    texts, targets = targets_by_text(toy_rows(), "classes", votes=False)
    unknown, off = np.isnan(targets[..., 0]), {}
    for weight in (0.01, 100.0):  # the tiny encoder cannot follow label and teacher both
        kept = {"best_by": "last", "early_stopping_patience": 0}
        heard = settings.model_copy(update={"teacher_weight": weight, **kept})
        out = tmp_path / f"{weight:g}"
        made = train_value(toy_rows(), toy_rows(("a",)), heard, out=out, with_baselines=False)
        found = load_value_model(made.path, bf16=False).predict_probabilities(texts)[unknown]
        off[weight] = abs(found.mean(axis=0) - [0.2, 0.7, 0.1]).max()
    assert off[100] < 0.05 < 0.2 < off[0.01]


def test_the_folder_stands_without_the_teacher(trained, monkeypatch):
    def missing(*_, **__):
        raise EncoderNotFoundError("not there")

    monkeypatch.setattr("valuenet.models.encoding.text_vectors.TextVectors.load", missing)
    model = load_value_model(trained.path)
    assert model.companion is None
    assert not (trained.path / COMPANION_FILE).exists()
    assert model.predict(TEXTS).shape == (3, 10)
    assert ValueModel(model).explain(TEXTS[0]) is not None
    card = (trained.path / "README.md").read_text()
    assert "| teacher |" in card


def test_a_missing_teacher_is_missed_before_anything_is_trained(tmp_path, settings):
    lost = settings.model_copy(update={"teacher": str(tmp_path / "nowhere")})
    with pytest.raises(EncoderNotFoundError, match="nowhere"):
        train_value(toy_rows(), toy_rows(("a",)), lost, out=tmp_path / "m", with_baselines=False)
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    "said", [{"head": "regression"}, {"prompt": "pair"}, {"prompt": "auto"}, {"encoder": "fasttext"}]
)
def test_a_teacher_wants_probabilities_for_all_values_at_once(said):
    with pytest.raises(UnknownVariantError, match="teacher 'mpnet' answers for all ten values"):
        changed(ValueTrainingSettings(), **{"prompt": "none", "teacher": "mpnet", **said})


def test_a_taught_run_that_was_killed_goes_on_and_ends_alike(tmp_path, settings, monkeypatch):
    brief, rows, others = settings.model_copy(update={"epochs": 3}), toy_rows(), toy_rows(("a",))
    whole = train_value(rows, others, brief, out=tmp_path / "whole", with_baselines=False)

    def killed_in_the_second(self, *_, **__):
        if self.epoch == 1:
            raise KeyboardInterrupt
        return first_epoch(self)

    first_epoch = LengthBuckets.__iter__
    monkeypatch.setattr(LengthBuckets, "__iter__", killed_in_the_second)
    with pytest.raises(KeyboardInterrupt):
        train_value(rows, others, brief, out=tmp_path / "m", with_baselines=False)
    monkeypatch.undo()
    again = train_value(rows, others, brief, out=tmp_path / "m", with_baselines=False)
    assert again.record == whole.record
    first, second = (load_file(made.path / "model.safetensors") for made in (whole, again))
    assert all((first[name] == tensor).all() for name, tensor in second.items())


def test_the_preset_has_mpnet_teach_the_one_pass_model():
    preset = named_preset("taught", ValueTrainingSettings(seed=7, head="regression"))
    assert (preset.teacher, preset.companion, preset.head, preset.style) == ("mpnet", None, "classes", "none")
    assert (preset.encoder, preset.epochs, preset.seed) == ("minilm", 3, 7)
    assert named_preset("pair", preset).teacher is None
    assert named_preset("fasttext", preset).teacher is None


def test_the_teacher_stands_in_the_recipe_only_where_there_is_one(settings):
    rows = toy_rows()
    parts = Parts(rows, rows, None)
    recipes = {itemise_training(parts, settings.model_copy(update=said)).key() for said in ({}, {"teacher": None})}
    assert len(recipes) == 2
    none = settings.model_copy(update={"teacher": None})
    assert (
        itemise_training(parts, none).key()
        == itemise_training(parts, none.model_copy(update={"teacher_weight": 9.0})).key()
    )
