"""Decoded lines as columns that grow block by block.

Whatever touches every string of a line (entities, ids) is done while its block is still in the processor's cache, in
loops without a call per line: a month is hundreds of megabytes, and going over it once more costs as much as decoding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.curation.reddit.dump.lines import (
    COMMENT_COLUMNS,
    POST_COLUMNS,
    Post,
    Thing,
    comments_by_field,
    posts_by_field,
)

_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # Reddit writes these into every text
_LEFT_BEHIND = (("&#x200B;", ""), ("&nbsp;", " "))  # by editors
_BASE_36 = b"0123456789abcdefghijklmnopqrstuvwxyz"
_WRITTEN = frozenset({"title", "selftext", "body", "url"})
_FIRST_ROWS = 4_096

_TYPES: dict[str, type] = {
    "created_utc": np.float64,
    "score": np.int64,
    "stickied": np.bool_,
    "is_self": np.bool_,
    "deleted_later": np.bool_,
    "line": np.int64,
}
"""Of columns that are no strings."""


class LineColumns:
    """The columns of the lines of one file, strings as objects (None where absent) with entities decoded.

    Flags and scores that are null are False and 0; ``created_utc`` is float.

    Attributes:
        rows: how many there are.
        sound: whether every id, and every name of a post or parent in a comment, is written as it should be.
    """

    def __init__(self, thing: type[Thing]) -> None:
        self.rows = 0
        self.sound = True
        self._by_field: Callable[..., dict[str, list[Any]]] = posts_by_field if thing is Post else comments_by_field
        self._names = POST_COLUMNS if thing is Post else COMMENT_COLUMNS
        self._arrays: dict[str, NDArray[Any]] = {
            name: np.empty(_FIRST_ROWS, dtype=_TYPES.get(name, object)) for name in self._names
        }
        self._ids: set[Any] = set()

    @property
    def distinct(self) -> bool:
        """Whether no id is there twice."""
        return len(self._ids) == self.rows

    def add(self, things: Sequence[Thing], lines: NDArray[np.int64]) -> None:
        """Take the things of a block, with their lines."""
        if not things:
            return
        fields = self._by_field(things)
        self.sound = self.sound and _are_sound(fields)
        self._ids.update(fields["id"])
        first, after = self.rows, self.rows + len(things)
        if after > len(self._arrays["line"]):
            self._resize(max(after, 2 * first))
        for name, values in fields.items():
            self._arrays[name][first:after] = _typed(name, values)
        self._arrays["line"][first:after] = lines
        self.rows = after

    def frame(self) -> pd.DataFrame:
        """Return all of them. Nothing can be added afterwards, since the frame holds the same memory."""
        self._resize(self.rows)
        index = pd.RangeIndex(self.rows)  # one for all, so that none has to be aligned
        series = {
            name: pd.Series(self._arrays[name], index=index, dtype=self._arrays[name].dtype, copy=False)
            for name in self._names
        }
        return pd.DataFrame(series, index=index, copy=False)

    def _resize(self, rows: int) -> None:
        for array in self._arrays.values():
            array.resize(rows, refcheck=False)  # moves it, where numpy.resize would go over every object


def _typed(name: str, values: Sequence[Any]) -> Any:
    """Return the values of a block as they are assigned to their column."""
    if name in _WRITTEN:
        return _decoded(values)
    dtype = _TYPES.get(name)
    if dtype is None:
        return None if values[0] is None and values.count(None) == len(values) else values
    if dtype is not np.bool_:
        try:
            return np.array(values, dtype=dtype)
        except TypeError:  # a null among them
            return np.array([value or 0 for value in values], dtype=dtype)
    if values.count(values[0]) == len(values) and not values[0]:  # all False or all null, as nearly always
        return False
    if name == "deleted_later":
        return [value is not None and value.was_deleted_later is True for value in values]
    return np.array(values, dtype=np.bool_)  # null is False


def _decoded(texts: Sequence[str | None]) -> Sequence[str | None]:
    return [_plain(text) if text and "&" in text else text for text in texts]


def _are_sound(fields: dict[str, Any]) -> bool:
    if "link_id" in fields:
        return _are_ids(fields["id"]) and _are_names(fields["link_id"], fields["parent_id"])
    return _are_ids(fields["id"])


def _are_ids(values: Sequence[str | None]) -> bool:
    """Return whether every value is a string of base 36, by what is left of all of them without its digits."""
    joined = _joined("", values)
    return joined is not None and not joined.translate(None, _BASE_36) and all(values)


def _are_names(posts: Sequence[str | None], parents: Sequence[str | None]) -> bool:
    """Return whether every post is ``t3_`` with an id behind it, and every parent that or ``t1_``."""
    of_posts, of_parents = _joined("\n", ["", *posts]), _joined("\n", ["", *parents, ""])
    if of_posts is None or of_parents is None:
        return False
    joined = of_posts + of_parents
    return (
        of_posts.count(b"\nt3_") == len(posts)
        and of_parents.count(b"\nt3_") + of_parents.count(b"\nt1_") == len(parents)
        and joined.translate(None, _BASE_36) == b"\n_" * (len(posts) + len(parents)) + b"\n"
        and b"_\n" not in joined
    )


def _joined(between: str, values: Sequence[Any]) -> bytes | None:
    """Return all values as one; None if one is null or has letters that no id has."""
    try:
        joined = between.join(values)
    except TypeError:
        return None
    return joined.encode() if joined.isascii() else None


def _plain(text: str) -> str:
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    if "&" in text:
        for entity, character in _LEFT_BEHIND:
            text = text.replace(entity, character)
    return text
