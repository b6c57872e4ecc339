"""Posts and comments to exchanges: who took turns with whom, and what each of the two said.

Only ids are in memory, and those of a bucket of posts at a time; texts are fetched for the turns alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from pandera.typing import DataFrame
from pydantic import PositiveInt

from curation.reddit.chains import NOBODY, POST, Chains, Speakers, find_chains
from curation.reddit.duplicates import DuplicateSettings, find_duplicates
from curation.reddit.large_tables import kept, open_tables
from curation.reddit.thread_ids import numbers_of
from curation.reddit.threads import MISSING, Trees, join_trees, orphans
from warehouse.hashing import hash_id
from warehouse.reddit_tables import Exchanges, Orphans
from warehouse.settings import Settings

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    import pyarrow.dataset as ds


class ExchangeSettings(Settings):
    """How exchanges are read out of the trees of comments."""

    comments_at_once: PositiveInt = 5_000_000
    """Comments whose ids are in memory together (about 150 bytes each); the result is the same for every number."""
    duplicates: DuplicateSettings = DuplicateSettings()
    """When a post repeats an earlier one of its author; its exchanges then say so and are no examples."""


class Rebuilt(NamedTuple):
    """Exchanges, and the comments that hang on nothing read so far."""

    orphans: DataFrame[Orphans]
    exchanges: DataFrame[Exchanges]


class _Bucket(NamedTuple):
    """Some posts with all their comments, by their ids."""

    posts: pa.Table
    comments: pa.Table

    def trees(self) -> Trees:
        comment, post, parent = (numbers_of(self.comments[name]) for name in ("comment_id", "post_id", "parent_id"))
        return join_trees(comment, post, parent, numbers_of(self.posts["post_id"]))

    def speakers(self) -> Speakers:
        import pyarrow as pa

        names = pa.chunked_array([*self.comments["author"].chunks, *self.posts["author"].chunks], type=pa.string())
        coded = names.combine_chunks().dictionary_encode().indices.fill_null(NOBODY)
        account = np.asarray(coded).astype(np.int64)
        count = len(self.comments)
        may, post_may = (np.asarray(table["kept"].combine_chunks()) for table in (self.comments, self.posts))
        return Speakers(account[:count], may.astype(bool), account[count:], post_may.astype(bool))


def rebuild_exchanges(
    posts: ds.Dataset,
    comments: ds.Dataset,
    withdrawals: ds.Dataset,
    settings: ExchangeSettings,
) -> Rebuilt:
    """Return all exchanges of two comments or more with the text of each turn, and the orphans.

    Args:
        posts: the table ``Posts`` as an Arrow dataset.
        comments: likewise ``Comments``.
        withdrawals: likewise ``Withdrawals``.
        settings: how much is in memory at once.

    Crisis posts and filtered ones whose text is kept have their exchanges, with ``crisis`` and ``filtered`` said turn
    by turn. What was withdrawn is no turn, nor is what has no author or no text any more; a chain ends before it.
    """
    found: list[pd.DataFrame] = []
    alone: list[pd.DataFrame] = []
    buckets = max(1, -(-comments.count_rows() // settings.comments_at_once))
    with open_tables(posts=posts, comments=comments, withdrawals=withdrawals) as tables:
        for number in range(buckets):
            bucket = _read_bucket(tables, number, buckets)
            trees = bucket.trees()
            alone.append(_describe_orphans(bucket, trees))
            found.append(_fetch_turns(tables, _name_turns(bucket, find_chains(trees, bucket.speakers()))))
    exchanges = _mark_duplicates(pd.concat(found), find_duplicates(posts, settings.duplicates))
    return Rebuilt(
        Orphans.frame(pd.concat(alone).sort_values(Orphans.key())),
        Exchanges.frame(exchanges.sort_values(Exchanges.key())),
    )


def _read_bucket(tables: duckdb.DuckDBPyConnection, number: int, buckets: int) -> _Bucket:
    here = f"hash(post_id) % {buckets} = {number}"
    says = "regexp_matches(concat_ws(' ', {}text), '\\S')"  # more than white space
    may_post, may = f"{kept('post')} AND {says.format('title, ')}", f"{kept('comment')} AND {says.format('')}"
    posts = f"SELECT post_id, author, {may_post} AS kept FROM posts WHERE {here}"  # noqa: S608
    columns = f"comment_id, post_id, parent_id, author, {may} AS kept"
    comments = f"SELECT {columns} FROM comments WHERE {here}"  # noqa: S608
    return _Bucket(tables.sql(posts).to_arrow_table(), tables.sql(comments).to_arrow_table())


def _describe_orphans(bucket: _Bucket, trees: Trees) -> pd.DataFrame:
    rows = orphans(trees)
    ids: pd.DataFrame = bucket.comments.select(["comment_id", "post_id"]).take(rows).to_pandas()
    return ids.assign(post_missing=trees.post[rows] == MISSING, parent_missing=trees.parent[rows] == MISSING)


def _name_turns(bucket: _Bucket, chains: Chains) -> pd.DataFrame:
    """Return exchange_id, turn, post_id, comment_id and depth of every turn."""
    import pyarrow as pa

    post = bucket.posts["post_id"].take(pa.array(chains.post)).to_pandas()
    said = pa.array(np.where(chains.comment == POST, 0, chains.comment), mask=chains.comment == POST)
    comment = bucket.comments["comment_id"].take(said).to_pandas()
    last = chains.turn == chains.depth + 1
    names = [hash_id("x-", *ids) for ids in zip(post[last], comment[last], strict=True)]
    turns: dict[str, Any] = {"turn": chains.turn, "post_id": post, "comment_id": comment, "depth": chains.depth}
    return pd.DataFrame({"exchange_id": np.array(names, dtype=object)[chains.chain], **turns})


def _fetch_turns(tables: duckdb.DuckDBPyConnection, turns: pd.DataFrame) -> pd.DataFrame:
    """Return the turns with author, time, score, text, crisis and filter, read for them alone."""
    tables.register("turns", turns)
    try:
        said: pd.DataFrame = tables.sql(_TURNS).to_arrow_table().to_pandas()
    finally:
        tables.unregister("turns")
    return said


def _mark_duplicates(turns: pd.DataFrame, duplicates: pd.DataFrame) -> pd.DataFrame:
    """Return the turns with ``duplicate`` as the filter of posts that repeat another and met no filter before."""
    repeats = turns["post_id"].isin(duplicates["post_id"]) & (turns["turn"] == 1) & turns["filtered"].isna()
    return turns.assign(filtered=turns["filtered"].mask(repeats, "duplicate"))


_TURNS = """
SELECT exchange_id, turn, posts.post_id, CAST(NULL AS VARCHAR) AS comment_id, depth, 'poster' AS role, author,
    created_at, score, crisis, filtered,
    concat_ws(chr(10) || chr(10), nullif(trim(title, chr(9) || chr(10) || chr(13) || ' '), ''),
        nullif(trim(text, chr(9) || chr(10) || chr(13) || ' '), '')) AS text
FROM posts JOIN turns ON turns.post_id = posts.post_id WHERE turn = 1
UNION ALL
SELECT exchange_id, turn, comments.post_id, comments.comment_id, depth,
    CASE turn % 2 WHEN 1 THEN 'poster' ELSE 'commenter' END, author, created_at, score, crisis, filtered, text
FROM comments JOIN turns ON turns.comment_id = comments.comment_id
"""
