"""What was withdrawn leaves the tables: texts and authors of posts and comments, and everything made from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

import pandas as pd

from valuenet.warehouse.reddit_tables import (
    Comments,
    Exchanges,
    OtherReplies,
    Posts,
    Repeats,
    SupportExamples,
    Withdrawals,
)
from valuenet.warehouse.tables import Table

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


class Gone(NamedTuple):
    """What goes with what was withdrawn from the tables that are made of posts and comments.

    An exchange with a withdrawn turn goes whole (the next build makes the turns before it anew where two comments are
    left), and with it its examples and their pairs; a pair goes too whose rejected comment was withdrawn.
    """

    withdrawn: Withdrawn
    exchanges: frozenset[str]
    rejected: frozenset[str]
    """Comments that stand as rejected in pairs, or might."""
    examples: frozenset[str]

    def among(self, table: type[Table], rows: pd.DataFrame) -> pd.Series[bool]:
        """Return which of these rows go.

        Args:
            table: ``Exchanges``, ``OtherReplies``, ``SupportExamples``, ``Preferences`` or ``Repeats``.
            rows: some of it, with its ids.
        """
        if table is Exchanges:
            return rows["exchange_id"].isin(self.exchanges)
        if table is OtherReplies:
            return rows["comment_id"].isin(self.rejected) | rows["post_id"].isin(self.withdrawn.posts)
        if table is Repeats:  # both ends: a row says that one account wrote the two
            posts, comments = (
                rows["repeat_id"].isin(ids) | rows["of"].isin(ids)
                for ids in (self.withdrawn.posts, self.withdrawn.comments)
            )
            return posts.where(rows["thing"] == "post", comments)
        if table is SupportExamples:
            return rows["exchange_id"].isin(self.exchanges) | rows["post_id"].isin(self.withdrawn.posts)
        return rows["example_id"].isin(self.examples) | rows["rejected_id"].isin(self.rejected)


def find_gone(
    exchanges: Iterable[pd.DataFrame],
    other_replies: Iterable[pd.DataFrame],
    examples: Iterable[pd.DataFrame],
    withdrawn: Withdrawn,
) -> Gone:
    """Return what goes with what was withdrawn.

    Args:
        exchanges: ``Exchanges``, some rows after the other: their ids and authors.
        other_replies: likewise ``OtherReplies``.
        examples: likewise ``SupportExamples``: their ids.
        withdrawn: what was withdrawn.
    """
    nobody = Gone(withdrawn, frozenset(), withdrawn.comments, frozenset())
    chains = frozenset(
        name for turns in exchanges for name in turns.loc[_withdrawn_turns(turns, withdrawn), "exchange_id"]
    )
    theirs = (rows.loc[rows["author"].isin(withdrawn.authors), "comment_id"] for rows in other_replies)
    found = nobody._replace(exchanges=chains, rejected=withdrawn.comments.union(*theirs))
    gone = (rows.loc[found.among(SupportExamples, rows), "example_id"] for rows in examples)
    return found._replace(examples=frozenset().union(*gone))


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


def thing_ids(posts: Iterable[str], comments: Iterable[str]) -> frozenset[str]:
    """Return ids with Reddit's prefixes, `t3_` for posts and `t1_` for comments, as releases name things."""
    return frozenset([*(f"t3_{name}" for name in posts), *(f"t1_{name}" for name in comments)])


def _withdrawn_turns(exchanges: pd.DataFrame, withdrawn: Withdrawn) -> pd.Series[bool]:
    return (
        exchanges["post_id"].isin(withdrawn.posts)
        | exchanges["comment_id"].isin(withdrawn.comments)
        | exchanges["author"].isin(withdrawn.authors)
    )
