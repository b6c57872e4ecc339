"""Other replies under posts that have an exchange, by hand and on the dump."""

from typing import Any

import pandas as pd
import pytest

from tests.curation.reddit.community import NOON, comment, post
from tests.curation.reddit.read_plainly import NO_WITHDRAWALS, Community, dataset_of, read_community
from valuenet.curation.reddit.threads.exchanges import ExchangeSettings, rebuild_exchanges
from valuenet.curation.reddit.threads.other_replies import OtherReplySettings, choose_other_replies
from valuenet.warehouse.reddit_tables import Comments, Posts, Withdrawals

LONG = "These are more than thirty characters of comfort."
TALK = [comment("a", "1", None, "bob", text=LONG), comment("b", "1", "a", "ann", text=LONG)]


def reply(name: str, author: str, **more: Any) -> dict[str, Any]:
    return comment(name, "1", None, author, **{"text": LONG, **more})


def chosen(comments: list[Any], withdrawals: Any = NO_WITHDRAWALS, crisis: str | None = None, **said: Any) -> list[str]:
    posts = [post("1", "ann", crisis=crisis), post("2", "ann")]
    community = Community(Posts.frame(posts), Comments.frame(comments))
    return replies_of(community, withdrawals, OtherReplySettings(**said))["comment_id"].tolist()


def replies_of(community: Community, withdrawals: Any, settings: OtherReplySettings) -> pd.DataFrame:
    made = rebuild_exchanges(*community.datasets(), ExchangeSettings())
    _, comments, withdrawals, repeats = community.datasets(withdrawals)
    return choose_other_replies(comments, withdrawals, repeats, dataset_of(made.exchanges.whole()), settings).whole()


def test_kept_answers_of_others_to_the_post_are_chosen_and_nothing_else():
    others = [
        reply("c", "cem"),
        reply("d", "ann"),  # the poster
        reply("e", "bob"),  # he whose exchange it is
        reply("f", "dee", text="Too short"),
        reply("g", "dee", filtered="not-english"),
        reply("h", "dee", crisis="abuse"),
        comment("i", "1", "c", "eve", text=LONG),  # answers a comment
        comment("j", "2", None, "cem", text=LONG),  # a post without exchange
        reply("k", "cem", created_at=NOON + pd.Timedelta(hours=1)),  # what he said before, in other places too
    ]
    assert chosen([*TALK, *others]) == ["c"]
    assert chosen([*TALK, *others], answers_to_post_only=False) == ["c", "i"]


def test_of_two_who_have_exchanges_each_is_the_others_other():
    second = [reply("c", "cem"), comment("d", "1", "c", "ann", text=LONG)]
    assert chosen([*TALK, *second]) == ["a", "c"]


def test_the_highest_scores_are_chosen_and_ties_by_draw_in_any_order_of_rows():
    others = [reply(f"c{k}", f"p{k}", score=9 if k < 2 else 5) for k in range(8)]
    first = chosen([*TALK, *others], per_post=4)
    assert {"c0", "c1"} < set(first)
    assert len(first) == 4
    assert chosen([*others[::-1], *TALK], per_post=4) == first
    draws = {tuple(chosen([*TALK, *others], per_post=4, seed=seed)) for seed in range(4)}
    assert len(draws) > 1


def test_how_many_comments_are_in_memory_together_changes_nothing(dump):
    community = read_community(dump)
    plain = replies_of(community, NO_WITHDRAWALS, OtherReplySettings(per_post=3))
    shuffled = community._replace(comments=community.comments.sample(frac=1, random_state=1))
    for at_once in (1, 50):
        said = OtherReplySettings(per_post=3, comments_at_once=at_once)
        assert replies_of(shuffled, NO_WITHDRAWALS, said).equals(plain)


def test_a_crisis_post_has_no_other_replies():
    assert chosen([*TALK, reply("c", "cem")], crisis="self-harm") == []


@pytest.mark.parametrize(("thing", "name"), [("comment", "c"), ("author", "u-cem")])
def test_a_withdrawn_reply_is_not_chosen(thing, name):
    asked = dataset_of(Withdrawals.frame([{"thing": thing, "id": name, "requested_at": NOON}]))
    assert chosen([*TALK, reply("c", "cem"), reply("d", "dee")], asked) == ["d"]


def test_replies_of_the_dump_are_the_best_of_their_post(dump):
    community = read_community(dump)
    found = replies_of(community, NO_WITHDRAWALS, OtherReplySettings(per_post=3))
    assert len(found) > 100
    comments = community.comments.set_index("comment_id")
    for name, group in found.groupby("post_id"):
        there = comments[(comments["post_id"] == name) & comments["parent_id"].isna() & comments["author"].notna()]
        able = there[there["text"].str.strip().str.len() >= 31]
        least = group["score"].min()
        assert len(group) <= 3
        better = able[(able["score"] > least) & ~able.index.isin(group["comment_id"])]
        exchanging = comments.reindex(comments.loc[comments["post_id"] == name, "parent_id"].dropna())["author"]
        assert set(better["author"]) <= set(exchanging)  # only he whose exchange it is has better ones
