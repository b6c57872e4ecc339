"""`valuenet train emotion` from end to end with an encoder of sixteen numbers."""

import json

import pytest

from valuenet.models.emotion.model import EmotionModel

SENTENCES = {"helped": (4.0, 3.0), "saw": (3.0, 2.8), "hurt": (2.0, 3.8)}


@pytest.fixture
def emobank(tmp_path):
    rows = [
        f"{part}{n}{verb},{part},{v},{a},3,{who} {verb} the {what}"
        for part in ("train", "dev", "test")
        for n, (who, what) in enumerate([("i", "dog"), ("we", "boss"), ("he", "cake"), ("i", "table")])
        for verb, (v, a) in SENTENCES.items()
    ]
    path = tmp_path / "emobank.csv"
    path.write_text("\n".join(["id,split,V,A,D,text", *rows]) + "\n")
    return path


@pytest.fixture
def small_encoder(tmp_path):
    torch = pytest.importorskip("torch")
    from transformers import BertConfig, BertModel, BertTokenizer

    torch.set_num_threads(1)
    torch.manual_seed(1)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "i", "we", "he", "the", "dog", "boss", "cake", "table"]
    words += list(SENTENCES)
    BertTokenizer(vocab={word: at for at, word in enumerate(words)}).save_pretrained(tmp_path / "encoder")
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=32, **sizes)).save_pretrained(
        tmp_path / "encoder"
    )
    return str(tmp_path / "encoder")


def test_a_reader_is_trained_printed_and_used_by_settings(said, emobank, small_encoder, tmp_path):
    out = tmp_path / "reader"
    code, printed, err = said("train", "emotion", str(emobank), "--out", str(out), "--encoder", small_encoder)
    assert code == 0
    assert "VADER" in printed
    assert f"card: {out}" in err
    assert EmotionModel.load(out).record.data == {"train": 12, "dev": 12}
    code, printed, _ = said("train", "emotion", str(emobank), "--out", str(out), "--encoder", small_encoder, "--json")
    assert json.loads(printed)["rows"] == 12
    talk = {"dialog": [{"speaker": "seeker", "content": "he helped the dog"}]}
    (tmp_path / "talks").mkdir()
    (tmp_path / "talks" / "talks.json").write_text(json.dumps([talk]))
    code, printed, _ = said("check", "esconv", str(tmp_path / "talks"), "--emotion", str(out), "--json")
    assert (code, json.loads(printed)["emotion"][:10]) == (0, "emotion-r-")


def test_what_is_no_emobank_ends_with_2(said, tmp_path, monkeypatch):
    code, _, err = said("train", "emotion", str(tmp_path / "none.csv"), "--out", str(tmp_path / "reader"))
    assert (code, "give the file emobank.csv" in err) == (2, True)
    monkeypatch.setattr("valuenet.flows.modelling.emotion.models_installed", lambda: False)
    code, _, err = said("train", "emotion", str(tmp_path / "none.csv"), "--out", str(tmp_path / "reader"))
    assert (code, "needs torch and transformers" in err) == (2, True)
