"""A tiny encoder with random weights and a small vocabulary: it learns toy rows within seconds."""

from pathlib import Path

import pandas as pd
import pytest

from tests.models.arguments import toy_detector, toy_detector_settings  # noqa: F401  fixtures
from tests.session_folders import made_once
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.training import TrainedModel, train_value
from valuenet.warehouse.vocabulary import VALUES

WORDS = (
    "i",
    "we",
    "he",
    "helped",
    "hurt",
    "saw",
    "my",
    "the",
    "a",
    "mom",
    "friend",
    "boss",
    "dog",
    "table",
    "cake",
    "today",
)
TAILS = ("my mom", "my friend", "the boss", "a dog", "the table", "a cake", "my friend today")
VERBS = {"hurt": -1, "saw": 0, "helped": 1}


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory) -> Path:
    return made_once(tmp_path_factory, "tiny-encoder", _write_encoder)


def _write_encoder(folder: Path) -> None:
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    names = sorted({part for value in VALUES for part in value.lower().split("-")})
    entries = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *names, "-", ":", ","]
    BertTokenizer(vocab={entry: index for index, entry in enumerate(entries)}).save_pretrained(folder)
    torch.manual_seed(3)
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    config = BertConfig(vocab_size=len(entries), max_position_embeddings=64, **sizes)
    BertModel(config).save_pretrained(folder)


def toy_rows(who: tuple[str, ...] = ("i", "we", "he")) -> pd.DataFrame:
    """Helping promotes a value, hurting hinders it, seeing does neither: 21 rows per subject."""
    rows = [
        (VALUES[index % 10], f"{subject} {verb} {tail}", utility)
        for index, (subject, tail) in enumerate((s, t) for s in who for t in TAILS)
        for verb, utility in VERBS.items()
    ]
    return pd.DataFrame(rows, columns=["value", "scenario", "utility"])


@pytest.fixture(scope="session")
def toy_settings(tiny_encoder) -> ValueTrainingSettings:
    return ValueTrainingSettings(
        encoder=str(tiny_encoder),
        prompt="pair",
        epochs=30,
        min_steps=0,
        learning_rate=1e-2,
        batch_size=8,
        max_length=32,
        early_stopping_patience=4,
        bf16="off",
    )


@pytest.fixture(scope="session")
def toy_model(tmp_path_factory, toy_settings) -> TrainedModel:
    def make(out: Path) -> TrainedModel:
        return train_value(toy_rows(), toy_rows(("a",)), toy_settings, out=out, test=toy_rows(("the",)))

    return make(made_once(tmp_path_factory, "toy-model", make))  # the second time the record is only read
