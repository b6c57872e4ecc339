"""Turns or replies with what models read in their texts, some posts at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from valuenet.curation.reddit.buckets import Asked, put_aside
from valuenet.curation.reddit.large_tables import open_tables, read_batches
from valuenet.warehouse.hashing import text_id
from valuenet.warehouse.vocabulary import CATEGORIES

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as ds

_CATEGORIES = ("category_1", "category_2", "category_3")
_NUMBERS = ("valence", "intensity", "probability_1", "probability_2", "probability_3")


class HeldScores:
    """The scores of all texts in memory, 51 bytes each: numbers of their ids and of their categories."""

    def __init__(self, text_scores: ds.Dataset) -> None:
        """Read the table ``TextScores``."""
        import pyarrow as pa

        packed = [_pack(batch) for batch in read_batches(text_scores)]
        rows = pa.concat_tables(packed or [_pack(text_scores.schema.empty_table())]).combine_chunks()
        ids = rows["id"].to_numpy()
        order = np.argsort(ids)
        self._ids, self._rows = ids[order], rows.drop_columns(["id"]).take(pa.array(order))

    def of(self, texts: Iterable[str]) -> pd.DataFrame:
        """Return the scores of those of ``texts`` that have some, each once: ``TextScores`` but for the shard."""
        names = sorted({text_id(text) for text in texts})
        wanted = _numbers_of(names)
        at = np.minimum(np.searchsorted(self._ids, wanted), max(len(self._ids) - 1, 0))
        there = self._ids[at] == wanted if len(self._ids) else np.zeros(len(names), dtype=bool)
        scores: pd.DataFrame = self._rows.take(at[there]).to_pandas()
        categories = np.array(CATEGORIES, dtype=object)
        category_columns = {name: pd.Series(categories[scores[name]], dtype="str") for name in _CATEGORIES}
        return scores.assign(text_id=pd.Series(np.array(names, dtype=object)[there], dtype="str"), **category_columns)


def scored_portions(
    table: ds.Dataset, scores: HeldScores, at_once: int, posts: Iterable[str] | None = None
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield the rows of some posts, and the scores of their texts.

    Args:
        table: ``Exchanges`` or ``OtherReplies`` as an Arrow dataset.
        scores: of all texts.
        at_once: rows that are in memory together; a post with more is alone.
        posts: those that are wanted; by default all.

    Raises:
        SpoolError: if there is no room for temporary files.
    """
    import pyarrow as pa

    query = "SELECT * FROM turns"
    with open_tables() as tables:
        if posts is not None:
            tables.register("wanted", pa.table({"post_id": pa.array(sorted(set(posts)), pa.string())}))
            query += " WHERE post_id IN (SELECT post_id FROM wanted)"
        spool = put_aside(tables, "post_id", at_once, Asked(table, "turns", query))
    for cells in spool.portions(at_once):
        rows: pd.DataFrame = spool.read(cells).to_pandas()
        asked = rows["role"] == "poster" if "role" in rows else slice(None)  # what commenters say has no score
        yield rows, scores.of(rows.loc[asked, "text"])


def _pack(batch: pa.RecordBatch | pa.Table) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pa.array(CATEGORIES, batch.schema.field(_CATEGORIES[0]).type)
    places = {name: pc.cast(pc.index_in(batch.column(name), known), pa.int8()) for name in _CATEGORIES}
    numbers = {name: batch.column(name) for name in _NUMBERS}
    return pa.table({"id": _numbers_of(batch.column("text_id").to_pylist()), **places, **numbers})


def _numbers_of(names: list[str]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """Return the 64 bits each id of a text was made from, (names,)."""
    return np.fromiter((int(name.partition("-")[2], 16) for name in names), dtype=np.uint64, count=len(names))
