"""Rows of a hand-made CSV file with the line each stands on, so that an error can say where to look."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from valuenet.warehouse.csv_rows import CsvRowsError, read_rows
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
        cell = self.fields[column].strip().lower()
        if cell not in allowed:
            raise CsvFileError(f"{self.place}: {column} is {self.fields[column]!r}; write one of {', '.join(allowed)}")
        return cell


def read_csv_lines(path: Path, columns: tuple[str, ...]) -> Iterator[CsvLine]:
    """Yield the rows of the UTF-8 file at ``path``, which must have exactly ``columns``, in any order.

    Raises:
        CsvFileError: if the file cannot be read, the columns differ, or a row has too many or too few fields.
    """
    try:
        for line, row in read_rows(path, columns, others=False):
            yield CsvLine(f"{path.name}, line {line}", row)
    except CsvRowsError as error:
        raise CsvFileError(str(error)) from None
