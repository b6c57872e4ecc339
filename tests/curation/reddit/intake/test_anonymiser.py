"""Ingest lets through no account names, no texts that are not kept, and nothing that was withdrawn."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from valuenet.curation.reddit.dump.decoding import Decoded, DecodingSettings, decode_dump
from valuenet.curation.reddit.dump.files import Dump
from valuenet.curation.reddit.dump.lines import COMMENT_COLUMNS, POST_COLUMNS
from valuenet.curation.reddit.intake.anonymiser import Guards, MonthRead, take_month
from valuenet.curation.reddit.intake.filters import FilterSettings
from valuenet.curation.reddit.intake.pseudonyms import AccountKeys, pseudonym_of_accounts, pseudonyms_ever
from valuenet.warehouse.reddit_tables import RedditRejected, Withdrawals
from valuenet.warehouse.vocabulary import REDDIT_TEXT_NOT_KEPT

MONTH = "2021-06"
START = 1_622_505_600  # 2021-06-01, midnight UTC
OLD, NEW = b"the older key, 16 bytes", b"the current key, 16 bytes"
BODY = "I told my sister about it yesterday and she was very kind to me"


class Anything:
    """Takes every text for English."""

    fingerprint = "anything"

    def english(self, texts: Any) -> Any:
        return np.ones(len(texts), dtype=bool)


GUARDS = Guards(AccountKeys(NEW, (OLD,)), Anything())


def post(name: str, author: str, **fields: Any) -> dict[str, Any]:
    made = {"id": name, "author": author, "created_utc": START, "title": "A title of some words", "selftext": BODY}
    more = {"score": 5, "stickied": False, "distinguished": None, "removed_by_category": None, "is_self": True}
    return {**made, **more, "url": None, "crosspost_parent": None, "deleted_later": False, "line": 1, **fields}


def comment(name: str, author: str, **fields: Any) -> dict[str, Any]:
    made = {"id": name, "author": author, "created_utc": START + 90, "body": BODY, "score": 1, "link_id": "t3_p1"}
    more = {"parent_id": "t3_p1", "stickied": False, "distinguished": None, "deleted_later": False, "line": 1}
    return {**made, **more, **fields}


def decoded(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> Decoded:
    return Decoded(pd.DataFrame(rows, columns=list(columns), dtype=object), RedditRejected.frame())


def take(posts: list[dict[str, Any]], comments: list[dict[str, Any]], withdrawn: Any = ()) -> MonthRead:
    when = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    rows = [{"thing": thing, "id": name, "requested_at": when} for thing, name in withdrawn]
    both = decoded(posts, POST_COLUMNS), decoded(comments, COMMENT_COLUMNS)
    return take_month(*both, Withdrawals.frame(rows), FilterSettings(), month=MONTH, guards=GUARDS)


def test_posts_and_comments_have_pseudonyms_ids_without_prefix_and_times_in_utc() -> None:
    answer = comment("c2", "Bob", parent_id="t1_c1")
    taken = take([post("p1", "Alice")], [comment("c1", "bob"), answer])
    assert taken.posts is not None
    assert taken.comments is not None
    row = taken.posts.iloc[0]
    assert row["author"] == pseudonym_of_accounts(["alice"], GUARDS.keys)[0]
    assert row["created_at"] == pd.Timestamp("2021-06-01", tz="UTC")
    assert (row["post_id"], row["month"], row["score"], row["text"]) == ("p1", MONTH, 5, BODY)
    assert len(set(taken.comments["author"])) == 1  # names ignore case
    assert taken.comments["post_id"].tolist() == ["p1", "p1"]
    assert taken.comments["parent_id"].isna().tolist() == [True, False]
    assert taken.comments["parent_id"].iloc[1] == "c1"


def test_no_account_name_is_in_any_table() -> None:
    taken = take([post("p1", "AliceInWonder")], [comment("c1", "BobTheBuilder")])
    whole = "".join(str(frame.to_dict()) for frame in taken if frame is not None)
    assert "AliceInWonder" not in whole
    assert "BobTheBuilder" not in whole


def test_what_is_not_kept_has_neither_author_nor_text_but_stays_as_a_row() -> None:
    taken = take(
        [post("p1", "a", selftext="[removed]"), post("p2", "a", deleted_later=True), post("p3", "[deleted]")],
        [comment("c1", "AutoModerator"), comment("c2", "[deleted]", body="[deleted]"), comment("c3", "b", body="ok")],
    )
    assert taken.posts is not None
    assert taken.comments is not None
    assert taken.posts["filtered"].tolist() == ["removed", "deleted-later", "author-gone"]
    assert taken.comments["filtered"].tolist() == ["bot", "deleted", "too-short"]
    assert taken.posts[["author", "title", "text"]].isna().all(axis=None)
    assert taken.comments["author"].isna().tolist() == [True, True, False]
    assert taken.comments["text"].isna().tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("withdrawn", "posts", "comments"),
    [
        (("post", "p1"), ["p1"], []),
        (("comment", "c1"), [], ["c1"]),
        (("author", pseudonyms_ever("ALICE", GUARDS.keys)[0]), ["p1"], ["c2"]),
        (("author", pseudonyms_ever("alice", GUARDS.keys)[1]), ["p1"], ["c2"]),  # written down under the older key
    ],
)
def test_what_was_withdrawn_comes_in_without_a_word(
    withdrawn: tuple[str, str], posts: list[str], comments: list[str]
) -> None:
    taken = take([post("p1", "Alice"), post("p2", "Bob")], [comment("c1", "Bob"), comment("c2", "alice")], [withdrawn])
    for frame, key, names in ((taken.posts, "post_id", posts), (taken.comments, "comment_id", comments)):
        assert frame is not None
        gone = frame[frame["filtered"] == "withdrawn"]
        assert gone[key].tolist() == names
        assert gone[["author", "text", "crisis"]].isna().all(axis=None)
        assert frame[frame["filtered"].isna()]["text"].notna().all()


def test_personal_data_of_both_files_is_counted_and_what_was_withdrawn_is_not() -> None:
    wrote = f"{BODY}, write to jane.doe@example.com or john@example.org"
    taken = take(
        [post("p1", "a", selftext=wrote), post("p2", "b", selftext=wrote)],
        [comment("c1", "b", body=f"{BODY} u/some_body")],
        [("post", "p2")],
    )
    found = taken.personal_data.set_index(["thing", "pii"])
    assert found.loc[("post", "email")].tolist() == [MONTH, 2, 1]
    assert found.loc[("comment", "user")].tolist() == [MONTH, 1, 1]
    assert "example.com" not in str(taken.posts)


def test_a_month_with_one_file_has_no_table_of_the_other_and_an_empty_one_has_empty_tables() -> None:
    none = decoded([], COMMENT_COLUMNS)
    frames = Withdrawals.frame(), FilterSettings()
    taken = take_month(None, none, *frames, month=MONTH, guards=GUARDS)
    assert taken.posts is None
    assert taken.comments is not None
    assert taken.comments.empty
    assert taken.rejected.empty
    nothing = take_month(None, None, *frames, month=MONTH, guards=GUARDS)
    assert nothing.personal_data.empty


def test_of_a_made_month_everything_read_is_a_row_and_all_that_was_taken_back_is_empty(dump: Path) -> None:
    files = Dump(dump)
    its = {file.kind: file for file in files.files() if file.month == "2023-12"}
    found = [
        decode_dump(
            files.open(file),
            DecodingSettings(),
            community="offmychest",
            name=file.name,
            kind=file.kind,
            month=file.month,
        )
        for file in its.values()
    ]
    taken = take_month(*found, Withdrawals.frame(), FilterSettings(), month="2023-12", guards=GUARDS)
    for read, frame in zip(found, (taken.posts, taken.comments), strict=True):
        assert frame is not None
        assert len(frame) == len(read.raw)
        not_kept = frame["filtered"].isin(REDDIT_TEXT_NOT_KEPT)
        assert not_kept.any()
        assert (frame["author"].isna() == not_kept).all()
        assert (frame["text"].isna() == not_kept).all()
        names = set(read.raw["author"]) - {"[deleted]"}
        assert not names & set(frame["author"].dropna())
