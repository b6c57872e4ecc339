"""A GloVe text file, turned once into an array that can be mapped into memory."""

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from valuenet.curation.vectors import VECTORS, WORDS, VectorsError


def convert_glove_text(path: Path, target: Path) -> Path:
    """Return the folder ``target`` with the vectors of the text file ``path``, for ``GloveVectors``.

    A line is a word and its numbers, separated by blanks; the word itself may hold blanks, as in the 840B file. A
    first line of two numbers is word2vec's header, which must say how many words and dimensions there are. A folder
    that is there already is left as it is.
    The numbers go to disk as they are read, so a file of any size fits.

    Raises:
        VectorsError: naming the first line that is not a word with as many finite numbers as the first one.
    """
    if target.is_dir():
        return target
    if not path.is_file():
        raise VectorsError(f"there is no file {path}; name a GloVe text file")
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        _convert(path, unfinished)
        unfinished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target


def _convert(path: Path, folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    first, count, width = _measure(path)
    array = np.lib.format.open_memmap(folder / VECTORS, mode="w+", dtype=np.float32, shape=(count, width))
    words = []
    for at, (number, line) in enumerate(_lines(path, first)):
        word, array[at] = _parse(path, number, line, width)
        words.append(word)
    array.flush()
    pq.write_table(pa.table({"word": pa.array(words, pa.string())}), folder / WORDS)


def _measure(path: Path) -> tuple[int, int, int]:
    """Return the number of the first line with a vector, how many vectors there are, and their dimensions.

    Raises:
        VectorsError: if there are none, or word2vec's header says other numbers. A count that is one off is passed over
            with a warning, as some writers count the header or leave out a word.
    """
    head = [line.split(b" ") for _, line in zip(range(2), (line for _, line in _lines(path, 1)), strict=False)]
    has_header = len(head) > 1 and len(head[0]) == 2 < len(head[1]) and all(part.isdigit() for part in head[0])
    first, width = (2 if has_header else 1), _width(head[has_header]) if head else 0
    if not width:
        raise VectorsError(f"{path} is not a GloVe text file: line {first} is not a word and its numbers")
    count = sum(1 for _ in _lines(path, first))
    if has_header:
        said_count, said_width = (int(part) for part in head[0])
        _check_header(path, said_count, said_width, count, width)
    return first, count, width


def _check_header(path: Path, said_count: int, said_width: int, count: int, width: int) -> None:
    if said_width != width:
        raise VectorsError(
            f"{path}: the header says {said_width} dimensions, line 2 has {width} numbers; get the whole file again"
        )
    if abs(said_count - count) > 1:
        raise VectorsError(
            f"{path}: the header says {said_count:,} words, the file holds {count:,}; get the whole file again"
        )
    if said_count != count:
        warnings.warn(f"{path}: the header says {said_count:,} words, the file holds {count:,}", stacklevel=2)


def _width(parts: list[bytes]) -> int:
    """Return how many numbers end the first line; what stands before them is its word, even where that is a number."""
    width = 0
    while width < len(parts) - 1 and _is_number(parts[-1 - width]):
        width += 1
    return width


def _is_number(text: bytes) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _lines(path: Path, first: int) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as handle:
        for number, line in enumerate(handle, start=1):
            if number >= first:
                yield number, line.rstrip(b" \r\n")


def _parse(path: Path, number: int, line: bytes, width: int) -> tuple[str, list[float]]:
    raw, *numbers = line.rsplit(b" ", width)
    try:
        word, vector = raw.decode(), [float(text) for text in numbers]
    except ValueError:
        word, vector = "", []
    if len(vector) != width or not np.isfinite(vector).all():
        raise VectorsError(
            f"{path}, line {number}: a word and {width} finite numbers are wanted; mend or remove the line"
        )
    return word, vector
