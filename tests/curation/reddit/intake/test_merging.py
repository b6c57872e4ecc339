import pandas as pd
import pytest

from valuenet.curation.reddit.intake.anonymiser import MonthRead
from valuenet.curation.reddit.intake.merging import keep_fetched, merge_month, note_fetched, renew_keys
from valuenet.warehouse.reddit_tables import Comments, Fetched, PersonalData, Posts, RedditRejected

MONTH, NOBODY = "2023-11", frozenset()


def posts(*rows: tuple[str, str, str]):
    shared = {"month": MONTH, "author": "u-1", "score": 1, "crisis": None, "filtered": None}
    made = [{"post_id": i, "title": title, "text": text, "created_at": time(), **shared} for i, title, text in rows]
    return Posts.frame(made)


def comments(*rows: tuple[str, str], **said):
    shared = {"month": MONTH, "post_id": "p", "parent_id": None, "author": "u-2", "score": 1, "crisis": None}
    made = [{"comment_id": i, "text": t, "created_at": time(), "filtered": None, **shared, **said} for i, t in rows]
    return Comments.frame(made)


def time():
    return pd.Timestamp("2023-11-05", tz="UTC")


def merge(known_posts, known_comments, fresh_posts, fresh_comments):
    taken = MonthRead(fresh_posts, fresh_comments, RedditRejected.frame(), PersonalData.frame())
    merged = merge_month(known_posts, known_comments, taken, month=MONTH)
    Posts.check(merged.posts)
    Comments.check(merged.comments)
    return merged


def test_newer_rows_replace_those_of_the_same_id_and_others_stay():
    merged = merge(
        posts(("a", "one", "x"), ("b", "two", "y")),
        comments(("c", "before"), ("d", "stays")),
        posts(("b", "two", "edited"), ("z", "new", "z")),
        comments(("c", "after")),
    )
    assert dict(zip(merged.posts["post_id"], merged.posts["text"], strict=True)) == {"a": "x", "b": "edited", "z": "z"}
    assert merged.comments["text"].tolist() == ["after", "stays"]


def test_a_comment_deleted_later_loses_the_text_it_had():
    gone = comments(("c", None), filtered="deleted", author=None)
    merged = merge(posts(), comments(("c", "what I regret")), None, gone)
    assert merged.comments["text"].isna().all()
    assert merged.comments["filtered"].tolist() == ["deleted"]


def test_a_comment_that_an_answer_does_not_hold_stays_as_it_is():
    known = comments(("c", "still there"), ("d", "not told of"))
    merged = merge(posts(), known, None, comments(("c", "still there")))
    assert merged.comments["text"].tolist() == ["still there", "not told of"]
    assert merged.comments["filtered"].isna().all()
    assert merge(posts(), known, None, None).comments["text"].tolist() == ["still there", "not told of"]


def test_what_was_withdrawn_keeps_its_reason():
    known = comments(("c", None), filtered="withdrawn", author=None)
    merged = merge(posts(), known, None, None)
    assert merged.comments["filtered"].tolist() == ["withdrawn"]


def test_placeholders_are_counted_over_the_merged_month():
    merged = merge(
        posts(("a", "mail [EMAIL]", "or [EMAIL]")),
        comments(("c", "see [URL]")),
        None,
        comments(("c", "[NAME], [NAME]")),
    )
    counts = merged.personal_data.set_index(["thing", "pii"])[["placeholders", "texts"]]
    assert counts.loc[("post", "email")].tolist() == [2, 1]
    assert counts.loc[("comment", "name")].tolist() == [2, 1]
    assert counts.loc[("comment", "url")].tolist() == [0, 0]


@pytest.mark.parametrize("rows", [None, comments()])
def test_nothing_new_changes_nothing(rows):
    known = comments(("c", "a"), ("d", "b"))
    assert merge(posts(), known, None, rows).comments.equals(known)


def noted(*comment_ids: str, key_id: str = "k-today"):
    rows = [{"thing": "comment", "fetched_id": i, "month": MONTH, "key_id": key_id} for i in comment_ids]
    return Fetched.frame(rows)


