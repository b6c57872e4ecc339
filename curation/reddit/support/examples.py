"""Replies after which the poster spoke positively: what a supporter learns from, with the values the poster showed."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from valuenet.warehouse.hashing import hash_id, text_id
from valuenet.warehouse.settings import Settings

#: Why a reply is no example, in the order the rules are asked.
REASONS = (
    "no-answer",
    "crisis",
    "post-filtered",
    "reply-filtered",
    "answer-filtered",
    "reply-short",
    "history-long",
    "not-scored",
    "no-values",
    "not-positive",
    "repeated",
)
#: Columns of the targets: the three likeliest categories of the poster's next turn.
TARGETS = [f"{kind}_{place}" for kind in ("category", "probability") for place in (1, 2, 3)]

#: Digits of a difference of scores that count: one of 0.8 must be 0.8 whatever it was taken from.
_DIGITS = 6
#: Filters that leave a poster's turn its feeling and values: a few words of thanks are an answer too.
READABLE = ("too-short",)


class SupportExampleSettings(Settings):
    """Which replies are examples."""

    rule: Literal["pleasant", "relieved", "either", "both"] = "either"
    """What makes the poster's next turn positive: it is pleasant in itself, its distress is lower than that of the turn
    before the reply, either of the two, or both."""
    positive_valence: float = Field(3.1, ge=1, le=5)
    """Valence from which on a turn is pleasant (3 is neutral). The default is what the lexicon's authors call positive,
    a compound score of 0.05; trained readers keep closer to 3."""
    relief: float = Field(0.5, gt=0, le=4)
    """Distress, on the scale of 1 to 5, by which it must have become lower."""
    least_probability: float = Field(0.1, ge=0, lt=1)
    """Probability the likeliest category of the next turn must have, or the turn shows no values."""
    shortest_reply: PositiveInt = 5
    """Words a reply must have at least."""
    longest_history: PositiveInt = 8_000
    """Characters of all turns before the reply, at most."""
    most_turns: PositiveInt = 20
    """Turns before the reply, at most."""


class Drafts(NamedTuple):
    """Examples that have no split yet, and what is none. Every reply is in exactly one of the two."""

    examples: pd.DataFrame
    """Columns of ``SupportExamples`` but split and group_id, and poster and supporter (accounts)."""
    set_aside: pd.DataFrame
    """Columns exchange_id, turn, reason."""


def draft_examples(exchanges: pd.DataFrame, text_scores: pd.DataFrame, settings: SupportExampleSettings) -> Drafts:
    """Return the replies that worked with their targets, and all others with the reason.

    Args:
        exchanges: ``Exchanges``.
        text_scores: ``TextScores`` of the posters' turns.
        settings: the rules.

    Where an exchange forks, the turns before the fork stand in both ways; a reply with its answer is taken once.
    Source: ES-VR (arXiv 2501.17182), construction of the Reddit data.
    """
    replies = _look_around(exchanges.sort_values(["exchange_id", "turn"], ignore_index=True), text_scores)
    reason = _first_reason(_rules(replies, settings))
    repeated = replies.assign(reason=reason)[reason == ""].duplicated(["comment_id", "answer_id"])
    reason[repeated.index[repeated]] = "repeated"
    worked = replies[reason == ""]
    names = [hash_id("e-", *key) for key in zip(worked["exchange_id"], worked["turn"], strict=True)]
    aside = replies[["exchange_id", "turn"]].assign(reason=reason)[reason != ""]
    columns = ["exchange_id", "turn", "post_id", *TARGETS, "intensity_before", "intensity_after", "valence_after"]
    examples = worked.assign(example_id=pd.Series(names, worked.index, dtype="str"))[
        ["example_id", *columns, "poster", "supporter"]
    ]
    return Drafts(examples.reset_index(drop=True), aside.reset_index(drop=True))


def _is_readable(filtered: pd.Series[str]) -> pd.Series[bool]:
    return filtered.isna() | filtered.isin(READABLE)


def _look_around(turns: pd.DataFrame, text_scores: pd.DataFrame) -> pd.DataFrame:
    """Return every commenter's turn with what the rules ask of its exchange, the turn before and the turn after."""
    poster = turns["role"] == "poster"
    names = pd.Series(None, index=turns.index, dtype="object")
    names[poster] = [text_id(text) for text in turns.loc[poster, "text"]]
    scored = text_scores.set_index("text_id").reindex(names).reset_index(drop=True)
    by_exchange = turns.groupby("exchange_id")
    ahead = scored.shift(-1)
    around = {
        "in_crisis": turns["crisis"].notna().groupby(turns["exchange_id"]).transform("any"),
        "post_filtered": turns["filtered"].notna().groupby(turns["exchange_id"]).transform("first"),
        "poster": by_exchange["author"].transform("first"),
        "history": turns["text"].str.len().groupby(turns["exchange_id"]).cumsum() - turns["text"].str.len(),
        "words": turns["text"].str.count(r"\S+"),
        "intensity_before": scored["intensity"].shift(1),
        "intensity_after": ahead["intensity"],
        "valence_after": ahead["valence"],
        "answer_filtered": (~_is_readable(turns["filtered"])).shift(-1, fill_value=False),
        "answer_id": turns["comment_id"].shift(-1),
    }
    known = turns.assign(**around, **{name: ahead[name] for name in TARGETS}).rename(columns={"author": "supporter"})
    return known[~poster].reset_index(drop=True)


def _rules(replies: pd.DataFrame, settings: SupportExampleSettings) -> dict[str, NDArray[np.bool_]]:
    """Return for each reason whether it holds, in the order they are asked."""
    after = replies["valence_after"]
    scored = after.notna() & replies["intensity_before"].notna()
    held = (
        replies["turn"] == replies["depth"] + 1,
        replies["in_crisis"],
        replies["post_filtered"],
        replies["filtered"].notna(),
        replies["answer_filtered"],
        replies["words"] < settings.shortest_reply,
        (replies["history"] > settings.longest_history) | (replies["turn"] - 1 > settings.most_turns),
        ~scored,
        replies["probability_1"] < settings.least_probability,
        ~_is_positive(after, (replies["intensity_before"] - replies["intensity_after"]).round(_DIGITS), settings),
    )
    return {name: rule.to_numpy(dtype=bool) for name, rule in zip(REASONS, held, strict=False)}


def _is_positive(
    valence: pd.Series[float], relief: pd.Series[float], settings: SupportExampleSettings
) -> pd.Series[bool]:
    pleasant, relieved = valence >= settings.positive_valence, relief >= settings.relief
    rules = {"pleasant": pleasant, "relieved": relieved, "either": pleasant | relieved, "both": pleasant & relieved}
    return rules[settings.rule]


def _first_reason(rules: dict[str, NDArray[np.bool_]]) -> NDArray[np.object_]:
    return np.select(list(rules.values()), list(rules), default="").astype(object)
