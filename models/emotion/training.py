"""From rated texts to the folder of a reader of feeling: a ridge regression per dimension on frozen vectors."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.emotion.card import render_emotion_card
from valuenet.models.emotion.lexicon import VaderReader
from valuenet.models.emotion.metrics import EmotionMetrics, evaluate_emotion, pearson
from valuenet.models.emotion.model import HEAD_FILE, EmotionModel
from valuenet.models.emotion.reading import NEUTRAL
from valuenet.models.emotion.record import EmotionRecord, read_emotion_record, write_emotion_record
from valuenet.models.emotion.settings import EmotionSettings
from valuenet.models.encoding.encoders import encoder_content
from valuenet.models.encoding.text_vectors import TextVectors, Vectors
from valuenet.models.training.recipe import recipe_id, training_recipe, write_recipe
from valuenet.models.training.run import alone, is_current, written_whole
from valuenet.warehouse.hashing import content_hash
from valuenet.warehouse.recipes.recipe import Recipe
from valuenet.warehouse.vocabulary import DIMENSIONS
from valuenet.warehouse.whole_files import write_whole

Numbers = NDArray[np.float64]


class TrainedEmotion(NamedTuple):
    """The folder of a reader and what its record says."""

    path: Path
    record: EmotionRecord


class Head(NamedTuple):
    """A linear regression of both dimensions: weights (2, width), bias (2,), and the penalties that were chosen."""

    weights: Numbers
    bias: Numbers
    penalties: dict[str, float]


def train_emotion(rows: pd.DataFrame, settings: EmotionSettings, *, out: Path) -> TrainedEmotion:
    """Return the reader trained on the part ``train`` of ``rows``, written whole to the folder ``out``.

    Args:
        rows: rated texts as ``read_emobank`` gives them; the part ``dev`` chooses the penalties and is measured on.
        settings: what is trained and how.
        out: the folder to make. One that holds this very reader already is returned as it is.

    Raises:
        ModelExistsError: if ``out`` holds something else.
        EncoderNotFoundError: if the encoder is not to be had.
        TrainingBusyError: if another process is training into ``out``.
    """
    rows = rows.sort_values("id").reset_index(drop=True)
    recipe = itemise_training(rows, settings)
    if is_current(out, recipe, read_emotion_record):
        return TrainedEmotion(out, read_emotion_record(out))
    with alone(out), written_whole(out) as folder:
        record = _learn_and_measure(rows, settings, recipe_id(recipe), folder)
        write_emotion_record(record, folder)
        write_recipe(recipe, folder)
        write_whole(folder / "README.md", render_emotion_card(record))
    return TrainedEmotion(out, read_emotion_record(out))


def _learn_and_measure(rows: pd.DataFrame, settings: EmotionSettings, recipe: str, folder: Path) -> EmotionRecord:
    """Write the head that the training part gives into ``folder`` and return the record of the reader."""
    learned, chosen = (rows.loc[rows["split"] == part] for part in ("train", "dev"))
    encoder = TextVectors.load(
        settings.encoder, max_length=settings.max_length, batch_size=settings.batch_size, bf16=settings.bf16
    )
    seen, asked = (encoder.vectors(part["text"].tolist()) for part in (learned, chosen))
    head = fit_head(seen, _ratings(learned), asked, _ratings(chosen), settings.penalties)
    _write_head(head, folder)
    record = _record(recipe, rows, settings, head)
    model = EmotionModel(record, encoder, head.weights, head.bias)
    measured = {
        "metrics": evaluate_emotion(model.rate(chosen["text"].tolist()), _ratings(chosen)),
        "baselines": compare_emotion(learned, chosen),
    }
    return record.model_copy(update=measured)


def fit_head(vectors: Vectors, ratings: Numbers, asked: Vectors, rated: Numbers, penalties: tuple[float, ...]) -> Head:
    """Return the regression of (n, 2) ``ratings`` on (n, width) ``vectors``.

    Per dimension the penalty is the one whose readings of ``asked`` follow ``rated`` best, by Pearson's r; of equals
    the first.
    """
    from sklearn.linear_model import Ridge

    tried = [Ridge(alpha=penalty, solver="cholesky").fit(vectors, ratings) for penalty in penalties]
    predictions = [model.predict(asked) for model in tried]
    best = [
        int(np.argmax([pearson(answers[:, at], rated[:, at]) or -1.0 for answers in predictions]))
        for at in range(len(DIMENSIONS))
    ]
    return Head(
        weights=np.stack([tried[index].coef_[at] for at, index in enumerate(best)]).astype(np.float64),
        bias=np.array([tried[index].intercept_[at] for at, index in enumerate(best)], dtype=np.float64),
        penalties={name: penalties[index] for name, index in zip(DIMENSIONS, best, strict=True)},
    )


def compare_emotion(learned: pd.DataFrame, measured: pd.DataFrame) -> dict[str, EmotionMetrics]:
    """Return the metrics of each baseline: the mean of the training part always, and VADER.

    VADER knows no arousal; how far its valence is from neutral stands in for it.
    """
    rated = _ratings(measured)
    valence = VaderReader().read(measured["text"].tolist())[:, 0]
    arousal = NEUTRAL + abs(valence - NEUTRAL)
    return {
        "mean": evaluate_emotion(np.tile(_ratings(learned).mean(axis=0), (len(rated), 1)), rated),
        "VADER": evaluate_emotion(np.column_stack([valence, arousal]), rated),
    }


def _ratings(rows: pd.DataFrame) -> Numbers:
    return rows[list(DIMENSIONS)].to_numpy(dtype=np.float64)


def itemise_training(rows: pd.DataFrame, settings: EmotionSettings) -> Recipe:
    """Return all that decides weights and metrics."""
    content = {"rows train and dev": content_hash(rows, ["id"])}
    return training_recipe("train emotion", DECISIVE, settings, encoders=(settings.encoder,), rows=content)


def _write_head(head: Head, folder: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"weights": head.weights, "bias": head.bias}, folder / HEAD_FILE)


def _record(recipe: str, rows: pd.DataFrame, settings: EmotionSettings, head: Head) -> EmotionRecord:
    """Return the record without metrics, which only the trained reader can give."""
    return EmotionRecord(
        recipe=recipe,
        settings=settings,
        encoder_content=encoder_content(settings.encoder),
        penalties=head.penalties,
        data={part: int((rows["split"] == part).sum()) for part in ("train", "dev")},
        content=content_hash(rows, ["id"]),
        metrics=EmotionMetrics(rows=0, per_dimension={}),
        baselines={},
    )


#: Where the code begins that decides weights and metrics; the card may change without a new training.
DECISIVE = (_learn_and_measure,)
