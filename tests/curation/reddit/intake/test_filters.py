"""Which posts and comments are kept, each filter by hand, and the planted noise met exactly."""

import ast
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tests.curation.reddit.planted import ENGLISH, judged_comments, judged_posts, planted_ids
from valuenet.curation.reddit.intake.filters import (
    FilterSettings,
    count_words,
    filter_comments,
    filter_posts,
    first_reason,
    rules_met,
)
from valuenet.warehouse.vocabulary import PII_KINDS, REDDIT_FILTERS, REDDIT_TEXT_NOT_KEPT

SETTINGS = FilterSettings()
TITLE = "I never told anyone how tired I am"
TEXT = "It has been a long year and I do not know how to go on with my job."


def _post(**more: Any) -> dict[str, Any]:
    return {
        "id": "abc", "author": "calm_moth_12", "created_utc": 1_600_000_000, "title": TITLE, "selftext": TEXT,
        "score": 3, "stickied": False, "distinguished": None, "removed_by_category": None, "is_self": True, "url": None,
        "crosspost_parent": None, "deleted_later": False, "line": 1, **more,
    }  # fmt: skip


def _comment(body: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "abd", "author": "pale_wren", "created_utc": 1_600_000_000, "body": body, "score": 1, "link_id": "t3_abc",
        "parent_id": "t3_abc", "stickied": False, "distinguished": None, "deleted_later": False, "line": 1, **more,
    }  # fmt: skip


def _reason_of_post(**more: Any) -> str | None:
    return filter_posts(pd.DataFrame([_post(**more)]), SETTINGS, language=ENGLISH).reason[0]


def _reason_of_comment(body: str, **more: Any) -> str | None:
    return filter_comments(pd.DataFrame([_comment(body, **more)]), SETTINGS, language=ENGLISH).reason[0]


def test_an_ordinary_post_and_an_ordinary_comment_are_kept_as_they_are():
    kept = filter_posts(pd.DataFrame([_post()]), SETTINGS, language=ENGLISH)
    assert (kept.reason[0], kept.crisis[0], kept.title[0], kept.text[0]) == (None, None, TITLE, TEXT)
    assert _reason_of_comment("You have done what you could.") is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"selftext": "[deleted]", "author": "[deleted]"}, "deleted"),
        ({"removed_by_category": "deleted"}, "deleted"),
        ({"selftext": "[removed]"}, "removed"),
        ({"selftext": "[ Removed by Reddit ]"}, "removed"),
        ({"removed_by_category": "moderator"}, "removed"),
        ({"removed_by_category": "automod_filtered"}, "removed"),
        ({"deleted_later": True}, "deleted-later"),
        ({"author": "[deleted]"}, "author-gone"),
        ({"author": None}, "author-gone"),
        ({"author": "AUTOMODERATOR", "distinguished": "moderator"}, "bot"),
        ({"distinguished": "moderator"}, "moderator"),
        ({"distinguished": "admin"}, "moderator"),
        ({"stickied": True}, "stickied"),
        ({"stickied": True, "distinguished": "moderator"}, "stickied"),
        ({"stickied": True, "author": "AutoModerator"}, "bot"),
        ({"selftext": TEXT + " I want to end my life."}, "crisis"),
        ({"crosspost_parent": "t3_zzz", "is_self": False, "selftext": ""}, "crosspost"),
        ({"is_self": False, "selftext": "", "url": "https://example.com/a"}, "link-only"),
        ({"selftext": "https://www.example.org/p/1"}, "link-only"),
        ({"selftext": "<www.example.com/a>\n\n[see](https://example.com/b)."}, "link-only"),
        ({"selftext": "imgur.com/a/b1c2"}, "link-only"),
        ({"title": "ugh", "selftext": "ugh"}, "too-short"),
        ({"title": "Look", "selftext": "here: https://example.com/a/very/long/one/of/many/words"}, "too-short"),
        ({"title": "Preciso desabafar", "selftext": "Minha mãe não fala comigo há semanas."}, "not-english"),
        ({"title": "我真的好累", "selftext": "最近工作压力太大"}, "not-english"),
        ({"selftext": ""}, None),  # the title says it all
        ({"is_self": False, "url": "https://example.com/a"}, None),  # a link with a text of its own
        ({"selftext": "I read https://example.com/a and had to think of my own mother."}, None),
    ],
)
def test_a_post_is_filtered_for_the_reason_it_has(changed: dict[str, Any], reason: str | None):
    assert _reason_of_post(**changed) == reason


