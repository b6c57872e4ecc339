"""Ids of Reddit as whole numbers: base 36, a whole column at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuenet.warehouse.errors import InputError

#: What stands for "no id" (null).
NONE = -1
#: The longest id whose number fits into 64 bits; Reddit's have seven digits today.
LONGEST = 12

_DIGITS = np.zeros(256, dtype=np.int64)
_DIGITS[np.frombuffer(b"0123456789", dtype=np.uint8)] = np.arange(10)
_DIGITS[np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", dtype=np.uint8)] = np.arange(10, 36)


class LongIdError(InputError):
    """An id has more digits than any of Reddit's."""


def numbers_of(ids: Any) -> NDArray[np.int64]:
    """Return the number every base-36 id stands for, (n,); ``NONE`` for null.

    Args:
        ids: (n,) Arrow array or chunked array of strings, digits 0-9 and a-z (what the tables' contracts hold).

    Raises:
        LongIdError: if an id has more than ``LONGEST`` digits.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    column = pc.cast(column, pa.large_string())
    if len(column) == 0:
        return np.zeros(0, dtype=np.int64)
    _, places, letters = column.buffers()
    offsets = np.frombuffer(places, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    data = np.frombuffer(letters, dtype=np.uint8) if letters is not None and letters.size else np.zeros(1, np.uint8)
    numbers = _read(data, offsets)
    if column.null_count:
        numbers[np.asarray(column.is_null())] = NONE
    return numbers


def _read(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of ids laid end to end: ids of one length are read together, as a matrix of digits."""
    starts, lengths = offsets[:-1], np.diff(offsets)
    numbers = np.full(len(starts), NONE, dtype=np.int64)
    for length in np.flatnonzero(np.bincount(lengths)):
        if length > LONGEST:
            where = starts[lengths == length][0]
            name = data[where : where + length].tobytes().decode(errors="replace")
            raise LongIdError(f"id {name!r} has {length} digits, more than the {LONGEST} of any id; remove the object")
        of_length = np.flatnonzero(lengths == length)
        value = np.zeros(len(of_length), dtype=np.int64)
        at = starts[of_length]
        for _ in range(length):
            value *= 36
            value += _DIGITS[data[at]]
            at = at + 1
        numbers[of_length] = value if length else NONE
    return numbers
