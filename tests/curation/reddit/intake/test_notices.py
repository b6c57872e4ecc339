"""Notices of Reddit where a person's words had been, told by their shape."""

import pandas as pd
import pytest

from tests.curation.reddit.planted import read_kind
from valuenet.curation.reddit.intake.filters import FilterSettings, filter_comments, filter_posts
from valuenet.curation.reddit.intake.notices import notice_in

REMOVED = (
    "[removed]",
    " [ removed ] ",
    "[Removed by Reddit]",
    "[ Removed by Reddit ]",
    "[ Removed by reddit in response to a copyright notice. ]",
    "[ Removed by Reddit on account of violating the [content policy](/help/contentpolicy). ]",
    "[ Removed by Reddit in response to a legal request. ]",
    "[removed by moderator]",
    "[Removed by a moderator]",
    "[removed by the moderators of r/offmychest]",
    "[unavailable]",
    "[ Content not available in your country under local law ]",
    "[This comment has been removed by the moderators]",
    "\\[removed\\]",
    "**[removed]**",
    "\uff3bremoved\uff3d",
    "[re\u200bmoved]",
    "Comment removed by moderator",
    "Removed by moderator",
    "Sorry, this post was removed by Reddit's spam filters.",
    "This post has been removed by the moderators of r/offmychest.",
    "[account suspended]",
    "[removed by anti-evil operations]",
    "[ Redacted by Reddit ]",
    "[Taken down by Reddit due to a DMCA claim]",
)
DELETED = ("[deleted]", " [deleted] ", "[deleted by user]", "[Deleted by the author]", "Comment deleted by user")
WORDS = (
    "[removed too many abusive words from me, sorry about all of it]",
    "Removed by my mother from the will, after all these years.",
    "He deleted me.",
    "[My name is not here]",
    "I was removed by a doctor from the room.",
    "My post was removed by the mods and I do not know what I did wrong, can you tell me?",
    "removed",
    "deleted",
    "Unavailable. That is what he was for all of my childhood.",
    "[deleted scene] so funny",
    "The user deleted by mistake everything I had written.",
    "[he removed it]",
    "",
)


@pytest.mark.parametrize("text", REMOVED)
def test_a_notice_of_removal_is_known_in_all_its_forms(text):
    assert notice_in(text) == "removed"


@pytest.mark.parametrize("text", DELETED)
def test_a_notice_of_deletion_is_known_in_all_its_forms(text):
    assert notice_in(text) == "deleted"


@pytest.mark.parametrize("text", WORDS)
def test_what_a_person_says_of_something_removed_is_no_notice(text):
    assert notice_in(text) is None


def test_a_long_text_is_read_in_no_time_and_is_no_notice():
    assert notice_in("[removed by " * 20_000) is None
    assert notice_in("[ " * 140) is None


class _Anything:
    fingerprint = "anything"

    def english(self, texts):
        return pd.Series(True, index=range(len(texts))).to_numpy()


def test_the_case_of_notices_keeps_nothing_of_reddit_as_a_person_s_words(shared):
    dump = shared / "cases" / "03-removal-notices" / "dump"
    posts = filter_posts(read_kind(dump, "RS"), FilterSettings(), language=_Anything())
    comments = filter_comments(read_kind(dump, "RC"), FilterSettings(), language=_Anything())
    said = dict(zip(read_kind(dump, "RC")["id"], comments.reason, strict=True))
    wrote = dict(zip(read_kind(dump, "RS")["id"], posts.reason, strict=True))
    assert {name: wrote[name] for name in ("p1", "p2", "p3", "p7", "p8", "p9")} == {
        "p1": None, "p2": "removed", "p3": "removed", "p7": "removed", "p8": "removed", "p9": "removed",
    }  # fmt: skip
    assert (wrote["p4"], wrote["p5"], wrote["p6"]) == ("removed", "deleted", "removed")
    assert {said[name] for name in ("c2", "c3", "c4", "c5", "c7", "c9", "cb", "d1")} == {"removed"}
    assert {said[name] for name in ("c6", "c8", "ca")} == {"deleted"}
    assert {said[name] for name in ("c1", "cc", "d2")} == {None}


@pytest.mark.parametrize("reason", ["legal", "takedown", "content_policy"])
def test_a_reason_of_removal_counts_whatever_the_text_is(reason):
    row = {
        "id": "c", "author": "a", "created_utc": 1, "body": "Words that stand there still.", "score": 1,
        "link_id": "t3_p", "parent_id": "t3_p", "stickied": False, "distinguished": None, "removal_reason": reason,
        "deleted_later": False, "line": 1,
    }  # fmt: skip
    found = filter_comments(pd.DataFrame([row]), FilterSettings(), language=_Anything())
    assert found.reason[0] == "removed"
    assert found.text[0] is None
