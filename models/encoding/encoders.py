"""Pretrained encoders: the packaged MiniLM, a folder, or any name on the hub, with a head for utilities on top."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

from valuenet.models.encoding.packaged import (
    MINILM,
    MPNET,
    PACKAGED_ENCODERS,
    EncoderNotFoundError,
    packaged_encoder,
)
from valuenet.models.values.prompts import PromptStyle, add_value_tokens
from valuenet.warehouse.vocabulary import LABELS, VALUES

#: ``classes``: three logits (no, unrelated, yes). ``regression``: one logit x, utility 2*sigmoid(x) - 1.
Head = Literal["classes", "regression"]

PACKAGED = MINILM
#: No encoder at all: words and their vectors are learned from the training rows.
FASTTEXT = "fasttext"


class Encoder(NamedTuple):
    """A tokenizer and the sequence classifier that reads its ids."""

    tokenizer: Any
    model: Any


def load_encoder(
    name_or_path: str | Path = PACKAGED, *, head: Head = "classes", prompt: PromptStyle = "pair"
) -> Encoder:
    """Return tokenizer and classifier of ``name_or_path``, its head new (torch's seed decides its weights).

    Raises:
        EncoderNotFoundError: if it is not there; the message says where encoders may come from.
    """
    encoder = load_classifier(name_or_path, all_values_config(head) if prompt == "none" else head_config(head))
    if prompt == "none":
        _renew_pooler(encoder.model)
    if prompt == "token":
        add_value_tokens(encoder.tokenizer, encoder.model)
    return encoder


def load_classifier(name_or_path: str | Path, outputs: dict[str, Any]) -> Encoder:
    """Return tokenizer and classifier of ``name_or_path`` with a new head, whose ``outputs`` the config describes.

    Raises:
        EncoderNotFoundError: if it is not there; the message says where encoders may come from.
    """
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    place = packaged_encoder(str(name_or_path)) if name_or_path in PACKAGED_ENCODERS else name_or_path
    with quiet_transformers():
        try:
            tokenizer = AutoTokenizer.from_pretrained(place)
            model = AutoModelForSequenceClassification.from_pretrained(place, **outputs)
        except (OSError, ValueError) as error:
            raise EncoderNotFoundError(
                f"cannot load encoder {str(name_or_path)!r} ({_first_line(error)}); "
                f"give {MINILM!r} or {MPNET!r} (packaged), "
                "a folder with config, weights and tokenizer, or a hub name where the hub can be reached"
            ) from None
    return Encoder(tokenizer, model)


def encoder_content(name_or_path: str) -> str:
    """Return what tells one encoder from another: its name, or for a folder a hash of the weights in it."""
    digest = hashlib.sha256()
    files = sorted(Path(name_or_path).glob("*.safetensors")) + sorted(Path(name_or_path).glob("*.bin"))
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest() if files else name_or_path


def head_config(head: Head) -> dict[str, Any]:
    """Return the entries of a model's config that say what its outputs mean."""
    if head == "regression":
        return {"num_labels": 1, "id2label": {0: "utility"}, "label2id": {"utility": 0}, "problem_type": "regression"}
    return {
        "num_labels": len(LABELS),
        "id2label": dict(enumerate(LABELS)),
        "label2id": {label: index for index, label in enumerate(LABELS)},
        "problem_type": "single_label_classification",
    }


def outputs_per_value(head: Head) -> int:
    """Return the outputs that a value has: three classes, or one utility."""
    return 1 if head == "regression" else len(LABELS)


def all_values_config(head: Head) -> dict[str, Any]:
    """Return the same for a model that is told no value: the outputs of the first value, of the second, and so on."""
    single = head_config(head)
    names = [f"{value} {single['id2label'][place]}" for value in VALUES for place in range(outputs_per_value(head))]
    return {
        "num_labels": len(names),
        "id2label": dict(enumerate(names)),
        "label2id": {name: place for place, name in enumerate(names)},
        "problem_type": single["problem_type"],
    }


def device() -> str:
    """Return ``cuda`` where a GPU is usable, else ``cpu``."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def bf16_available() -> bool:
    """Return whether the processor in use multiplies bfloat16 natively, so that autocast is faster, not slower."""
    import torch

    if device() == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    able = torch.cpu.get_capabilities()
    return any(bool(able.get(name)) for name in ("amx_bf16", "avx512_bf16", "bf16", "arm_bf16"))


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Hold back the library's progress bars and its reports on new heads, which are meant to be new."""
    from transformers.utils import logging

    library: Any = logging
    level, bars = library.get_verbosity(), library.is_progress_bar_enabled()
    library.set_verbosity_error()
    library.disable_progress_bar()
    try:
        yield
    finally:
        library.set_verbosity(level)
        if bars:
            library.enable_progress_bar()


def _renew_pooler(model: Any) -> None:
    """Give a pooler that stands between encoder and outputs new weights.

    That of a sentence encoder was never used and has shrunk to almost nothing: what it gives carries no signal.
    """
    pooler = getattr(model.base_model, "pooler", None)
    if pooler is not None and hasattr(pooler, "dense"):
        pooler.dense.reset_parameters()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")[:200]
