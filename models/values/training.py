"""From labelled rows to a model folder. A killed run, started again, goes on from its last whole epoch."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from valuenet.models.encoding.encoders import FASTTEXT, quiet_transformers
from valuenet.models.training.processes import is_first, wait_for_all
from valuenet.models.training.progress import training_progress
from valuenet.models.training.recipe import recipe_id, training_recipe, write_recipe
from valuenet.models.training.run import (
    Reached,
    alone,
    close_run,
    copy_model,
    given_threads,
    is_current,
    newest_checkpoint,
    open_run,
    written_whole,
)
from valuenet.models.values.baselines import compare_baselines
from valuenet.models.values.card import render_model_card
from valuenet.models.values.companion_training import learn_heads, open_encoders, train_companion
from valuenet.models.values.encoder import load_encoder
from valuenet.models.values.fasttext_model import write_fasttext
from valuenet.models.values.figures import draw_confusion
from valuenet.models.values.inputs import count_inputs, encode_rows
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.metrics import ValueMetrics
from valuenet.models.values.record import DataSource, ModelRecord, Rows, read_record, write_record
from valuenet.models.values.rows import check_rows
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.trainer import build_trainer
from valuenet.warehouse.hashing import content_hash
from valuenet.warehouse.recipes.recipe import Recipe
from valuenet.warehouse.whole_files import write_whole

_COLUMNS = ["value", "scenario", "utility"]


class TrainedModel(NamedTuple):
    """A model folder and what its record says."""

    path: Path
    record: ModelRecord


class Parts(NamedTuple):
    """The rows a model learns from, is chosen by and is measured on, each in an order that only their words decide."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame | None


def train_value(
    train: pd.DataFrame,
    validation: pd.DataFrame,
    settings: ValueTrainingSettings,
    *,
    out: Path,
    test: pd.DataFrame | None = None,
    source: DataSource | None = None,
    with_baselines: bool = True,
    progress: bool = True,
) -> TrainedModel:
    """Return the model trained on ``train``, written whole to the folder ``out``.

    Args:
        train: rows with the columns value, scenario, utility (-1, 0, 1), and the votes where they should be learned.
        validation: as ``train``; decides the epoch and when to stop, unless the last one is kept, and nothing else.
        settings: what is trained and how.
        out: the folder to make. One that holds this very model already is returned as it is.
        test: as ``train``; scored once, after training, for the card (else it shows validation).
        source: named in the card.
        with_baselines: whether the card has majority, TF-IDF and fastText too.
        progress: show a bar where standard error is a terminal.

    Raises:
        TrainingRowsError: if a frame is empty, lacks a column or holds anything but values, texts and utilities.
        ModelExistsError: if ``out`` holds something else.
        EncoderNotFoundError: if the encoder, or that of companion or teacher, is not to be had.
        TrainingBusyError: if another process is training into ``out``.
    """
    parts = check_parts(train, validation, test)
    settings = settings.for_rows(len(parts.train), parts.train["scenario"].nunique())
    recipe = itemise_training(parts, settings)
    current = is_current(out, recipe, read_record)
    wait_for_all()  # each has looked before the first one writes
    if not current:
        record = _record(recipe_id(recipe), parts, settings, source)
        with alone(out), given_threads(settings.threads):
            _train_into(out, parts, record, settings, recipe, with_baselines=with_baselines, progress=progress)
    close_run(out)
    return TrainedModel(out, read_record(out))


def check_parts(train: pd.DataFrame, validation: pd.DataFrame, test: pd.DataFrame | None) -> Parts:
    """Return the parts of a data set in the order that training reads them.

    Raises:
        TrainingRowsError: as for ``train_value``.
    """
    held_out = None if test is None else check_rows(test, "test")
    return Parts(check_rows(train, "train"), check_rows(validation, "validation"), held_out)


def _train_into(
    out: Path,
    parts: Parts,
    record: ModelRecord,
    settings: ValueTrainingSettings,
    recipe: Recipe,
    *,
    with_baselines: bool,
    progress: bool,
) -> None:
    """Train, and write the folder with all that is told of it; of several processes the first one writes."""
    open_encoders(settings)  # said now, not after the hours of the main model
    by_words = settings.encoder == FASTTEXT
    reached = None if by_words else _reach(parts, settings, open_run(out, record.recipe), progress=progress)
    if is_first():
        with written_whole(out) as folder:
            made = _fill(folder, parts, settings, reached, progress=progress)
            full = _measure(folder, parts, record.model_copy(update=made), with_baselines=with_baselines)
            _describe(folder, full)
            write_recipe(recipe, folder)
    wait_for_all()


