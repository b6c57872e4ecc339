"""Posts and comments in a few words, for communities worked by hand."""

from typing import Any

import pandas as pd

from valuenet.warehouse.reddit_tables import Comments, Posts
from valuenet.warehouse.store import Warehouse

NOON = pd.Timestamp("2020-05-01 12:00", tz="UTC")


def post(name: str, author: str | None, **more: Any) -> dict[str, Any]:
    """Return a kept post of ``author`` (u- is put before), with what is said otherwise on top."""
    said = {"title": f"Title {name}", "text": f"I tell {name}", "score": 1, "crisis": None, "filtered": None}
    return {"post_id": name, "month": "2020-05", "author": author and f"u-{author}", "created_at": NOON, **said, **more}


def comment(name: str, of: str, answers: str | None, author: str | None, **more: Any) -> dict[str, Any]:
    """Return a kept comment under post ``of`` that answers a comment, or None for the post."""
    said = {"text": f"Words {name}", "score": 2, "crisis": None, "filtered": None}
    who = author and f"u-{author}"
    made = {"comment_id": name, "post_id": of, "parent_id": answers, "month": "2020-05", "author": who}
    return {**made, "created_at": NOON, **said, **more}


_SAD = "I feel terrible and hopeless, nobody at work or at home seems to care about case {} at all."
_REPLY = "You did all you could in case {}, and you are stronger than you think; be gentle with yourself."
_GLAD = "Thank you, that gives me hope. I want to learn, help my family and be free to choose my own way {}."
_OTHER = "Rules are rules and tradition is tradition, so obey them in case {}, whatever you may feel now."


def small_community(first: int, count: int, month: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return posts and comments of one month: under each post an exchange of three comments, and two other replies."""
    posts, comments = [], []
    for k in range(first, first + count):
        name, of = f"p{k}", {"month": month, "created_at": pd.Timestamp(f"{month}-05 12:00", tz="UTC")}
        posts.append(post(name, f"poster{k}", text=_SAD.format(k), **of))
        comments += [
            comment(f"a{k}", name, None, f"kind{k}", text=_REPLY.format(k), **of),
            comment(f"b{k}", name, f"a{k}", f"poster{k}", text=_GLAD.format(k), **of),
            comment(f"c{k}", name, f"b{k}", f"kind{k}", text=_REPLY.format(-k - 1), **of),
            comment(f"d{k}", name, None, f"stern{k % 7}", text=_OTHER.format(k), **of),
            comment(f"e{k}", name, None, f"stern{k % 5}", text=_OTHER.format(-k - 1), **of),
        ]
    return Posts.frame(posts), Comments.frame(comments)


def store_month(store: Warehouse, month: str, first: int, count: int) -> None:
    """Write one month of a small community as an ingest would."""
    posts, comments = small_community(first, count, month)
    store.write_part(Posts, month, posts, recipe="made by a test")
    store.write_part(Comments, month, comments, recipe="made by a test")
