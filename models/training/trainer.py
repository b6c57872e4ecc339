"""transformers.Trainer with two changes: the order of its batches, and the mean of its weights that it evaluates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import Trainer, TrainerCallback

from valuenet.models.training.length_buckets import LengthBuckets
from valuenet.models.training.weight_average import WeightAverage


class AveragingTrainer(Trainer):
    """Trainer whose batches hold rows of like length, and whose evaluations and checkpoints know the mean weights."""

    def __init__(self, *, average: WeightAverage, buckets: LengthBuckets, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.average, self.buckets = average, buckets
        self.add_callback(_Follow(average))

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:  # noqa: ARG002  the buckets know the rows
        return self.buckets

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        """Return the metrics of the mean weights."""
        with self.average.in_place():
            return dict(super().evaluate(*args, **kwargs))

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
        """Write the weights and then their mean; the note that a checkpoint is whole comes after both."""
        super().save_model(output_dir, _internal_call)
        if self.args.should_save:  # of several processes the first one writes
            self.average.save(Path(output_dir or str(self.args.output_dir)))

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        super()._load_from_checkpoint(resume_from_checkpoint, model)
        self.average.load(Path(resume_from_checkpoint))


class _Follow(TrainerCallback):
    def __init__(self, average: WeightAverage) -> None:
        self.average = average

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        self.average.follow(state.global_step)
