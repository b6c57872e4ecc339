"""What was withdrawn leaves posts, comments, and everything made from them."""

from typing import Any, NamedTuple

import pandas as pd

from tests.made_support import examples, exchange_id, exchanges, preferences
from valuenet.curation.reddit.intake.withdrawals import Withdrawn, find_gone, thing_ids, withdraw_rows, written_by
from valuenet.warehouse.reddit_tables import (
    Comments,
    Exchanges,
    OtherReplies,
    Posts,
    Preferences,
    SupportExamples,
    Withdrawals,
)

DAY = pd.Timestamp("2026-11-22", tz="UTC")
NOTHING = Withdrawn(frozenset(), frozenset(), frozenset())


def posts() -> Any:
    row = {"month": "2020-01", "created_at": DAY, "title": "T", "text": "Secret", "score": 3, "crisis": "abuse"}
    return Posts.frame([{**row, "post_id": name, "author": f"u-{name}", "filtered": None} for name in ("p1", "p2")])


def withdrawals(*rows: tuple[str, str]) -> Any:
    return Withdrawals.frame([{"thing": thing, "id": name, "requested_at": DAY} for thing, name in rows])


class Learned(NamedTuple):
    """The tables that are made from posts and comments and hold their texts or ids."""

    exchanges: pd.DataFrame
    other_replies: pd.DataFrame
    examples: pd.DataFrame
    preferences: pd.DataFrame


def leave_out_withdrawn(made: Learned, withdrawn: Withdrawn, rows: int = 2) -> Learned:
    """Leave it out of all tables, some rows after the other."""
    first, second, third = ([frame[k : k + rows] for k in range(0, len(frame), rows)] for frame in made[:3])
    gone = find_gone(first, second, third, withdrawn)
    tables = (Exchanges, OtherReplies, SupportExamples, Preferences)
    return Learned(*(frame[~gone.among(table, frame)] for table, frame in zip(tables, made, strict=True)))


def learned() -> Learned:
    rows = [("r1", "p1", "u-r1"), ("r2", "p1", "u-r2"), ("r3", "p2", "u-r1")]
    names = ("comment_id", "post_id", "author")
    replies = OtherReplies.frame([{**dict(zip(names, row, strict=True)), "score": 1, "text": "Secret"} for row in rows])
    return Learned(exchanges(), replies, examples(), preferences())


def sizes(left: Learned) -> list[int]:
    return [frame["exchange_id"].nunique() if n == 0 else len(frame) for n, frame in enumerate(left)]


def test_a_withdrawn_row_stays_without_anything_that_says_who_or_what():
    left = withdraw_rows(posts(), Posts, NOTHING._replace(posts=frozenset({"p1"})))
    gone, kept = left.iloc[0], left.iloc[1]
    assert gone["filtered"] == "withdrawn"
    assert gone[["author", "title", "text", "crisis"]].isna().all()
    assert (gone["post_id"], gone["score"], gone["created_at"]) == ("p1", 3, DAY)
    assert kept["text"] == "Secret"
    assert pd.isna(kept["filtered"])


def test_everything_of_a_withdrawn_account_goes_and_nothing_else_changes():
    left = withdraw_rows(posts(), Posts, NOTHING._replace(authors=frozenset({"u-p2"})))
    assert left["filtered"].tolist()[1] == "withdrawn"
    assert left.head(1).equals(posts().head(1))
    same = posts()
    assert withdraw_rows(same, Posts, NOTHING._replace(comments=frozenset({"p1"}))) is same


def test_the_works_of_a_withdrawn_account_are_written_down_one_by_one():
    works = written_by(posts(), Posts, withdrawals(("author", "u-p2"), ("post", "p1")))
    assert works[["thing", "id"]].to_numpy().tolist() == [["post", "p2"]]
    assert works["requested_at"].tolist() == [DAY]
    assert written_by(Comments.frame(), Comments, withdrawals(("author", "u-p2"))).empty


def test_withdrawals_are_gathered_by_what_they_name():
    found = Withdrawn.of(withdrawals(("author", "u-p2"), ("post", "p1"), ("comment", "c9")))
    assert found == Withdrawn(frozenset({"p1"}), frozenset({"c9"}), frozenset({"u-p2"}))
    assert thing_ids(found.posts, found.comments) == {"t3_p1", "t1_c9"}


def test_an_exchange_with_a_withdrawn_turn_goes_whole_with_its_examples_and_pairs():
    left = leave_out_withdrawn(learned(), NOTHING._replace(comments=frozenset({"p1c4"})))
    assert exchange_id("p1") not in set(left.exchanges["exchange_id"])
    assert sizes(left) == [4, 3, 3, 2]


def test_with_a_post_goes_all_that_was_said_under_it():
    left = leave_out_withdrawn(learned(), NOTHING._replace(posts=frozenset({"p1"})))
    assert sizes(left) == [4, 1, 3, 2]


def test_a_rejected_comment_goes_from_its_pair_alone_by_id_or_by_account():
    by_id = leave_out_withdrawn(learned(), NOTHING._replace(comments=frozenset({"r2"})))
    assert sizes(by_id) == [5, 2, 5, 3]
    by_account = leave_out_withdrawn(learned(), NOTHING._replace(authors=frozenset({"u-r1"})))
    assert sizes(by_account) == [5, 1, 5, 2]
    assert set(by_account.preferences["rejected_id"]) == {"r2", "r4"}


def test_a_commenter_who_leaves_takes_the_exchange_along():
    left = leave_out_withdrawn(learned(), NOTHING._replace(authors=frozenset({"u-commenter-b"})))
    assert sizes(left) == [4, 3, 4, 3]


def test_without_withdrawals_everything_stays():
    assert all(old.equals(new) for old, new in zip(learned(), leave_out_withdrawn(learned(), NOTHING), strict=True))
