"""Training of heads on a frozen encoder: vectors once per text, then each head in seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from valuenet.models.encoding.encoders import encoder_content
from valuenet.models.encoding.frozen_heads import COMPANION_FILE, CompanionRecord, Weights, vectors_of
from valuenet.models.encoding.text_vectors import TextVectors
from valuenet.models.training.progress import counting_progress

_TEXTS_AT_ONCE = 512


def fit_head(
    new: Callable[[], Weights],
    loss_of_draw: Callable[[Weights], Any],
    steps: int,
    seed: int,
    *,
    rate: float,
    decay: float,
) -> Weights:
    """Return a head after ``steps`` steps of AdamW under one cycle of its rate; ``seed`` decides all that is drawn.

    Args:
        new: makes the head.
        loss_of_draw: draws rows and returns the head's loss on them.
        steps: how many.
        seed: of torch, which is as it was afterwards.
        rate: highest learning rate.
        decay: weight decay.
    """
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = new()
        optimizer = torch.optim.AdamW(head.values(), lr=rate, weight_decay=decay)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps)
        for _ in range(steps):
            loss_of_draw(head).backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
    return head


def frozen_encoder(name: str, *, max_length: int, bf16: bool) -> TextVectors:
    """Return the encoder ``name`` as ``open_frozen`` does.

    Raises:
        EncoderNotFoundError: if it is not there.
    """
    encoder = TextVectors.load(name, max_length=max_length, bf16=bf16)
    depth = int(encoder.model.config.num_hidden_layers)
    encoder.layers = tuple(sorted({depth // 2, 3 * depth // 4, depth}))
    return encoder


def vectors_in_steps(encoder: TextVectors, texts: list[str], *, progress: bool) -> Any:
    """Return the tensor (n, width) of ``texts``, which come by length, so that a batch holds hardly any padding."""
    import torch

    parts = []
    with counting_progress("vectors of the frozen encoder", len(texts), enabled=progress) as advance:
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            parts.append(vectors_of(encoder, texts[start : start + _TEXTS_AT_ONCE]))
            advance(len(parts[-1]))
    return torch.cat(parts)


def write_heads(
    heads: Sequence[Weights], folder: Path, *, encoder: str, layers: tuple[int, ...], weight: float
) -> CompanionRecord:
    """Write ``heads`` into ``folder`` and return the record of the ensemble.

    Args:
        heads: tensors by name.
        folder: the model's.
        encoder: name or folder of the frozen encoder.
        layers: the layers whose mean vectors the heads take.
        weight: weight of the heads in each probability, in [0, 1].
    """
    from safetensors.torch import save_file

    tensors = {f"{at}.{name}": tensor.detach() for at, head in enumerate(heads) for name, tensor in head.items()}
    save_file(tensors, folder / COMPANION_FILE)
    content = encoder_content(encoder)
    return CompanionRecord(encoder=encoder, content=content, layers=layers, heads=len(heads), weight=weight)
