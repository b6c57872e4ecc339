"""transformers.Trainer set up for twenty categories at once. What it does is not written again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuenet.models.detector.inputs import Row
from valuenet.models.detector.metrics import choose_threshold, macro_f1
from valuenet.models.detector.settings import DetectorSettings
from valuenet.models.encoding.encoders import Encoder
from valuenet.models.training.epochs import epoch_arguments, silenced
from valuenet.models.training.length_buckets import LengthBuckets
from valuenet.models.training.weight_average import WeightAverage
from valuenet.warehouse.vocabulary import CATEGORIES

#: What a detector's config says of its outputs: plain transformers then answers with a sigmoid per category.
OUTPUTS = {
    "num_labels": len(CATEGORIES),
    "id2label": dict(enumerate(CATEGORIES)),
    "label2id": {category: index for index, category in enumerate(CATEGORIES)},
    "problem_type": "multi_label_classification",
}


def build_detector_trainer(
    encoder: Encoder, train: Sequence[tuple[Row, Row]], held_out: Sequence[Row], settings: DetectorSettings, run: Path
) -> Any:
    """Return a Trainer that keeps its checkpoints in ``run``.

    Args:
        encoder: tokenizer and classifier of twenty logits.
        train: each argument twice: as a whole and its premise alone (model inputs and ``labels``, 20 floats).
        held_out: arguments as a whole, which choose the epoch by macro-F1 at its best threshold.
        settings: how to train.
        run: folder of the checkpoints.
    """
    from transformers import DataCollatorWithPadding

    from valuenet.models.training.trainer import AveragingTrainer

    buckets = LengthBuckets([len(whole["input_ids"]) for whole, _ in train], settings.batch_size, settings.seed)
    trainer = AveragingTrainer(
        average=WeightAverage(encoder.model, settings.weight_average),
        buckets=buckets,
        model=encoder.model,
        args=epoch_arguments(settings, run, best_by="macro_f1", greater_is_better=True),
        train_dataset=ShownArguments(train, buckets, settings.alone),
        eval_dataset=held_out,
        processing_class=encoder.tokenizer,
        data_collator=DataCollatorWithPadding(encoder.tokenizer),
        compute_loss_func=CategoryLoss(rarity_weights([whole["labels"] for whole, _ in train], settings.rarity)),
        compute_metrics=lambda outputs: measure_epoch(outputs.predictions, outputs.label_ids),
    )
    return silenced(trainer)


class ShownArguments:
    """Training rows; in each epoch another ``alone`` share of them comes without stance and conclusion.

    Which ones follows from seed and epoch, so a resumed run meets the same rows.
    """

    def __init__(self, rows: Sequence[tuple[Row, Row]], buckets: LengthBuckets, alone: float) -> None:
        self.rows, self.buckets, self.alone = rows, buckets, alone
        self._drawn: tuple[int, NDArray[np.bool_]] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Row:
        epoch = self.buckets.epoch
        if self._drawn is None or self._drawn[0] != epoch:
            generator = np.random.default_rng((self.buckets.seed, epoch, 1))
            self._drawn = (epoch, generator.random(len(self.rows)) < self.alone)
        return self.rows[index][int(self._drawn[1][index])]


class CategoryLoss:
    """Binary cross-entropy of each category, positives weighed by ``weights`` (20,): what Trainer calls."""

    def __init__(self, weights: ArrayLike) -> None:
        self.weights: NDArray[np.float32] = np.asarray(weights, dtype=np.float32)

    def __call__(self, outputs: Any, labels: Any, num_items_in_batch: Any = None) -> Any:  # noqa: ARG002  Trainer's form
        """Return the mean loss of a batch: ``outputs.logits`` (n, 20), ``labels`` (n, 20)."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits

        logits = outputs["logits"].float()
        weights = torch.from_numpy(self.weights).to(logits.device)
        return binary_cross_entropy_with_logits(logits, labels.float(), pos_weight=weights)


def rarity_weights(labels: ArrayLike, power: float) -> NDArray[np.float32]:
    """Return (negatives / positives) ** ``power`` per category; a category that all or no rows have gets 1."""
    table = np.asarray(labels, dtype=np.float64)
    positives = table.sum(axis=0)
    negatives = len(table) - positives
    ratios = np.divide(negatives, positives, out=np.ones_like(positives), where=positives * negatives > 0)
    weights: NDArray[np.float32] = (ratios**power).astype(np.float32)
    return weights


def measure_epoch(logits: ArrayLike, labels: ArrayLike) -> dict[str, float]:
    """Return macro-F1 at the threshold that is best for these very rows."""
    chances = sigmoid(logits)
    return {"macro_f1": macro_f1(chances, labels, choose_threshold(chances, labels))}


def sigmoid(logits: ArrayLike) -> NDArray[np.float32]:
    """Return probabilities in [0, 1], of the shape of ``logits``."""
    from scipy.special import expit

    return np.asarray(expit(np.asarray(logits, dtype=np.float32)), dtype=np.float32)
