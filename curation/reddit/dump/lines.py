"""What is wanted of a line of a dump file, by type. Everything else in the line is passed over unread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

Removal = Literal["removed", "deleted"]
_Score = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]

POST_COLUMNS = (
    "id", "author", "created_utc", "title", "selftext", "score", "stickied", "distinguished", "removed_by_category",
    "removal_reason", "removal", "is_self", "url", "crosspost_parent", "deleted_later", "line",
)  # fmt: skip
COMMENT_COLUMNS = (
    "id", "author", "created_utc", "body", "score", "link_id", "parent_id", "stickied", "distinguished",
    "removal_reason", "removal", "deleted_later", "line",
)  # fmt: skip
#: Fields that name who removed something, or are true where somebody did.
REMOVERS = ("removed_by", "banned_by", "removed", "spam")
_NO = frozenset({"", "0", "false", "none", "null"})
#: How these and the category name people who took their own words away; everybody else removes those of others.
BY_THEMSELVES = ("deleted", "author", "user", "self")


class Meta(msgspec.Struct, gc=False):
    """What a second retrieval found (from 2023-11)."""

    was_deleted_later: bool | None = False


class Thing(msgspec.Struct, gc=False):
    """What posts and comments have in common. Only the time must be there; numbers may be written as strings."""

    created_utc: float
    id: str | None = None
    author: str | None = None
    subreddit: str | None = None
    score: _Score | None = 0
    stickied: bool | None = False
    distinguished: str | None = None
    removal_reason: str | None = None
    banned_by: Any = None
    """These say in several ways that something was taken away, as whatever type: a name, true, or a number."""
    removed_by: Any = None
    removed: Any = None
    spam: Any = None
    collapsed_reason_code: Any = None
    removed_by_category: str | None = None
    deleted_later: Meta | None = msgspec.field(name="_meta", default=None)


class Post(Thing, gc=False):
    """A line of ``RS_YYYY-MM.zst``."""

    title: str | None = None
    selftext: str | None = None
    is_self: bool | None = False
    url: str | None = None
    crosspost_parent: str | None = None


class Comment(Thing, gc=False):
    """A line of ``RC_YYYY-MM.zst``."""

    body: str | None = None
    link_id: str | None = None
    parent_id: str | None = None


def posts_by_field(posts: Sequence[Post]) -> dict[str, list[Any]]:
    """Return all values of each field that is a column, in the order of the posts."""
    return {
        **_by_field(posts),
        "title": [post.title for post in posts],
        "selftext": [post.selftext for post in posts],
        "removed_by_category": [post.removed_by_category for post in posts],
        "is_self": [post.is_self for post in posts],
        "url": [post.url for post in posts],
        "crosspost_parent": [post.crosspost_parent for post in posts],
    }


def comments_by_field(comments: Sequence[Comment]) -> dict[str, list[Any]]:
    """Return all values of each field that is a column, in the order of the comments."""
    return {
        **_by_field(comments),
        "body": [comment.body for comment in comments],
        "link_id": [comment.link_id for comment in comments],
        "parent_id": [comment.parent_id for comment in comments],
    }


def _by_field(things: Sequence[Thing]) -> dict[str, list[Any]]:
    # Each field by its name: with `getattr` and names in a loop this takes nearly three times as long.
    return {
        "id": [thing.id for thing in things],
        "author": [thing.author for thing in things],
        "created_utc": [thing.created_utc for thing in things],
        "score": [thing.score for thing in things],
        "stickied": [thing.stickied for thing in things],
        "distinguished": [thing.distinguished for thing in things],
        "removal_reason": [thing.removal_reason for thing in things],
        "removal": _removals(things),
        "deleted_later": [thing.deleted_later for thing in things],
    }


def _removals(things: Sequence[Thing]) -> list[Removal | None]:
    """Return what the fields of each thing say of its removal; nearly all say nothing, and are not looked at twice."""
    return [
        removal_told(
            thing.removed_by_category,
            thing.collapsed_reason_code,
            (thing.removed_by, thing.banned_by, thing.removed, thing.spam),
        )
        if thing.removed_by_category
        or thing.removed_by
        or thing.banned_by
        or thing.removed
        or thing.spam
        or thing.collapsed_reason_code
        else None
        for thing in things
    ]


def removal_told(category: Any, collapsed: Any, removers: Sequence[Any]) -> Removal | None:
    """Return what the fields of a post or comment say of its removal, whatever its text is; None where nothing.

    Args:
        category: ``removed_by_category``.
        collapsed: ``collapsed_reason_code``; only ``DELETED`` says that the text is gone.
        removers: the values of fields that name who removed it, or are true where somebody did.
    """
    marks = {_folded(value) for value in (category, *removers)}
    if _folded(collapsed) == "deleted" or not marks.isdisjoint(BY_THEMSELVES):
        return "deleted"
    return "removed" if marks - _NO else None


def _folded(value: Any) -> str:
    return str(value).strip().casefold() if value else ""
