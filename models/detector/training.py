"""From labelled arguments to a detector's folder. A killed run, started again, goes on from its last whole epoch."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from valuenet.models.detector.baselines import compare_detectors
from valuenet.models.detector.card import render_detector_card
from valuenet.models.detector.companion import open_detector_companion, train_detector_companion
from valuenet.models.detector.figures import draw_categories
from valuenet.models.detector.inputs import encode_texts, second_segments
from valuenet.models.detector.metrics import DetectionMetrics, choose_threshold
from valuenet.models.detector.model import ValueDetector
from valuenet.models.detector.record import ArgumentRows, DetectorRecord, read_detector_record, write_detector_record
from valuenet.models.detector.settings import DetectorSettings
from valuenet.models.detector.trainer import OUTPUTS, build_detector_trainer
from valuenet.models.encoding.encoders import load_classifier, quiet_transformers
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
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import content_hash, draws, fold_space
from valuenet.warehouse.learning_tables import ARGUMENT_COLUMNS, Arguments
from valuenet.warehouse.recipes.recipe import Recipe
from valuenet.warehouse.vocabulary import CATEGORIES
from valuenet.warehouse.whole_files import write_whole


class TooFewConclusionsError(InputError):
    """The training part cannot be split into conclusions to learn from and conclusions to choose by."""


class TrainedDetector(NamedTuple):
    """A detector's folder and what its record says."""

    path: Path
    record: DetectorRecord


class DetectorParts(NamedTuple):
    """The arguments a detector learns from, whose epoch and threshold are chosen by, and that it is measured on."""

    learned: pd.DataFrame
    held_out: pd.DataFrame
    validation: pd.DataFrame


def train_detector(
    train: Arguments,
    validation: Arguments,
    settings: DetectorSettings,
    *,
    out: Path,
    with_baselines: bool = True,
    progress: bool = True,
) -> TrainedDetector:
    """Return the detector trained on ``train``, written whole to the folder ``out``.

    A share of the conclusions of ``train`` is held out with all their arguments; it chooses the epoch and the one
    threshold. ``validation`` chooses nothing, so what is measured on it is unbiased.

    Args:
        train: the training part (``read_arguments``).
        validation: as ``train``; scored once, after training.
        settings: what is trained and how.
        out: the folder to make. One that holds this very detector already is returned as it is.
        with_baselines: whether all-ones and TF-IDF stand beside the detector in record and card.
        progress: show a bar where standard error is a terminal.

    Raises:
        TooFewConclusionsError: if nothing is left to learn from, or to choose by.
        ModelExistsError: if ``out`` holds something else.
        EncoderNotFoundError: if the encoder, or that of the companion, is not to be had.
        TrainingBusyError: if another process is training into ``out``.
    """
    parts = part_arguments(train.rows, validation.rows, settings)
    items = itemise_training(parts, settings)
    recipe, current = recipe_id(items), is_current(out, items, read_detector_record)
    wait_for_all()  # each has looked before the first one writes
    if not current:
        with alone(out), given_threads(settings.threads):
            open_detector_companion(settings)  # said now, if it is not there
            record = _record(recipe, parts, settings, (train.rejected, validation.rejected))
            _train_into(out, parts, record, settings, items, with_baselines=with_baselines, progress=progress)
    close_run(out)
    return TrainedDetector(out, read_detector_record(out))


def _train_into(
    out: Path,
    parts: DetectorParts,
    record: DetectorRecord,
    settings: DetectorSettings,
    items: Recipe,
    *,
    with_baselines: bool,
    progress: bool,
) -> None:
    """Train, and write the folder whole; only the first of several processes writes."""
    reached = _reach(parts, settings, open_run(out, record.recipe), progress=progress)
    if is_first():
        with written_whole(out) as folder:
            copy_model(reached.best, folder)
            made = {"best_epoch": reached.best_epoch, "epochs_run": reached.epochs}
            beside = train_detector_companion(parts.learned, settings, folder, progress=progress)
            whole = record.model_copy(update={**made, "companion": beside})
            _describe(folder, _measure(folder, parts, whole, with_baselines=with_baselines))
            write_recipe(items, folder)
    wait_for_all()


def part_arguments(train: pd.DataFrame, validation: pd.DataFrame, settings: DetectorSettings) -> DetectorParts:
    """Return the three parts; arguments on one conclusion stay together, so that its words give nothing away.

    Raises:
        TooFewConclusionsError: if nothing is left to learn from, or to choose by.
    """
    train = train.sort_values("argument_id").reset_index(drop=True)
    conclusions = (fold_space(text).lower() for text in train["conclusion"])
    out = draws(conclusions, "detector-held-out", settings.seed) < settings.held_out
    if out.all() or not out.any():
        raise TooFewConclusionsError(
            f"the {train['conclusion'].nunique():,} conclusions of the training part cannot be split with held_out = "
            f"{settings.held_out:g} and seed {settings.seed}; give more arguments, or another share or seed"
        )
    learned, held_out = train.loc[~out].reset_index(drop=True), train.loc[out].reset_index(drop=True)
    return DetectorParts(learned, held_out, validation.sort_values("argument_id").reset_index(drop=True))


