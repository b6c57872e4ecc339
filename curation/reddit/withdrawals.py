"""What was withdrawn leaves the tables: texts and authors of posts and comments, and everything made from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

import pandas as pd
from pandera.typing import DataFrame

from warehouse.reddit_tables import Comments, Exchanges, OtherReplies, Posts, Preferences, SupportExamples, Withdrawals

#: Columns of a post or comment that say something of its author.
_PERSONAL = ("author", "title", "text", "crisis")


class Withdrawn(NamedTuple):
    """Ids of what was withdrawn: posts, comments, and accounts (pseudonyms) with all they wrote."""

    posts: frozenset[str]
    comments: frozenset[str]
    authors: frozenset[str]

    @classmethod
    def of(cls, withdrawals: pd.DataFrame) -> Self:
        """Gather the ids of `Withdrawals`."""
        ids = {thing: frozenset(withdrawals.loc[withdrawals["thing"] == thing, "id"]) for thing in _THINGS}
        return cls(*(ids[thing] for thing in _THINGS))


_THINGS = ("post", "comment", "author")


class Learned(NamedTuple):
    """The tables that are made from posts and comments and hold their texts or ids."""

    exchanges: DataFrame[Exchanges]
    other_replies: DataFrame[OtherReplies]
    examples: DataFrame[SupportExamples]
    preferences: DataFrame[Preferences]


def written_by(rows: pd.DataFrame, table: type[Posts | Comments], withdrawals: pd.DataFrame) -> pd.DataFrame:
    """Return as `Withdrawals` the posts or comments that withdrawn accounts wrote, under the date of the account.

    They are written down one by one since their rows lose the author with the text; so later builds know them.
    """
    key = table.key()[0]
    accounts = withdrawals[withdrawals["thing"] == "author"].set_index("id")["requested_at"]
    theirs = rows[rows["author"].isin(accounts.index)]
    if theirs.empty:
        return Withdrawals.frame()
    thing = key.removesuffix("_id")
    return Withdrawals.frame(
        {"thing": [thing] * len(theirs), "id": list(theirs[key]), "requested_at": list(theirs["author"].map(accounts))}
    )


def withdraw_rows(rows: pd.DataFrame, table: type[Posts | Comments], withdrawn: Withdrawn) -> pd.DataFrame:
    """Return posts or comments with author, title, text and crisis of what was withdrawn taken out.

    The row stays, filtered as ``withdrawn``, with id, place in the tree, time and score: so threads and counts hold.
    """
    ids = withdrawn.posts if table is Posts else withdrawn.comments
    gone = rows[table.key()[0]].isin(ids) | rows["author"].isin(withdrawn.authors)
    if not gone.any():
        return rows
    left = rows.assign(filtered=rows["filtered"].mask(gone, "withdrawn"))
    return table.frame(left.assign(**{name: left[name].mask(gone) for name in _PERSONAL if name in left}))


def leave_out_withdrawn(learned: Learned, withdrawn: Withdrawn) -> Learned:
    """Return what is learned from without anything withdrawn.

    An exchange with a withdrawn turn goes whole (the next build makes the turns before it anew where two comments are
    left), and with it its examples and their pairs; a pair goes too whose rejected comment was withdrawn.
    """
    exchanges, replies, examples, pairs = learned
    turns = _withdrawn_turns(exchanges, withdrawn)
    chains = set(exchanges.loc[turns, "exchange_id"])
    gone_replies = replies["comment_id"].isin(withdrawn.comments) | replies["author"].isin(withdrawn.authors)
    comments = withdrawn.comments | set(replies.loc[gone_replies, "comment_id"])
    kept = examples[~examples["exchange_id"].isin(chains) & ~examples["post_id"].isin(withdrawn.posts)]
    kept_pairs = pairs[pairs["example_id"].isin(kept["example_id"]) & ~pairs["rejected_id"].isin(comments)]
    return Learned(
        Exchanges.frame(exchanges[~exchanges["exchange_id"].isin(chains)]),
        OtherReplies.frame(replies[~gone_replies & ~replies["post_id"].isin(withdrawn.posts)]),
        SupportExamples.frame(kept),
        Preferences.frame(kept_pairs),
    )


def thing_ids(posts: Iterable[str], comments: Iterable[str]) -> frozenset[str]:
    """Return ids with Reddit's prefixes, `t3_` for posts and `t1_` for comments, as releases name things."""
    return frozenset([*(f"t3_{name}" for name in posts), *(f"t1_{name}" for name in comments)])


def _withdrawn_turns(exchanges: pd.DataFrame, withdrawn: Withdrawn) -> pd.Series[bool]:
    return (
        exchanges["post_id"].isin(withdrawn.posts)
        | exchanges["comment_id"].isin(withdrawn.comments)
        | exchanges["author"].isin(withdrawn.authors)
    )
