"""Recipes beside the tables: one small file each, named by its hash, which commits name too. None is ever changed."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from valuenet.warehouse.errors import InputError, StorageError
from valuenet.warehouse.filesystems import first_line, open_filesystem
from valuenet.warehouse.recipes.recipe import Recipe

FOLDER = "_recipes"


def keep_recipe(warehouse: str, recipe: Recipe) -> str:
    """Write ``recipe`` into the warehouse, unless it is there, and return its hash, which commits name.

    Raises:
        StorageError: if it cannot be written.
    """
    key = recipe.key()
    files, root = open_filesystem(warehouse, InputError)
    path = f"{root}/{FOLDER}/{key}.json"
    try:
        if files.get_file_info(path).is_file:
            return key
        local = files.type_name == "local"
        draft = f"{root}/{FOLDER}/.{key}.{id(recipe)}.writing" if local else path
        if local:
            files.create_dir(f"{root}/{FOLDER}", recursive=True)
        with files.open_output_stream(draft, compression=None) as stream:
            stream.write(recipe.to_json().encode())
        if local:
            Path(draft).replace(path)
    except OSError as error:
        raise StorageError(
            f"the recipe of {recipe.step} cannot be kept in {warehouse} ({first_line(error)}); "
            "free space or mend access, then run the same command again"
        ) from None
    return key


def read_recipe(warehouse: str, key: str) -> Recipe | None:
    """Return the recipe whose hash is ``key``; None where none is kept, or what is kept does not read."""
    files, root = open_filesystem(warehouse, InputError)
    try:
        with files.open_input_stream(f"{root}/{FOLDER}/{key}.json", compression=None) as stream:
            return Recipe.model_validate_json(bytes(stream.read()))
    except (OSError, ValidationError):
        return None