@pytest.mark.parametrize(
    ("body", "more", "reason"),
    [
        ("[deleted]", {}, "deleted"),
        ("[removed]", {"author": "pale_wren"}, "removed"),
        ("[removed] is all I saw of your post.", {}, None),
        ("Thank you for this.", {"deleted_later": True}, "deleted-later"),
        ("Here is a haiku of yours for all to see", {"author": "haikusbot"}, "bot"),
        ("Beep boop, I count words.\n\n*I am a bot.*", {"author": "word_counter9000"}, "bot"),
        ("Your word count is 7. Contact the developer.", {"author": "wordcounting_bot"}, "bot"),
        ("I feel like I am a bot at work these days.", {"author": "pale_wren"}, None),
        ("My uncle said the same to me once.", {"author": "MrTalbot"}, None),
        ("Be kind in here, all of you.", {"distinguished": "moderator"}, "moderator"),
        ("I want to die too and never said it.", {}, "crisis"),
        ("https://example.com/a", {}, "link-only"),
        ("So sorry OP", {}, "too-short"),
        ("👏👏👏 👏 👏 👏", {}, "too-short"),
        ("> I never told anyone how tired I am\n\nSame here.", {}, "too-short"),
        ("抱抱你 慢慢来 会好起来的。", {}, "not-english"),
        ("> Llevo meses sin dormir bien y no sé\n\nI hope you can talk to them soon.", {}, None),
        ("That must be so hard.", {}, None),
    ],
)
def test_a_comment_is_filtered_for_the_reason_it_has(body: str, more: dict[str, Any], reason: str | None):
    assert _reason_of_comment(body, **more) == reason


def test_of_several_reasons_the_first_in_the_order_of_the_vocabulary_is_given():
    assert _reason_of_post(selftext="[deleted]", author="[deleted]", stickied=True) == "deleted"
    assert _reason_of_post(author="[deleted]", selftext="I want to end my life.") == "author-gone"
    yes = np.array([True])
    assert first_reason(dict.fromkeys(REDDIT_FILTERS, yes), 1).tolist() == ["withdrawn"]
    assert first_reason({}, 2).tolist() == [None, None]


def test_what_is_not_kept_leaves_no_word_and_no_kind_of_crisis():
    said = _post(author="[deleted]", selftext="I want to end my life. Write to jo@example.com.")
    gone = filter_posts(pd.DataFrame([said]), SETTINGS, language=ENGLISH)
    assert (gone.title[0], gone.text[0], gone.crisis[0]) == (None, None, None)
    assert gone.pii == dict.fromkeys(PII_KINDS, (0, 0))


def test_other_filtered_texts_stay_since_a_thread_reads_on_through_them():
    short = filter_comments(pd.DataFrame([_comment("Big hug!")]), SETTINGS, language=ENGLISH)
    assert (short.reason[0], short.text[0], short.title[0]) == ("too-short", "Big hug!", None)


def test_personal_data_is_counted_by_placeholders_and_by_posts_that_hold_any():
    two = _post(title="Write to jo@example.com", selftext=f"{TEXT} Or to al@example.com, u/some_one.")
    found = filter_posts(pd.DataFrame([two, _post()]), SETTINGS, language=ENGLISH)
    assert found.title[0] == "Write to [EMAIL]"
    assert found.text[0] == f"{TEXT} Or to [EMAIL], [USER]."
    assert found.pii["email"] == (2, 1)
    assert found.pii["user"] == (1, 1)
    assert found.pii["phone"] == (0, 0)


def test_an_empty_month_is_no_trouble():
    posts = filter_posts(pd.DataFrame([_post()]).iloc[:0], SETTINGS, language=ENGLISH)
    assert len(posts.reason) == len(posts.text) == 0
    assert len(filter_comments(pd.DataFrame([_comment("x")]).iloc[:0], SETTINGS, language=ENGLISH).reason) == 0


def test_the_order_of_the_rows_makes_no_difference():
    rows = pd.DataFrame([_post(id=str(n), title=f"{TITLE} {n}") for n in range(5)] + [_post(id="5", selftext="ugh")])
    there, back = (filter_posts(frame, SETTINGS, language=ENGLISH) for frame in (rows, rows[::-1]))
    assert there.reason.tolist() == back.reason.tolist()[::-1]
    assert there.text.tolist() == back.text.tolist()[::-1]