def joined(known, dumped, fetched):
    taken = MonthRead(None, dumped, RedditRejected.frame(), PersonalData.frame())
    found = keep_fetched(posts(), known, taken, fetched, month=MONTH).comments
    return Comments.check(found)


def test_a_dump_does_not_undo_an_edit_that_the_api_brought_and_reads_its_own_rows_anew():
    known = comments(("c", "details taken out"), ("d", "read under older settings"))
    dumped = comments(("c", "with private details"), ("d", "read under today's"))
    assert joined(known, dumped, noted("c"))["text"].tolist() == ["details taken out", "read under today's"]
    assert joined(known, dumped, noted())["text"].tolist() == ["with private details", "read under today's"]
    assert joined(known, dumped, None)["text"].tolist() == ["details taken out", "read under older settings"]


@pytest.mark.parametrize("reason", ["deleted", "removed", "deleted-later", "withdrawn", "author-gone"])
def test_what_either_knows_to_be_deleted_does_not_come_back(reason):
    said, gone = comments(("c", "still said")), comments(("c", None), filtered=reason, author=None)
    for known, dumped, fetched in ((said, gone, noted("c")), (gone, said, noted("c")), (gone, said, noted("x"))):
        found = joined(known, dumped, fetched)
        assert found["text"].isna().all()
        assert found["filtered"].tolist() == [reason]


def test_an_account_that_a_dump_has_too_gets_the_pseudonym_of_todays_key():
    known = comments(("c", "later"), ("late", "of the API alone"), author="u-old")
    dumped = comments(("c", "earlier"), author="u-new")
    assert joined(known, dumped, noted("c", "late"))["author"].tolist() == ["u-new", "u-old"]
    taken = MonthRead(None, dumped, RedditRejected.frame(), PersonalData.frame())
    renewed = renew_keys(noted("c", "late", key_id="k-old"), taken, "k-new")
    assert dict(zip(renewed["fetched_id"], renewed["key_id"], strict=True)) == {"c": "k-new", "late": "k-old"}


def test_rows_of_the_api_are_noted_with_the_key_they_came_in_under():
    taken = MonthRead(posts(("a", "one", "x")), comments(("c", "y")), RedditRejected.frame(), PersonalData.frame())
    found = note_fetched(noted("b", "c", key_id="k-old"), taken, "k-new", month=MONTH)
    named = dict(zip(zip(found["thing"], found["fetched_id"], strict=True), found["key_id"], strict=True))
    assert named == {("comment", "b"): "k-old", ("post", "a"): "k-new", ("comment", "c"): "k-new"}


def test_a_dump_keeps_what_only_the_api_knows_and_brings_back_nothing_that_was_taken_back():
    gone = comments(("c", None), filtered="deleted-later", author=None)
    fetched = Comments.frame(pd.concat([gone, comments(("d", "as fetched"), ("late", "after the dump"))]))
    taken = MonthRead(
        posts(("a", "one", "x")),
        comments(("c", "taken back since"), ("d", "as dumped"), ("e", "only in the dump")),
        RedditRejected.frame(),
        PersonalData.frame(),
    )
    merged = keep_fetched(posts(("b", "two", "mail [EMAIL]")), fetched, taken, noted("d", "late"), month=MONTH)
    texts = dict(zip(merged.comments["comment_id"], merged.comments["text"].fillna("gone"), strict=True))
    assert texts == {"c": "gone", "d": "as fetched", "e": "only in the dump", "late": "after the dump"}
    assert merged.posts["post_id"].tolist() == ["a", "b"]
    emails = merged.personal_data.query("pii == 'email' and thing == 'post'")
    assert emails["placeholders"].tolist() == [1]


def test_a_dump_without_a_file_of_posts_leaves_the_posts_to_the_api():
    taken = MonthRead(None, comments(("c", "x")), RedditRejected.frame(), PersonalData.frame())
    assert keep_fetched(posts(("a", "one", "x")), comments(), taken, noted(), month=MONTH).posts is None
