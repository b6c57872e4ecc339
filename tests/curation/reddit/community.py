"""Posts and comments in a few words, for communities worked by hand."""

from typing import Any

import pandas as pd

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
