"""A second, frozen encoder beside a detector: an ensemble with MLP heads on its vectors, weight 0.5 each.

A larger encoder that is only read knows more of rare categories than a small one learns (docs/detector.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.detector.inputs import join_segments, second_segments
from valuenet.models.detector.record import DetectorRecord, NotADetectorError
from valuenet.models.detector.settings import DetectorSettings
from valuenet.models.detector.trainer import CategoryLoss, rarity_weights
from valuenet.models.encoding.frozen_heads import CompanionRecord, LoadErrors, Weights, load_frozen, vectors_of
from valuenet.models.encoding.text_vectors import TextVectors
from valuenet.models.training.epochs import uses_bf16
from valuenet.models.training.frozen_heads import fit_head, frozen_encoder, vectors_in_steps, write_heads
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import CATEGORIES

#: The tensors of a head.
_NAMES = ("down.weight", "down.bias", "out.weight", "out.bias")
_HIDDEN, _HEADS, _WEIGHT = 256, 2, 0.5
_PASSES, _LEAST_STEPS, _ROWS_PER_STEP = 20, 150, 128
_DROP, _DECAY, _HIGHEST_RATE = 0.3, 0.05, 3e-3


class DetectorCompanionMissingError(InputError):
    """The second encoder that a detector stands on is not on this machine."""


class DetectorCompanion:
    """A frozen encoder and the heads on it. It keeps to the threads that torch has been given."""

    def __init__(self, encoder: TextVectors, heads: Sequence[Weights], weight: float) -> None:
        self.encoder, self.heads, self.weight = encoder, list(heads), weight

    def mix_in(
        self, own: NDArray[np.float32], texts: Sequence[str], seconds: Sequence[str | None] | None
    ) -> NDArray[np.float32]:
        """Return probabilities (n, 20): ``weight`` from the heads, the rest from ``own`` (n, 20)."""
        import torch

        vectors = vectors_of(self.encoder, join_segments(texts, seconds))
        with torch.inference_mode():
            answers = torch.stack([torch.sigmoid(_logits(head, vectors)) for head in self.heads]).mean(0).numpy()
        return np.asarray((1 - self.weight) * own + self.weight * answers, dtype=np.float32)


def train_detector_companion(
    rows: pd.DataFrame, settings: DetectorSettings, folder: Path, *, progress: bool
) -> CompanionRecord | None:
    """Learn two heads from arguments, write them into ``folder`` and return what the record says of them.

    Args:
        rows: premise, stance, conclusion and the twenty categories, in an order of their own.
        settings: the encoder, the seed, and what the main model learns by too: rarity, share of premises alone.
        folder: the detector's.
        progress: show a bar of texts where standard error is a terminal.

    Raises:
        EncoderNotFoundError: if the companion's encoder is not there.
    """
    import torch

    encoder = open_detector_companion(settings)
    if encoder is None or settings.companion is None:
        return None
    premises = rows["premise"].tolist()
    both = [*join_segments(premises, second_segments(rows)), *premises]
    vectors = _vectors(encoder, both, progress=progress)
    labels = rows[list(CATEGORIES)].to_numpy(dtype=np.float32)
    loss = CategoryLoss(rarity_weights(labels, settings.rarity))
    learned = (vectors[: len(rows)], vectors[len(rows) :], torch.from_numpy(labels))
    heads = [_learn(*learned, loss, settings.alone, 10 * settings.seed + extra) for extra in range(_HEADS)]
    return write_heads(heads, folder, encoder=settings.companion, layers=encoder.layers or (), weight=_WEIGHT)


def open_detector_companion(settings: DetectorSettings) -> TextVectors | None:
    """Return the encoder of the companion that is set, None where none is.

    Raises:
        EncoderNotFoundError: if it is not there.
    """
    if settings.companion is None:
        return None
    return frozen_encoder(settings.companion, max_length=settings.max_length, bf16=uses_bf16(settings))


def load_detector_companion(
    folder: Path, record: DetectorRecord, *, bf16: bool, batch_size: int
) -> DetectorCompanion | None:
    """Return the companion of the detector in ``folder``; None where it was trained without one.

    Raises:
        DetectorCompanionMissingError: if its encoder is not there; the message says how to get it.
        NotADetectorError: if the heads do not load, or the encoder is not the one they were learned on.
    """
    companion = record.companion
    if companion is None:
        return None
    errors = LoadErrors(DetectorCompanionMissingError, NotADetectorError, "the detector", "ValueDetector")
    loading = {"max_length": record.settings.max_length, "bf16": bf16, "batch_size": batch_size}
    encoder, heads = load_frozen(folder, companion, _NAMES, errors, **loading)
    return DetectorCompanion(encoder, heads, companion.weight)


def _vectors(encoder: TextVectors, texts: list[str], *, progress: bool) -> Any:
    """Return the tensor (n, width) of ``texts``, each computed once and by length, so that batches hold no padding."""
    import torch

    distinct = sorted(set(texts), key=lambda text: (len(text), text))
    row_of = {text: at for at, text in enumerate(distinct)}
    vectors = vectors_in_steps(encoder, distinct, progress=progress)
    return vectors[torch.tensor([row_of[text] for text in texts])]


def _learn(whole: Any, alone: Any, labels: Any, loss: CategoryLoss, share_alone: float, seed: int) -> Weights:
    """Return a head after twenty passes (few rows: more); each row drawn comes as its premise alone by that share.

    Args:
        whole: vectors (n, width) of premise, stance and conclusion.
        alone: vectors (n, width) of the premises.
        labels: (n, 20).
        loss: what is made small.
        share_alone: share of the draws that see the premise alone.
        seed: decides all draws.
    """
    import torch

    steps = max(_PASSES * len(labels) // _ROWS_PER_STEP, _LEAST_STEPS)

    def loss_of_draw(head: Weights) -> Any:
        picked = torch.randint(len(labels), (_ROWS_PER_STEP,))
        by_itself = torch.rand(_ROWS_PER_STEP, 1) < share_alone
        vectors = torch.where(by_itself, alone[picked], whole[picked])
        return loss({"logits": _logits(head, vectors, drop=_DROP)}, labels[picked])

    new = partial(_new_head, whole.shape[1])
    return fit_head(new, loss_of_draw, steps, seed, rate=_HIGHEST_RATE, decay=_DECAY)


def _new_head(width: int) -> Weights:
    from torch import nn

    layers = {"down": nn.Linear(width, _HIDDEN), "out": nn.Linear(_HIDDEN, len(CATEGORIES))}
    return {f"{name}.{part}": tensor for name, layer in layers.items() for part, tensor in layer.named_parameters()}


def _logits(head: Weights, vectors: Any, *, drop: float = 0.0) -> Any:
    """Return logits (n, 20) for vectors (n, width)."""
    from torch.nn.functional import dropout, gelu, linear

    hidden = gelu(linear(dropout(vectors, drop, training=drop > 0), head["down.weight"], head["down.bias"]))
    return linear(dropout(hidden, drop, training=drop > 0), head["out.weight"], head["out.bias"])
