"""Alternating chains in trees of comments: poster, commenter, poster, the same commenter, and so on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuenet.curation.reddit.threads.threads import TOP, Rows, Trees

#: In ``Chains.comment``: the turn is the post itself.
POST = -1
#: An account that is not known.
NOBODY = -1


class Speakers(NamedTuple):
    """Who wrote what, and whether it can be a turn (its words and author are kept)."""

    author: Rows
    """(n,) number of each comment's account; ``NOBODY`` where it is not known."""
    kept: NDArray[np.bool_]
    """(n,) whether a comment can be a turn."""
    poster: Rows
    """(p,) number of each post's account."""
    post_kept: NDArray[np.bool_]
    """(p,) whether a post can be a turn."""


class Chains(NamedTuple):
    """Every longest chain of two comments or more, its turns one after the other."""

    chain: Rows
    """(t,) number of the chain a turn belongs to, from 0."""
    turn: Rows
    """(t,) place in the chain, 1 is the post."""
    post: Rows
    """(t,) row of the chain's post."""
    comment: Rows
    """(t,) row of the turn's comment; ``POST`` where it is the post."""
    depth: Rows
    """(t,) comments of the chain."""


def find_chains(trees: Trees, speakers: Speakers) -> Chains:
    """Return the chains from a post down to the last turn at which its two people still take turns.

    A chain ends before a comment that cannot be a turn or is somebody else's; where the tree forks, so does the chain,
    and each way is one. A poster who answers his own post begins none.
    """
    position, goes_on = _follow(trees, speakers)
    ends = np.flatnonzero((position >= 2) & ~goes_on)
    return _climb(trees, ends, position[ends])


def _follow(trees: Trees, speakers: Speakers) -> tuple[Rows, NDArray[np.bool_]]:
    """Return each comment's place in its chain (1 is the first comment, 0: in none), and whether the chain goes on."""
    position = np.zeros(len(trees.post), dtype=np.int64)
    goes_on = np.zeros(len(position), dtype=bool)
    poster = np.full(len(position), NOBODY, dtype=np.int64)
    known = trees.post >= 0
    known[known] = speakers.post_kept[trees.post[known]]
    poster[known] = speakers.poster[trees.post[known]]
    may = speakers.kept & (speakers.author != NOBODY) & (poster != NOBODY)

    level = np.flatnonzero(may & (trees.parent == TOP) & (speakers.author != poster))
    position[level] = 1
    commenter = speakers.author.copy()
    while level.size:
        answers = trees.answers_to(level)
        above = trees.parent[answers]
        expected = np.where(position[above] % 2 == 1, poster[answers], commenter[above])
        takes_turn = may[answers] & (speakers.author[answers] == expected)
        level, above = answers[takes_turn], above[takes_turn]
        position[level] = position[above] + 1
        commenter[level] = commenter[above]
        goes_on[above] = True
    return position, goes_on


def _climb(trees: Trees, ends: Rows, depth: Rows) -> Chains:
    """Return all turns of the chains that end at ``ends``: from each end up to its post, all chains at once."""
    starts = np.concatenate([[0], np.cumsum(depth + 1)])
    comment = np.full(int(starts[-1]), POST, dtype=np.int64)
    at, row, left = starts[:-1] + depth, ends, depth
    while row.size:
        comment[at] = row
        deeper = left > 1
        at, row, left = at[deeper] - 1, trees.parent[row[deeper]], left[deeper] - 1
    chain = np.repeat(np.arange(len(ends)), depth + 1)
    turn = np.arange(len(comment)) - starts[chain] + 1
    return Chains(chain, turn, trees.post[ends][chain], comment, depth[chain])
