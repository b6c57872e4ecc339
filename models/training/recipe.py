"""What a model was trained from, item by item: `recipe.json` in its folder, beside the record that names its hash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from valuenet.models.encoding.encoder_files import encoder_inputs
from valuenet.warehouse.recipes.recipe import NOT_ITEMISED, Recipe, differences, make_recipe

RECIPE_FILE = "recipe.json"


def training_recipe(
    step: str,
    functions: Iterable[Callable[..., Any] | type],
    settings: BaseModel,
    *,
    encoders: Iterable[str | None],
    rows: Mapping[str, str],
    left_out: frozenset[str] = frozenset(),
) -> Recipe:
    """Return the recipe of a training.

    Args:
        step: what is trained.
        functions: all that decides weights and metrics; cards and figures do not stand among them.
        settings: those of the training.
        encoders: the pretrained encoders it starts from or stands on; None for one that is not used.
        rows: a hash of the content by the name of each part of the data.
        left_out: settings that alter nothing, such as the number of threads.
    """
    used = sorted({encoder for encoder in encoders if encoder is not None})
    files = {name: digest for encoder in used for name, digest in encoder_inputs(encoder).items()}
    return make_recipe(
        [*functions, type(settings)],
        settings.model_dump(mode="json", exclude=set(left_out)),
        {**rows, **files},
        step=step,
    )


def recipe_id(recipe: Recipe) -> str:
    """Return the id of a recipe in records: ``r-`` and 16 hex digits."""
    return f"r-{recipe.key()[:16]}"


def write_recipe(recipe: Recipe, folder: Path) -> None:
    """Write ``recipe`` into the folder of a model."""
    (folder / RECIPE_FILE).write_text(recipe.to_json(), encoding="utf-8")


def read_folder_recipe(folder: Path) -> Recipe | None:
    """Return the recipe of the model in ``folder``; None where it was made before recipes were itemised."""
    try:
        return Recipe.model_validate_json((folder / RECIPE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError):
        return None


def changes_since(folder: Path, today: Recipe) -> tuple[str, ...]:
    """Return what makes ``today`` another recipe than that of the model in ``folder``, a sentence each."""
    then = read_folder_recipe(folder)
    return (NOT_ITEMISED,) if then is None else tuple(map(str, differences(then, today)))
