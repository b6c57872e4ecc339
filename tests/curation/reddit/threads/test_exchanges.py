"""Exchanges by hand, and as planted in the dump."""

from collections import Counter
from typing import Any

import pandas as pd
import pytest

from tests.curation.reddit.community import NOON, comment, post
from tests.curation.reddit.read_plainly import NO_WITHDRAWALS, Community, Whole, dataset_of, read_community, whole
from valuenet.curation.reddit.threads.exchanges import ExchangeSettings, rebuild_exchanges
from valuenet.curation.reddit.threads.threads import Trees, join_trees
from valuenet.warehouse.reddit_tables import Comments, Posts, Withdrawals


def rebuilt(posts: list[Any], comments: list[Any], withdrawals: Any = NO_WITHDRAWALS, at_once: int = 100) -> Whole:
    community = Community(Posts.frame(posts), Comments.frame(comments))
    said = ExchangeSettings(comments_at_once=at_once)
    return whole(rebuild_exchanges(*community.datasets(withdrawals), said))


def chains(made: Whole) -> set[tuple[str, ...]]:
    turns = made.exchanges.sort_values(["exchange_id", "turn"])
    return {(g["post_id"].iloc[0], *g["comment_id"].iloc[1:]) for _, g in turns.groupby("exchange_id")}


def test_poster_and_one_commenter_take_turns_to_the_last_they_said():
    made = rebuilt(
        [post("1", "ann")],
        [
            comment("a", "1", None, "bob"),
            comment("b", "1", "a", "ann"),
            comment("c", "1", "b", "bob"),
            comment("d", "1", "c", "cem"),  # another commenter: not of the chain
        ],
    )
    assert made.exchanges["turn"].tolist() == [1, 2, 3, 4]
    assert made.exchanges["role"].tolist() == ["poster", "commenter", "poster", "commenter"]
    assert made.exchanges["author"].tolist() == ["u-ann", "u-bob", "u-ann", "u-bob"]
    assert made.exchanges["depth"].tolist() == [3] * 4
    assert made.exchanges["text"].tolist() == ["Title 1\n\nI tell 1", "Words a", "Words b", "Words c"]
    assert made.exchanges["score"].tolist() == [1, 2, 2, 2]
    assert chains(made) == {("1", "a", "b", "c")}


def test_where_the_poster_answers_twice_there_are_two_exchanges():
    talk = [comment("a", "1", None, "bob"), comment("b", "1", "a", "ann"), comment("c", "1", "a", "ann")]
    made = rebuilt([post("1", "ann")], [*talk, comment("d", "1", "c", "bob")])
    assert chains(made) == {("1", "a", "b"), ("1", "a", "c", "d")}
    assert made.exchanges["exchange_id"].nunique() == 2


def test_a_reply_that_its_author_pastes_again_says_so_and_an_answer_of_the_poster_does_not():
    pasted = {"text": "You are stronger than you think, and it will get better with time."}
    thanks = {"text": "Thank you so much for these words, they help me more than I can say."}
    talks = [
        talk
        for hour, name in enumerate("12")
        for talk in (
            comment(f"a{name}", name, None, "bob", created_at=NOON + pd.Timedelta(hours=hour), **pasted),
            comment(f"b{name}", name, f"a{name}", "ann", created_at=NOON + pd.Timedelta(hours=hour), **thanks),
        )
    ]
    turns = rebuilt([post("1", "ann"), post("2", "ann")], talks).exchanges.set_index("comment_id")["filtered"]
    assert turns.dropna().to_dict() == {"a2": "duplicate"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (comment("a", "1", None, "bob"), comment("b", "1", "a", "bob")),  # answers himself
        (comment("a", "1", None, "ann"), comment("b", "1", "a", "ann")),  # the poster alone
        (comment("a", "1", None, None, text=None, filtered="deleted"), comment("b", "1", "a", "ann")),
        (comment("a", "1", None, "bob"), comment("b", "1", "a", None, text=None, filtered="author-gone")),
        (comment("a", "1", None, "bob", text=" \n "), comment("b", "1", "a", "ann")),
    ],
)
def test_fewer_than_two_comments_in_turn_are_no_exchange(first, second):
    made = rebuilt([post("1", "ann")], [first, second])
    assert made.exchanges.empty
    assert made.orphans.empty


def test_a_post_without_author_or_words_has_no_exchange():
    talk = [comment("a", "1", None, "bob"), comment("b", "1", "a", "ann")]
    gone = {"title": None, "text": None, "filtered": "deleted"}
    assert rebuilt([post("1", None, **gone)], talk).exchanges.empty
    assert rebuilt([post("1", "ann", title="", text="")], talk).exchanges.empty
    assert rebuilt([post("1", "ann", text="")], talk).exchanges["text"].iloc[0] == "Title 1"


def test_filtered_and_crisis_turns_are_there_and_say_so():
    talk = [comment("a", "1", None, "bob", filtered="too-short"), comment("b", "1", "a", "ann")]
    made = rebuilt([post("1", "ann", crisis="self-harm", filtered="crisis")], talk).exchanges
    assert made["filtered"].fillna("").tolist() == ["crisis", "too-short", ""]
    assert made["crisis"].fillna("").tolist() == ["self-harm", "", ""]


