"""Posts and comments that an account wrote more than once."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from tests.curation.reddit.community import comment
from tests.curation.reddit.planted import judged_posts, planted
from tests.curation.reddit.read_plainly import NO_WITHDRAWALS, dataset_of
from valuenet.curation.reddit.intake.pseudonyms import AccountKeys, pseudonym_of_accounts
from valuenet.curation.reddit.threads.duplicates import DuplicateSettings, find_duplicates, find_repeats, repeated_posts
from valuenet.warehouse.reddit_tables import Comments, Withdrawals

SETTINGS = DuplicateSettings()
LONG = "I have been working nights for two years now and nobody at home asks me how I am doing these days"
NOON = pd.Timestamp("2021-03-01 12:00", tz="UTC")


def _dataset(*rows: tuple[str, str | None, str, str | None, str | None]) -> ds.Dataset:
    """Return posts (id, author, title, text, filtered), each an hour after the one before."""
    frame = pd.DataFrame(rows, columns=["post_id", "author", "title", "text", "filtered"]).astype("str")
    frame["created_at"] = [NOON + pd.Timedelta(hours=hour) for hour in range(len(frame))]
    return ds.dataset(pa.Table.from_pandas(frame, preserve_index=False))


def _found(*rows: Any) -> list[tuple[str, ...]]:
    return [tuple(row) for row in find_duplicates(_dataset(*rows), NO_WITHDRAWALS, SETTINGS).to_numpy()]


def test_the_same_words_of_the_same_account_again_are_an_exact_duplicate_of_the_first():
    again = ("I\u2019m  TIRED", LONG.upper() + "!")
    rows = [("b", "u-1", "I'm tired", LONG, None), ("a", "u-1", *again, None), ("c", "u-1", "I'm tired", LONG, None)]
    assert _found(*rows) == [("a", "b", "exact"), ("c", "b", "exact")]


def test_a_word_put_before_and_a_sentence_after_is_a_near_duplicate():
    more = f"{LONG}\n\nPosting again because nobody answered the last time."
    assert _found(("a", "u-1", "Tired", LONG, None), ("b", "u-1", "Repost: Tired", more, None)) == [("b", "a", "near")]


def test_an_exact_copy_of_a_near_duplicate_names_the_first_of_all():
    near = ("Repost: Tired", f"{LONG} Again.", None)
    found = _found(("a", "u-1", "Tired", LONG, None), ("b", "u-1", *near), ("c", "u-1", *near))
    assert found == [("b", "a", "near"), ("c", "a", "exact")]


def test_the_same_words_of_another_account_are_none():
    assert _found(("a", "u-1", "Tired", LONG, None), ("b", "u-2", "Tired", LONG, None)) == []


def test_another_story_of_the_same_account_is_none():
    other = "My sister got married yesterday and I was so glad to see all my cousins after all these years"
    assert _found(("a", "u-1", "Tired", LONG, None), ("b", "u-1", "Tired", other, None)) == []


def test_a_much_longer_post_that_holds_a_shorter_one_is_none():
    assert _found(("a", "u-1", "", LONG, None), ("b", "u-1", "", f"{LONG} {'and much more of it ' * 20}", None)) == []


def test_noise_and_texts_that_are_not_kept_are_left_out_and_crises_are_not():
    short = [("a", "u-1", "ugh", "ugh", "too-short"), ("b", "u-1", "ugh", "ugh", "too-short")]
    gone = [
        ("c", None, "Tired", None, "deleted"),
        ("d", "u-1", "Tired", LONG, "bot"),
        ("e", "u-1", "Tired", LONG, None),
    ]
    apart = [("f", "u-2", "Tired", LONG, "crisis"), ("g", "u-2", "Tired", LONG, "crisis")]
    assert _found(*short, *gone, *apart) == [("g", "f", "exact")]


def test_no_posts_have_no_duplicates():
    found = find_duplicates(_dataset(("a", "u-1", "Tired", LONG, None)), NO_WITHDRAWALS, SETTINGS)
    assert found.empty
    assert list(found.columns) == ["post_id", "of", "match"]


def test_posts_without_words_are_equal_only_to_each_other():
    posts = [("a", "", "!!!"), ("b", "", "???"), ("c", "Tired", LONG)]
    assert list(repeated_posts(posts, SETTINGS)) == [("b", "a", "exact")]


@pytest.mark.parametrize("at_a_time", [1, 7, 50_000])
def test_how_many_posts_are_held_at_once_changes_nothing(dump: Path, at_a_time: int):
    posts = _stored(dump)
    found = find_duplicates(
        ds.dataset(posts), NO_WITHDRAWALS, DuplicateSettings(posts_at_a_time=max(at_a_time, posts.num_rows // 9))
    )
    assert found.equals(find_duplicates(ds.dataset(posts), NO_WITHDRAWALS, SETTINGS))


def test_planted_reposts_are_met_exactly_where_both_texts_are_kept(dump: Path, truth: dict[str, Any]):
    posts = _stored(dump)
    kept = {name for name, text in zip(*map(pa.Array.to_pylist, _columns(posts)), strict=True) if text}
    items = [(item["id"][3:], item["of"][3:], item["match"]) for item in planted(dump, "duplicate")]
    expected = {item for item in items if {item[0], item[1]} <= kept}
    assert {tuple(row) for row in find_duplicates(ds.dataset(posts), NO_WITHDRAWALS, SETTINGS).to_numpy()} == expected
    assert len(items) == truth["duplicates"]["exact"] + truth["duplicates"]["near"]


def _columns(posts: pa.Table) -> tuple[pa.Array, pa.Array]:
    return posts["post_id"].combine_chunks(), posts["text"].combine_chunks()


def _stored(dump: Path) -> pa.Table:
    raw, _, filtered = judged_posts(dump)
    frame = pd.DataFrame(
        {
            "post_id": raw["id"],
            "author": pseudonym_of_accounts(raw["author"], AccountKeys(b"a key for tests alone")),
            "created_at": pd.to_datetime(raw["created_utc"], unit="s", utc=True),
            "title": filtered.title,
            "text": filtered.text,
            "filtered": filtered.reason,
        }
    )
    return pa.Table.from_pandas(frame, preserve_index=False)


def comments_of(*rows: tuple[str, str | None, str], **more: str) -> ds.Dataset:
    """Comments (id, author, text) in the order they were written, each under a post of its own."""
    made = [
        comment(name, f"p{number}", None, author, text=text, created_at=NOON + pd.Timedelta(hours=number), **more)
        for number, (name, author, text) in enumerate(rows)
    ]
    return dataset_of(Comments.frame(made))


def repeated(comments: ds.Dataset, withdrawals: ds.Dataset = NO_WITHDRAWALS, **said: Any) -> list[tuple[str, ...]]:
    found = find_repeats(_dataset(), comments, withdrawals, DuplicateSettings(**said))
    return list(found.itertuples(index=False, name=None))


COMFORT = "You are stronger than you think, and it will get better with time."


def test_a_comment_that_its_author_wrote_before_repeats_the_earliest():
    again = ("c", "bob", "  you are STRONGER than you think - and it will get better, with time!")
    written = [("b", "bob", COMFORT), again, ("a", "bob", COMFORT), ("d", "cem", COMFORT)]
    assert repeated(comments_of(*written)) == [("comment", "a", "b", "exact"), ("comment", "c", "b", "exact")]


@pytest.mark.parametrize(
    "comments",
    [
        comments_of(("a", "bob", COMFORT), ("b", "cem", COMFORT)),  # what two people say alike
        comments_of(("a", "bob", "I am so sorry."), ("b", "bob", "I am so sorry.")),  # a phrase
        comments_of(("a", "bob", COMFORT), ("b", "bob", COMFORT[:-2] + "s.")),  # nearly the same
        comments_of(("a", "bob", COMFORT), ("b", "bob", COMFORT), filtered="bot"),  # not used anyway
        comments_of(("a", None, COMFORT), ("b", None, COMFORT)),
        comments_of(("a", "bob", "I am so sorry" + "!" * 40), ("b", "bob", "I am so sorry" + "." * 40)),  # a phrase yet
        comments_of(("a", "bob", f"> {COMFORT}\n\nNo."), ("b", "bob", f"> {COMFORT}\n\nNo.")),  # another's words
    ],
)
def test_other_comments_repeat_nothing(comments: ds.Dataset):
    assert repeated(comments) == []


def test_the_words_count_whatever_stands_around_them():
    says, shorter = "I don\u2019t know what to say to you, but I am here", "you are stronger than you know, my friend"
    rows = [("a", "bob", says), ("b", "bob", says.replace("\u2019", "") + " ..."), ("c", "cem", shorter)]
    quoting = ("d", "cem", f">{COMFORT}\n{shorter.upper()}!!!")
    assert len(shorter) > 40
    assert repeated(comments_of(*rows, quoting)) == [("comment", "b", "a", "exact"), ("comment", "d", "c", "exact")]


def test_what_was_withdrawn_is_repeated_by_nobody():
    comments = comments_of(("a", "bob", COMFORT), ("b", "bob", COMFORT), ("c", "bob", COMFORT))
    asked = dataset_of(Withdrawals.frame([{"thing": "comment", "id": "a", "requested_at": NOON}]))
    assert repeated(comments, asked) == [("comment", "c", "b", "exact")]
    posts = _dataset(("a", "u-1", "Tired", LONG, None), ("b", "u-1", "Tired", LONG, None))
    theirs = dataset_of(Withdrawals.frame([{"thing": "author", "id": "u-1", "requested_at": NOON}]))
    assert find_duplicates(posts, theirs, SETTINGS).empty


def test_how_short_a_comment_may_be_is_a_setting_and_how_many_are_held_changes_nothing():
    phrases = [(f"{author}{n}", author, f"I am so sorry {author}") for author in "xyz" for n in range(4)]
    found = repeated(comments_of(*phrases), shortest_comment=10)
    assert len(found) == 9
    assert repeated(comments_of(*phrases), shortest_comment=10, posts_at_a_time=1) == found
    assert repeated(comments_of(*phrases), shortest_comment=17) == []
