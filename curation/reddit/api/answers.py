"""Answers of Reddit's API as raw frames, in the columns that dump files are decoded to."""

from __future__ import annotations

import math
import re
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
_NAMES = {_POST: "a post", _COMMENT: "a comment"}
_NO_CHILD = "_"
_ID = re.compile(r"[0-9a-z]+")
_FULL_ID = re.compile(r"t[13]_[0-9a-z]+")


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
        ApiAnswerError: if it is none, or does not say where the next page begins.
    """
    children = _children(answer)
    after = answer["data"].get("after")
    if after is not None and not isinstance(after, str):
        raise _malformed("a listing", "after", after)
    return Listing([data for kind, data in children if kind == _POST], after)


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
    except (TypeError, LookupError):
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
            tree.missing.append(_missing(data))
    return tree


def _missing(data: Thing) -> Missing:
    """Return the children a node names; "continue this thread" names none, and the thread is asked for from there."""
    children, parent = data.get("children") or [], data.get("parent_id")
    if not isinstance(children, list) or not all(isinstance(child, str) for child in children):
        raise _malformed("a node of more comments", "children", children)
    if not isinstance(parent, str) or not _FULL_ID.fullmatch(parent):
        raise _malformed("a node of more comments", "parent_id", parent)
    return Missing(parent=parent, children=tuple(child for child in children if child != _NO_CHILD))


def _children(answer: Any) -> list[tuple[str, Thing]]:
    try:
        children = answer["data"]["children"]
    except (TypeError, LookupError):
        raise ApiAnswerError("Reddit's answer is not a listing; is reddit.api.oauth_url the right address?") from None
    return _pairs(children)


def _pairs(things: Any) -> list[tuple[str, Thing]]:
    """Return kind and data of each thing; posts and comments have what a row of them cannot do without."""
    if not isinstance(things, list):
        raise _malformed("a listing", "children", things)
    pairs: list[tuple[str, Thing]] = []
    for thing in things:
        kind, data = (thing.get("kind"), thing.get("data")) if isinstance(thing, dict) else (None, None)
        if not isinstance(kind, str) or not isinstance(data, dict):
            raise _malformed("a listing", "children", [thing])
        if kind in _NAMES:
            _check_fields(kind, data)
        pairs.append((kind, data))
    return pairs


def _check_fields(kind: str, data: Thing) -> None:
    """Raise an error where a field of a post or comment is not of its type."""
    for name in ("id", *(("link_id", "parent_id") if kind == _COMMENT else ())):
        value = data.get(name)
        if not isinstance(value, str) or not (_ID if name == "id" else _FULL_ID).fullmatch(value):
            raise _malformed(_NAMES[kind], name, value)
    for name in ("created_utc", "score"):
        if not _is_number(data.get(name, 0 if name == "score" else None), name == "score"):
            raise _malformed(_NAMES[kind], name, data.get(name))
    for name in ("author", "title", "selftext", "body"):
        if not isinstance(data.get(name), str | None):
            raise _malformed(_NAMES[kind], name, data[name])


def _is_number(value: Any, optional: bool) -> bool:
    if value is None or isinstance(value, bool):
        return optional and value is None
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def _malformed(what: str, field: str, value: Any) -> ApiAnswerError:
    """Return the error for a field that cannot be read; it names the type of what came, not the content."""
    kind = "nothing" if value is None else f"of the type {type(value).__name__}"
    if isinstance(value, str):
        kind = "text of another form"
    elif isinstance(value, list):
        kind = "a list with other things than it should have"
    return ApiAnswerError(
        f"Reddit's answer holds {what} whose {field} is {kind}; run the same command later, it goes on where it "
        "stood; where it stays so, is reddit.api.oauth_url the right address?"
    )


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
        fields = [(row.get("removed_by_category"), row.get("collapsed_reason_code")) for row in rows]
        removers = [[row.get(field) for field in REMOVERS] for row in rows]
        return pd.Series([removal_told(*both, who) for both, who in zip(fields, removers, strict=True)], dtype=object)
    if name in _FLAGS:
        return np.array([row.get(name) is True for row in rows], dtype=bool)
    if name in _TEXTS:
        return pd.Series([_plain(row.get(name)) for row in rows], dtype=object)
    absent = "[deleted]" if name == "author" else None
    return pd.Series([absent if row.get(name) is None else str(row[name]) for row in rows], dtype=object)


def _plain(text: Any) -> str | None:
    """Return a text without the two entities that editors leave behind; the API is asked for no others."""
    return text.replace("&#x200B;", "").replace("&nbsp;", " ") if isinstance(text, str) else None
