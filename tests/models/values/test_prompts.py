import pytest

from valuenet.models.values.encoder import load_encoder
from valuenet.models.values.prompts import DEFINITIONS, VALUE_TOKENS, encode_prompts, first_segment
from valuenet.warehouse.vocabulary import VALUES


def _tokens(encoder, row):
    return encoder.tokenizer.convert_ids_to_tokens(row["input_ids"])


def test_there_is_one_token_and_one_definition_per_value():
    assert list(VALUE_TOKENS) == list(DEFINITIONS) == list(VALUES)
    assert VALUE_TOKENS["SELF-DIRECTION"] == "[SELF-DIRECTION]"


def test_first_segment_is_token_name_or_name_with_definition():
    assert first_segment("POWER", "token") == "[POWER]"
    assert first_segment("POWER", "pair") == "power"
    assert first_segment("POWER", "definition").startswith("power: ")


def test_the_papers_prompt_is_cls_value_text(tiny_encoder):
    encoder = load_encoder(tiny_encoder, prompt="token")
    row = encode_prompts(encoder.tokenizer, ["SECURITY"], ["I saw mom"], "token", 16)[0]
    assert _tokens(encoder, row) == ["[CLS]", "[SECURITY]", "i", "saw", "mom", "[SEP]"]


def test_a_pair_holds_the_name_as_its_first_segment(tiny_encoder):
    encoder = load_encoder(tiny_encoder, prompt="pair")
    row = encode_prompts(encoder.tokenizer, ["SECURITY"], ["I saw mom"], "pair", 16)[0]
    assert _tokens(encoder, row) == ["[CLS]", "security", "[SEP]", "i", "saw", "mom", "[SEP]"]
    assert row["token_type_ids"] == [0, 0, 0, 1, 1, 1, 1]


@pytest.mark.parametrize("style", ["token", "pair", "definition"])
def test_a_long_text_is_cut_and_the_value_stays(tiny_encoder, style):
    encoder = load_encoder(tiny_encoder, prompt=style)
    row = encode_prompts(encoder.tokenizer, ["POWER"], ["i saw mom " * 40], style, 30)[0]
    assert len(row["input_ids"]) == 30
    assert _tokens(encoder, row)[1] in {"[POWER]", "power"}


def test_a_new_token_starts_where_the_mean_of_its_name_stands(tiny_encoder):
    encoder = load_encoder(tiny_encoder, prompt="token")
    vectors, tokenizer = encoder.model.get_input_embeddings().weight, encoder.tokenizer
    parts = tokenizer.convert_tokens_to_ids(["self", "-", "direction"])
    own = tokenizer.convert_tokens_to_ids("[SELF-DIRECTION]")
    assert vectors.shape[0] == len(tokenizer)
    assert vectors[own].tolist() == pytest.approx(vectors[parts].mean(dim=0).tolist(), abs=1e-6)
