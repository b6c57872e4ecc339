"""A running mean of the weights: it is what is evaluated and kept, while training goes on with the weights themselves.

The weights oscillate over the last steps of an epoch; their exponential moving average is closer to the minimum.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from valuenet.models.encoding.encoders import quiet_transformers

#: Folder of the mean inside a checkpoint.
AVERAGED = "averaged"
_EVERY = 4


class WeightAverage:
    """The exponential mean of ``model``'s weights over every fourth step; a ``decay`` of 0 keeps none."""

    def __init__(self, model: Any, decay: float) -> None:
        self.model, self.decay = model, decay
        self.mean: list[Any] | None = None

    def follow(self, step: int) -> None:
        """Take in the weights after ``step`` (from 1); the decay starts low, so that the start is soon forgotten."""
        import torch

        if not self.decay or step % _EVERY:
            return
        weights = list(self.model.parameters())
        if self.mean is None:
            self.mean = [weight.detach().clone() for weight in weights]
            return
        seen = step // _EVERY
        share = 1 - min(self.decay, seen / (10 + seen))
        with torch.no_grad():
            for mean, weight in zip(self.mean, weights, strict=True):
                mean.lerp_(weight, share)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the model have the mean for a while; without one yet it keeps its weights."""
        if self.mean is None:
            yield
            return
        kept = [weight.detach().clone() for weight in self.model.parameters()]
        self._put(self.mean)
        try:
            yield
        finally:
            self._put(kept)

    def save(self, checkpoint: Path) -> None:
        """Write the mean as a model of its own into ``checkpoint``."""
        if self.mean is not None:
            with self.in_place(), quiet_transformers():
                self.model.save_pretrained(checkpoint / AVERAGED)

    def load(self, checkpoint: Path) -> None:
        """Take up the mean that ``save`` wrote."""
        from transformers import AutoModelForSequenceClassification

        if self.decay and (checkpoint / AVERAGED).is_dir():
            with quiet_transformers():
                averaged = AutoModelForSequenceClassification.from_pretrained(checkpoint / AVERAGED)
            where = next(self.model.parameters()).device
            self.mean = [weight.detach().clone().to(where) for weight in averaged.parameters()]

    def _put(self, weights: list[Any]) -> None:
        import torch

        with torch.no_grad():
            for own, weight in zip(self.model.parameters(), weights, strict=True):
                own.copy_(weight)
