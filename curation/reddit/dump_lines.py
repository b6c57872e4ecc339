"""What is wanted of a line of a dump file, by type. Everything else in the line is passed over unread."""

from __future__ import annotations

from typing import Annotated

import msgspec

_Score = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]

POST_COLUMNS = (
    "id", "author", "created_utc", "title", "selftext", "score", "stickied", "distinguished", "removed_by_category",
    "is_self", "url", "crosspost_parent", "deleted_later", "line",
)  # fmt: skip
COMMENT_COLUMNS = (
    "id", "author", "created_utc", "body", "score", "link_id", "parent_id", "stickied", "distinguished",
    "deleted_later", "line",
)  # fmt: skip


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
    deleted_later: Meta | None = msgspec.field(name="_meta", default=None)


class Post(Thing, gc=False):
    """A line of ``RS_YYYY-MM.zst``."""

    title: str | None = None
    selftext: str | None = None
    removed_by_category: str | None = None
    is_self: bool | None = False
    url: str | None = None
    crosspost_parent: str | None = None


class Comment(Thing, gc=False):
    """A line of ``RC_YYYY-MM.zst``."""

    body: str | None = None
    link_id: str | None = None
    parent_id: str | None = None
