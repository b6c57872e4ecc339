"""Rows of a hand-made CSV file with the line each stands on, so that an error can say where to look."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import fold_space
from valuenet.warehouse.vocabulary import LABELS, UnknownValueError, parse_value


class CsvFileError(InputError):
    """A CSV file cannot be read, or does not have the columns wanted."""


class CsvLine(NamedTuple):
    """One row: where it stands (``gold.csv, line 3``) and its fields by column name."""

    place: str
    fields: dict[str, str]

    def value(self) -> str:
        """Return the code of the value this row is about.

        Raises:
            CsvFileError: if the name is none of the ten.
        """
        try:
            return parse_value(self.fields["value"])
        except UnknownValueError as error:
            raise CsvFileError(f"{self.place}: {error}") from None

    def scenario(self) -> str:
        """Return the scenario, white space folded.

        Raises:
            CsvFileError: if it is blank.
        """
        text = fold_space(self.fields["scenario"])
        if not text:
            raise CsvFileError(f"{self.place}: the scenario is blank; write its text or delete the line")
        return text

    def one_of(self, column: str, allowed: tuple[str, ...] = LABELS) -> str:
        """Return the field in small letters.

        Raises:
            CsvFileError: if it is not one of ``allowed``.
        """
        found = self.fields[column].strip().lower()
        if found not in allowed:
            raise CsvFileError(f"{self.place}: {column} is {self.fields[column]!r}; write one of {', '.join(allowed)}")
        return found


def read_csv_lines(path: Path, columns: tuple[str, ...]) -> Iterator[CsvLine]:
    """Yield the rows of the UTF-8 file at ``path``, which must have exactly ``columns``, in any order.

    Raises:
        CsvFileError: if the file cannot be read, the columns differ, or a row has too many or too few fields.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_columns(path, list(reader.fieldnames or ()), columns)
            for row in reader:
                place = f"{path.name}, line {reader.line_num}"
                if None in row or None in row.values():
                    raise CsvFileError(f"{place}: {len(columns)} fields are wanted; quote a text that holds a comma")
                yield CsvLine(place, row)
    except OSError as error:
        raise CsvFileError(f"{path}: cannot be read ({error.strerror}); give the path of a CSV file") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise CsvFileError(f"{path}: not a CSV file in UTF-8 ({error}); save it as one") from None


def _check_columns(path: Path, found: list[str], wanted: tuple[str, ...]) -> None:
    wrong = [*(f"lacks {name}" for name in wanted if name not in found)]
    wrong += [f"has an unknown column {name!r}" for name in found if name not in wanted]
    if wrong or len(found) != len(wanted):
        raise CsvFileError(f"{path}: {'; '.join(wrong) or 'a column stands twice'}; the columns are {','.join(wanted)}")
