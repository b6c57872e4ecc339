"""Whether the model in a folder is what today's code, libraries and encoders would make of the same data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from valuenet.models.detector.record import RECORD_FILE as DETECTOR_FILE
from valuenet.models.detector.record import read_detector_record
from valuenet.models.emotion.record import RECORD_FILE as EMOTION_FILE
from valuenet.models.emotion.record import read_emotion_record
from valuenet.models.encoding.encoder_files import encoder_inputs
from valuenet.models.training.recipe import changes_since, read_folder_recipe
from valuenet.models.values.record import RECORD_FILE as VALUE_FILE
from valuenet.models.values.record import NotAValueModelError, read_record
from valuenet.warehouse.recipes.recipe import NOT_ITEMISED, make_recipe


def stale_reasons(folder: Path) -> tuple[str, ...]:
    """Return why the model in ``folder`` is stale, a sentence per reason; none where it is current.

    Settings and data are those it was trained with: what may have changed is the code, a library, or an encoder. A
    folder made before recipes were itemised is stale for that reason alone; it loads as before.

    Raises:
        NotAValueModelError: if the folder holds no model of this project.
    """
    functions, settings = _of_kind(folder)
    then = read_folder_recipe(folder)
    if then is None:
        return (NOT_ITEMISED,)
    named = [getattr(settings, name, None) for name in ("encoder", "companion", "teacher")]
    encoders = sorted({str(name) for name in named if name is not None})
    files = {name: digest for encoder in encoders for name, digest in encoder_inputs(encoder).items()}
    rows = {name: digest for name, digest in then.inputs.items() if name.startswith("rows ")}
    now = make_recipe([*functions, type(settings)], {}, {**rows, **files}, step=then.step)
    return changes_since(folder, now.model_copy(update={"settings": then.settings}))


def _of_kind(folder: Path) -> tuple[tuple[Callable[..., Any], ...], Any]:
    """Return what decides such a model, and the settings it was trained with."""
    if (folder / VALUE_FILE).is_file():
        from valuenet.models.values.training import DECISIVE as VALUE

        return VALUE, read_record(folder).settings
    if (folder / DETECTOR_FILE).is_file():
        from valuenet.models.detector.training import DECISIVE as DETECTOR

        return DETECTOR, read_detector_record(folder).settings
    if (folder / EMOTION_FILE).is_file():
        from valuenet.models.emotion.training import DECISIVE as EMOTION

        return EMOTION, read_emotion_record(folder).settings
    raise NotAValueModelError(
        f"{str(folder)!r} holds no {VALUE_FILE}, {DETECTOR_FILE} or {EMOTION_FILE}; give the folder of a model"
    )
