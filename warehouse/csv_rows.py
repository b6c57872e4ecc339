"""Rows of a CSV or TSV file with the line each begins on: one strict reader for every format that people write.

What is cut, swallowed or pushed aside is an error and never half a row: a quote that is not closed, text behind a
closing quote, a NUL byte, bytes that are not UTF-8, and, for rows by column name, a field too many or too few.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from valuenet.warehouse.errors import InputError

#: A field longer than this is a file whose quotes are broken.
_LONGEST_FIELD = 1 << 17


class CsvRowsError(InputError):
    """A file is not the CSV file it should be; the message names file and line."""


class Record(NamedTuple):
    """The fields of one row, and the line (from 1) on which it begins."""

    line: int
    fields: list[str]


def read_records(path: Path, *, name: str | None = None, delimiter: str = ",", quotes: bool = True) -> Iterator[Record]:
    """Yield all rows of a UTF-8 file, its header too; empty lines are passed over.

    Args:
        path: the file; a byte-order mark at its head is passed over.
        name: how messages call it; its own name unless given.
        delimiter: what stands between fields.
        quotes: whether a field may be quoted; in a file without quoting a quote is a character as any other.

    Raises:
        CsvRowsError: naming file and line.
    """
    name = name or path.name
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            dialect: dict[str, Any] = {"quoting": csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE, "strict": quotes}
            yield from _records(csv.reader(file, delimiter=delimiter, **dialect), name)
    except OSError as error:
        raise CsvRowsError(f"{name}: cannot be read ({error.strerror}); give the path of a file") from None
    except UnicodeDecodeError as error:
        raise CsvRowsError(
            f"{name}: byte 0x{error.object[error.start]:02x} is not UTF-8 text; convert the file to UTF-8"
        ) from None
    finally:
        csv.field_size_limit(before)


def _records(reader: Iterator[list[str]], name: str) -> Iterator[Record]:
    line = 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            last = reader.line_num  # type: ignore[attr-defined]
            raise CsvRowsError(f"{name}, line {line}: {_what_is_wrong(str(error), line, last)}") from None
        if fields:
            if any("\0" in field for field in fields):
                raise CsvRowsError(f"{name}, line {line}: holds a NUL byte; get the file again")
            yield Record(line, fields)
        line = reader.line_num + 1  # type: ignore[attr-defined]


def _what_is_wrong(reason: str, line: int, last: int) -> str:
    if "unexpected end of data" in reason or "field larger than" in reason:
        until = f" up to line {last}" if last > line else ""
        return f"a quote is opened and not closed{until}; close it, double it, or get the whole file again"
    if "expected after" in reason:
        return 'text stands behind a closing quote; write a quote inside a quoted field twice ("")'
    if "NUL" in reason:
        return "holds a NUL byte; get the file again"
    return f"is no CSV ({reason}); mend the line or get the file again"


def read_rows(
    path: Path,
    columns: Sequence[str],
    *,
    name: str | None = None,
    delimiter: str = ",",
    quotes: bool = True,
    others: bool = True,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line and fields by column name of every row under the header.

    Args:
        path: the file.
        columns: columns that must be there, in any order.
        name: how messages call it.
        delimiter: what stands between fields.
        quotes: whether a field may be quoted.
        others: whether other columns may stand beside them.

    Raises:
        CsvRowsError: naming file and line, if a column is missing, unknown or there twice, or a row has a field too
            many or too few.
    """
    name = name or path.name
    records = read_records(path, name=name, delimiter=delimiter, quotes=quotes)
    header = [column.strip() for column in next(records, Record(1, [])).fields]
    _check_header(name, header, columns, others=others)
    for line, fields in records:
        if len(fields) != len(header):
            raise CsvRowsError(
                f"{name}, line {line}: {len(fields)} fields stand where {len(header)} are wanted; quote a text that "
                "holds a separator, or get the whole file again"
            )
        yield line, dict(zip(header, fields, strict=True))


def _check_header(name: str, header: Sequence[str], columns: Sequence[str], *, others: bool) -> None:
    lacking = [column for column in columns if column not in header]
    twice = [column for column in dict.fromkeys(header) if header.count(column) > 1]
    unknown = [] if others else [column for column in header if column not in columns]
    kinds = {"lacks column(s)": lacking, "has twice": twice, "has the unknown": unknown}
    wrong = [f"{what} {', '.join(map(repr, names))}" for what, names in kinds.items() if names]
    if wrong or not header:
        wanted = f"the columns are {','.join(columns)}" if columns else "a row of column names is wanted"
        raise CsvRowsError(f"{name}, line 1: {'; '.join(wrong) or 'is empty'}; {wanted}")
