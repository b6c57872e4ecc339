"""Batches of rows of like length, in an order that length does not decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np


class LengthBuckets:
    """Row numbers, epoch by epoch, such that every run of ``batch_size`` of them is of like length.

    Trainer's own sampler for this sorts long stretches by length, so that a stretch ends with its shortest texts; here
    whole batches are shuffled after sorting. The order depends on seed and epoch alone, so a resumed run meets the
    same batches.
    """

    def __init__(self, lengths: Sequence[int], batch_size: int, seed: int, stretch: int = 50) -> None:
        self.lengths, self.batch_size = np.asarray(lengths), batch_size
        self.seed, self.stretch, self.epoch = seed, stretch, 0

    def __len__(self) -> int:
        return len(self.lengths)

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order comes next; Trainer calls this."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[int]:
        generator = np.random.default_rng((self.seed, self.epoch))
        shuffled = generator.permutation(len(self.lengths))
        wide = self.stretch * self.batch_size
        batches = []
        for start in range(0, len(shuffled), wide):
            rows = shuffled[start : start + wide]
            rows = rows[np.argsort(self.lengths[rows], kind="stable")]
            batches += [rows[at : at + self.batch_size] for at in range(0, len(rows), self.batch_size)]
        whole = [batch for batch in batches if len(batch) == self.batch_size]
        order = generator.permutation(len(whole))
        rest = [batch for batch in batches if len(batch) < self.batch_size]
        yield from (int(row) for batch in [*(whole[i] for i in order), *rest] for row in batch)
