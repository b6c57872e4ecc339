"""TRL itself trains on a release of support threads, whose columns it takes as they are."""

import math
from pathlib import Path
from typing import Any

import pytest

from tests.made_support import publish_support

WORDS = "user assistant Secret Rejected secret of p1 p2 r1 r2 1 2 3 4 5 ."
CHAT = (
    "{% for m in messages %}{{ m['role'] }} {{ m['content'] }} [EOS] {% endfor %}"
    "{% if add_generation_prompt %}assistant {% endif %}"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_support(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    special = {"unk_token": "[UNK]", "pad_token": "[PAD]", "eos_token": "[EOS]"}
    words = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.train_from_iterator([WORDS], trainers.WordLevelTrainer(special_tokens=list(special.values())))
    made = PreTrainedTokenizerFast(tokenizer_object=words, **special)
    made.chat_template = CHAT
    return made


def small_model(tokenizer: Any) -> Any:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    size = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    ids = {"pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id, "bos_token_id": None}
    return LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), num_key_value_heads=2, **size, **ids))


def rows_of(folder: Path, config: str, cache: Path) -> Any:
    import datasets

    return datasets.load_dataset(str(folder), config, split="train", cache_dir=str(cache))


def quiet(out: Path) -> dict[str, Any]:
    return {
        "output_dir": str(out),
        "max_steps": 2,
        "per_device_train_batch_size": 2,
        "logging_steps": 1,
        "report_to": "none",
        "save_strategy": "no",
        "use_cpu": True,
        "bf16": False,
        "disable_tqdm": True,
    }


def losses(trainer: Any) -> list[float]:
    return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


@pytest.mark.parametrize("config", ["exchanges", "support_examples"])
def test_trl_fine_tunes_on_exchanges_and_examples(config: str, folder: Path, tokenizer: Any, tmp_path: Path) -> None:
    trl = pytest.importorskip("trl", reason="trl is not installed")
    trainer = trl.SFTTrainer(
        small_model(tokenizer),
        args=trl.SFTConfig(**quiet(tmp_path / "out")),
        train_dataset=rows_of(folder, config, tmp_path / "cache"),
        processing_class=tokenizer,
    )
    trainer.train()
    assert all(math.isfinite(loss) and loss > 0 for loss in losses(trainer))
    assert len(losses(trainer)) == 2
    if config == "support_examples":  # the reply alone is learned, not what was said before it
        for row in trainer.train_dataset:
            learned = [token for token in row["labels"] if token != -100]
            assert tokenizer.decode(learned).startswith("Secret")
            assert 0 < len(learned) < len(row["input_ids"])


def test_trl_prefers_by_the_pairs(folder: Path, tokenizer: Any, tmp_path: Path) -> None:
    trl = pytest.importorskip("trl", reason="trl is not installed")
    trainer = trl.DPOTrainer(
        small_model(tokenizer),
        ref_model=small_model(tokenizer),
        args=trl.DPOConfig(**quiet(tmp_path / "out")),
        train_dataset=rows_of(folder, "preferences", tmp_path / "cache"),
        processing_class=tokenizer,
    )
    trainer.train()
    assert losses(trainer)[0] == pytest.approx(math.log(2), abs=1e-4)  # policy and reference are the same at first
    assert trainer.state.log_history[1]["rewards/margins"] > 0
    row = trainer.train_dataset[0]
    chosen, rejected = (tokenizer.decode(row[name]) for name in ("chosen_ids", "rejected_ids"))
    assert chosen.startswith("Secret 2 of p1")
    assert rejected.startswith("Rejected secret")
