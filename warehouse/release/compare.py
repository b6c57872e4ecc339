"""Where a release differs from what it should be: files, rows, figures."""

from __future__ import annotations

import hashlib
import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from valuenet.warehouse.release.manifest import FORMAT, MANIFEST, SIGNATURE, read_json
from valuenet.warehouse.release.read import Published

NO_FILE = "no file"


class _Nothing:
    """Stands where a key is missing, which is not the same as null."""

    def __str__(self) -> str:
        return "nothing"


_NOTHING = _Nothing()
_CROISSANT = "croissant.json"


class Problem(NamedTuple):
    """One thing that is not as it should be. Rows count from 1, in the order of the file."""

    file: str
    row: int | None
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        where = self.file + (f", row {self.row}" if self.row else "") + (f", {self.column}" if self.column else "")
        return f"{where}: found {self.found}, expected {self.expected}"


def check_files(release: Published[Any]) -> list[Problem]:
    """Return what is missing, too much, or has another size or checksum than the manifest (and Croissant) say."""
    sizes, listed = release.place.sizes(), release.manifest.files
    problems = [Problem(name, None, "", NO_FILE, "the file the manifest lists") for name in listed if name not in sizes]
    extra = sorted(sizes.keys() - listed.keys() - {MANIFEST, SIGNATURE})
    problems += [Problem(name, None, "", "a file", "no file: the manifest does not list it") for name in extra]
    for name in sorted(listed.keys() & sizes.keys()):
        if sizes[name] != listed[name].bytes:
            problems.append(Problem(name, None, "bytes", str(sizes[name]), str(listed[name].bytes)))
            continue
        digest = hashlib.sha256(release.place.read(name)).hexdigest()
        if digest != listed[name].sha256:
            problems.append(Problem(name, None, "sha256", digest, listed[name].sha256))
    old = release.manifest.format < FORMAT  # a newer one has its metadata made again
    return problems + (_check_croissant(release) if old and _CROISSANT in sizes else [])


def _check_croissant(release: Published[Any]) -> list[Problem]:
    """Return the Parquet files for which Croissant and manifest name different checksums."""
    try:
        objects = read_json(release.place.read(_CROISSANT))["distribution"]
        checksums = {str(entry_of_file["contentUrl"]): entry_of_file.get("sha256") for entry_of_file in objects}
    except (ValueError, KeyError, TypeError, AttributeError):
        return [Problem(_CROISSANT, None, "", "something else", "Croissant metadata")]
    return [
        Problem(_CROISSANT, None, f"sha256 of {name}", str(checksums.get(name)), entry.sha256)
        for name, entry in sorted(release.manifest.files.items())
        if name.endswith(".parquet") and checksums.get(name) != entry.sha256
    ]


def first_row_that_differs(file: str, actual: pd.DataFrame, expected: pd.DataFrame) -> Problem | None:
    """Return the first cell of ``actual`` that is not as in ``expected`` (same columns, rows in order), else None."""
    rows = min(len(actual), len(expected))
    left, right = (frame.head(rows).reset_index(drop=True).astype(object) for frame in (actual, expected))
    differs = (left.ne(right[left.columns]) & ~(left.isna() & right[left.columns].isna())).to_numpy()
    if differs.any():
        row = int(np.flatnonzero(differs.any(axis=1))[0])
        column = str(left.columns[int(np.flatnonzero(differs[row])[0])])
        return Problem(file, row + 1, column, _cell(left, row, column), _cell(right, row, column))
    if len(actual) == len(expected):
        return None
    longer = actual if len(actual) > rows else expected
    row_text = " ".join(str(longer[name].iloc[rows]) for name in longer.columns[:2])
    texts = (row_text, "no further row") if longer is actual else ("no further row", row_text)
    return Problem(file, rows + 1, "", *texts)


def first_figure_that_differs(file: str, actual: Any, expected: Any, path: str = "") -> Problem | None:
    """Return the first entry of JSON ``actual`` that is not as in ``expected``; numbers may differ in the 9th digit."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        keys: list[Any] = list(dict.fromkeys([*expected, *actual]))
        pairs = [(f"{path}.{key}".lstrip("."), actual.get(key, _NOTHING), expected.get(key, _NOTHING)) for key in keys]
    elif isinstance(actual, list) and isinstance(expected, list) and len(actual) == len(expected):
        pairs = [(f"{path}[{i}]", *both) for i, both in enumerate(zip(actual, expected, strict=True))]
    else:
        return None if _same(actual, expected) else Problem(file, None, path, _short(actual), _short(expected))
    problems = (first_figure_that_differs(file, mine, theirs, inner) for inner, mine, theirs in pairs)
    return next((problem for problem in problems if problem), None)


def _same(actual: Any, expected: Any) -> bool:
    if isinstance(actual, float) and isinstance(expected, float):
        return math.isclose(actual, expected, rel_tol=1e-9, abs_tol=1e-12)
    return type(actual) is type(expected) and bool(actual == expected)


def _cell(frame: pd.DataFrame, row: int, column: str) -> str:
    return _short(frame[column].iloc[row])


def _short(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
