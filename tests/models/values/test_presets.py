"""The paper's variants by name; real architectures of tiny size, since nothing loads from the hub here."""

from pathlib import Path

import pytest
import torch
from tokenizers import ByteLevelBPETokenizer

from tests.models.conftest import toy_rows
from valuenet.models import ValueModel
from valuenet.models.encoding.encoders import FASTTEXT
from valuenet.models.interpret.explain import NoGradientsError
from valuenet.models.values.fasttext_model import FastTextModel
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.presets import HUB_NAMES, PRESETS, UnknownVariantError, changed, named_preset, parse_variant
from valuenet.models.values.record import NotAValueModelError
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.training import train_value
from valuenet.warehouse.vocabulary import VALUES

SIZES = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}


def _byte_level(folder: Path) -> int:
    """Save a tokenizer as RoBERTa and BART have it, learned from the toy rows; return the size of its vocabulary."""
    from transformers import RobertaTokenizer

    learned = ByteLevelBPETokenizer()
    words = [*toy_rows()["scenario"], *(value.lower() for value in VALUES)]
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    learned.train_from_iterator(words, vocab_size=400, special_tokens=special, show_progress=False)
    learned.save_model(str(folder))
    tokenizer = RobertaTokenizer.from_pretrained(folder, vocab=str(folder / "vocab.json"))
    tokenizer.save_pretrained(folder)
    return len(tokenizer)


@pytest.fixture(scope="module")
def encoders(tiny_encoder, tmp_path_factory) -> dict[str, str]:
    """A folder per architecture of the paper, with random weights."""
    from transformers import (
        AutoTokenizer,
        BartConfig,
        BartModel,
        DistilBertConfig,
        DistilBertModel,
        RobertaConfig,
        RobertaModel,
    )

    torch.manual_seed(3)
    folders = {name: tmp_path_factory.mktemp(name) for name in ("distilbert", "roberta", "bart")}
    words = AutoTokenizer.from_pretrained(tiny_encoder)
    words.save_pretrained(folders["distilbert"])
    small = DistilBertConfig(
        vocab_size=len(words), dim=16, n_layers=2, n_heads=2, hidden_dim=32, max_position_embeddings=64
    )
    DistilBertModel(small).save_pretrained(folders["distilbert"])
    entries = _byte_level(folders["roberta"])
    roberta = RobertaConfig(vocab_size=entries, max_position_embeddings=66, type_vocab_size=1, **SIZES)
    RobertaModel(roberta).save_pretrained(folders["roberta"])
    entries = _byte_level(folders["bart"])
    halves = {f"{half}_{key}": size for half in ("encoder", "decoder") for key, size in _BART.items()}
    ids = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
    bart = BartConfig(vocab_size=entries, d_model=16, max_position_embeddings=64, **halves, **ids)
    BartModel(bart).save_pretrained(folders["bart"])
    return {"bert": str(tiny_encoder), **{name: str(folder) for name, folder in folders.items()}}


_BART = {"layers": 2, "attention_heads": 2, "ffn_dim": 32}


@pytest.mark.parametrize("name", HUB_NAMES)
def test_every_transformer_of_the_paper_trains_as_the_paper_says_and_loads_again(tmp_path, encoders, name):
    settings = changed(named_preset(name), encoder=encoders[name], epochs=1, learning_rate=1e-3, max_length=32)
    found = train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m", with_baselines=False)
    model = load_value_model(found.path)
    assert model.predict(["i helped my mom", "we hurt a dog today"]).shape == (2, 10)
    assert model.evaluate(toy_rows(("a",))).mse == pytest.approx(found.record.metrics.mse, abs=1e-3)
    assert model.model.config.num_labels == (3 if name == "bart" else 1)
    assert len(model.tokenizer("[POWER]", add_special_tokens=False)["input_ids"]) == 1


