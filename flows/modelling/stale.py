"""Whether the model in a folder is what today's code, libraries, encoders, data and settings would make."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from valuenet.models.detector.record import RECORD_FILE as DETECTOR_FILE
from valuenet.models.detector.record import read_detector_record
from valuenet.models.emotion.record import RECORD_FILE as EMOTION_FILE
from valuenet.models.emotion.record import read_emotion_record
from valuenet.models.encoding.encoder_files import encoder_inputs
from valuenet.models.training.recipe import changes_since, read_folder_recipe
from valuenet.models.values.record import RECORD_FILE as VALUE_FILE
from valuenet.models.values.record import NotAValueModelError, read_record
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.warehouse.recipes.recipe import NOT_ITEMISED, Recipe, make_recipe

#: In the name of a model's source: the variant of the release, in brackets.
_VARIANT = re.compile(r"\((original|balanced|augmented)\)$")


class _Kind(NamedTuple):
    """What decides a kind of model, the settings of one, and the recipe that data at a path would give it now."""

    functions: tuple[Callable[..., Any], ...]
    settings: Any
    recipe: Callable[[str], Recipe]


def stale_reasons(folder: Path, data: str = "", training: ValueTrainingSettings | None = None) -> tuple[str, ...]:
    """Return why the model in ``folder`` is stale, a sentence per reason; none where it is current.

    A folder made before recipes were itemised is stale for that reason alone; it loads as before.

    Args:
        folder: the model's.
        data: the release (value model), folder of ValueEval (detector) or file of EmoBank (reader of feeling) it should
            have been trained on; empty to take its data as they were.
        training: settings a value model should have been trained with; only those that were set are compared. None to
            take its settings as they were.

    Raises:
        NotAValueModelError: if the folder holds no model of this project.
        InputError: if ``data`` does not read.
    """
    kind = _of_kind(folder)
    then = read_folder_recipe(folder)
    if then is None:
        return (NOT_ITEMISED,)
    named = [getattr(kind.settings, name, None) for name in ("encoder", "companion", "teacher")]
    encoders = sorted({str(name) for name in named if name is not None})
    files = {name: digest for encoder in encoders for name, digest in encoder_inputs(encoder).items()}
    rows = _rows_of(kind.recipe(data) if data else then)
    now = make_recipe([*kind.functions, type(kind.settings)], {}, {**rows, **files}, step=then.step)
    return changes_since(folder, now.model_copy(update={"settings": {**then.settings, **_wanted(training, then)}}))


def _rows_of(recipe: Recipe) -> dict[str, str | None]:
    return {name: digest for name, digest in recipe.inputs.items() if name.startswith("rows ")}


def _wanted(training: ValueTrainingSettings | None, then: Recipe) -> Mapping[str, Any]:
    """Return the settings that were set on purpose, among those that alter a model."""
    if training is None:
        return {}
    wanted = make_recipe([], training.model_dump(mode="json", include=training.model_fields_set), {}, step=then.step)
    return {name: value for name, value in wanted.settings.items() if name in then.settings}


def _of_kind(folder: Path) -> _Kind:
    if (folder / VALUE_FILE).is_file():
        return _value_model(folder)
    if (folder / DETECTOR_FILE).is_file():
        return _detector(folder)
    if (folder / EMOTION_FILE).is_file():
        return _emotion_model(folder)
    raise NotAValueModelError(
        f"{str(folder)!r} holds no {VALUE_FILE}, {DETECTOR_FILE} or {EMOTION_FILE}; give the folder of a model"
    )


def _value_model(folder: Path) -> _Kind:
    from valuenet.flows.modelling.value import read_learning_splits
    from valuenet.models.values.training import DECISIVE, check_parts, itemise_training

    record = read_record(folder)
    variant = _VARIANT.search(record.source.name)

    def recipe(release: str) -> Recipe:
        votes = record.settings.targets == "votes"
        rows = read_learning_splits(release, variant[1] if variant else "original", votes=votes)
        return itemise_training(check_parts(rows.train, rows.validation, None), record.settings)

    return _Kind(DECISIVE, record.settings, recipe)


def _detector(folder: Path) -> _Kind:
    from valuenet.curation.datasets.value_eval import read_arguments
    from valuenet.models.detector.training import DECISIVE, itemise_training, part_arguments

    settings = read_detector_record(folder).settings

    def recipe(folder_of_data: str) -> Recipe:
        train, validation = (read_arguments(Path(folder_of_data), part).rows for part in ("training", "validation"))
        return itemise_training(part_arguments(train, validation, settings), settings)

    return _Kind(DECISIVE, settings, recipe)


def _emotion_model(folder: Path) -> _Kind:
    from valuenet.curation.datasets.emobank import read_emobank
    from valuenet.models.emotion.training import DECISIVE, itemise_training

    settings = read_emotion_record(folder).settings
    return _Kind(
        DECISIVE,
        settings,
        lambda file: itemise_training(read_emobank(Path(file)).sort_values("id").reset_index(drop=True), settings),
    )
