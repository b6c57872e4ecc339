"""Decoded lines become columns, whatever is null in a block or not."""

from typing import Any

import numpy as np
import pytest

from valuenet.curation.reddit.dump.columns import LineColumns
from valuenet.curation.reddit.dump.lines import COMMENT_COLUMNS, Comment, Meta, Post


def comment(number: int, **fields: Any) -> Comment:
    made = {"id": f"c{number}", "author": "a", "body": "text", "link_id": "t3_p1", "parent_id": "t1_c0"}
    return Comment(**{"created_utc": 5.0, "subreddit": "offmychest", **made, **fields})


def columns_of(*blocks: list[Comment]) -> LineColumns:
    columns, lines = LineColumns(Comment), 0
    for block in blocks:
        columns.add(block, np.arange(lines + 1, lines + len(block) + 1))
        lines += len(block)
    return columns


def test_blocks_follow_each_other_beyond_the_rows_there_was_room_for() -> None:
    columns = columns_of(*([comment(n * 1_000 + k) for k in range(1_000)] for n in range(9)))
    frame = columns.frame()
    assert tuple(frame.columns) == COMMENT_COLUMNS
    assert frame["id"].tolist() == [f"c{n}" for n in range(9_000)]
    assert frame["line"].tolist() == list(range(1, 9_001))
    assert columns.sound
    assert columns.distinct


def test_nulls_alone_and_among_values_become_what_a_column_has_for_them() -> None:
    among = [comment(0, score=None, stickied=None, author=None), comment(1, score=7, stickied=True, body="1 &lt; 2")]
    alone = [comment(2, score=None, stickied=None, author=None, body=None)]
    deleted = [comment(3, deleted_later=Meta(True)), comment(4, deleted_later=Meta(None))]
    frame = columns_of(among, alone, [], deleted).frame()
    assert frame["score"].tolist() == [0, 7, 0, 0, 0]
    assert frame["stickied"].tolist() == [False, True, False, False, False]
    assert frame["author"].tolist() == [None, "a", None, "a", "a"]
    assert frame["body"].tolist() == ["text", "1 < 2", None, "text", "text"]
    assert frame["deleted_later"].tolist() == [False, False, False, True, False]
    assert frame["author"].dtype == frame["distinguished"].dtype == object
    assert set(frame["distinguished"]) == {None}


@pytest.mark.parametrize(
    "wrong",
    [
        *[{"id": name} for name in (None, "", "C1", "c\n1", "ç", "t3_c")],
        *[{"link_id": name} for name in (None, "", "t3_", "t1_p", "p", "t3_p_q", "t3_p\nt3_q", "xt3_p", "t3_P")],
        *[{"parent_id": name} for name in (None, "t1_", "t2_p", "t1_ü", "t3_at3_b")],
    ],
)
def test_one_name_written_wrongly_is_noticed_wherever_it_stands(wrong: dict[str, Any]) -> None:
    for place in range(3):
        block = [comment(n, **(wrong if n == place else {})) for n in range(3)]
        assert not columns_of([comment(9)], block).sound


def test_an_id_that_is_there_again_is_noticed_in_another_block() -> None:
    assert columns_of([comment(1)], [comment(2)]).distinct
    assert not columns_of([comment(1)], [comment(2), comment(1)]).distinct


def test_posts_have_no_thread_and_are_sound_by_their_id() -> None:
    columns = LineColumns(Post)
    columns.add([Post(created_utc=1.5, id="p1", title="a &amp;amp; b", url="https://a?b&amp;c")], np.array([3]))
    row = columns.frame().to_dict("records")[0]
    assert columns.sound
    assert (row["title"], row["url"], row["selftext"]) == ("a &amp; b", "https://a?b&c", None)
    assert (row["created_utc"], row["line"], row["is_self"]) == (1.5, 3, False)
