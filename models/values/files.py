"""Files a value model is asked about or measured on, and the files its answers go to."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from valuenet.models.values.rows import COLUMNS, check_rows
from valuenet.warehouse.csv_rows import CsvRowsError, read_rows
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import LABELS, SPLITS, VALUES, VARIANTS, UnknownValueError, parse_value

_TEXT_COLUMNS = ("text", "scenario")
_UTILITIES = {"-1": -1, "0": 0, "1": 1, "+1": 1, "-1.0": -1, "0.0": 0, "1.0": 1}


class ValueFileError(InputError):
    """A file to evaluate or predict on is missing, or does not hold what it should."""


def read_labelled(path: Path) -> pd.DataFrame:
    """Return the rows of a CSV with the columns value, scenario, label as value, scenario, utility; others are left.

    Raises:
        ValueFileError: naming the file, the line and what was found there.
    """
    rows = []
    for line, row in _csv_rows(path, ("value", "scenario", "label")):
        where = f"{path.name!r} line {line}"
        try:
            value = parse_value(row["value"])
        except UnknownValueError as error:
            raise ValueFileError(f"{where}: {error}") from None
        if row["label"].strip() not in _UTILITIES:
            raise ValueFileError(
                f"{where}: label is {row['label']!r}, wanted one of -1, 0, 1; correct it and run again"
            )
        if not row["scenario"].strip():
            raise ValueFileError(f"{where}: the scenario is blank; remove the line or give it words")
        rows.append((value, row["scenario"], _UTILITIES[row["label"].strip()]))
    if not rows:
        raise ValueFileError(f"{path.name!r} holds no row below its header; give at least one")
    return pd.DataFrame(rows, columns=list(COLUMNS))


def read_release_split(release: Path, variant: str, split: str) -> pd.DataFrame:
    """Return value, scenario, utility of one split of one variant of a release (its Parquet files, in name order).

    Raises:
        ValueFileError: if variant or split is unknown, or the release holds no such file.
        TrainingRowsError: if what it holds is not labelled rows.
    """
    if variant not in VARIANTS:
        raise ValueFileError(f"unknown variant {variant!r}; a release has {', '.join(VARIANTS)}")
    if split not in SPLITS:
        raise ValueFileError(f"unknown split {split!r}; a release has {', '.join(SPLITS)}")
    files = sorted((release / variant).glob(f"{split}.parquet")) + sorted(
        (release / variant).glob(f"{split}-*.parquet")
    )
    if not files:
        raise ValueFileError(
            f"{str(release)!r} holds no {variant}/{split}*.parquet; "
            "give the folder of a release (`valuenet build` makes one)"
        )
    return check_rows(pd.concat([_parquet(file) for file in files], ignore_index=True), f"{variant}/{split}")


def read_texts(source: str | Path, stdin: TextIO | None = None) -> list[str]:
    """Return the texts to predict on: column text (or scenario) of a Parquet or CSV file, or for ``-`` the lines read.

    Raises:
        ValueFileError: if the file is missing, has no such column, or holds a blank text (naming its line or row).
    """
    if str(source) == "-":
        lines = [(line, text.rstrip("\r\n")) for line, text in enumerate(stdin or sys.stdin, 1)]
        return _without_blanks("standard input", "line", lines)
    path = Path(source)
    if path.suffix.lower() == ".parquet":
        frame = _parquet(path)
        column = _text_column(path, frame.columns)
        return _without_blanks(repr(path.name), "row", enumerate(_words(frame[column], path), 1))
    cells = [(line, row[_text_column(path, row)]) for line, row in _csv_rows(path, ())]
    return _without_blanks(repr(path.name), "line", cells)


def write_utilities(
    texts: Sequence[str],
    utilities: ArrayLike,
    path: Path | None,
    stdout: TextIO | None = None,
    *,
    probabilities: NDArray[np.float32] | None = None,
) -> None:
    """Write each text with its ten utilities (float32, columns named by value): Parquet to ``path``, or CSV to stdout.

    With ``probabilities`` (n, 10, 3) there are three more columns per value, ``POWER no`` and so on. Not-a-number is
    an empty cell. A file appears under its name only when it is whole.
    """
    scores: NDArray[np.float32] = np.asarray(utilities, dtype=np.float32).reshape(len(texts), len(VALUES))
    names = list(VALUES)
    if probabilities is not None:
        scores = np.hstack([scores, probabilities.reshape(len(texts), len(VALUES) * len(LABELS))])
        names += [f"{value} {label}" for value in VALUES for label in LABELS]
    if path is None:
        writer = csv.writer(stdout or sys.stdout, lineterminator="\n")
        writer.writerow(["text", *names])
        cells = (["" if np.isnan(u) else f"{u:.4f}" for u in row] for row in scores)
        writer.writerows([text, *row] for text, row in zip(texts, cells, strict=True))
        return
    frame = pd.DataFrame(scores, columns=names)
    frame.insert(0, "text", pd.Series(list(texts), dtype="str"))
    draft = path.with_name(f".{path.name}.writing")
    frame.to_parquet(draft, index=False)
    draft.replace(path)


def _words(column: pd.Series, path: Path) -> Iterator[str]:
    """Give the texts of a column of strings, also of categories; a missing one is blank."""
    for row, text in enumerate(column.astype(object), 1):
        if isinstance(text, str):
            yield text
        elif np.ndim(text) or not pd.isna(text):
            kind = type(text).__name__
            raise ValueFileError(
                f"{path.name!r} row {row}: {column.name} holds a {kind}, wanted a string; write it as text"
            )
        else:
            yield ""


def _csv_rows(path: Path, wanted: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each record of a CSV with the line it begins on; line 1 is the header."""
    try:
        for line, row in read_rows(path, wanted):
            if not wanted:
                _text_column(path, row)
            yield line, row
    except CsvRowsError as error:
        raise ValueFileError(str(error)) from None


def _parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except FileNotFoundError:
        raise ValueFileError(f"cannot read {str(path)!r}; give a file that is there") from None
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueFileError(f"{path.name!r} is not a Parquet file ({reason}); write it again") from None


def _text_column(path: Path, columns: Iterable[str]) -> str:
    column = next((name for name in _TEXT_COLUMNS if name in set(columns)), None)
    if column is None:
        raise ValueFileError(f"{path.name!r} has neither a column text nor scenario; rename the one with the texts")
    return column


def _without_blanks(where: str, unit: str, rows: Iterable[tuple[int, str]]) -> list[str]:
    texts = []
    for number, text in rows:
        if not text.strip():
            raise ValueFileError(f"{where} {unit} {number} is blank; remove it or give it words")
        texts.append(text)
    return texts
