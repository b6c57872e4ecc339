"""Support examples by hand: what is one, with what targets, and why the others are none."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.curation.reddit.read_plainly import dataset_of
from tests.curation.reddit.talks import FIRST, SECOND, THIRD, replies, scores, turns
from valuenet.curation.reddit.support.examples import (
    REASONS,
    TARGETS,
    Drafts,
    SupportExampleSettings,
    draft_examples,
)
from valuenet.curation.reddit.support.texts_to_score import texts_to_score
from valuenet.warehouse.hashing import hash_id

REPLY = "you did all you could there"
SCORES = scores(sad=(2.0, 4.0), better=(3.9, 1.5), worse=(1.5, 4.5), calmer=(2.8, 3.2))


def drafted(exchanges: pd.DataFrame, text_scores: pd.DataFrame = SCORES, **said: object) -> Drafts:
    return draft_examples(exchanges, text_scores, SupportExampleSettings(**said))


def reasons(made: Drafts) -> dict[int, str]:
    return dict(zip(made.set_aside["turn"], made.set_aside["reason"], strict=True))


def test_a_reply_after_which_the_poster_is_glad_is_an_example_with_the_poster_s_values():
    made = drafted(turns("a", "sad", REPLY, "better", REPLY))
    (example,) = made.examples.to_dict("records")
    assert example["example_id"] == hash_id("e-", "x-a", 2)
    assert (example["turn"], example["post_id"]) == (2, "1")
    assert [example[name] for name in TARGETS] == [FIRST, SECOND, THIRD, 0.6, 0.3, 0.2]
    assert (example["intensity_before"], example["intensity_after"], example["valence_after"]) == (4.0, 1.5, 3.9)
    assert (example["poster"], example["supporter"]) == ("u-ann", "u-bob")
    assert reasons(made) == {4: "no-answer"}


@pytest.mark.parametrize(
    ("answer", "rule", "works"),
    [
        ("better", "pleasant", True),
        ("better", "both", True),
        ("calmer", "pleasant", False),
        ("calmer", "relieved", True),
        ("calmer", "either", True),
        ("calmer", "both", False),
        ("worse", "either", False),
    ],
)
def test_what_is_positive_is_a_rule_of_the_settings(answer, rule, works):
    made = drafted(turns("a", "sad", REPLY, answer), rule=rule)
    assert len(made.examples) == works
    assert reasons(made) == ({} if works else {2: "not-positive"})


def test_thresholds_are_met_from_their_very_number_on():
    exchange = turns("a", "sad", REPLY, "calmer")
    assert len(drafted(exchange, rule="relieved", relief=0.8).examples) == 1
    assert len(drafted(exchange, rule="relieved", relief=0.81).examples) == 0
    assert len(drafted(exchange, rule="pleasant", positive_valence=2.8).examples) == 1
    assert len(drafted(exchange, rule="pleasant", positive_valence=2.81).examples) == 0


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"crisis_1": "self-harm", "filtered_1": "crisis"}, "crisis"),
        ({"crisis_4": "abuse"}, "crisis"),  # anywhere in the exchange, also later
        ({"filtered_1": "duplicate"}, "post-filtered"),
        ({"filtered_2": "too-short"}, "reply-filtered"),
        ({"filtered_3": "not-english"}, "answer-filtered"),
        ({"filtered_3": "too-short"}, None),  # thanks are an answer
    ],
)
def test_crisis_and_filtered_turns_set_a_reply_aside(said, reason):
    made = drafted(turns("a", "sad", REPLY, "better", REPLY, **said))
    assert reasons(made).get(2) == reason
    assert len(made.examples) == (reason is None)


def test_short_replies_and_long_histories_are_set_aside():
    exchange = turns("a", "sad", "five words are not here", "better", REPLY, "better")
    assert reasons(drafted(exchange, shortest_reply=6)) == {2: "reply-short"}
    assert reasons(drafted(exchange, longest_history=31)) == {4: "history-long"}  # 3 + 23 + 6 characters
    assert reasons(drafted(exchange, longest_history=32)) == {}
    assert reasons(drafted(exchange, most_turns=2)) == {4: "history-long"}


def test_texts_without_score_or_values_are_no_target():
    assert reasons(drafted(turns("a", "sad", REPLY, "unheard of"))) == {2: "not-scored"}
    assert reasons(drafted(turns("a", "unheard of", REPLY, "better"))) == {2: "not-scored"}
    assert reasons(drafted(turns("a", "sad", REPLY, "better"), least_probability=0.7)) == {2: "no-values"}


def test_the_turns_before_a_fork_are_taken_once():
    shared = {"comment_2": "a2", "comment_3": "a3"}
    one = turns("a", "sad", REPLY, "better", REPLY, "better", **shared)
    other = turns("b", "sad", REPLY, "better", REPLY, "better", **shared)
    made = drafted(pd.concat([other, one]))
    assert made.examples[["exchange_id", "turn"]].to_numpy().tolist() == [["x-a", 2], ["x-a", 4], ["x-b", 4]]
    assert reasons(made) == {2: "repeated"}


def test_of_the_poster_s_turns_what_is_filtered_or_near_crisis_is_not_scored():
    exchanges = pd.concat(
        [
            turns("a", "told", REPLY, "thanks", REPLY, "danke", filtered_3="too-short", filtered_5="not-english"),
            turns("b", "dark", REPLY, "darker", crisis_3="self-harm"),
        ]
    )
    read = texts_to_score(dataset_of(exchanges), dataset_of(replies(("c", "cem", "other"))))
    assert [text for some in read for text in some] == ["told", "thanks", "other"]


def test_no_exchange_makes_no_example():
    made = drafted(turns("a", "sad", REPLY, "better").iloc[:0])
    assert (len(made.examples), len(made.set_aside)) == (0, 0)
    assert not any(texts_to_score(dataset_of(turns("a", "x", "y").iloc[:0]), dataset_of(replies())))


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_every_reply_is_an_example_or_set_aside_whatever_the_order_of_rows(data):
    words = st.sampled_from(["sad", "better", "worse", REPLY, "unheard of", "short"])
    crises = st.sampled_from([None, None, None, "abuse"])
    exchanges = pd.concat(
        turns(name, *data.draw(st.lists(words, min_size=2, max_size=6)), crisis_2=data.draw(crises)) for name in "abc"
    )
    made = drafted(exchanges)
    asked = exchanges.loc[exchanges["role"] == "commenter", ["exchange_id", "turn"]]
    found = pd.concat([made.examples, made.set_aside])[["exchange_id", "turn"]]
    assert sorted(found.to_numpy().tolist()) == sorted(asked.to_numpy().tolist())
    assert set(made.set_aside["reason"]) <= set(REASONS)
    mixed = drafted(exchanges.sample(frac=1, random_state=data.draw(st.integers(0, 9))))
    assert mixed.examples.equals(made.examples)
    assert mixed.set_aside.equals(made.set_aside)
