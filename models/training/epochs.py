"""How transformers.Trainer is set up here: an evaluation and a checkpoint per epoch, and no output of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from valuenet.models.encoding.encoders import bf16_available, device
from valuenet.models.training.processes import rows_each
from valuenet.models.training.settings import LearningSettings


def epoch_arguments(settings: LearningSettings, run: Path, *, best_by: str, greater_is_better: bool) -> Any:
    """Return the arguments of Trainer; its checkpoints stand in ``run``, the best by the measure ``best_by``."""
    from transformers import TrainingArguments

    return TrainingArguments(
        output_dir=str(run),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=rows_each(settings.batch_size),
        per_device_eval_batch_size=4 * settings.batch_size,
        learning_rate=settings.learning_rate,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        optim="adamw_torch_fused",
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,  # the best and the last; with 1 the last is removed at the end
        load_best_model_at_end=True,
        restore_callback_states_from_checkpoint=True,
        metric_for_best_model=best_by,
        greater_is_better=greater_is_better,
        average_tokens_across_devices=False,  # our losses are means over rows; Trainer would take them for sums
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        seed=settings.seed,
        bf16=uses_bf16(settings),
        use_cpu=device() == "cpu",
        dataloader_pin_memory=device() != "cpu",
    )


def uses_bf16(settings: LearningSettings) -> bool:
    """Return whether this run computes in bfloat16."""
    return settings.bf16 == "on" or (settings.bf16 == "auto" and bf16_available())


def silenced(trainer: Any) -> Any:
    """Return ``trainer`` without the callbacks that print; our own bar stands for them."""
    from transformers.trainer_callback import PrinterCallback, ProgressCallback

    trainer.remove_callback(PrinterCallback)
    trainer.remove_callback(ProgressCallback)
    return trainer
