import pytest

from tests.models.conftest import toy_rows
from valuenet.models import ValueModel
from valuenet.models.interpret.explain import ExplanationError, ExplanationSettings, explain_text
from valuenet.models.values.model import EncoderModel
from valuenet.models.values.training import train_value
from valuenet.warehouse.vocabulary import VALUES, UnknownValueError

TEXT = "he hurt my mom today"


@pytest.fixture(scope="module")
def model(toy_model):
    return ValueModel.load(toy_model.path, bf16=False)


@pytest.fixture(scope="module")
def regression(tmp_path_factory, toy_settings):
    settings = toy_settings.model_copy(update={"head": "regression", "prompt": "token", "epochs": 6})
    out = tmp_path_factory.mktemp("models") / "regression"
    folder = train_value(toy_rows(), toy_rows(("a",)), settings, out=out, with_baselines=False).path
    return ValueModel.load(folder, bf16=False)


def test_the_word_that_hinders_carries_the_most(model):
    found = model.explain(TEXT, "BENEVOLENCE")
    words = found.words.set_index("word")["contribution"]
    assert list(words.index) == TEXT.split()
    assert words.abs().idxmax() == "hurt"
    assert words["hurt"] < -0.1


@pytest.mark.parametrize("name", ["model", "regression"])
def test_the_parts_add_up_to_the_utility_above_the_baseline(name, request):
    judge = request.getfixturevalue(name)
    found = judge.explain(TEXT)
    assert found.totals["value"].tolist() == list(VALUES)
    assert found.totals["error"].abs().max() <= ExplanationSettings().tolerance
    for row in found.totals.to_dict("records"):
        parts = found.words.loc[found.words["value"] == row["value"], "contribution"].sum()
        assert parts == pytest.approx(row["explained"])
        assert row["explained"] - row["error"] == pytest.approx(row["utility"] - row["baseline"])
    assert found.totals["utility"].to_numpy() == pytest.approx(judge.predict([TEXT])[0], abs=1e-4)


def test_the_baseline_is_the_utility_of_the_text_with_every_word_masked(model):
    found = model.explain("he saw a dog", "POWER").totals
    masked = model.predict_pairs(["POWER"], ["[MASK] [MASK] [MASK] [MASK]"])[0]
    assert found["baseline"][0] == pytest.approx(masked, abs=1e-5)


def test_words_stand_where_they_stand_in_the_text_with_their_pieces_together(regression):
    text = "  He hurt, my\nmom's   dog!"
    words = regression.explain(text, "POWER").words
    assert words["word"].tolist() == ["He", "hurt", ",", "my", "mom's", "dog", "!"]
    assert [text[row.start : row.end] for row in words.itertuples()] == words["word"].tolist()
    assert words["read"].all()
    assert words["place"].tolist() == list(range(1, 8))


def test_words_behind_the_longest_input_are_told_as_unread(model):
    text = " ".join(["we saw a dog"] * 20)
    words = model.explain(text, "POWER").words
    assert len(words) == 80
    assert 0 < words["read"].sum() < 32
    assert (words.loc[~words["read"], "contribution"] == 0).all()


def test_steps_double_until_the_parts_add_up_or_the_most_is_reached(model):
    start = ExplanationSettings(steps=1, tolerance=1e-9, max_steps=8)
    total = explain_text(model.scorer, TEXT, ["POWER"], start).totals.iloc[0]
    assert total["steps"] == 8
    enough = explain_text(model.scorer, TEXT, ["POWER"], ExplanationSettings(steps=1, tolerance=2.0)).totals.iloc[0]
    assert enough["steps"] == 1


def test_the_same_text_is_explained_the_same_each_time(model):
    assert model.explain(TEXT, "POWER").words.equals(model.explain(TEXT, "[POWER]").words)


def test_a_text_without_words_and_an_unknown_value_are_refused(model):
    with pytest.raises(ExplanationError, match="has no words to explain"):
        model.explain(" \n ")
    with pytest.raises(UnknownValueError, match="unknown value 'fame'"):
        model.explain(TEXT, "fame")


def test_a_tokenizer_that_does_not_tell_where_its_pieces_stand_is_refused(model, monkeypatch):
    class Slow:
        is_fast = False

    monkeypatch.setattr(model.scorer, "tokenizer", Slow())
    with pytest.raises(ExplanationError, match="no tokenizer that tells where"):
        model.explain(TEXT)


def test_pieces_that_begin_with_the_blank_before_them_belong_to_their_word(regression, monkeypatch):
    plain = regression.explain(TEXT, "POWER").words["contribution"].to_numpy()

    class Encoded(dict):
        def sequence_ids(self):
            return self["sequences"]

    class WithBlanks:
        """The tokenizer, with places as a byte-level one may give them: each piece takes the blank before it."""

        def __getattr__(self, name):
            return getattr(tokenizer, name)

        def __call__(self, *texts, return_offsets_mapping=False, **asked):
            if not return_offsets_mapping:
                return tokenizer(*texts, **asked)
            found = tokenizer(*texts, return_offsets_mapping=True, **asked)
            places = [(max(start - 1, 0), end) if end > start else (0, 0) for start, end in found["offset_mapping"]]
            return Encoded(found, offset_mapping=places, sequences=found.sequence_ids())

    tokenizer = regression.scorer.tokenizer
    monkeypatch.setattr(regression.scorer, "tokenizer", WithBlanks())
    assert regression.explain(TEXT, "POWER").words["contribution"].to_numpy() == pytest.approx(plain, abs=1e-6)


def test_an_encoder_with_a_decoder_is_explained_whole(model):
    import torch
    from transformers import AutoTokenizer, BartConfig, BartForSequenceClassification

    tokenizer = AutoTokenizer.from_pretrained(model.record.settings.encoder)
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    torch.manual_seed(1)
    wide = {"d_model": 16, "encoder_ffn_dim": 32, "decoder_ffn_dim": 32}
    layers = dict.fromkeys(("encoder_layers", "decoder_layers"), 1)
    heads = dict.fromkeys(("encoder_attention_heads", "decoder_attention_heads"), 2)
    special = {"eos_token_id": tokenizer.sep_token_id, "pad_token_id": 0, "decoder_start_token_id": 2, "init_std": 0.5}
    config = BartConfig(vocab_size=len(tokenizer), num_labels=3, **wide, **layers, **heads, **special)
    judge = ValueModel(
        EncoderModel(tokenizer, BartForSequenceClassification(config), model.record, bf16=False, batch_size=8)
    )
    found = judge.explain(TEXT, "POWER")
    assert abs(found.totals["error"][0]) < 0.01
    assert found.words["contribution"].abs().max() > 0.005
