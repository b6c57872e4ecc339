"""Posts and comments to exchanges: who took turns with whom, and what each of the two said.

Read once and spilled to disk in buckets of posts with all their comments; one bucket at a time is in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandera.typing import DataFrame
from pydantic import PositiveInt

from valuenet.curation.reddit.buckets import Asked, hold_ids, put_aside
from valuenet.curation.reddit.large_tables import kept, open_tables
from valuenet.curation.reddit.threads.chains import NOBODY, POST, Chains, Speakers, find_chains
from valuenet.curation.reddit.threads.thread_ids import numbers_of
from valuenet.curation.reddit.threads.threads import MISSING, Rows, Trees, join_trees, orphans
from valuenet.curation.reddit.threads.turn_texts import COMMENT_TEXT, POST_TEXT
from valuenet.warehouse.hashing import hash_id
from valuenet.warehouse.reddit_tables import Exchanges, Orphans
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.sorted_rows import SortedRows

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as ds


class ExchangeSettings(Settings):
    """How exchanges are read out of the trees of comments."""

    comments_at_once: PositiveInt = 40_000
    """About how many comments are in memory together, with their posts and texts (of a post all are, however many);
    the result is the same for every number."""


class Rebuilt(NamedTuple):
    """Exchanges, and the comments that hang on nothing read so far."""

    orphans: DataFrame[Orphans]
    exchanges: SortedRows[Exchanges]
    """May be larger than memory."""


class _Bucket:
    """Some posts with all their comments."""

    def __init__(self, things: pa.Table) -> None:
        """Tell posts, which have no ``comment_id``, from comments."""
        is_post = np.asarray(things["comment_id"].is_null())
        self.things = things
        self.posts: Rows = np.flatnonzero(is_post)
        self.comments: Rows = np.flatnonzero(~is_post)

    def trees(self) -> Trees:
        comment, post, parent = (self._numbers(name)[self.comments] for name in ("comment_id", "post_id", "parent_id"))
        return join_trees(comment, post, parent, self._numbers("post_id")[self.posts])

    def speakers(self) -> Speakers:
        names = self.things["author"].combine_chunks()
        account = np.asarray(names.dictionary_encode().indices.fill_null(NOBODY)).astype(np.int64)
        may = np.asarray(self.things["text"].is_valid())
        return Speakers(account[self.comments], may[self.comments], account[self.posts], may[self.posts])

    def turns(self, chains: Chains) -> pa.Table:
        """Return every turn with what was said, as ``Exchanges``."""
        is_post = chains.comment == POST
        row = np.empty(len(is_post), dtype=np.int64)
        row[is_post] = self.posts[chains.post[is_post]]
        row[~is_post] = self.comments[chains.comment[~is_post]]
        things = self.things.take(row)
        of_last = things.select(["post_id", "comment_id"]).filter(chains.turn == chains.depth + 1).to_pydict()
        names = [hash_id("x-", *ids) for ids in zip(*of_last.values(), strict=True)]
        role = np.where(chains.turn % 2 == 1, "poster", "commenter")
        columns = {"exchange_id": np.array(names, dtype=object)[chains.chain], "turn": chains.turn, "role": role}
        for name, column in {**columns, "depth": chains.depth}.items():
            things = things.append_column(name, [column])
        return things

    def _numbers(self, name: str) -> NDArray[np.int64]:
        return numbers_of(self.things[name])


def rebuild_exchanges(
    posts: ds.Dataset,
    comments: ds.Dataset,
    withdrawals: ds.Dataset,
    repeats: ds.Dataset,
    settings: ExchangeSettings,
) -> Rebuilt:
    """Return all exchanges of two comments or more with the text of each turn, and the orphans.

    Args:
        posts: the table ``Posts`` as an Arrow dataset.
        comments: likewise ``Comments``.
        withdrawals: likewise ``Withdrawals``.
        repeats: likewise ``Repeats``. A post among them, and a commenter's turn, says so and is no example; what a
            poster says again to another who answered is no less an answer.
        settings: how much is in memory at once.

    Crisis posts and filtered ones whose text is kept have their exchanges, with ``crisis`` and ``filtered`` said turn
    by turn. What was withdrawn is no turn, nor is what has no author or no text any more; a chain ends before it.

    Raises:
        SpoolError: if there is no room for temporary files (they hold the kept texts, packed).
    """
    at_once = settings.comments_at_once
    with open_tables() as tables:
        hold_ids(tables, "withdrawals", Asked(withdrawals, "requests", "SELECT thing, id FROM requests"))
        hold_ids(tables, "repeats", Asked(repeats, "again", "SELECT thing, repeat_id FROM again"))
        asked = Asked(posts, "posts", _POSTS), Asked(comments, "comments", _COMMENTS)
        things = put_aside(tables, "post_id", at_once, *asked)
    alone: list[pd.DataFrame] = [Orphans.frame()]
    exchanges = SortedRows(Exchanges)
    for cells in things.portions(at_once):
        bucket = _Bucket(things.read(cells))
        trees = bucket.trees()
        alone.append(_describe_orphans(bucket, trees))
        exchanges.add(_mark_duplicates(bucket.turns(find_chains(trees, bucket.speakers()))))
    return Rebuilt(Orphans.frame(pd.concat(alone).sort_values(Orphans.key())), exchanges)


def _describe_orphans(bucket: _Bucket, trees: Trees) -> pd.DataFrame:
    rows = orphans(trees)
    ids: pd.DataFrame = bucket.things.select(["comment_id", "post_id"]).take(bucket.comments[rows]).to_pandas()
    return ids.assign(post_missing=trees.post[rows] == MISSING, parent_missing=trees.parent[rows] == MISSING)


def _mark_duplicates(turns: pa.Table) -> pa.Table:
    """Return the turns with ``duplicate`` as the filter of posts and replies that repeat another and met no other."""
    import pyarrow.compute as pc

    may_say_so = pc.or_(pc.equal(turns["turn"], 1), pc.equal(turns["role"], "commenter"))
    marked = pc.and_(pc.and_(turns["repeated"], may_say_so), turns["filtered"].is_null())
    column = turns.schema.get_field_index("filtered")
    return turns.set_column(column, "filtered", pc.if_else(marked, "duplicate", turns["filtered"]))


_SAID = "author, created_at, score, crisis, filtered"
_REPEATED = "{thing}_id IN (SELECT repeat_id FROM repeats WHERE thing = '{thing}') AS repeated"
#: Posts and comments with the words of a turn; those that can be none have no text.
_POSTS = f"""
SELECT post_id, CAST(NULL AS VARCHAR) AS comment_id, CAST(NULL AS VARCHAR) AS parent_id, {_SAID},
    {_REPEATED.format(thing="post")},
    CASE WHEN {kept("post")} THEN {POST_TEXT} END AS text
FROM posts
"""  # noqa: S608  names of our own
_COMMENTS = f"""
SELECT post_id, comment_id, parent_id, {_SAID}, {_REPEATED.format(thing="comment")},
    CASE WHEN {kept("comment")} THEN {COMMENT_TEXT} END AS text
FROM comments
"""  # noqa: S608
