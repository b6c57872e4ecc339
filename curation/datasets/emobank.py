"""EmoBank as a reader of feeling takes it: texts with valence and arousal; the test part is left where it is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.csv_rows import CsvRowsError, read_rows
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.learning_tables import RatedTexts
from valuenet.warehouse.vocabulary import DIMENSIONS

#: Dimension -> column of the file.
_RATINGS = dict(zip(DIMENSIONS, ("V", "A"), strict=True))
_COLUMNS = ("id", "split", "text", *_RATINGS.values())
_PARTS = ("train", "dev")
_KNOWN_PARTS = (*_PARTS, "test")


class EmoBankError(InputError):
    """A file is not EmoBank as it is published."""


def read_emobank(path: Path) -> DataFrame[RatedTexts]:
    """Return the rated texts of train and dev (columns id, split, text, valence, arousal), sorted by id.

    Rows of the test part are left out, unread: it is kept back for whoever measures in the end.

    Raises:
        EmoBankError: naming the line and what was found there.
    """
    if not path.is_file():
        raise EmoBankError(f"{str(path)!r} is not a file; give the file emobank.csv of EmoBank")
    try:
        lines = list(read_rows(path, _COLUMNS))
    except CsvRowsError as error:
        raise EmoBankError(str(error)) from None
    rows = [row for at, line in lines if (row := _row(at, line, path))]
    ratings = pd.DataFrame(rows, columns=["id", "split", "text", *DIMENSIONS])
    missing = [part for part in _PARTS if part not in set(ratings["split"])]
    if missing:
        raise EmoBankError(f"{path.name!r} holds no row of part {missing[0]!r}; give EmoBank with its splits")
    twice = ratings["id"][ratings["id"].duplicated()]
    if len(twice):
        raise EmoBankError(f"{path.name!r} holds id {twice.iloc[0]!r} twice; keep one of the rows")
    return RatedTexts.frame(ratings.sort_values("id"))


def _row(at: int, line: dict[str, str], path: Path) -> tuple[str, str, str, float, float] | None:
    """Return a row that is learned from or chosen by; None for one of the test part."""
    split = line["split"]
    if split not in _KNOWN_PARTS:
        wanted = ", ".join(_KNOWN_PARTS)
        raise EmoBankError(f"{path.name!r} line {at}: split is {split!r}, wanted {wanted}; correct it and run again")
    if split not in _PARTS:
        return None
    text = " ".join((line["text"] or "").split())
    if not text:
        raise EmoBankError(f"{path.name!r} line {at}: the text is blank; remove the row")
    valence, arousal = (_rating(line[column], f"{path.name!r} line {at}: {column}") for column in _RATINGS.values())
    return line["id"], split, text, valence, arousal


def _rating(cell: str | None, where: str) -> float:
    try:
        number = float(cell or "")
    except ValueError:
        number = 0.0
    if not 1 <= number <= 5:
        raise EmoBankError(f"{where} is {cell!r}, wanted a rating from 1 to 5; correct it and run again")
    return number
