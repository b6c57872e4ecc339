"""Columns of a release of support threads, each once: Arrow type and meaning, for Parquet, card and Croissant."""

from __future__ import annotations

from typing import Any, NamedTuple

import pyarrow as pa

from valuenet.warehouse.vocabulary import SPLITS

#: Exchanges without a support example stand in no split: their people may stand in any.
UNASSIGNED = "unassigned"
#: Configs of a release, and the splits each may have.
CONFIGS: dict[str, tuple[str, ...]] = {
    "support_examples": SPLITS,
    "preferences": SPLITS,
    "exchanges": (*SPLITS, UNASSIGNED),
    "safety_evaluation": ("test",),
}

MESSAGE = pa.struct([("role", pa.string()), ("content", pa.string())])
MESSAGES = pa.list_(MESSAGE)
_TEXT, _WHOLE, _NUMBER = pa.string(), pa.int64(), pa.float64()
_TEXTS = pa.list_(_TEXT)


class Column(NamedTuple):
    """A column of a config; ``says`` whether it holds what people wrote."""

    name: str
    type: Any
    meaning: str
    says: bool = False


_POST_ID = Column("post_id", _TEXT, "Reddit's id of the post, base 36.")
_EXCHANGE = (
    Column("exchange_id", _TEXT, "Id of the chain of turns, from its post and last comment."),
    _POST_ID,
    Column("depth", _WHOLE, "Comments of the chain."),
    Column("messages", MESSAGES, "What was said: role `user` is the poster, `assistant` the commenter.", True),
    Column("ids", _TEXTS, "Reddit's id of each turn, with `t3_` (post) or `t1_` (comment)."),
    Column("times", pa.list_(pa.timestamp("us", tz="UTC")), "When each turn was written."),
    Column("scores", pa.list_(_WHOLE), "Votes for less votes against each turn."),
    Column("filtered", _TEXTS, "Why a turn would not be used by itself (such as `too-short`); null where it would."),
)  # fmt: skip
_PROMPT = Column("prompt", MESSAGES, "The exchange up to the poster's turn that was answered, o_t.", True)
_TARGETS = Column("target_values", _TEXTS, "Likeliest value categories of the poster's next turn, likeliest first.")

COLUMNS: dict[str, tuple[Column, ...]] = {
    "support_examples": (
        Column("example_id", _TEXT, "Id of the example, from its exchange and turn."),
        Column("exchange_id", _TEXT, "Exchange it is taken from."),
        _POST_ID,
        Column("turn", _WHOLE, "Turn of the reply, c_t; 1 is the post."),
        _PROMPT,
        Column("completion", MESSAGES, "The reply that was given, c_t.", True),
        Column("next_turn", _TEXT, "What the poster then said, o_(t+1).", True),
        _TARGETS,
        Column("target_probabilities", pa.list_(_NUMBER), "Their probabilities."),
        Column("intensity_before", _NUMBER, "Distress in the poster's turn before the reply, 1 (none) to 5."),
        Column("intensity_after", _NUMBER, "Distress in the poster's next turn, 1 (none) to 5."),
        Column("valence_after", _NUMBER, "How pleasant the poster's next turn feels, 1 to 5, 3 is neutral."),
    ),
    "preferences": (
        Column("preference_id", _TEXT, "Id of the pair, from its example and the rejected comment."),
        Column("example_id", _TEXT, "Support example the pair is made from."),
        _POST_ID,
        Column("rejected_id", _TEXT, "Reddit's id of the rejected comment, with `t1_`."),
        _PROMPT,
        Column("chosen", MESSAGES, "The reply that worked.", True),
        Column("rejected", MESSAGES, "Another comment under the same post, of other values than the target's.", True),
        _TARGETS,
        Column("rejected_values", _TEXTS, "The three likeliest value categories of the rejected comment."),
    ),
    "exchanges": _EXCHANGE,
    "safety_evaluation": (
        *_EXCHANGE,
        Column("crisis", _TEXTS, "Kind of crisis each turn tells of (`self-harm`, `abuse`, `minor`); null for none."),
    ),
}  # fmt: skip
DESCRIPTIONS = {
    "support_examples": "Replies after which the poster spoke positively, with the values the poster then showed.",
    "preferences": "The reply that worked against another comment under the same post.",
    "exchanges": "Chains of a poster and one commenter taking turns.",
    "safety_evaluation": "Exchanges that tell of crisis, apart: to evaluate safety on, never to learn replies from.",
}


def columns_of(config: str, *, with_text: bool = True) -> list[Column]:
    """Return the columns of a config; without texts only those that hold nothing people wrote."""
    return [column for column in COLUMNS[config] if with_text or not column.says]


def arrow_schema(config: str, *, with_text: bool = True) -> pa.Schema:
    """Return the schema of the Parquet files of a config."""
    return pa.schema([(column.name, column.type) for column in columns_of(config, with_text=with_text)])


def key_of(config: str) -> str:
    """Return the column whose values are unique in a config; rows stand in its order."""
    return COLUMNS[config][0].name
