"""Fields of dumps and API that say that something was taken away, though a text still stands there."""

import io
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from valuenet.curation.reddit.api.answers import comment_frame, post_frame
from valuenet.curation.reddit.dump.decoding import DecodingSettings, decode_dump
from valuenet.curation.reddit.intake.filters import FilterSettings, filter_comments, filter_posts

TEXT = "It has been a long year, and I do not know how to go on with my job."
JUNE = 1_591_000_000
TOLD = [
    ({"banned_by": "some_moderator"}, "removed"),
    ({"banned_by": True}, "removed"),
    ({"removed_by": "anti_evil_ops"}, "removed"),
    ({"removed_by_category": "moderator"}, "removed"),
    ({"removed": True}, "removed"),
    ({"removed": "true"}, "removed"),
    ({"removed": 1}, "removed"),
    ({"spam": True}, "removed"),
    ({"removal_reason": "legal"}, "removed"),
    ({"removed_by": "deleted"}, "deleted"),
    ({"removed_by_category": "author"}, "deleted"),
    ({"removed_by_category": "deleted"}, "deleted"),
    ({"collapsed_reason_code": "DELETED"}, "deleted"),
    ({"collapsed_reason_code": "deleted", "banned_by": None}, "deleted"),
    ({"author": "[suspended]"}, "author-gone"),
    ({"author": "[deleted by user]"}, "author-gone"),
    ({"author": "[removed]"}, "author-gone"),
]
UNTOLD = [
    {"banned_by": None}, {"banned_by": False}, {"removed": False}, {"removed": "false"}, {"removed": 0},
    {"removed_by": ""}, {"removed_by_category": None}, {"collapsed_reason_code": "LOW_SCORE"}, {"spam": None},
    {"_meta": {"removal_type": "removed by moderator"}}, {"approved_by": "a_moderator"}, {"removed_by": []},
]  # fmt: skip


class _Anything:
    fingerprint = "anything"

    def english(self, texts: list[str]) -> Any:
        return np.ones(len(texts), dtype=bool)


def _thing(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    own = {"title": "A long year", "selftext": TEXT, "is_self": True} if kind == "RS" else {
        "body": TEXT, "link_id": "t3_p1", "parent_id": "t3_p1"
    }  # fmt: skip
    return {"id": "x1", "author": "somebody", "created_utc": JUNE, "subreddit": "offmychest", **own, **fields}


def _reason(raw: pd.DataFrame, kind: str) -> str | None:
    judge = filter_posts if kind == "RS" else filter_comments
    found = judge(raw, FilterSettings(), language=_Anything())  # type: ignore[arg-type]
    assert (found.text[0] is None) == (found.reason[0] is not None)
    reason: str | None = found.reason[0]
    return reason


def _dumped(kind: str, fields: dict[str, Any]) -> pd.DataFrame:
    line = json.dumps(_thing(kind, fields)).encode() + b"\n"
    name = f"{kind}_2020-06.ndjson"
    found = decode_dump(
        io.BytesIO(line), DecodingSettings(), community="offmychest", name=name, kind=kind, month="2020-06"
    )
    assert found.rejected.empty
    return found.raw


@pytest.mark.parametrize("kind", ["RS", "RC"])
@pytest.mark.parametrize(("fields", "reason"), TOLD)
def test_a_field_of_a_dump_that_says_removal_counts_whatever_the_text_is(kind, fields, reason):
    assert _reason(_dumped(kind, fields), kind) == reason


@pytest.mark.parametrize("kind", ["RS", "RC"])
@pytest.mark.parametrize(("fields", "reason"), TOLD)
def test_a_field_of_the_api_that_says_removal_counts_as_well(kind, fields, reason):
    frame = (post_frame if kind == "RS" else comment_frame)([_thing(kind, fields)])
    assert _reason(frame, kind) == reason


@pytest.mark.parametrize("kind", ["RS", "RC"])
@pytest.mark.parametrize("fields", UNTOLD)
def test_a_field_that_says_nothing_of_the_kind_leaves_the_text_where_it_is(kind, fields):
    assert _reason(_dumped(kind, fields), kind) is None
