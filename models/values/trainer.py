"""transformers.Trainer set up for utilities. What it does is not written again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from valuenet.models.encoding.encoders import Encoder
from valuenet.models.training.epochs import epoch_arguments, silenced
from valuenet.models.training.frozen_layers import freeze_layers, layer_height
from valuenet.models.training.length_buckets import LengthBuckets
from valuenet.models.training.weight_average import WeightAverage
from valuenet.models.values.all_values import KnownPairsLoss, known_pairs
from valuenet.models.values.encoder import Head
from valuenet.models.values.heads import UtilityLoss, balanced_weights, read_logits
from valuenet.models.values.settings import ValueTrainingSettings

Row = dict[str, Any]


def build_trainer(
    encoder: Encoder, train: Sequence[Row], validation: Sequence[Row], settings: ValueTrainingSettings, run: Path
) -> Any:
    """Return a Trainer over encoded rows (model inputs and ``labels``) that keeps its checkpoints in ``run``."""
    from transformers import DataCollatorWithPadding, EarlyStoppingCallback

    from valuenet.models.training.trainer import AveragingTrainer

    patience = settings.early_stopping_patience
    freeze_layers(encoder.model, settings.frozen_layers)
    trainer: Any = AveragingTrainer(
        average=WeightAverage(encoder.model, settings.weight_average),
        buckets=LengthBuckets([len(row["input_ids"]) for row in train], settings.batch_size, settings.seed),
        model=encoder.model,
        args=epoch_arguments(settings, run, best_by=settings.best_by, greater_is_better=settings.best_by != "mse"),
        train_dataset=train,
        eval_dataset=validation,
        processing_class=encoder.tokenizer,
        data_collator=DataCollatorWithPadding(encoder.tokenizer),
        preprocess_logits_for_metrics=_logits_alone,
        compute_loss_func=_loss(train, settings),
        compute_metrics=lambda outputs: {
            **measure_epoch(outputs.predictions, outputs.label_ids, settings.head),
            "last": trainer.state.epoch,
        },
        callbacks=[EarlyStoppingCallback(early_stopping_patience=patience)] if patience else [],
        optimizers=(layered_optimizer(encoder.model, settings), None) if _is_layered(settings) else (None, None),
    )
    return silenced(trainer)


def _logits_alone(outputs: Any, _labels: Any) -> Any:
    """Return the logits of a model that answers with more than them, as BART does."""
    return outputs[0] if isinstance(outputs, tuple) else outputs


def measure_epoch(logits: Any, labels: Any, head: Head) -> dict[str, float]:
    """Return accuracy and squared error of one pass over the validation rows, given what the head learns.

    ``labels`` (n, 10, wide) are those of a model with a multi-task head; only labelled pairs count.
    """
    truth = np.asarray(labels)
    if truth.ndim == 3:
        logits, truth = known_pairs(np.asarray(logits), truth)
        truth = truth[:, 0] if head == "regression" else truth.argmax(axis=1)
    scores = read_logits(logits, head)
    truth = truth if head == "regression" else truth - 1
    return {
        "accuracy": float((scores.classes() == truth).mean()),
        "mse": float(((scores.utilities - truth) ** 2).mean()),
    }


def _is_layered(settings: ValueTrainingSettings) -> bool:
    return settings.layer_decay < 1 or settings.head_factor != 1


def layered_optimizer(model: Any, settings: ValueTrainingSettings) -> Any:
    """Return fused AdamW whose rate falls by ``layer_decay`` with each layer from the head down to the embeddings.

    The head itself has ``head_factor`` times the rate.
    """
    from torch.optim import AdamW

    depth = int(model.config.num_hidden_layers)

    def factor(height: int) -> float:
        return settings.head_factor if height > depth else settings.layer_decay ** (depth + 1 - height)

    groups: dict[tuple[int, bool], list[Any]] = {}
    trained = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    for name, parameter in trained:
        groups.setdefault((layer_height(name, depth), parameter.ndim > 1), []).append(parameter)
    return AdamW(
        [
            {
                "params": members,
                "lr": settings.learning_rate * factor(height),
                "weight_decay": settings.weight_decay if is_matrix else 0.0,
            }
            for (height, is_matrix), members in sorted(groups.items(), key=lambda item: item[0])
        ],
        lr=settings.learning_rate,
        fused=True,
    )


def _loss(train: Sequence[Row], settings: ValueTrainingSettings) -> UtilityLoss | KnownPairsLoss:
    at_once = settings.style == "none"
    weights = None
    if settings.head == "classes" and settings.class_weights == "balanced":
        wanted = [row["labels"] for row in train]
        known = [pair[:3] for text in wanted for pair in text if _is_judged(pair)] if at_once else wanted
        weights = balanced_weights([_class(target) for target in known])
    loss = UtilityLoss(settings.head, label_smoothing=settings.label_smoothing, weights=weights)
    return KnownPairsLoss(loss, settings.teacher_weight) if at_once else loss


def _is_judged(target: Sequence[float]) -> bool:
    """Return whether the target of a value is a label: neither unknown nor what a teacher says."""
    return target[0] == target[0] and target[3:] != [0.0]


def _class(target: int | Sequence[float]) -> int:
    """Return the utility a target of the classes head says; of shares, the greatest."""
    return (target if isinstance(target, int) else int(np.argmax(target))) - 1
