"""What answers under one codebook stand for under another: only what an explicit table says, never silently."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.crowd_tables import CodebookMaps, Judgements
from valuenet.warehouse.csv_rows import CsvRowsError, read_rows
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import LABELS, VALUES, UnknownValueError, parse_value

_COLUMNS = ("from_codebook", "to_codebook", "value", "from_label", "to_label")
ALL_VALUES, NOTHING = "ALL", ""


class CodebookMapError(InputError):
    """A table of codebook versions cannot be used."""


def read_codebook_map(path: Path) -> DataFrame[CodebookMaps]:
    """Return the rows of a CSV from_codebook,to_codebook,value,from_label,to_label.

    ``value`` may be ``ALL``; an empty ``to_label`` says that the answer stands for none of the new ones, so that its
    pair is asked again.

    Raises:
        CodebookMapError: naming line and value, for other columns, an unknown value or label, an answer mapped twice.
    """
    rows: list[dict[str, str | None]] = []
    first: dict[tuple[str, ...], int] = {}
    for line, row in _read_rows(path):
        for value in _values(path, line, row["value"]):
            mapped = {**row, "value": value, "to_label": row["to_label"] or None}
            key = tuple(str(mapped[name]) for name in CodebookMaps.key())
            if key in first:
                where = f"{path}, lines {first[key]} and {line}"
                raise CodebookMapError(f"{where}: {row['from_label']!r} under {value} is mapped twice; keep one")
            first[key] = line
            rows.append(mapped)
    return CodebookMaps.frame(pd.DataFrame(rows, columns=list(_COLUMNS)).sort_values(CodebookMaps.key()))


def under_codebook(
    judgements: DataFrame[Judgements], maps: DataFrame[CodebookMaps], codebook_version: str
) -> DataFrame[Judgements]:
    """Return the judgements with those of other versions read under ``codebook_version`` where ``maps`` says how.

    An answer that no row of ``maps`` leads there keeps its version and its label; nothing is dropped.
    """
    wanted = maps[(maps["to_codebook"] == codebook_version) & maps["to_label"].notna()]
    wanted = wanted.rename(columns={"from_codebook": "codebook_version", "from_label": "label"})
    mapped_rows = judgements.merge(wanted, on=["codebook_version", "value", "label"], how="left")
    mapped = mapped_rows["to_label"].notna()
    mapped_rows["label"] = mapped_rows["label"].where(~mapped, mapped_rows["to_label"])
    mapped_rows["codebook_version"] = mapped_rows["codebook_version"].where(~mapped, codebook_version)
    return Judgements.frame(mapped_rows[Judgements.columns()])


def _values(path: Path, line: int, text: str) -> tuple[str, ...]:
    if text == ALL_VALUES:
        return VALUES
    try:
        return (parse_value(text),)
    except UnknownValueError as error:
        raise CodebookMapError(f"{path}, line {line}: {error}; or write ALL") from None


def _read_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        for line, row in read_rows(path, _COLUMNS, name=str(path), others=False):
            yield line, _checked(path, line, row)
    except CsvRowsError as error:
        raise CodebookMapError(str(error)) from None


def _checked(path: Path, line: int, row: dict[str, str]) -> dict[str, str]:
    fields = {name: row[name].strip() for name in _COLUMNS}
    if not fields["from_codebook"] or not fields["to_codebook"] or fields["from_codebook"] == fields["to_codebook"]:
        raise CodebookMapError(f"{path}, line {line}: two different codebook versions are wanted")
    for name, allowed in (("from_label", LABELS), ("to_label", (*LABELS, NOTHING))):
        if fields[name] not in allowed:
            raise CodebookMapError(
                f"{path}, line {line}: {name} is {fields[name]!r}, one of {', '.join(LABELS)} is wanted"
            )
    return fields
