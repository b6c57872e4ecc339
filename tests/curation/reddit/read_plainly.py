"""The dump's objects as Posts and Comments by `json` alone, hardly filtered: for tests of what comes after."""

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import zstandard

from valuenet.curation.reddit.threads.duplicates import DuplicateSettings, find_repeats
from valuenet.curation.reddit.threads.exchanges import Rebuilt
from valuenet.warehouse.hashing import hash_id
from valuenet.warehouse.reddit_tables import Comments, Posts, Withdrawals
from valuenet.warehouse.tables import Table

GONE = ("[deleted]", "[removed]")
NO_WITHDRAWALS = ds.dataset(pa.Table.from_pandas(Withdrawals.frame(), preserve_index=False))


class Community(NamedTuple):
    """Posts and comments of a dump."""

    posts: pd.DataFrame
    comments: pd.DataFrame

    def datasets(
        self, withdrawals: ds.Dataset = NO_WITHDRAWALS
    ) -> tuple[ds.Dataset, ds.Dataset, ds.Dataset, ds.Dataset]:
        """Return posts, comments, withdrawals and repeats as the steps that read large tables take them."""
        posts, comments = dataset_of(self.posts), dataset_of(self.comments)
        return posts, comments, withdrawals, dataset_of(find_repeats(posts, comments, withdrawals, DuplicateSettings()))


class Whole(NamedTuple):
    """What ``rebuild_exchanges`` returns, all of it in memory."""

    orphans: pd.DataFrame
    exchanges: pd.DataFrame


def whole(made: Rebuilt) -> Whole:
    """Read exchanges that may be larger than memory into it."""
    return Whole(made.orphans, made.exchanges.whole())


def dataset_of(frame: pd.DataFrame) -> ds.Dataset:
    """Return a frame as an Arrow dataset, as a warehouse gives it."""
    return ds.dataset(pa.Table.from_pandas(frame, preserve_index=False))


def read_community(dump: Path, months: Iterable[str] | None = None) -> Community:
    """Return the objects of the dump, or of some of its months."""
    names = sorted(file.stem[3:] for file in dump.glob("RS_*.zst")) if months is None else sorted(months)
    posts = (_post(thing, month) for month in names for thing in _objects(dump / f"RS_{month}.zst"))
    comments = (_comment(thing, month) for month in names for thing in _objects(dump / f"RC_{month}.zst"))
    return Community(_frame(Posts, posts), _frame(Comments, comments))


def _frame(table: type[Table], rows: Iterator[dict[str, Any]]) -> pd.DataFrame:
    made = pd.DataFrame(list(rows))
    return table.frame(made.assign(created_at=pd.to_datetime(made["created_at"].astype("int64"), unit="s", utc=True)))


def _objects(file: Path) -> Iterator[dict[str, Any]]:
    with file.open("rb") as raw:
        reader = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(raw)
        yield from map(json.loads, io.TextIOWrapper(reader, encoding="utf-8"))


def _post(thing: dict[str, Any], month: str) -> dict[str, Any]:
    kept = thing["selftext"] not in GONE and thing["author"] != "[deleted]"
    return {
        "post_id": thing["id"],
        **_said(thing, month, kept),
        "title": thing["title"] if kept else None,
        "text": thing["selftext"] if kept else None,
    }


def _comment(thing: dict[str, Any], month: str) -> dict[str, Any]:
    bot = thing["author"] == "AutoModerator" or thing["author"].lower().endswith("bot")
    kept = thing["body"] not in GONE and thing["author"] != "[deleted]" and not bot
    answers = thing["parent_id"]
    return {
        "comment_id": thing["id"],
        "post_id": thing["link_id"][3:],
        "parent_id": answers[3:] if answers.startswith("t1_") else None,
        **_said(thing, month, kept),
        "text": thing["body"] if kept else None,
    }


def _said(thing: dict[str, Any], month: str, kept: bool) -> dict[str, Any]:
    author = hash_id("u-", thing["author"]) if kept else None
    said = {"month": month, "author": author, "created_at": thing["created_utc"], "score": thing["score"]}
    return {**said, "crisis": None, "filtered": None if kept else "deleted"}