def _fill(
    folder: Path, parts: Parts, settings: ValueTrainingSettings, reached: Reached | None, *, progress: bool
) -> dict[str, Any]:
    """Write the weights into ``folder`` (of ``reached``; None: fastText) and return what the record says of it."""
    if reached is None:
        return {"weights": write_fasttext(parts.train, settings.seed, folder)}
    copy_model(reached.best, folder)
    beside = train_companion(parts.train, settings, folder, progress=progress)
    return {"best_epoch": reached.best_epoch, "epochs_run": reached.epochs, "companion": beside}


def _reach(parts: Parts, settings: ValueTrainingSettings, run: Path, *, progress: bool) -> Reached:
    """Return the end of the run, from wherever it stands."""
    steps = math.ceil(count_inputs(parts.train, settings) / settings.batch_size)
    reached = newest_checkpoint(run, steps)
    if reached is None or not _is_over(reached, settings):
        _train(parts, settings, run, reached, progress=progress)
        reached = newest_checkpoint(run, steps)
    if reached is None:
        raise RuntimeError(f"training left no checkpoint in {str(run)!r}")
    return reached


def _is_over(reached: Reached, settings: ValueTrainingSettings) -> bool:
    patience = settings.early_stopping_patience
    stale = reached.epochs - reached.best_epoch
    return reached.epochs >= settings.epochs or bool(patience and stale >= patience)


def _train(
    parts: Parts, settings: ValueTrainingSettings, run: Path, reached: Reached | None, *, progress: bool
) -> None:
    from transformers import set_seed

    set_seed(settings.seed)
    encoder = load_encoder(settings.encoder, head=settings.head, prompt=settings.style)
    taught = settings.teacher and learn_heads(settings.teacher, parts.train, settings, progress=progress).answers
    votes = settings.targets == "votes"
    encoded = [
        encode_rows(encoder.tokenizer, parts.train, settings, votes=votes, teacher=taught or None),
        encode_rows(encoder.tokenizer, parts.validation, settings, votes=False),
    ]
    with quiet_transformers(), training_progress("training", enabled=progress) as bar:
        trainer = build_trainer(encoder, encoded[0], encoded[1], settings, run)
        trainer.add_callback(bar)
        trainer.train(resume_from_checkpoint=None if reached is None else str(reached.checkpoint))


def itemise_training(parts: Parts, settings: ValueTrainingSettings) -> Recipe:
    """Return all that decides weights and metrics; the number of threads does not."""
    left_out = {"threads"} | ({"teacher_weight"} if settings.teacher is None else set())
    return training_recipe(
        "train value model",
        DECISIVE,
        settings,
        encoders=(settings.encoder, settings.companion, settings.teacher),
        rows={
            f"rows {name}": content_hash(rows, rows.columns.tolist())
            for name, rows in (("train", parts.train), ("validation", parts.validation))
        },
        left_out=frozenset(left_out),
    )


def _record(recipe: str, parts: Parts, settings: ValueTrainingSettings, source: DataSource | None) -> ModelRecord:
    """Return the record without epochs and metrics, which only the trained model can give."""
    nothing = ValueMetrics(rows=0, accuracy=0, mse=0, per_class={}, per_value={}, confusion=[])
    named = {"train": parts.train, "validation": parts.validation, "test": parts.test}
    return ModelRecord(
        recipe=recipe,
        settings=settings.model_copy(update={"threads": None}),
        source=source or DataSource(),
        data={name: _count(rows) for name, rows in named.items() if rows is not None},
        best_epoch=0,
        epochs_run=0,
        measured_on="validation" if parts.test is None else "test",
        metrics=nothing,
        validation=nothing,
        baselines={},
    )


def _count(rows: pd.DataFrame) -> Rows:
    labels = {str(label): int((rows["utility"] == label).sum()) for label in (-1, 0, 1)}
    return Rows(rows=len(rows), labels=labels, content=content_hash(rows, _COLUMNS))


def _measure(folder: Path, parts: Parts, record: ModelRecord, *, with_baselines: bool) -> ModelRecord:
    """Measure the model as it will be loaded, write its record and return it."""
    write_record(record, folder)
    model = load_value_model(folder)
    validation = model.evaluate(parts.validation)
    measured = parts.validation if parts.test is None else parts.test
    baselines = compare_baselines(parts.train, measured, record.settings.seed) if with_baselines else {}
    metrics = validation if parts.test is None else model.evaluate(parts.test)
    full = record.model_copy(update={"validation": validation, "metrics": metrics, "baselines": baselines})
    write_record(full, folder)
    return full


def _describe(folder: Path, record: ModelRecord) -> None:
    """Write card and figures beside the record."""
    draw_confusion(record.metrics, folder / "confusion.png")
    draw_confusion(record.metrics, folder / "confusion.svg")
    write_whole(folder / "README.md", render_model_card(record))


#: Where the code begins that decides weights and metrics; cards and figures may change without a new training.
DECISIVE = (_reach, _fill, _measure)