def test_a_repost_has_its_exchanges_and_its_post_says_duplicate():
    told = {"title": "It never ends", "text": "My neighbours shout all night and I cannot sleep before work."}
    later = {**told, "created_at": NOON + pd.Timedelta(days=3)}
    talk = [
        made
        for name in ("1", "2")
        for made in (comment(f"a{name}", name, None, "bob"), comment(f"b{name}", name, f"a{name}", "ann"))
    ]
    made = rebuilt([post("1", "ann", **told), post("2", "ann", **later)], talk).exchanges
    filtered = made.sort_values(["post_id", "turn"])["filtered"].fillna("").tolist()
    assert filtered == ["", "", "", "duplicate", "", ""]


@pytest.mark.parametrize(
    ("thing", "name", "left"),
    [
        ("comment", "c", {("1", "a", "b")}),
        ("comment", "b", set()),
        ("post", "1", set()),
        ("post", "c", {("1", "a", "b", "c")}),
        ("author", "u-bob", set()),
    ],
)
def test_what_was_withdrawn_is_no_turn(thing, name, left):
    talk = [comment("a", "1", None, "bob"), comment("b", "1", "a", "ann"), comment("c", "1", "b", "bob")]
    asked = dataset_of(Withdrawals.frame([{"thing": thing, "id": name, "requested_at": NOON}]))
    assert chains(rebuilt([post("1", "ann")], talk, asked)) == left


def test_orphans_say_what_is_missing_and_are_joined_when_its_month_comes():
    talk = [comment("b", "1", "a", "ann"), comment("e", "2", None, "bob"), comment("f", "2", "9", "cem")]
    early = rebuilt([post("1", "ann")], talk)
    assert early.exchanges.empty
    assert early.orphans.set_index("comment_id")[["post_missing", "parent_missing"]].to_dict("index") == {
        "b": {"post_missing": False, "parent_missing": True},
        "e": {"post_missing": True, "parent_missing": False},
        "f": {"post_missing": True, "parent_missing": True},
    }
    came = [comment("a", "1", None, "bob", month="2020-06")]
    late = rebuilt([post("1", "ann"), post("2", "dee")], [*talk, *came])
    assert chains(late) == {("1", "a", "b")}
    assert late.orphans["comment_id"].tolist() == ["f"]


def test_nothing_read_makes_empty_tables():
    made = rebuilt([], [])
    assert (len(made.exchanges), len(made.orphans)) == (0, 0)


def test_order_of_rows_and_number_of_buckets_make_no_difference():
    posts = [post(name, "ann") for name in ("1", "2", "3")]
    comments = [
        made
        for name in ("1", "2", "3")
        for made in (comment(f"a{name}", name, None, "bob"), comment(f"b{name}", name, f"a{name}", "ann"))
    ]
    plain = rebuilt(posts, comments)
    assert len(chains(plain)) == 3
    for at_once in (1, 2):
        other = rebuilt(posts[::-1], comments[::-1], at_once=at_once)
        assert other.exchanges.equals(plain.exchanges)


@pytest.mark.parametrize("at_once", [300, 1000])
def test_no_bucket_holds_more_comments_than_asked(dump, monkeypatch, at_once):
    held: list[tuple[int, int]] = []

    def join(comment: Any, post: Any, *others: Any) -> Trees:
        held.append((len(comment), len(set(post))))
        return join_trees(comment, post, *others)

    monkeypatch.setattr("valuenet.curation.reddit.threads.exchanges.join_trees", join)
    community = read_community(dump)
    rebuild_exchanges(*community.datasets(), ExchangeSettings(comments_at_once=at_once))
    assert sum(comments for comments, _ in held) == len(community.comments)
    assert all(comments <= at_once or posts == 1 for comments, posts in held)
    assert len(held) > len(community.comments) // at_once


@pytest.fixture(scope="module")
def planted(dump) -> Whole:
    return whole(rebuild_exchanges(*read_community(dump).datasets(), ExchangeSettings()))


def test_every_planted_orphan_is_found_and_no_other(planted, truth):
    assert len(planted.orphans) == truth["orphans"]["either"]
    assert int(planted.orphans["post_missing"].sum()) == truth["orphans"]["post_missing"]
    assert int(planted.orphans["parent_missing"].sum()) == truth["orphans"]["parent_comment_missing"]


def test_every_planted_chain_is_found_and_no_other(planted, truth, truth_items):
    said = truth["alternating_chains"]
    starts = planted.exchanges[planted.exchanges["turn"] == 1]
    by_depth = {str(depth): count for depth, count in Counter(starts["depth"]).items()}
    assert by_depth == {depth: count for depth, count in said["by_depth"].items() if count}
    assert (len(starts), starts["post_id"].nunique()) == (said["total"], said["threads"])
    chained = [item for item in truth_items if item["kind"] == "chain"]
    assert chains(planted) == {(item["post"][3:], *(name[3:] for name in item["comments"])) for item in chained}


def test_late_months_join_what_was_orphaned_without_them(dump, planted):
    months = sorted(file.stem[3:] for file in dump.glob("RC_*.zst"))
    without = [month for month in months if month != "2021-06"]
    early = whole(rebuild_exchanges(*read_community(dump, without).datasets(), ExchangeSettings()))
    assert len(early.orphans) > len(planted.orphans)
    assert len(chains(early) & chains(planted)) < len(chains(planted))
    again = whole(rebuild_exchanges(*read_community(dump, months).datasets(), ExchangeSettings(comments_at_once=1000)))
    assert again.exchanges.equals(planted.exchanges)
    assert again.orphans.equals(planted.orphans)