def _reach(parts: DetectorParts, settings: DetectorSettings, run: Path, *, progress: bool) -> Reached:
    """Return the end of the run, from wherever it stands."""
    steps = math.ceil(len(parts.learned) / settings.batch_size)
    reached = newest_checkpoint(run, steps)
    if reached is None or reached.epochs < settings.epochs:
        _train(parts, settings, run, reached, progress=progress)
        reached = newest_checkpoint(run, steps)
    if reached is None:
        raise RuntimeError(f"training left no checkpoint in {str(run)!r}")
    return reached


def _train(
    parts: DetectorParts, settings: DetectorSettings, run: Path, reached: Reached | None, *, progress: bool
) -> None:
    from transformers import set_seed

    set_seed(settings.seed)
    encoder = load_classifier(settings.encoder, OUTPUTS)
    encoded = [
        _encode(encoder.tokenizer, rows, settings, whole=whole)
        for rows, whole in ((parts.learned, True), (parts.learned, False), (parts.held_out, True))
    ]
    with quiet_transformers(), training_progress("training", enabled=progress) as bar:
        pairs = list(zip(encoded[0], encoded[1], strict=True))
        trainer = build_detector_trainer(encoder, pairs, encoded[2], settings, run)
        trainer.add_callback(bar)
        trainer.train(resume_from_checkpoint=None if reached is None else str(reached.checkpoint))


def _encode(tokenizer: Any, rows: pd.DataFrame, settings: DetectorSettings, *, whole: bool) -> list[dict[str, Any]]:
    seconds = second_segments(rows) if whole else None
    inputs = encode_texts(tokenizer, rows["premise"].tolist(), seconds, settings.max_length)
    labels = rows[list(CATEGORIES)].astype(float).to_numpy().tolist()
    return [{**row, "labels": target} for row, target in zip(inputs, labels, strict=True)]


def itemise_training(parts: DetectorParts, settings: DetectorSettings) -> Recipe:
    """Return all that decides weights, threshold and metrics; the number of threads does not."""
    return training_recipe(
        "train detector",
        DECISIVE,
        settings,
        encoders=(settings.encoder, settings.companion),
        rows={
            f"rows {name}": content_hash(rows[list(ARGUMENT_COLUMNS)], ["argument_id"])
            for name, rows in parts._asdict().items()
        },
        left_out=frozenset({"threads"}),
    )


def _record(
    recipe: str, parts: DetectorParts, settings: DetectorSettings, rejected: tuple[pd.DataFrame, pd.DataFrame]
) -> DetectorRecord:
    """Return the record without epochs, threshold and metrics, which only the trained detector can give."""
    nothing = DetectionMetrics.model_construct(None, per_category={}, **dict.fromkeys(_NUMBERS, 0))
    return DetectorRecord(
        recipe=recipe,
        settings=settings.model_copy(update={"threads": None}),
        threshold=0.5,
        data={
            "learned": _count(parts.learned, rejected[0]),
            "held_out": _count(parts.held_out, rejected[0].head(0)),
            "validation": _count(parts.validation, rejected[1]),
        },
        best_epoch=0,
        epochs_run=0,
        held_out=nothing,
        metrics=nothing,
        plain=nothing,
        baselines={},
    )


_NUMBERS = [name for name in DetectionMetrics.model_fields if name != "per_category"]


def _count(rows: pd.DataFrame, rejected: pd.DataFrame) -> ArgumentRows:
    return ArgumentRows(
        rows=len(rows),
        conclusions=rows["conclusion"].nunique(),
        labels_per_row=float(rows[list(CATEGORIES)].sum(axis=1).mean()),
        rejected={str(r): int(n) for r, n in rejected["reason"].value_counts().sort_index().items()},
        content=content_hash(rows[list(ARGUMENT_COLUMNS)], ["argument_id"]),
    )


def _measure(folder: Path, parts: DetectorParts, record: DetectorRecord, *, with_baselines: bool) -> DetectorRecord:
    """Choose the threshold, measure the detector as it will be loaded, write its record and return it."""
    write_detector_record(record, folder)
    detector = ValueDetector.load(folder)
    chances = detector.predict_arguments(parts.held_out)
    threshold = choose_threshold(chances, parts.held_out[list(CATEGORIES)].to_numpy())
    detector.record = record.model_copy(update={"threshold": threshold})
    measured = {
        "held_out": detector.evaluate(parts.held_out),
        "metrics": detector.evaluate(parts.validation),
        "plain": detector.evaluate(parts.validation, alone=True),
        "baselines": compare_detectors(*parts, record.settings.seed) if with_baselines else {},
    }
    full = detector.record.model_copy(update=measured)
    write_detector_record(full, folder)
    return full


def _describe(folder: Path, full: DetectorRecord) -> None:
    """Write card and figures beside the record."""
    for kind in ("png", "svg"):
        draw_categories(full.metrics, full.baselines, folder / f"categories.{kind}")
    write_whole(folder / "README.md", render_detector_card(full))


#: Where the code begins that decides weights, threshold and metrics; cards and figures may change without a training.
DECISIVE = (_reach, train_detector_companion, copy_model, _measure)
