"""The packaged files that code reads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path

from valuenet.warehouse.recipes.definitions import Form
from valuenet.warehouse.recipes.names import Key
from valuenet.warehouse.recipes.sources import folders_of, locate


def files_read(forms: Mapping[Key, Form]) -> set[Path]:
    """Return the packaged files that are read.

    A definition that opens a package or its own folder reads those files below it whose names or paths stand as
    texts anywhere in the code that is reached; where none does and the name is put together, all of them.
    """
    literals = {text for form in forms.values() for text in form.literals}
    paths: set[Path] = set()
    for (module, _), form in forms.items():
        for package in sorted(form.folders):
            files = _packaged(package or module)
            named = [path for path, name in files if path.name in literals or name in literals]
            paths.update(named or [path for path, _ in files if form.joins_freely])
    return paths


def hash_file(path: Path) -> str:
    """Return the hash of a file's bytes, 16 hex digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _packaged(module: str) -> list[tuple[Path, str]]:
    """Return the files that are no code in and below the package of a module, and of the packages around a module."""
    path = locate(module)
    if path is None:
        folders = list(folders_of(module))
    else:
        inner, *outer = path.parents
        folders = [inner, *takewhile(lambda folder: (folder / "__init__.py").is_file(), outer)]
    files = {path: str(path.relative_to(folder)) for folder in folders[::-1] for path in _data_files(folder)}
    return sorted(files.items())


def _data_files(folder: Path) -> list[Path]:
    """Return the files below ``folder`` that are no code, sorted."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc", ".pyi"} and "__pycache__" not in path.parts
    )