def test_words_are_counted_without_quotes_emoji_and_marks():
    assert count_words("> quoted words here\nI feel you - 🫂 !", 9) == 3
    assert count_words("one two three four", 2) == 2
    assert count_words("抱抱你", 9) == 3
    assert count_words("", 9) == 0


def test_a_setting_that_makes_no_sense_is_refused():
    with pytest.raises(ValidationError):
        FilterSettings(min_post_words=0)


# --- what was planted in the dump


def test_deleted_and_removed_posts_and_comments_are_met_exactly(dump: Path, truth: dict[str, Any]):
    for thing, judged in (("posts", judged_posts(dump)), ("comments", judged_comments(dump))):
        counted, told = Counter(judged.filtered.reason), truth["deleted"][thing]
        column = judged.raw["selftext" if thing == "posts" else "body"]
        by_nature = int((column == "[ Removed by Reddit ]").sum())  # a few real texts are
        assert counted["deleted"] == told["deleted"]
        assert counted["removed"] == told["removed_author_kept"] + told["removed_author_deleted"] + by_nature
        assert (column[judged.filtered.reason == "removed"].isin(["[removed]", "[ Removed by Reddit ]"])).all()


def test_authors_who_are_gone_and_later_deletions_are_met_exactly(dump: Path, truth: dict[str, Any]):
    both = (judged_posts(dump), judged_comments(dump))
    assert sum(int(judged.flags["deleted-later"].sum()) for judged in both) == truth["meta"]["was_deleted_later"]
    for thing, judged in zip(("posts", "comments"), both, strict=True):
        gone = judged.flags["author-gone"] & ~judged.flags["deleted"] & ~judged.flags["removed"]
        assert int(gone.sum()) == truth["deleted"][thing]["author_gone"]


def test_bots_are_met_exactly_by_name(dump: Path, truth: dict[str, Any]):
    posts, comments = judged_posts(dump), judged_comments(dump)
    assert Counter(comments.raw["author"][comments.flags["bot"]]) == Counter(truth["bots"]["comments"])
    assert Counter(posts.raw["author"][posts.flags["bot"]]) == Counter(truth["bots"]["posts"])


def test_bots_nobody_named_are_known_by_what_they_say(dump: Path, truth: dict[str, Any]):
    unnamed = rules_met(judged_comments(dump).raw, FilterSettings(bots=()), language=ENGLISH)["bot"]
    assert Counter(judged_comments(dump).raw["author"][unnamed]).keys() <= truth["bots"]["comments"].keys()
    assert unnamed.sum() >= 0.9 * sum(truth["bots"]["comments"].values())


def test_posts_that_only_point_elsewhere_are_met_exactly(dump: Path):
    posts = judged_posts(dump)
    there = posts.there()
    crossposts = posts.ids(posts.flags["crosspost"]) & there
    assert crossposts == planted_ids(dump, "crossposts", there)
    links = planted_ids(dump, "link_posts", there) | planted_ids(dump, "bare_url_posts", there)
    assert posts.ids(posts.filtered.reason == "link-only") == links
    assert not judged_comments(dump).flags["link-only"].any()


def test_very_short_texts_are_met_exactly_beside_real_ones_as_short(dump: Path, shared: Path, truth: dict[str, Any]):
    posts, comments = judged_posts(dump), judged_comments(dump)
    assert posts.ids(posts.filtered.reason == "too-short") == planted_ids(dump, "very_short_posts", posts.there())
    source = (shared / "tools" / "make_offmychest_dump.py").read_text(encoding="utf-8")
    listed = source.split("SHORT_COMMENTS = (")[1].split("\n)")[0]
    planted = comments.raw["body"].isin(ast.literal_eval(f"({listed})")).to_numpy()
    taken_back = np.isin(comments.filtered.reason, REDDIT_TEXT_NOT_KEPT)
    assert (comments.flags["too-short"] | taken_back)[planted].all()
    assert int(planted.sum()) >= truth["noise"]["very_short_comments"]
    others = comments.raw["body"][comments.flags["too-short"] & ~planted]
    assert all(count_words(text, 9) < 4 for text in others)
