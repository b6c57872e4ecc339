"""What the API brought for a month, put into what is there: the newer word on a post or comment counts."""

from __future__ import annotations

from typing import cast

import pandas as pd
from pandera.typing import DataFrame

from curation.reddit.door import MonthRead
from curation.reddit.privacy import PLACEHOLDERS
from warehouse.reddit_tables import Comments, PersonalData, Posts
from warehouse.vocabulary import REDDIT_TEXT_NOT_KEPT

#: Stands in the recipe of a month that holds rows of the API.
FETCHED = "reddit-api"
_GONE = "deleted-later"


def merge_month(
    posts: DataFrame[Posts], comments: DataFrame[Comments], taken: MonthRead, whole: frozenset[str], *, month: str
) -> MonthRead:
    """Return a month with the rows ``taken`` in place of those of the same id, and all others as they are.

    A comment that is no longer in a tree that was fetched whole was deleted by its writer: its row stays for the
    tree's sake, without author and text.

    Args:
        posts: the month's posts so far.
        comments: its comments so far.
        taken: what came through the door now.
        whole: posts whose tree was fetched whole now.
        month: YYYY-MM.
    """
    kept = _replaced(Posts, posts, taken.posts)
    said = _without_vanished(_replaced(Comments, comments, taken.comments), taken.comments, whole)
    counts = [*_placeholders(kept, month, "post"), *_placeholders(said, month, "comment")]
    return MonthRead(
        cast("DataFrame[Posts]", kept), cast("DataFrame[Comments]", said), taken.rejected, PersonalData.frame(counts)
    )


def keep_fetched(posts: DataFrame[Posts], comments: DataFrame[Comments], taken: MonthRead, *, month: str) -> MonthRead:
    """Return a month ``taken`` from dump files with what only the API knew of it: later rows, and what was taken back.

    A dump is a picture of an earlier day: a text that was deleted since must not come back with it.
    """
    kept, said = _joined(Posts, posts, taken.posts), _joined(Comments, comments, taken.comments)
    counts: list[dict[str, object]] = []
    for rows, thing in ((kept, "post"), (said, "comment")):
        counts += [] if rows is None else _placeholders(rows, month, thing)
    return MonthRead(
        cast("DataFrame[Posts] | None", kept),
        cast("DataFrame[Comments] | None", said),
        taken.rejected,
        PersonalData.frame(counts),
    )


def _joined(table: type[Posts | Comments], fetched: pd.DataFrame, dumped: pd.DataFrame | None) -> pd.DataFrame | None:
    if dumped is None:
        return None
    key = table.key()[0]
    taken_back = fetched["filtered"].isin(REDDIT_TEXT_NOT_KEPT)
    return _replaced(table, dumped, fetched[taken_back | ~fetched[key].isin(dumped[key])])


def _replaced(table: type[Posts | Comments], known: pd.DataFrame, fresh: pd.DataFrame | None) -> pd.DataFrame:
    if fresh is None or fresh.empty:
        return known
    key = table.key()[0]
    # Both keep the contract, so the whole does too; it is checked when it is written.
    both = pd.concat([known[~known[key].isin(fresh[key])], fresh])
    return both.sort_values(key).reset_index(drop=True)


def _without_vanished(rows: pd.DataFrame, fresh: pd.DataFrame | None, whole: frozenset[str]) -> pd.DataFrame:
    """Return comments with author and text taken out where their tree no longer holds them."""
    gone = rows["post_id"].isin(whole) & ~rows["filtered"].isin(REDDIT_TEXT_NOT_KEPT)
    if fresh is not None:
        gone &= ~rows["comment_id"].isin(fresh["comment_id"])
    if not gone.any():
        return rows
    columns = {name: rows[name].mask(gone) for name in ("author", "text", "crisis")}
    return rows.assign(filtered=rows["filtered"].mask(gone, _GONE), **columns)


def _placeholders(rows: pd.DataFrame, month: str, thing: str) -> list[dict[str, object]]:
    """Return the rows of `PersonalData` for kept texts, counted by what stands in them."""
    texts = rows["text"].fillna("")
    if "title" in rows:
        texts = texts + "\n" + rows["title"].fillna("")
    counts = {kind: texts.str.count(placeholder.replace("[", r"\[")) for kind, placeholder in PLACEHOLDERS.items()}
    return [
        {"month": month, "thing": thing, "pii": kind, "placeholders": int(found.sum()), "texts": int((found > 0).sum())}
        for kind, found in sorted(counts.items())
    ]
