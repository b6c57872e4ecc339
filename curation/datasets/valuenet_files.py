"""The rows of published VALUENET files, in every shape they are passed around in.

* ``train.csv``, ``eval.csv``, ``test.csv`` with header ``scenario,label``; the scenario begins with ``[BENEVOLENCE]``;
* ten files named after a value, with header ``,uid,scenario,label``;
* any CSV with ``uid,value,scenario,label`` (and ``split``), be it one for all or one per split.

The label column may be called ``orig_label``. A folder may stand for the file name (``BENEVOLENCE/train.csv``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from valuenet.warehouse.csv_rows import CsvRowsError, Record, read_records
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import fold_space, scenario_id
from valuenet.warehouse.vocabulary import LABEL_OF_UTILITY, VARIANTS, UnknownValueError, parse_value

#: What people call the three parts.
SPLIT_NAMES = MappingProxyType(
    {
        "train": "train",
        "eval": "validation",
        "valid": "validation",
        "val": "validation",
        "dev": "validation",
        "validation": "validation",
        "test": "test",
    }
)
_COLUMNS = frozenset({"uid", "value", "scenario", "label", "orig_label", "split"})
_INDEX_COLUMNS = frozenset({"", "unnamed: 0", "index"})


class UpstreamFormatError(InputError):
    """A folder or a file is not one of the published shapes."""


class PublishedRow(NamedTuple):
    """One good row: where it stands, and what it says."""

    source_file: str
    source_line: int
    uid: str | None
    scenario_id: str
    value: str
    text: str
    label: str
    utility: int
    split: str | None


class BadRow(NamedTuple):
    """One row that was not taken over."""

    source_file: str
    source_line: int
    reason: str
    detail: str


def published_files(folder: Path) -> list[Path]:
    """Return the CSV files under ``folder`` in the order of their names.

    Raises:
        UpstreamFormatError: if there is no such folder, no CSV file in it, or more than one variant of the data set.
    """
    if not folder.is_dir():
        raise UpstreamFormatError(f"{folder} is not a folder; give the folder that holds the published CSV files")
    variants = [name for name in VARIANTS if any((folder / name).glob("**/*.csv"))]
    if variants:
        raise UpstreamFormatError(f"{folder} holds the variants {', '.join(variants)}; import {folder / variants[0]}")
    files = sorted(path for path in folder.rglob("*.csv") if path.is_file())
    if not files:
        raise UpstreamFormatError(f"{folder} holds no CSV file; give the folder that holds the published files")
    return files


def published_rows(path: Path, folder: Path) -> Iterator[PublishedRow | BadRow]:
    """Yield every row of a file, good or bad, in order.

    Raises:
        UpstreamFormatError: naming file and line, if columns, a label or the encoding are not as published.
        UnknownValueError: naming file and line, if a value is not one of the ten.
    """
    name = path.relative_to(folder).as_posix()
    reader = _FileReader(name, _named_value(path, folder), _named_split(path, folder))
    try:
        yield from reader.rows(read_records(path, name=name))
    except CsvRowsError as error:
        raise UpstreamFormatError(str(error)) from None


class _FileReader:
    """Reads one file whose name may say the value, the split, or neither."""

    def __init__(self, name: str, value: str | None, split: str | None) -> None:
        self._name, self._value, self._split = name, value, split
        self._line = 1

    def rows(self, records: Iterator[Record]) -> Iterator[PublishedRow | BadRow]:
        """Yield the rows under the header."""
        header = [column.strip().lower() for column in next(records, Record(1, [])).fields]
        self._check_header(header)
        for record in records:
            self._line = record.line
            if any(cell.strip() for cell in record.fields):
                yield self._row(header, record.fields)

    def _check_header(self, header: Sequence[str]) -> None:
        problem = f"{self._name}, line 1: the columns are {', '.join(repr(c) for c in header) or 'missing'}"
        wanted = "'scenario' and 'label' are needed, 'uid', 'value' and 'split' may stand beside them"
        strange = set(header) - _COLUMNS - _INDEX_COLUMNS
        if strange or "scenario" not in header or not {"label", "orig_label"} & set(header):
            raise UpstreamFormatError(f"{problem}; {wanted}")

    def _row(self, header: Sequence[str], record: Sequence[str]) -> PublishedRow | BadRow:
        if len(record) != len(header):
            return self._bad("wrong-column-count", f"{len(record)} fields, the header has {len(header)}")
        cells = {column: cell.strip() for column, cell in zip(header, record, strict=True)}
        value, text = self._value_and_text(cells)
        if not text:
            return self._bad("no-text", "the scenario is empty")
        written = cells.get("orig_label", cells.get("label", ""))
        if not written:
            return self._bad("no-label", "the label is empty")
        utility = self._utility(written)
        label, split = LABEL_OF_UTILITY[utility], self._split_of(cells)
        uid = cells.get("uid") or None
        return PublishedRow(self._name, self._line, uid, scenario_id(text), value, text, label, utility, split)

    def _value_and_text(self, cells: dict[str, str]) -> tuple[str, str]:
        prefix, text = _cut_prefix(cells["scenario"])
        try:
            named = cells.get("value") or self._value
            if named is None:
                return self._value_of_prefix(prefix), fold_space(text)
            value = parse_value(named)
        except UnknownValueError as error:
            raise UnknownValueError(f"{self._name}, line {self._line}: {error}") from None
        is_value = prefix is not None and _value_or_none(prefix) == value
        return value, fold_space(text if is_value else cells["scenario"])

    def _value_of_prefix(self, prefix: str | None) -> str:
        if prefix is None:
            raise UpstreamFormatError(
                f"{self._name}, line {self._line}: nothing names the value; add a column 'value', begin the scenario "
                "with [VALUE], or name the file after the value"
            )
        return parse_value(prefix)

    def _utility(self, written: str) -> int:
        try:
            number = float(written)
        except ValueError:
            number = float("nan")
        if number not in LABEL_OF_UTILITY:
            raise UpstreamFormatError(f"{self._name}, line {self._line}: label {written!r} is not one of -1, 0, 1")
        return int(number)

    def _split_of(self, cells: dict[str, str]) -> str | None:
        written = cells.get("split")
        if not written:
            return self._split
        if written.lower() not in SPLIT_NAMES:
            known = ", ".join(SPLIT_NAMES)
            raise UpstreamFormatError(f"{self._name}, line {self._line}: split {written!r} is not one of {known}")
        return SPLIT_NAMES[written.lower()]

    def _bad(self, reason: str, detail: str) -> BadRow:
        return BadRow(self._name, self._line, reason, detail)


def _cut_prefix(text: str) -> tuple[str | None, str]:
    """Return what stands in square brackets at the beginning (None where nothing does) and the rest."""
    inside, closed, rest = text[1:].partition("]")
    return (inside, rest) if text.startswith("[") and closed else (None, text)


def _named_value(path: Path, folder: Path) -> str | None:
    values = (_value_or_none(name) for name in _names_of(path, folder))
    return next((value for value in values if value), None)


def _named_split(path: Path, folder: Path) -> str | None:
    splits = (SPLIT_NAMES.get(name.lower()) for name in _names_of(path, folder))
    return next((split for split in splits if split), None)


def _names_of(path: Path, folder: Path) -> list[str]:
    """Return the names that may say value or split: the file's own, then its folders', nearest first."""
    inner = path.relative_to(folder)
    return [inner.stem, *reversed(inner.parts[:-1])]


def _value_or_none(name: str) -> str | None:
    try:
        return parse_value(name)
    except UnknownValueError:
        return None
