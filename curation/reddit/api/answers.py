"""Answers of Reddit's API as raw frames, in the columns that dump files are decoded to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from valuenet.curation.reddit.api.state import Missing
from valuenet.curation.reddit.dump.lines import COMMENT_COLUMNS, POST_COLUMNS, REMOVERS, removal_told
from valuenet.warehouse.errors import InputError

Thing = Mapping[str, Any]
_TEXTS = {"title", "selftext", "body"}
_FLAGS = {"stickied", "is_self"}
_POST, _COMMENT, _MORE = "t3", "t1", "more"


class ApiAnswerError(InputError):
    """Reddit answered with something else than was asked for."""


class Listing(NamedTuple):
    """One page of posts, newest first, and where the next one begins (None: it was the last)."""

    posts: list[Thing]
    after: str | None


class Tree(NamedTuple):
    """What one answer holds of a tree: its post (where it is told), comments, and what is missing."""

    posts: list[Thing]
    comments: list[Thing]
    missing: list[Missing]


def read_listing(answer: Any) -> Listing:
    """Return the posts of a listing.

    Raises:
        ApiAnswerError: if it is none.
    """
    children = _children(answer)
    after = answer["data"].get("after")
    return Listing([data for kind, data in children if kind == _POST], after if isinstance(after, str) else None)


def read_comments(answer: Any) -> list[Thing]:
    """Return the comments of an answer to ``api/info``.

    Raises:
        ApiAnswerError: if it is no listing.
    """
    return [data for kind, data in _children(answer) if kind == _COMMENT]


def read_tree(answer: Any) -> Tree:
    """Return what an answer to ``comments/ID`` holds: a listing with the post, and one with the tree.

    Raises:
        ApiAnswerError: if it is none.
    """
    if not isinstance(answer, list) or len(answer) != 2:
        raise ApiAnswerError("Reddit's answer is not a post with its comments; is reddit.api.oauth_url right?")
    posts = [data for kind, data in _children(answer[0]) if kind == _POST]
    return _flat(posts, _children(answer[1]))


def read_more(answer: Any) -> Tree:
    """Return what an answer to ``api/morechildren`` holds: comments without their order in the tree.

    Raises:
        ApiAnswerError: if it is none.
    """
    try:
        things = answer["json"]["data"]["things"]
    except (TypeError, KeyError):
        raise ApiAnswerError("Reddit's answer does not hold the comments asked for; run again later") from None
    return _flat([], _pairs(things))


def post_frame(posts: Iterable[Thing]) -> pd.DataFrame:
    """Return raw posts (columns `POST_COLUMNS`), each id once, the last answer counting, sorted by id."""
    return _frame(posts, POST_COLUMNS)


def comment_frame(comments: Iterable[Thing]) -> pd.DataFrame:
    """Return raw comments (columns `COMMENT_COLUMNS`), each id once, the last answer counting, sorted by id."""
    return _frame(comments, COMMENT_COLUMNS)


def _flat(posts: list[Thing], nodes: list[tuple[str, Thing]]) -> Tree:
    """Return a tree with its nodes side by side."""
    tree = Tree(posts, [], [])
    waiting = nodes[::-1]
    while waiting:
        kind, data = waiting.pop()
        if kind == _COMMENT:
            tree.comments.append(data)
            replies = data.get("replies")
            waiting += _children(replies)[::-1] if replies else []
        elif kind == _MORE:
            # "continue this thread" names no children: the thread is asked for from its parent on.
            children = tuple(str(child) for child in data.get("children") or () if child != "_")
            tree.missing.append(Missing(parent=str(data.get("parent_id")), children=children))
    return tree


def _children(answer: Any) -> list[tuple[str, Thing]]:
    try:
        return _pairs(answer["data"]["children"])
    except (TypeError, KeyError):
        raise ApiAnswerError("Reddit's answer is not a listing; is reddit.api.oauth_url the right address?") from None


def _pairs(things: Sequence[Mapping[str, Any]]) -> list[tuple[str, Thing]]:
    return [(str(thing.get("kind")), thing["data"]) for thing in things]


def _frame(things: Iterable[Thing], columns: Sequence[str]) -> pd.DataFrame:
    newest = {str(thing["id"]): thing for thing in things}
    rows = [newest[name] for name in sorted(newest)]
    return pd.DataFrame({name: _column(name, rows) for name in columns}, columns=list(columns))


def _column(name: str, rows: Sequence[Thing]) -> Any:
    if name == "line":
        return np.arange(1, len(rows) + 1, dtype=np.int64)
    if name in {"created_utc", "score"}:
        return np.array([int(float(row.get(name) or 0)) for row in rows], dtype=np.int64)
    if name == "deleted_later":  # what is deleted comes without its text from then on
        return np.zeros(len(rows), dtype=bool)
    if name == "removal":
        told = [(row.get("removed_by_category"), row.get("collapsed_reason_code")) for row in rows]
        removers = [[row.get(field) for field in REMOVERS] for row in rows]
        return pd.Series([removal_told(*both, who) for both, who in zip(told, removers, strict=True)], dtype=object)
    if name in _FLAGS:
        return np.array([row.get(name) is True for row in rows], dtype=bool)
    if name in _TEXTS:
        return pd.Series([_plain(row.get(name)) for row in rows], dtype=object)
    absent = "[deleted]" if name == "author" else None
    return pd.Series([absent if row.get(name) is None else str(row[name]) for row in rows], dtype=object)


def _plain(text: Any) -> str | None:
    """Return a text without the two entities that editors leave behind; the API is asked for no others."""
    return text.replace("&#x200B;", "").replace("&nbsp;", " ") if isinstance(text, str) else None
