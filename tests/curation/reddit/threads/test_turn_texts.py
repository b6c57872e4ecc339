"""A text filled in again is the text of the turn, byte for byte."""

import pytest

from tests.curation.reddit.community import comment, post
from tests.curation.reddit.read_plainly import NO_WITHDRAWALS, Community, dataset_of, whole
from valuenet.curation.reddit.threads.exchanges import ExchangeSettings, rebuild_exchanges
from valuenet.curation.reddit.threads.turn_texts import read_turn_texts
from valuenet.warehouse.reddit_tables import Comments, Posts

SPACES = [" ", "\t", "\n", "\r\n", "\u00a0", "\u200b", "\u2028", "\u3000", "\x1c", "\x0b", "\ufeff", " \t\n "]


@pytest.mark.parametrize("space", SPACES)
def test_white_space_of_any_kind_around_a_text_is_the_same_in_both(space):
    posts = Posts.frame([post("1", "ann", title=f"{space}A title{space}", text=f"{space}I tell you{space}")])
    talk = [
        comment("a", "1", None, "bob", text=f"{space}Words{space}"),
        comment("b", "1", "a", "ann", text=f"x{space}"),
    ]
    comments = Comments.frame(talk)
    made = whole(rebuild_exchanges(*Community(posts, comments).datasets(NO_WITHDRAWALS), ExchangeSettings()))
    turns = made.exchanges
    assert len(turns) == 3
    ids = ["t3_1", "t1_a", "t1_b"]
    again = read_turn_texts({"posts": dataset_of(posts), "comments": dataset_of(comments)}, ids)
    assert [again[name] for name in ids] == turns.sort_values("turn")["text"].tolist()


@pytest.mark.parametrize("space", ["", " ", "\t\n", "\r"])
def test_what_says_nothing_has_no_text(space):
    posts = Posts.frame([post("1", "ann", title=space or None, text=space or None)])
    assert read_turn_texts({"posts": dataset_of(posts)}, ["t3_1"]) == {}
