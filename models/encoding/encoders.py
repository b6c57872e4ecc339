"""Pretrained encoders: the packaged MiniLM, a folder, or any name on the hub; device and number format."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from valuenet.models.encoding.packaged import (
    MINILM,
    MPNET,
    PACKAGED_ENCODERS,
    EncoderNotFoundError,
    packaged_encoder,
)
from valuenet.models.encoding.whole_model import NotWholeError, load_pretrained

PACKAGED = MINILM
#: No encoder at all: words and their vectors are learned from the training rows.
FASTTEXT = "fasttext"


class Encoder(NamedTuple):
    """A tokenizer and the sequence classifier that reads its ids."""

    tokenizer: Any
    model: Any


def load_classifier(name_or_path: str | Path, outputs: dict[str, Any]) -> Encoder:
    """Return tokenizer and classifier of ``name_or_path`` with a new head, whose ``outputs`` the config describes.

    Raises:
        EncoderNotFoundError: if it is not there; the message says where encoders may come from.
    """
    from transformers import AutoModelForSequenceClassification

    source = packaged_encoder(str(name_or_path)) if name_or_path in PACKAGED_ENCODERS else name_or_path
    with quiet_transformers():
        try:
            tokenizer, model = load_pretrained(AutoModelForSequenceClassification, source, **outputs)
        except NotWholeError as error:
            raise EncoderNotFoundError(
                f"cannot load encoder {str(name_or_path)!r} ({error}); "
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
