"""What the two heads mean: from logits to utilities, from utilities to targets, and the loss between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuenet.models.values.encoder import Head

Floats = NDArray[np.float32]


class Scores(NamedTuple):
    """Utilities of n inputs, and the three probabilities where the head gives them."""

    utilities: Floats
    probabilities: Floats | None

    def classes(self) -> NDArray[np.int64]:
        """Return the class -1, 0 or 1 of each input: the likeliest, or the utility rounded (a half towards 0)."""
        shares = self.probabilities
        picked = np.rint(self.utilities) if shares is None else np.argmax(shares, axis=1) - 1
        return np.asarray(picked, dtype=np.int64)


def read_logits(logits: NDArray[Any], head: Head) -> Scores:
    """Return utilities (n,) in [-1, 1] and, for ``classes``, probabilities (n, 3) of no, unrelated, yes.

    ``classes``: p(yes) - p(no). ``regression``: 2*sigmoid(x) - 1, which is tanh(x/2).
    """
    exact = np.asarray(logits, dtype=np.float64)
    if head == "regression":
        return Scores(np.tanh(exact.reshape(-1) / 2).astype(np.float32), None)
    powers = np.exp(exact - exact.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    return Scores((shares[:, 2] - shares[:, 0]).astype(np.float32), shares.astype(np.float32))


def training_targets(utilities: Iterable[int], head: Head) -> list[int] | list[float]:
    """Return what the head learns: class ids 0, 1, 2, or the utilities as they are."""
    return [float(u) for u in utilities] if head == "regression" else [int(u) + 1 for u in utilities]


def balanced_weights(utilities: Sequence[int]) -> list[float]:
    """Return a weight per class whose mean over the rows is 1; a class without rows gets 1."""
    counts = np.bincount(np.asarray(utilities, dtype=np.int64) + 1, minlength=3)
    present = np.count_nonzero(counts)
    return [float(counts.sum() / (present * count)) if count else 1.0 for count in counts]


class UtilityLoss:
    """Squared error of 2*sigmoid(x) - 1, or cross-entropy with smoothing and class weights: what Trainer calls."""

    def __init__(self, head: Head, *, label_smoothing: float = 0.0, weights: Sequence[float] | None = None) -> None:
        self.head, self.label_smoothing, self.weights = head, label_smoothing, weights

    def __call__(self, outputs: Any, labels: Any, num_items_in_batch: Any = None) -> Any:  # noqa: ARG002  Trainer's form
        """Return the mean loss of a batch: ``outputs.logits`` (n, 1) or (n, 3), ``labels`` (n,), or (n, 3) shares."""
        import torch
        from torch.nn.functional import cross_entropy, mse_loss

        logits = outputs["logits"].float()
        if self.head == "regression":
            return mse_loss(2 * torch.sigmoid(logits.squeeze(-1)) - 1, labels.float())
        weight = None if self.weights is None else torch.tensor(self.weights, device=logits.device)
        wanted = labels.float() if labels.ndim == 2 else labels.long()
        return cross_entropy(logits, wanted, weight=weight, label_smoothing=self.label_smoothing)


def utility_of_logits(logits: Any, head: str) -> Any:
    """Return the utilities (...) of logits (..., 3 or 1): ``read_logits`` as torch computes it, with gradients."""
    import torch

    if head == "regression":
        return torch.tanh(logits.squeeze(-1) / 2)
    shares = logits.softmax(dim=-1)
    return shares[..., 2] - shares[..., 0]