@pytest.mark.parametrize("name", HUB_NAMES)
@pytest.mark.parametrize(("head", "prompt"), [("classes", "pair"), ("regression", "definition")])
def test_every_encoder_takes_either_head_and_a_text_pair(tmp_path, encoders, name, head, prompt):
    settings = ValueTrainingSettings(encoder=encoders[name], head=head, prompt=prompt, epochs=1, min_steps=0)
    found = train_value(toy_rows(("i",)), toy_rows(("a",)), settings, out=tmp_path / "m", with_baselines=False)
    assert found.record.metrics.rows == 21


def test_fasttext_is_a_value_model_like_any_other(tmp_path):
    settings = named_preset(FASTTEXT)
    found = train_value(toy_rows(), toy_rows(("a",)), settings, out=tmp_path / "m", test=toy_rows(("the",)))
    model = load_value_model(found.path)
    assert isinstance(model, FastTextModel)
    assert found.record.metrics.confusion == found.record.baselines["fastText"].confusion
    assert model.predict([]).shape == (0, 10)
    shares = model.score_pairs(["POWER", "SECURITY"], ["i helped my mom", "we hurt a dog"]).probabilities
    assert shares.sum(axis=1) == pytest.approx([1, 1], abs=1e-6)
    with pytest.raises(NoGradientsError, match="cannot explain"):
        ValueModel(model).explain("i helped my mom")
    assert "plain fastText model" in (found.path / "README.md").read_text()
    whole = (found.path / "fasttext.bin").read_bytes()
    for damaged in (whole[:10], whole[:-8], whole[:-8] + bytes(8), b""):
        (found.path / "fasttext.bin").write_bytes(damaged)
        with pytest.raises(NotAValueModelError, match=r"fasttext\.bin is not the file that was written"):
            load_value_model(found.path)
    (found.path / "fasttext.bin").unlink()
    with pytest.raises(NotAValueModelError, match="does not load"):
        load_value_model(found.path)


def test_the_papers_models_have_the_papers_heads_and_rates():
    for name in HUB_NAMES:
        preset = named_preset(name)
        assert (preset.prompt, preset.epochs, preset.learning_rate) == ("token", 40, 5e-6)
        assert preset.head == ("classes" if name == "bart" else "regression")
    assert named_preset("paper") == named_preset("bert")


def test_minilm_and_fasttext_take_the_rest_from_the_settings_given():
    start = ValueTrainingSettings(encoder="some/encoder", seed=7)
    assert named_preset("default", start) == start
    assert (named_preset("minilm", start).encoder, named_preset("minilm", start).seed) == ("minilm", 7)
    assert named_preset("fasttext", start).seed == 7


def test_the_one_pass_preset_is_told_no_value_and_keeps_its_last_epoch_unless_the_rows_are_few():
    settings = named_preset("one-pass", ValueTrainingSettings(seed=7))
    assert (settings.encoder, settings.prompt, settings.seed) == ("minilm", "none", 7)
    assert settings.for_rows(16_030, 14_049).best_by == "last"
    assert (settings.for_rows(600, 600).best_by, settings.for_rows(600, 600).epochs) == ("mse", 11)


def test_a_variant_names_encoder_head_and_prompt():
    made = parse_variant("minilm:regression:token", seed=4)
    assert (made.encoder, made.head, made.prompt, made.seed) == ("minilm", "regression", "token", 4)
    assert parse_variant("microsoft/deberta-v3-small::definition").prompt == "definition"
    assert parse_variant("roberta", epochs=2).epochs == 2
    assert parse_variant("roberta-base", epochs=2).min_steps == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot read variant ''"),
        ("minilm:classes:pair:more", "write encoder, encoder:head or encoder:head:prompt"),
        ("minilm:softmax", "head 'softmax' is none of classes, regression"),
        ("minilm::prefix", "prompt 'prefix' is none of token, pair, definition"),
        ("fasttext:regression", "encoder 'fasttext' has three classes only"),
    ],
)
def test_a_variant_that_cannot_be_made_is_refused(text, message):
    with pytest.raises(UnknownVariantError, match=message):
        parse_variant(text)


def test_an_unknown_preset_lists_those_there_are():
    with pytest.raises(UnknownVariantError, match=", ".join(PRESETS)):
        named_preset("albert")
