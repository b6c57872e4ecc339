"""Chains of turns against an obvious way: one path at a time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from valuenet.curation.reddit.threads.chains import NOBODY, POST, Chains, Speakers, find_chains
from valuenet.curation.reddit.threads.thread_ids import NONE
from valuenet.curation.reddit.threads.threads import join_trees

POSTS = (1, 2)
Node = tuple[int, int, int, bool]
"""Of a comment: its post, what it answers, who wrote it, whether it can be a turn."""


def chains_of(nodes: dict[int, Node], posters: dict[int, int], post_kept: list[bool]) -> Chains:
    ids = np.array(list(nodes), dtype=np.int64)
    post, parent, author = (np.array([node[k] for node in nodes.values()], dtype=np.int64) for k in range(3))
    trees = join_trees(ids, post, parent, np.array(POSTS, dtype=np.int64))
    kept = np.array([node[3] for node in nodes.values()], dtype=bool)
    poster = np.array([posters[name] for name in POSTS], dtype=np.int64)
    return find_chains(trees, Speakers(author, kept, poster, np.array(post_kept)))


def test_a_chain_of_three_comments_by_hand():
    # 10 by Bob (5) answers the post of Ann (4), 11 by Ann, 12 by Bob; 13 by somebody else ends nothing
    nodes = {10: (1, NONE, 5, True), 11: (1, 10, 4, True), 12: (1, 11, 5, True), 13: (1, 11, 6, True)}
    made = chains_of(nodes, {1: 4, 2: NOBODY}, [True, True])
    assert made.turn.tolist() == [1, 2, 3, 4]
    assert made.comment.tolist() == [POST, 0, 1, 2]
    assert made.depth.tolist() == [3, 3, 3, 3]
    assert made.post.tolist() == [0, 0, 0, 0]


def test_a_post_that_cannot_be_a_turn_has_no_chain():
    nodes = {10: (1, NONE, 5, True), 11: (1, 10, 4, True)}
    assert chains_of(nodes, {1: 4, 2: 4}, [False, True]).turn.size == 0


@given(st.data())
def test_chains_are_those_of_the_obvious_way_whatever_the_order(data):
    people = st.sampled_from([4, 4, 5, 5, 6, NOBODY])
    posters = {name: data.draw(people) for name in POSTS}
    post_kept = [data.draw(st.booleans()) for _ in POSTS]
    nodes: dict[int, Node] = {}
    for number in range(10, 10 + data.draw(st.integers(0, 10))):
        answers = data.draw(st.sampled_from([NONE, 99, *nodes, *nodes]))
        of = data.draw(st.sampled_from([1, 1, 1, 2, 3]))
        nodes[number] = (of, answers, data.draw(people), data.draw(st.sampled_from([True, True, True, False])))
    mixed = {number: nodes[number] for number in data.draw(st.permutations(sorted(nodes)))}
    assert paths(chains_of(mixed, posters, post_kept), list(mixed)) == obvious(nodes, posters, post_kept)


def paths(made: Chains, ids: list[int]) -> list[tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for chain, post, comment in zip(made.chain, made.post, made.comment, strict=True):
        found.setdefault(chain, []).append(POSTS[post] if comment == POST else ids[comment])
    return sorted(tuple(path) for path in found.values())


def obvious(nodes: dict[int, Node], posters: dict[int, int], post_kept: list[bool]) -> list[tuple[int, ...]]:
    def ways_on(path: tuple[int, ...]) -> list[tuple[int, ...]]:
        post, _, commenter, _ = nodes[path[0]]
        due = posters[post] if len(path) % 2 == 1 else commenter
        onward = [name for name, node in nodes.items() if node == (post, path[-1], due, True)]
        return [way for name in onward for way in ways_on((*path, name))] or [path]

    able = {name for name, kept in zip(POSTS, post_kept, strict=True) if kept and posters[name] != NOBODY}
    starts = [
        name
        for name, (post, answers, author, kept) in nodes.items()
        if answers == NONE and kept and author != NOBODY and post in able and author != posters[post]
    ]
    ways = [way for start in starts for way in ways_on((start,))]
    return sorted((nodes[way[0]][0], *way) for way in ways if len(way) >= 2)
