"""Trees of comments: hand-worked, against an obvious way, and the planted orphans (in test_exchanges)."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuenet.curation.reddit.threads.thread_ids import NONE, LongIdError, numbers_of
from valuenet.curation.reddit.threads.threads import MISSING, TOP, Trees, join_trees, orphans


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def test_ids_are_numbers_of_base_36_and_null_is_none():
    ids = pa.array(["0", "z", "10", None, "gsxf6bc", "zzzzzzzzzzzz"])
    assert numbers_of(ids).tolist() == [0, 35, 36, NONE, int("gsxf6bc", 36), 36**12 - 1]


def test_ids_are_read_from_chunks_and_slices_alike():
    chunks = pa.chunked_array([["1", "2"], [], ["3", None]])
    assert numbers_of(chunks).tolist() == [1, 2, 3, NONE]
    assert numbers_of(pa.array(["9", "a", "bb", None]).slice(1, 2)).tolist() == [10, 11 * 37]
    assert numbers_of(pa.array([], type=pa.string())).tolist() == []
    assert numbers_of(pa.array([None, None], type=pa.string())).tolist() == [NONE, NONE]


@given(st.lists(st.one_of(st.none(), st.text("0123456789abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))))
def test_every_id_has_the_number_python_gives_it(ids):
    wanted = [NONE if name is None else int(name, 36) for name in ids]
    assert numbers_of(pa.array(ids, type=pa.string())).tolist() == wanted


def test_an_id_of_thirteen_digits_is_refused_by_name():
    with pytest.raises(LongIdError, match="'0123456789abc' has 13 digits"):
        numbers_of(pa.array(["1", "0123456789abc"]))


def test_a_tree_of_six_comments_by_hand():
    # post 7: 10 and 12 answer it; 11 answers 10; 13 answers 11; post 8 has 14
    comment, post, parent = rows(10, 11, 12, 13, 14), rows(7, 7, 7, 7, 8), rows(NONE, 10, NONE, 11, NONE)
    trees = join_trees(comment, post, parent, rows(7, 8))
    assert trees.post.tolist() == [0, 0, 0, 0, 1]
    assert trees.parent.tolist() == [TOP, 0, TOP, 1, TOP]
    assert trees.depth.tolist() == [1, 2, 1, 3, 1]
    assert trees.answers_to(rows(0, 1, 2)).tolist() == [1, 3]
    assert orphans(trees).size == 0


def test_orphans_lack_their_post_or_their_parent_and_are_joined_when_it_comes():
    comment, post, parent = rows(10, 11, 12, 13), rows(7, 7, 9, 9), rows(NONE, 5, NONE, 12)
    early = join_trees(comment, post, parent, rows(7))
    assert orphans(early).tolist() == [1, 2, 3]
    assert early.depth.tolist() == [1, 0, 0, 0]
    assert early.parent.tolist() == [TOP, MISSING, TOP, 2]
    late = join_trees(rows(10, 11, 12, 13, 5), rows(7, 7, 9, 9, 7), rows(NONE, 5, NONE, 12, NONE), rows(9, 7))
    assert orphans(late).size == 0
    assert late.depth.tolist() == [1, 2, 1, 2, 1]


def test_a_parent_under_another_post_is_missing():
    trees = join_trees(rows(10, 11), rows(7, 8), rows(NONE, 10), rows(7, 8))
    assert trees.parent.tolist() == [TOP, MISSING]
    assert orphans(trees).tolist() == [1]


def test_comments_that_answer_each_other_in_a_ring_hang_on_no_post():
    trees = join_trees(rows(10, 11), rows(7, 7), rows(11, 10), rows(7))
    assert trees.depth.tolist() == [0, 0]


def test_no_comment_and_no_post_make_no_tree():
    assert join_trees(rows(), rows(), rows(), rows()).children.size == 0
    assert orphans(join_trees(rows(1), rows(2), rows(NONE), rows())).tolist() == [0]


@given(st.data())
def test_trees_are_those_of_the_obvious_way_whatever_the_order_of_rows(data):
    count = data.draw(st.integers(0, 12))
    ids = data.draw(st.permutations(range(100, 100 + count)))
    post = [data.draw(st.integers(1, 3)) for _ in ids]
    parent = [data.draw(st.one_of(st.just(NONE), st.integers(98, 100 + count))) for _ in ids]
    trees = join_trees(rows(*ids), rows(*post), rows(*parent), rows(2, 1))
    assert described(trees, ids) == obvious(dict(zip(ids, zip(post, parent, strict=True), strict=True)), {1, 2})


def described(trees: Trees, ids: list[int]) -> dict[int, tuple[bool, int, list[int]]]:
    answers = {name: [ids[row] for row in trees.answers_to(rows(at))] for at, name in enumerate(ids)}
    alone = set(orphans(trees).tolist())
    return {name: (at in alone, int(trees.depth[at]), answers[name]) for at, name in enumerate(ids)}


def obvious(nodes: dict[int, tuple[int, int]], posts: set[int]) -> dict[int, tuple[bool, int, list[int]]]:
    def parent_there(name: int) -> bool:
        post, parent = nodes[name]
        return parent == NONE or (parent in nodes and nodes[parent][0] == post)

    def depth(name: int, seen: frozenset[int] = frozenset()) -> int:
        post, parent = nodes[name]
        if name in seen or post not in posts or not parent_there(name):
            return 0
        above = 0 if parent == NONE else depth(parent, seen | {name})
        return above + 1 if above or parent == NONE else 0

    return {
        name: (
            post not in posts or not parent_there(name),
            depth(name),
            sorted(other for other in nodes if nodes[other][1] == name and parent_there(other)),
        )
        for name, (post, _) in nodes.items()
    }
