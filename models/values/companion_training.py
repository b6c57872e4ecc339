"""From labelled rows to heads on an encoder that stays as it is: vectors once per text, then a head in seconds.

Such heads stand beside a model as its companion, or teach it while it learns and are forgotten.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.encoding.frozen_heads import CompanionRecord, Weights
from valuenet.models.encoding.text_vectors import TextVectors
from valuenet.models.training.epochs import uses_bf16
from valuenet.models.training.frozen_heads import fit_head, frozen_encoder, vectors_in_steps, write_heads
from valuenet.models.values.companion_head import judge_values, new_head, read_vectors
from valuenet.models.values.heads import UtilityLoss, balanced_weights
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.targets import vote_shares
from valuenet.warehouse.vocabulary import LABELS, VALUES

_HEADS = 2
_WEIGHT = 0.5
_PASSES, _LEAST_STEPS, _ROWS_PER_STEP = 12, 150, 256
_DROP, _DECAY, _HIGHEST_RATE = 0.3, 0.05, 3e-3


class FrozenHeads(NamedTuple):
    """Heads learned on a frozen encoder, and what they were learned on."""

    layers: tuple[int, ...]
    heads: list[Weights]
    texts: list[str]
    vectors: Any
    """(n, width) of the texts."""

    def answers(self, texts: list[str]) -> NDArray[np.float32]:
        """Return the probabilities (n, 10, 3) of no, unrelated, yes for texts that the heads were learned on."""
        import torch

        row_of = {text: at for at, text in enumerate(self.texts)}
        where, parts = torch.tensor([row_of[text] for text in texts]), []
        with torch.inference_mode():
            reads = [read_vectors(head, self.vectors) for head in self.heads]
            for value in range(len(VALUES)):
                asked = torch.full((len(texts),), value)
                shares = [judge_values(*pair, asked).softmax(1) for pair in self._each(reads, where)]
                parts.append(torch.stack(shares).mean(0))
            answers: NDArray[np.float32] = torch.stack(parts, dim=1).numpy()
        return answers

    def _each(self, reads: list[Any], where: Any) -> list[tuple[Weights, Any]]:
        return [(head, read[where]) for head, read in zip(self.heads, reads, strict=True)]


def open_encoders(settings: ValueTrainingSettings) -> None:
    """Open the companion and the teacher, where they are set, so that one that is missing is missed at once.

    Raises:
        EncoderNotFoundError: if one is not there.
    """
    for name in {settings.companion, settings.teacher} - {None}:
        open_frozen(str(name), settings)


def open_frozen(name: str, settings: ValueTrainingSettings) -> TextVectors:
    """Return the encoder ``name`` with three of its layers: half way, three quarters, last.

    Raises:
        EncoderNotFoundError: if it is not there.
    """
    return frozen_encoder(name, max_length=settings.max_length, bf16=uses_bf16(settings))


def train_companion(
    rows: pd.DataFrame, settings: ValueTrainingSettings, folder: Path, *, progress: bool
) -> CompanionRecord | None:
    """Learn two heads from ``rows``, write them into ``folder`` and return what the record says of them.

    Args:
        rows: value, scenario, utility, and the votes where they should be learned, in an order of their own.
        settings: the encoder, the seed, and what the main model learns by too: targets, smoothing, class weights.
        folder: the model's.
        progress: show a bar of texts where standard error is a terminal.

    Raises:
        EncoderNotFoundError: if the companion's encoder is not there.
    """
    if settings.companion is None:
        return None
    layers, heads, *_ = learn_heads(settings.companion, rows, settings, progress=progress)
    return write_heads(heads, folder, encoder=settings.companion, layers=layers, weight=_WEIGHT)


def learn_heads(name: str, rows: pd.DataFrame, settings: ValueTrainingSettings, *, progress: bool) -> FrozenHeads:
    """Return two heads on the frozen encoder ``name``, learned from ``rows`` as ``train_companion`` says.

    Raises:
        EncoderNotFoundError: if the encoder is not there.
    """
    encoder = open_frozen(name, settings)
    texts = sorted(set(rows["scenario"]), key=lambda text: (len(text), text))
    vectors = vectors_in_steps(encoder, texts, progress=progress)
    heads = [_learn(vectors, texts, rows, settings, 10 * settings.seed + extra) for extra in range(_HEADS)]
    return FrozenHeads(encoder.layers or (), heads, texts, vectors)


def _learn(vectors: Any, texts: list[str], rows: pd.DataFrame, settings: ValueTrainingSettings, seed: int) -> Weights:
    """Return a head after twelve passes over ``rows`` (few rows: more); nothing but the seed decides its draws."""
    import torch

    row_of = {text: at for at, text in enumerate(texts)}
    where = torch.tensor([row_of[text] for text in rows["scenario"]])
    values = torch.tensor([VALUES.index(value) for value in rows["value"]])
    targets, loss = _targets(rows, settings), _loss(rows, settings)
    steps = max(_PASSES * len(rows) // _ROWS_PER_STEP, _LEAST_STEPS)

    def loss_of_draw(head: Weights) -> Any:
        picked = torch.randint(len(rows), (_ROWS_PER_STEP,))
        read = read_vectors(head, vectors[where[picked]], drop=_DROP)
        return loss({"logits": judge_values(head, read, values[picked], drop=_DROP)}, targets[picked])

    new = partial(new_head, vectors.shape[1])
    return fit_head(new, loss_of_draw, steps, seed, rate=_HIGHEST_RATE, decay=_DECAY)


def _targets(rows: pd.DataFrame, settings: ValueTrainingSettings) -> Any:
    """Return the shares (n, 3) of no, unrelated, yes that are learned."""
    import torch

    agreed = np.eye(len(LABELS))[rows["utility"].to_numpy() + 1]
    return torch.tensor(vote_shares(rows) if settings.targets == "votes" else agreed, dtype=torch.float32)


def _loss(rows: pd.DataFrame, settings: ValueTrainingSettings) -> UtilityLoss:
    weights = balanced_weights(rows["utility"].tolist()) if settings.class_weights == "balanced" else None
    return UtilityLoss("classes", label_smoothing=settings.label_smoothing, weights=weights)
