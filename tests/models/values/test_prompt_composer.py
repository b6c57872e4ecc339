"""Composed prompts have the tokenizer's own ids, whatever the text."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from valuenet.models.values.encoder import load_encoder
from valuenet.models.values.prompt_composer import PromptComposer
from valuenet.models.values.prompts import encode_prompts
from valuenet.warehouse.vocabulary import VALUES

STYLES = ("token", "pair", "definition", "none")
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(["i", "saw", "[SEP]", "[POWER]", "[MASK]", " ", "\n", "naïve", "-", "\u0301e", "mom"])
    ).map(" ".join),
    st.integers(20, 200).map(lambda n: "mom and dog " * n),
)


@pytest.fixture(scope="module")
def composers(tiny_encoder):
    tokenizers = {style: load_encoder(str(tiny_encoder), prompt=style).tokenizer for style in STYLES}
    return {
        (style, length): PromptComposer(tokenizers[style], style, length) for style in STYLES for length in (32, 128)
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=3))
@pytest.mark.parametrize("length", [32, 128])
@pytest.mark.parametrize("style", STYLES)
def test_a_text_tokenised_once_gives_the_ids_the_tokenizer_gives_for_each_pair(composers, style, length, texts):
    composer = composers[style, length]
    values = [value for _ in texts for value in range(10)]
    places = [place for place in range(len(texts)) for _ in VALUES]
    found = composer.encode(values, places, texts)
    wanted = encode_prompts(composer.tokenizer, [VALUES[v] for v in values], [texts[p] for p in places], style, length)
    assert composer.composes
    assert found == wanted


@pytest.mark.parametrize("style", STYLES)
def test_a_byte_pair_tokenizer_with_double_separators_composes_too(tmp_path, style):
    tokenizer = _byte_pairs(tmp_path)
    composer = PromptComposer(tokenizer, style, 128)
    texts = ["i saw", " a dog", "", "mom " * 160]
    found = composer.encode([4] * 4, range(4), texts)
    assert composer.composes
    assert found == encode_prompts(tokenizer, [VALUES[4]] * 4, texts, style, 128)


def test_a_tokenizer_that_cuts_from_the_left_is_asked_for_every_pair(tiny_encoder):
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder, truncation_side="left")
    composer = PromptComposer(tokenizer, "pair", 32)
    texts = ["i saw " * 30]
    assert not composer.composes
    assert composer.encode([0], [0], texts) == encode_prompts(tokenizer, [VALUES[0]], texts, "pair", 32)


def test_a_limit_that_leaves_no_room_for_a_text_is_left_to_the_tokenizer(tiny_encoder):
    assert not PromptComposer(AutoTokenizer.from_pretrained(tiny_encoder), "pair", 5).composes


@pytest.mark.parametrize("side", ["left", "right"])
def test_rows_are_padded_as_the_tokenizer_pads_them(tiny_encoder, side):
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder, padding_side=side)
    composer = PromptComposer(tokenizer, "pair", 32)
    rows = composer.encode([0, 4], [0, 1], ["i saw a dog", "we"])
    wanted = tokenizer.pad([dict(row) for row in rows], return_tensors="np")
    for name, column in composer.pad(rows).items():
        assert column.tolist() == wanted[name].tolist()


def _byte_pairs(folder):
    """A tokenizer like RoBERTa's: blanks belong to words, two separators between the segments."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    from valuenet.models.values.prompts import VALUE_TOKENS

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {entry: at for at, entry in enumerate(["<s>", "<pad>", "</s>", "<unk>", *letters])}
    core = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    named = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=core, **named)
    tokenizer.add_special_tokens({"additional_special_tokens": list(VALUE_TOKENS.values())})
    tokenizer.save_pretrained(folder)
    return AutoTokenizer.from_pretrained(folder)
