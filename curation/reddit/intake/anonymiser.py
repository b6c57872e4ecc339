"""The anonymiser at ingest: raw posts and comments of a month go in, rows that may be kept come out.

After it there is no account name, no personal data in a text and nothing that was withdrawn. Every object read stays
as a row, filtered or not, so that threads and coverage know of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandera.typing import DataFrame

from valuenet.curation.reddit.dump.decoding import Decoded
from valuenet.curation.reddit.intake.filters import Filtered, FilterSettings, filter_comments, filter_posts
from valuenet.curation.reddit.intake.language import LanguageJudge
from valuenet.curation.reddit.intake.names import NameFinder
from valuenet.curation.reddit.intake.pseudonyms import AccountKeys, pseudonym_of_accounts, renewed
from valuenet.curation.reddit.intake.withdrawals import Withdrawn
from valuenet.warehouse.reddit_tables import Comments, PersonalData, Posts, RedditRejected, Withdrawals
from valuenet.warehouse.vocabulary import REDDIT_TEXT_NOT_KEPT


class MonthRead(NamedTuple):
    """What the files of a month hold; None where there is no file of posts, or of comments."""

    posts: DataFrame[Posts] | None
    comments: DataFrame[Comments] | None
    rejected: DataFrame[RedditRejected]
    personal_data: DataFrame[PersonalData]


class Guards(NamedTuple):
    """What ingest works with: keys of pseudonyms, a judge of the language, a finder of names (None: patterns)."""

    keys: AccountKeys
    language: LanguageJudge
    names: NameFinder | None = None


def take_month(
    posts: Decoded | None,
    comments: Decoded | None,
    withdrawals: DataFrame[Withdrawals],
    settings: FilterSettings,
    *,
    month: str,
    guards: Guards,
) -> MonthRead:
    """Return the rows of a month (YYYY-MM), and what was rejected and replaced in both its files."""
    withdrawn = Withdrawn.of(withdrawals)
    kept_posts, in_posts = (None, []) if posts is None else _take_posts(posts.raw, withdrawn, settings, month, guards)
    kept_comments, in_comments = (
        (None, []) if comments is None else _take_comments(comments.raw, withdrawn, settings, month, guards)
    )
    rejected = [file.rejected for file in (posts, comments) if file is not None]
    return MonthRead(
        kept_posts,
        kept_comments,
        RedditRejected.frame(pd.concat(rejected)) if rejected else RedditRejected.frame(),
        PersonalData.frame([*in_posts, *in_comments]),
    )


def _take_posts(
    raw: pd.DataFrame, withdrawn: Withdrawn, settings: FilterSettings, month: str, guards: Guards
) -> tuple[DataFrame[Posts], list[dict[str, object]]]:
    judged, filtered = _judge(
        raw, _withdrawn_rows(raw, withdrawn.posts, withdrawn, guards), filter_posts, settings, guards
    )
    rows = {"post_id": raw["id"], "month": month, **judged}
    return Posts.frame(pd.DataFrame(rows)), _counts(filtered, month, "post")


def _take_comments(
    raw: pd.DataFrame, withdrawn: Withdrawn, settings: FilterSettings, month: str, guards: Guards
) -> tuple[DataFrame[Comments], list[dict[str, object]]]:
    gone = _withdrawn_rows(raw, withdrawn.comments, withdrawn, guards)
    judged, filtered = _judge(raw, gone, filter_comments, settings, guards)
    threads = {
        "post_id": [link[3:] for link in raw["link_id"]],
        "parent_id": _objects([parent[3:] if parent.startswith("t1_") else None for parent in raw["parent_id"]]),
    }
    rows = {"comment_id": raw["id"], "month": month, **threads, **judged}
    return Comments.frame(pd.DataFrame(rows)), _counts(filtered, month, "comment")


def _judge(
    raw: pd.DataFrame,
    withdrawn: NDArray[np.bool_],
    judge: Callable[..., Filtered],
    settings: FilterSettings,
    guards: Guards,
) -> tuple[dict[str, object], Filtered]:
    """Return the columns that posts and comments share. What was withdrawn is shown to no filter."""
    there = ~withdrawn
    filtered = judge(raw[there].reset_index(drop=True), settings, language=guards.language, names=guards.names)
    reason = np.full(len(raw), "withdrawn", dtype=object)
    reason[there] = filtered.reason
    authors = pseudonym_of_accounts(raw["author"], guards.keys)
    authors[np.isin(reason.astype(str), REDDIT_TEXT_NOT_KEPT)] = None
    columns = {
        "author": authors,
        "created_at": pd.to_datetime(raw["created_utc"], unit="s", utc=True),
        "title": _spread(filtered.title, there),
        "text": _spread(filtered.text, there),
        "score": raw["score"],
        "crisis": _spread(filtered.crisis, there),
        "filtered": reason,
    }
    return columns, filtered


def _withdrawn_rows(raw: pd.DataFrame, ids: frozenset[str], withdrawn: Withdrawn, guards: Guards) -> NDArray[np.bool_]:
    """Return which rows were withdrawn by their id, or with all their account wrote (under whichever key), as (n,)."""
    gone = raw["id"].isin(ids).to_numpy(dtype=bool)
    if withdrawn.authors:
        theirs = renewed(raw["author"], guards.keys, sorted(withdrawn.authors))
        today = pd.Series(pseudonym_of_accounts(raw["author"], guards.keys), dtype=object)
        return gone | today.isin(theirs).to_numpy(dtype=bool)
    return gone


def _spread(values: NDArray[np.object_], there: NDArray[np.bool_]) -> NDArray[np.object_]:
    spread = np.full(len(there), None, dtype=object)
    spread[there] = values
    return spread


def _objects(values: list[str | None]) -> NDArray[np.object_]:
    objects = np.empty(len(values), dtype=object)
    objects[:] = values
    return objects


def _counts(filtered: Filtered, month: str, thing: str) -> list[dict[str, object]]:
    return [
        {"month": month, "thing": thing, "pii": kind, "placeholders": placeholders, "texts": texts}
        for kind, (placeholders, texts) in sorted(filtered.pii.items())
    ]
