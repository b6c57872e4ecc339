"""A second, frozen encoder beside a value model: an ensemble with MLP heads on its vectors, weight 0.5 each.

The two have different faults, so their mean is nearer to the truth than either (docs/quality.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from valuenet.models.encoding.frozen_heads import LoadErrors, Weights, load_frozen, vectors_of
from valuenet.models.encoding.text_vectors import TextVectors
from valuenet.models.values.companion_head import judge_values, read_vectors
from valuenet.models.values.heads import read_logits
from valuenet.models.values.record import ModelRecord, NotAValueModelError
from valuenet.warehouse.errors import InputError

#: Least probability whose logarithm is taken.
_LEAST = 1e-12
#: The tensors of a head.
_NAMES = ("down.weight", "down.bias", "told.weight", "out.weight", "out.bias", "bias.weight")


class CompanionMissingError(InputError):
    """The second encoder that a model stands on is not on this machine."""


class MainModelAloneError(InputError):
    """A model of two encoders is asked for what only its main model knows."""


class Companion:
    """A frozen encoder and the heads on it. It keeps to the threads that torch has been given."""

    def __init__(self, encoder: TextVectors, heads: Sequence[Weights], weight: float) -> None:
        self.encoder, self.heads, self.weight = encoder, list(heads), weight

    def mix_in(self, logits: NDArray[np.float32], values: Sequence[int], texts: Sequence[str]) -> NDArray[np.float32]:
        """Return logits (n, 3) whose softmax is the mixture: ``weight`` from the heads, the rest from ``logits``.

        Args:
            logits: (n, 3) of the main model.
            values: (n,) places in ``VALUES``.
            texts: (n,) the text beside each; the vectors of one that occurs often are computed once.
        """
        own = read_logits(logits, "classes").probabilities
        mixed = (1 - self.weight) * np.asarray(own) + self.weight * self.probabilities(values, texts)
        return np.asarray(np.log(np.maximum(mixed, _LEAST)), dtype=np.float32)

    def probabilities(self, values: Sequence[int], texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the probabilities (n, 3) of no, unrelated, yes: the mean over the heads."""
        import torch

        row_of = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        where, asked = torch.tensor([row_of[text] for text in texts]), torch.tensor(list(values))
        vectors = vectors_of(self.encoder, list(row_of))
        with torch.inference_mode():
            answers = [judge_values(head, read_vectors(head, vectors)[where], asked).softmax(1) for head in self.heads]
            shares: NDArray[np.float32] = torch.stack(answers).mean(0).numpy()
        return shares


def load_companion(folder: Path, record: ModelRecord, *, bf16: bool, batch_size: int) -> Companion | None:
    """Return the companion of the model in ``folder``; None where it was trained without one.

    Raises:
        CompanionMissingError: if its encoder is not there; the message says how to get it.
        NotAValueModelError: if the heads do not load, or the encoder is not the one they were learned on.
    """
    companion = record.companion
    if companion is None:
        return None
    errors = LoadErrors(CompanionMissingError, NotAValueModelError, "the model", "ValueModel")
    loading = {"max_length": record.settings.max_length, "bf16": bf16, "batch_size": batch_size}
    encoder, heads = load_frozen(folder, companion, _NAMES, errors, **loading)
    return Companion(encoder, heads, companion.weight)


def refuse_companion(companion: Companion | None, wanted: str) -> None:
    """Refuse ``wanted``, which only an encoder with its own head can give, for a model with a ``companion``.

    Raises:
        MainModelAloneError: saying how to have it of the main model alone.
    """
    if companion is not None:
        raise MainModelAloneError(
            f"this model mixes two encoders, and {wanted} would show its main model alone; "
            "if that is what you want, load it by ValueModel.load(folder, companion=False)"
        )
