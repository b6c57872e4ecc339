"""Trees and exchanges of a million comments against the obvious way with dictionaries, in one run. Not in `make test`.

Both begin with the ids as the tables hold them, in Arrow columns for ours and in Python lists for the peer, and end
with each comment's parent, the orphans and every alternating chain. The peer looks at one comment at a time, as plain
Python would. Times are processor seconds, since the machine may be shared.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pytest

from valuenet.curation.reddit.threads.chains import Chains, Speakers, find_chains
from valuenet.curation.reddit.threads.thread_ids import numbers_of
from valuenet.curation.reddit.threads.threads import Trees, join_trees, orphans

COMMENTS, POSTS = 1_000_000, 100_000
DIGITS = np.array(list("0123456789abcdefghijklmnopqrstuvwxyz"))


class Community(NamedTuple):
    """Ids as text, accounts as numbers (what `dictionary_encode` gives)."""

    comment: pa.Array
    post: pa.Array
    parent: pa.Array
    author: np.ndarray
    posts: pa.Array
    poster: np.ndarray

    def mixed(self) -> "Community":
        """Return the comments in no order."""
        order = np.random.default_rng(1).permutation(len(self.comment))
        columns = (column.take(pa.array(order)) for column in self[:3])
        return Community(*columns, self.author[order], self.posts, self.poster)


class Found(NamedTuple):
    """What both ways must agree on."""

    parents: int
    orphans: int
    chains: int
    turns: int


@pytest.fixture(scope="module")
def community() -> Community:
    """Ids that grow with time; two answers in five go to a comment shortly before, often by who was answered there."""
    rng = np.random.default_rng(0)
    posts = 10**9 + np.cumsum(rng.integers(1, 50, POSTS))
    comment = 35 * 10**9 + np.cumsum(rng.integers(1, 50, COMMENTS))
    post = np.clip(np.arange(COMMENTS) * POSTS // COMMENTS - rng.integers(0, 3, COMMENTS), 0, POSTS - 1)
    poster = np.arange(POSTS)
    author = POSTS + rng.integers(0, 50_000, COMMENTS)
    parent = np.full(COMMENTS, -1)
    before = np.maximum(np.arange(COMMENTS) - rng.integers(1, 12, COMMENTS), 0)
    joins = (post[before] == post) & (rng.random(COMMENTS) < 0.8) & (before < np.arange(COMMENTS))
    parent[joins] = before[joins]
    for _ in range(4):  # who was answered answers back
        by_poster = joins & (author[np.maximum(parent, 0)] != poster[post])
        author[by_poster] = poster[post[by_poster]]
        again = joins & (parent[np.maximum(parent, 0)] >= 0) & (author[np.maximum(parent, 0)] == poster[post])
        author[again] = author[parent[parent[again]]]
    answered = np.where(parent >= 0, comment[np.maximum(parent, 0)], -1)
    lost = rng.random(COMMENTS) < 0.005
    answered[lost] = 34 * 10**9 + np.flatnonzero(lost)
    return Community(base36(comment), base36(posts[post]), base36(answered), author, base36(posts), poster)


def base36(numbers: np.ndarray) -> pa.Array:
    """Return numbers as ids, null for a negative one."""
    letters, left = [], np.maximum(numbers, 0)
    for _ in range(7):
        letters.append(DIGITS[left % 36])
        left = left // 36
    names = np.char.lstrip(np.array(["".join(row) for row in np.column_stack(letters[::-1])]), "0")
    return pa.array(names.tolist(), mask=numbers < 0)


def trees_of(community: Community) -> Trees:
    return join_trees(*(numbers_of(column) for column in (*community[:3], community.posts)))


def chains_of(community: Community, trees: Trees) -> Chains:
    there = np.ones(COMMENTS, dtype=bool)
    return find_chains(trees, Speakers(community.author, there, community.poster, there[:POSTS]))


def ours(community: Community) -> Found:
    trees = trees_of(community)
    chains = chains_of(community, trees)
    parents = int((trees.parent >= 0).sum())
    return Found(parents, len(orphans(trees)), int((chains.turn == 1).sum()), len(chains.turn))


def dictionaries(community: Community) -> Callable[[], Found]:
    comment, post, parent, posts = (column.to_pylist() for column in (*community[:3], community.posts))
    author, poster = community.author.tolist(), dict(zip(posts, community.poster.tolist(), strict=True))

    def rebuild() -> Found:
        nodes = {name: (of, above, who) for name, of, above, who in zip(comment, post, parent, author, strict=True)}
        answers: dict[str, list[str]] = defaultdict(list)
        joined, alone, starts = 0, 0, []
        for name, (of, above, who) in nodes.items():
            if above in nodes:
                answers[above].append(name)
                joined += 1
            if of not in poster or (above is not None and above not in nodes):
                alone += 1
            elif above is None and poster[of] != who:
                starts.append(name)
        chains = turns = 0
        ways = [(start, 1) for start in starts]
        while ways:
            name, length = ways.pop()
            of, _, who = nodes[name]
            due = poster[of] if length % 2 == 1 else nodes[nodes[name][1]][2]
            onward = [answer for answer in answers.get(name, ()) if nodes[answer][2] == due]
            ways += [(answer, length + 1) for answer in onward]
            if not onward and length >= 2:
                chains += 1
                turns += length + 1
        return Found(joined, alone, chains, turns)

    return rebuild


def seconds(work: Callable[..., Any], *arguments: Any, rounds: int = 3) -> float:
    """Return the least processor time of ``rounds`` runs."""
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        work(*arguments)
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize("order", ["as dumped", "mixed"])
def test_threads_are_rebuilt_at_over_a_million_comments_a_second(
    order: str, community: Community, benchmark: Any
) -> None:
    given = community if order == "as dumped" else community.mixed()
    taken = seconds(trees_of, given)
    benchmark.pedantic(trees_of, args=(given,), rounds=1)
    benchmark.extra_info |= {"order": order, "comments_per_second": int(COMMENTS / taken)}
    print(f"\ntrees from ids: {benchmark.extra_info}")
    assert COMMENTS / taken > 1_000_000


def test_trees_and_exchanges_are_faster_than_with_dictionaries(community: Community, benchmark: Any) -> None:
    peer = dictionaries(community)
    assert peer() == ours(community)
    own, theirs = seconds(ours, community), seconds(peer, rounds=2)
    benchmark.pedantic(ours, args=(community,), rounds=1)
    rates = {"ours_per_second": int(COMMENTS / own), "dictionaries_per_second": int(COMMENTS / theirs)}
    benchmark.extra_info |= {**ours(community)._asdict(), **rates, "ratio": round(theirs / own, 1)}
    print(f"\ntrees and exchanges: {benchmark.extra_info}")
    assert theirs >= 3 * own
