from tests.models.arguments import toy_arguments
from valuenet.models.detector.inputs import encode_texts, second_segments


def test_a_premise_stands_first_and_stance_and_conclusion_second(tiny_encoder):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    rows = toy_arguments(("i",)).rows.head(1)
    assert second_segments(rows) == ["in favor of the my mom"]
    both, alone = encode_texts(tokenizer, ["i helped", "the cake"], [second_segments(rows)[0], None], 32)
    assert tokenizer.decode(alone["input_ids"]) == "[CLS] the cake [SEP]"
    assert tokenizer.decode(both["input_ids"]).startswith("[CLS] i helped [SEP]")
    assert tokenizer.decode(both["input_ids"]).endswith("the my mom [SEP]")
    assert set(both["token_type_ids"]) == {0, 1}


def test_the_longer_segment_is_cut(tiny_encoder):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    row = encode_texts(tokenizer, ["cake " * 50], ["my mom"], 16)[0]
    assert len(row["input_ids"]) == 16
    assert tokenizer.decode(row["input_ids"]).endswith("[SEP] my mom [SEP]")
