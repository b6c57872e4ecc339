"""The whole trees of comments, rebuilt from ids alone: numpy, no loop over comments.

Every object read is a node, whatever filter met it. Which month a comment or its parent comes from makes no
difference; what is in no file so far makes its answers orphans, which are joined when its month has come.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuenet.curation.reddit.threads.thread_ids import NONE

#: In ``Trees.parent``: the comment answers the post itself; or what it answers is in no file read so far.
TOP, MISSING = -1, -2

Rows = NDArray[np.int64]


class Trees(NamedTuple):
    """The trees of n comments; rows are places in the arrays given to ``join_trees``."""

    post: Rows
    """(n,) row of the comment's post, ``MISSING`` where it is in no file."""
    parent: Rows
    """(n,) row of the comment it answers, ``TOP`` or ``MISSING``."""
    children: Rows
    """(m,) rows of all comments that answer a comment, those of one parent together, by their ids."""
    first: Rows
    """(n + 1,) where the answers to each comment begin in ``children``."""
    depth: Rows
    """(n,) steps from the post, 1 answers the post; 0 where no way leads to a post."""

    def answers_to(self, rows: Rows) -> Rows:
        """Return the rows of all comments that answer one of ``rows``."""
        counts = self.first[rows + 1] - self.first[rows]
        before = np.cumsum(counts) - counts
        places: Rows = np.repeat(self.first[rows] - before, counts) + np.arange(counts.sum())
        return self.children[places]


def join_trees(comment: Rows, post: Rows, parent: Rows, posts: Rows) -> Trees:
    """Return the trees of all comments. Takes 3 sorts of n numbers at most, none where ids come sorted.

    Args:
        comment: (n,) id of every comment, no two the same.
        post: (n,) id of its post.
        parent: (n,) id of the comment it answers, ``NONE`` where it answers the post.
        posts: (p,) ids of all posts, no two the same.

    A parent that stands under another post is no parent (dumps hold a few such objects): it counts as missing.
    """
    post_row = _find(posts, post)
    parent_row = _find(comment, parent)
    strayed = (parent_row >= 0) & (post[np.maximum(parent_row, 0)] != post)
    parent_row[strayed] = MISSING
    parent_row[parent == NONE] = TOP
    children, first = _group_answers(comment, parent_row)
    trees = Trees(post_row, parent_row, children, first, np.zeros(len(comment), dtype=np.int64))
    _measure_depth(trees)
    return trees


def orphans(trees: Trees) -> Rows:
    """Return the rows of the comments whose post or parent is in no file read so far."""
    return np.flatnonzero((trees.post == MISSING) | (trees.parent == MISSING))


def _find(ids: Rows, wanted: Rows) -> Rows:
    """Return the row of ``ids`` each of ``wanted`` stands in, ``MISSING`` where none does."""
    if len(ids) == 0:
        return np.full(len(wanted), MISSING, dtype=np.int64)
    order = None if _ascends(ids) else np.argsort(ids, kind="stable")
    ordered = ids if order is None else ids[order]
    at = np.minimum(np.searchsorted(ordered, wanted), len(ids) - 1)
    row = at if order is None else order[at]
    return np.where(ordered[at] == wanted, row, MISSING)


def _group_answers(comment: Rows, parent: Rows) -> tuple[Rows, Rows]:
    answers = np.flatnonzero(parent >= 0)
    if not _ascends(comment):
        answers = answers[np.argsort(comment[answers], kind="stable")]
    counts = np.bincount(parent[answers], minlength=len(comment))
    first = np.concatenate([[0], np.cumsum(counts)])
    return answers[np.argsort(parent[answers], kind="stable")], first


def _measure_depth(trees: Trees) -> None:
    """Fill in the depths level by level from the posts; comments that answer one another in a ring keep 0."""
    level = np.flatnonzero((trees.parent == TOP) & (trees.post >= 0))
    depth = 0
    while level.size:
        depth += 1
        trees.depth[level] = depth
        level = trees.answers_to(level)


def _ascends(ids: Rows) -> bool:
    return bool(np.all(ids[1:] > ids[:-1]))
