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
FEEDS = (
    "Sorry, this post has been removed by the moderators of r/offmychest. Moderators remove posts from feeds for a "
    "variety of reasons, including keeping communities safe, civil, and true to their purpose."
)
OTHER_NOTICES = (
    "[Removed by legal request]",
    "[Self-deleted]",
    "[auto-removed]",
    "[shadowbanned]",
    "[temporarily unavailable]",
    "[title removed]",
    "[no longer available]",
    "[deleted user]",
    "[removed - DMCA]",
    "[removed by r/x moderators]",
    "[Removed by Reddit](https://www.reddit.com/help)",
    "~~[removed]~~",
    "&#91;removed&#93;",
    "&amp;#91;removed&amp;#93;",
    "[unavailable in your country]",
    "*[removed]*",
    "__[removed]__",
    "> [removed]",
    "`[removed]`",
    '"[removed]"',
    "\u201c[removed]\u201d",
    "[removed].",
    "[removed]\u200b",
    "\u200b[re\xadmoved]",
    "\u3010removed\u3011",
    "\uff3bremoved\uff3d.",
    "(removed)",
    "{removed}",
    "<removed>",
    "&lt;removed&gt;",
    "[[removed]]",
    "[**removed**]",
    "[~~deleted~~]",
    "**Removed**",
    "~~deleted~~",
    "`deleted`",
    "[removed]\n\n[removed]",
    "[deleted] [removed]",
    "[removed/deleted]",
    "[removed or deleted]",
    "[comment removed]",
    "[Comment deleted by user]",
    "[account deleted]",
    "[User deleted their account]",
    "[Reddit removed this comment]",
    "[removed by moderators for breaking rule 3]",
    "[removed: rule 3]",
    "[Removed due to copyright claim]",
    "[removed \u2013 spam]",
    "[removed (spam)]",
    "[unavailable in Germany]",
    "[not available in the EU]",
    "[This content is no longer available]",
    "[withheld in your country due to a legal request]",
    "[removed by automod]",
    "[ Removed by Reddit's Anti-Evil Operations ]",
    "Sorry, this post was deleted by the person who originally posted it.",
    FEEDS,
    "This comment has been removed.",
    "This comment was removed due to a violation of the content policy.",
    "[removed] by moderator",
    "[deleted] by user",
    "<p>[removed]</p>",
    "[removed by the mods]",
    "[ deleted by u/somebody ]",
    "[REMOVED]",
    "[banned user]",
    "[suspended account]",
    "[post removed by r/offmychest mod team]",
    "[Removed by Reddit at the request of the author]",
    "[r\u0336e\u0336m\u0336o\u0336v\u0336e\u0336d\u0336]",
    "- [removed]",
    "# [removed]",
    "&nbsp;[removed]&nbsp;",
    "[removed]&#x200B;",
    "\U0001f5d1 [deleted]",
    "[removed]!",
    "[removed by a moderator because it was off topic]",
    "||[removed]||",
    ">![removed]!<",
    "[Deleted By User]",
    "[deleted, by author]",
    "[content unavailable]",
    "[this user has been banned]",
    "[removed pending review]",
    "[post deleted]",
    "[Removed by Reddit on account of violating the [content policy](/help/contentpolicy).]",
    "[removed by mod]",
    "\\[deleted\\]",
    "[removed by moderators of offmychest]",
    "[Removed for violating our community guidelines]",
    "[inaccessible]",
    "[comment not found]",
    "[ Removed by Reddit for ban evasion ]",
    "[comment overwritten by user]",
    "[removed for breaking the rules]",
    "[Deleted per user request]",
    "[removed - Rule 1: Be kind]",
    "[removed: off-topic]",
)
#: A person speaks, tells of something else, or only begins with a notice.
OTHER_WORDS = (
    "Post removed by mods, again, and nobody tells us anything.",
    "(Banned by the family for being gay)",
    "**Removed by force from home.**",
    "[Erased by time]",
    "[Deleted because of my anxiety, sorry everyone]",
    "[removed too many abusive words from me, sorry about all of it]",
    "Removed by my mother from the will, after all these years.",
    "[My name is not here]",
    "[deleted scene] so funny",
    "[removed] I wrote something silly here and took it back",
    "[deleted] edit: thanks everybody, that helped",
    "Removed by moderators and I have no idea why, it was about my mother",
    "(Blocked him and it feels good)",
    "[Deleted because it was too painful to leave up]",
    "(Hidden from the family for years)",
    "[Banned from the house at sixteen]",
    "(deleted the app yesterday, feeling better)",
    "[removed?]",
    "This post was removed by Reddit, what a surprise after all these years.",
    "My post was removed by the mods",
    "removed",
    "deleted",
    '"removed"',
    "[deleted everything because life got worse]",
    "[Removed the part about the wedding]",
    "[not available to talk until Monday]",
    "(no longer available to fix their problems for them)",
    "The post was removed by the doctor in charge.",
    "[Deleted by mistake, typing it again tomorrow]",
    "Blocked by family, banned from weddings.",
    "[suspended from school for a week]",
    "[he removed it]",
    "[unavailable] is how my father was",
    "**Deleted all of it** and it hurts",
    "[Deleted out of shame]",
    "[blocked by someone close]",
    "(deleted for now because work people follow this account)",
    "[deleted after a fight about rules at home]",
    "*Removed from the will because of a new wife*",
    "~~deleted~~ the numbers of all of them today",
    "[hidden] things are never good in a marriage",
    "[Deleted by the only friend in town]",
    "(Banned. Again. Nobody cares.)",
    "[not found a job in two years]",
    "[taken down by depression again]",
    "[Deleted. It was about a man at work.]",
    "[blocked on all platforms by the whole family]",
    "[wiped out after the night shift]",
    "[Removed the ring today]",
    "[deleted the text to the ex]",
)
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


@pytest.mark.parametrize("text", OTHER_NOTICES)
def test_a_notice_is_known_by_its_shape_whatever_its_wording_brackets_and_decoration(text):
    assert notice_in(text) in {"removed", "deleted"}


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("[deleted user]", "deleted"), ("~~deleted~~", "deleted"), ("[User deleted their account]", "deleted"),
        ("[removed or deleted]", "removed"), ("[banned user]", "removed"), ("[removed]\n\n[deleted]", "removed"),
    ],
)  # fmt: skip
def test_the_head_word_of_a_notice_says_whether_it_was_deleted(text, notice):
    assert notice_in(text) == notice


@pytest.mark.parametrize("text", WORDS + OTHER_WORDS)
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
