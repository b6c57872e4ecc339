"""One pass per text for all ten values: a multi-task head with outputs for each value (``prompt = "none"``).

A text is labelled under one or two values, so most of its targets are unknown (NaN) and take no part in the loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.training.processes import shared_mean
from valuenet.models.values.encoder import Head, outputs_per_value
from valuenet.models.values.heads import UtilityLoss
from valuenet.models.values.targets import vote_shares
from valuenet.warehouse.vocabulary import LABELS, VALUES


def targets_by_text(rows: pd.DataFrame, head: Head, *, votes: bool) -> tuple[list[str], NDArray[np.float32]]:
    """Return the distinct texts of ``rows``, sorted, and their targets (texts, 10, wide), NaN where unknown.

    Args:
        rows: value, scenario, utility, and the votes where they should be learned.
        head: what a target is: three shares of no, unrelated, yes; or one utility.
        votes: whether the shares of the votes are the target, not the agreed label. Rows of one text and value count
            by their mean.
    """
    shares = vote_shares(rows) if votes else np.eye(len(LABELS))[rows["utility"].to_numpy() + 1]
    wanted = shares[:, 2:] - shares[:, :1] if head == "regression" else shares
    texts = sorted(set(rows["scenario"]))
    row_of = {text: at for at, text in enumerate(texts)}
    where = ([row_of[text] for text in rows["scenario"]], [VALUES.index(value) for value in rows["value"]])
    sums = np.zeros((len(texts), len(VALUES), outputs_per_value(head)))
    counts = np.zeros((len(texts), len(VALUES), 1))
    np.add.at(sums, where, wanted)
    np.add.at(counts, where, 1)
    return texts, np.where(counts > 0, sums / np.maximum(counts, 1), np.nan).astype(np.float32)


def known_pairs(logits: Any, targets: Any) -> tuple[Any, Any]:
    """Return the logits (m, wide) and targets (m, wide) of the m pairs that are labelled; arrays or tensors.

    Args:
        logits: (n, 10 * wide).
        targets: (n, 10, wide), NaN where unknown.
    """
    wide = targets.shape[-1]
    flat = targets.reshape(-1, wide)
    known = flat[:, 0] == flat[:, 0]  # NaN differs from itself
    return logits.reshape(-1, wide)[known], flat[known]


def add_taught(targets: NDArray[np.float32], taught: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return targets (n, 10, 4): a label's shares and 1; where there is none, what a teacher says (n, 10, 3) and 0."""
    unknown = np.isnan(targets[..., :1])
    return np.concatenate([np.where(unknown, taught, targets), ~unknown], axis=2, dtype=np.float32)


class KnownPairsLoss:
    """A loss over the labelled pairs of a batch: the mean over them, not over all ten values.

    Where a teacher has answered for the others (``add_taught``), the mean cross-entropy of its answers is added,
    ``teacher_weight`` times.
    """

    def __init__(self, loss: UtilityLoss, teacher_weight: float = 0.0) -> None:
        self.loss, self.teacher_weight = loss, teacher_weight

    def __call__(self, outputs: Any, labels: Any, num_items_in_batch: Any = None) -> Any:  # noqa: ARG002  Trainer's form
        """Return the loss of ``outputs["logits"]`` (n, 10 * wide) under ``labels`` (n, 10, wide), or (n, 10, 4)."""
        if labels.shape[-1] > len(LABELS):
            return self._taught(outputs["logits"].float().view(*labels.shape[:2], -1), labels)
        logits, targets = known_pairs(outputs["logits"], labels)
        loss = self.loss({"logits": logits}, targets.squeeze(-1) if targets.shape[-1] == 1 else targets)
        return shared_mean(loss, len(targets))

    def _taught(self, logits: Any, labels: Any) -> Any:
        from torch.nn.functional import cross_entropy

        shares, judged = labels[..., :-1], labels[..., -1] > 0
        known, unknown = int(judged.sum()), int((~judged).sum())
        own = self.loss({"logits": logits[judged]}, shares[judged])
        taught = cross_entropy(logits[~judged], shares[~judged]) if unknown else logits.sum() * 0
        return shared_mean(own, known) + self.teacher_weight * shared_mean(taught, unknown)


def of_values(logits: NDArray[np.float32], values: Sequence[int], wide: int) -> NDArray[np.float32]:
    """Return logits (n, ``wide``): of each row (n, 10 * ``wide``) those of the value whose place stands beside it."""
    return logits.reshape(len(values), len(VALUES), wide)[np.arange(len(values)), list(values)]
