"""What the API brought for a month, put into what is there: the newer word on a post or comment counts."""

from __future__ import annotations

from typing import cast

import pandas as pd
from pandera.typing import DataFrame

from valuenet.curation.reddit.intake.anonymiser import MonthRead
from valuenet.curation.reddit.intake.privacy import PLACEHOLDERS
from valuenet.warehouse.reddit_tables import Comments, Fetched, PersonalData, Posts
from valuenet.warehouse.vocabulary import REDDIT_TEXT_NOT_KEPT

#: Stands in the recipe of a month that holds rows of the API.
FETCHED = "reddit-api"
_GONE = "deleted-later"
#: What people or moderators took back; nothing brings it back.
_TAKEN_BACK = ("withdrawn", "deleted", "removed", _GONE, "author-gone")


def merge_month(posts: DataFrame[Posts], comments: DataFrame[Comments], taken: MonthRead, *, month: str) -> MonthRead:
    """Return a month with the rows ``taken`` in place of those of the same id, and all others as they are.

    What Reddit did not tell of stays as it is: that something is missing from an answer does not say that it was
    deleted. What was deleted comes as a row without author and text, which takes the place of the one before.

    Args:
        posts: the month's posts so far.
        comments: its comments so far.
        taken: what was ingested now.
        month: YYYY-MM.
    """
    kept = _replaced(Posts, posts, taken.posts)
    new_comments = _replaced(Comments, comments, taken.comments)
    counts = [*_placeholders(kept, month, "post"), *_placeholders(new_comments, month, "comment")]
    return MonthRead(
        cast("DataFrame[Posts]", kept),
        cast("DataFrame[Comments]", new_comments),
        taken.rejected,
        PersonalData.frame(counts),
    )


def keep_fetched(
    posts: DataFrame[Posts],
    comments: DataFrame[Comments],
    taken: MonthRead,
    fetched: DataFrame[Fetched] | None,
    *,
    month: str,
) -> MonthRead:
    """Return a month ``taken`` from dump files with what only the API knew of it: later rows, and what was taken back.

    A dump is a picture of an earlier day: a text that was edited or deleted since must not come back with it. What the
    dump knows to be deleted stays deleted too, whatever was fetched.

    Args:
        posts: the month's posts so far.
        comments: its comments so far.
        taken: what was ingested now.
        fetched: the month's rows of `Fetched`; None where nobody noted which rows the API brought, and then every row
            counts as one that it did.
        month: YYYY-MM.
    """
    kept = _joined(Posts, posts, taken.posts, _ids_of("post", posts, fetched))
    new_comments = _joined(Comments, comments, taken.comments, _ids_of("comment", comments, fetched))
    counts: list[dict[str, object]] = []
    for rows, thing in ((kept, "post"), (new_comments, "comment")):
        counts += [] if rows is None else _placeholders(rows, month, thing)
    return MonthRead(
        cast("DataFrame[Posts] | None", kept),
        cast("DataFrame[Comments] | None", new_comments),
        taken.rejected,
        PersonalData.frame(counts),
    )


def note_fetched(known: pd.DataFrame, taken: MonthRead, key_id: str, *, month: str) -> DataFrame[Fetched]:
    """Return the month's rows of `Fetched` with those ``taken`` from the API under a key of pseudonyms."""
    ids = [("post", taken.posts, "post_id"), ("comment", taken.comments, "comment_id")]
    fresh = [(thing, name) for thing, rows, key in ids if rows is not None for name in rows[key]]
    made = pd.DataFrame(fresh, columns=["thing", "fetched_id"], dtype="str").assign(month=month, key_id=key_id)
    return Fetched.frame(pd.concat([known, made]).drop_duplicates(Fetched.key(), keep="last"))


def renew_keys(fetched: DataFrame[Fetched], taken: MonthRead, key_id: str) -> DataFrame[Fetched]:
    """Return `Fetched` after a dump was read: accounts that stand in the dump have the pseudonyms of its key."""
    left = fetched.copy()
    for thing, rows, key in (("post", taken.posts, "post_id"), ("comment", taken.comments, "comment_id")):
        if rows is not None:
            named = rows.loc[rows["author"].notna(), key]
            left.loc[(left["thing"] == thing) & left["fetched_id"].isin(named), "key_id"] = key_id
    return Fetched.frame(left)


def _ids_of(thing: str, rows: pd.DataFrame, fetched: pd.DataFrame | None) -> pd.Series[str]:
    """Return the ids of the posts or comments that the API brought."""
    if fetched is None:
        return rows[f"{thing}_id"]
    return fetched.loc[fetched["thing"] == thing, "fetched_id"]


def _joined(
    table: type[Posts | Comments], known: pd.DataFrame, dumped: pd.DataFrame | None, fetched: pd.Series[str]
) -> pd.DataFrame | None:
    if dumped is None:
        return None
    key = table.key()[0]
    gone = dumped.loc[dumped["filtered"].isin(REDDIT_TEXT_NOT_KEPT), key]
    taken_back = known["filtered"].isin(_TAKEN_BACK)
    later = known[key].isin(fetched) & ~known[key].isin(gone)
    newer = known[taken_back | later | ~known[key].isin(dumped[key])]
    # The dump's pseudonym is of today's key; the account behind a row is the same in both.
    today = newer[key].map(dumped.set_index(key)["author"]).where(newer["author"].notna())
    return _replaced(table, dumped, newer.assign(author=today.fillna(newer["author"])))


def _replaced(table: type[Posts | Comments], known: pd.DataFrame, fresh: pd.DataFrame | None) -> pd.DataFrame:
    if fresh is None or fresh.empty:
        return known
    key = table.key()[0]
    # Both keep the contract, so the whole does too; it is checked when it is written.
    both = pd.concat([known[~known[key].isin(fresh[key])], fresh])
    return both.sort_values(key).reset_index(drop=True)


def _placeholders(rows: pd.DataFrame, month: str, thing: str) -> list[dict[str, object]]:
    """Return the rows of `PersonalData` for kept texts, counted by what stands in them."""
    texts = rows["text"].fillna("")
    if "title" in rows:
        texts = texts + "\n" + rows["title"].fillna("")
    counts = {kind: texts.str.count(placeholder.replace("[", r"\[")) for kind, placeholder in PLACEHOLDERS.items()}
    return [
        {
            "month": month,
            "thing": thing,
            "pii": kind,
            "placeholders": int(numbers.sum()),
            "texts": int((numbers > 0).sum()),
        }
        for kind, numbers in sorted(counts.items())
    ]
