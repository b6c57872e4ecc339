"""Folders made once for a whole run of the tests, whichever worker or module asks first."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder ``name`` that ``make`` has filled once in this run; what changes it must work on a copy.

    A session fixture alone is made anew by each worker of pytest-xdist, and by each module that imports it. ``make``
    gets the final path, which is not there yet; where it fails, the next test that asks tries again.
    """
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # that of the run, which its workers share
    folder, note = base / name, base / f"{name}.made"
    with FileLock(base / f"{name}.lock"):
        if not note.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            note.touch()
    return folder
