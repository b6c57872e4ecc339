"""Files of JSON, whole or a value per line: lines end at a line feed and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from valuenet.warehouse.errors import InputError


class JsonFileError(InputError):
    """A file is not the JSON it should be; the message names file and line."""


def read_json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield line (from 1) and value of every line of a UTF-8 file that is not blank.

    A line separator such as U+2028 inside a text does not end a line.

    Raises:
        JsonFileError: naming file and line, also where a key stands twice or a number is NaN.
    """
    text = _text(path)
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _value(line, f"{path.name}, line {number}")


def read_json(path: Path) -> Any:
    """Return the value of a UTF-8 file that holds one.

    Raises:
        JsonFileError: naming the file.
    """
    return _value(_text(path), path.name)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise JsonFileError(f"{path.name}: cannot be read ({error.strerror}); give the path of a file") from None
    except UnicodeDecodeError as error:
        raise JsonFileError(f"{path.name}: byte {error.start} is not UTF-8 text; fetch it again") from None


def _value(text: str, where: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise JsonFileError(f"{where} is nested too deeply to be what is wanted; fetch it again") from None
    except ValueError as error:
        raise JsonFileError(f"{where} is not JSON ({error}); fetch it again") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"key {next(name for name in names if names.count(name) > 1)!r} stands twice")
    return made


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")
