"""Which exchanges, examples and pairs a release of support threads holds, and why the others are left out."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.reddit_tables import Exchanges, Preferences, SupportExamples
from valuenet.warehouse.vocabulary import REDDIT_TEXT_NOT_KEPT

#: What is apart from the rest: not left out, but never in a config that replies are learned from.
IN_CRISIS = "crisis"


class SplitsCrossedError(InputError):
    """A post stands in two splits."""


class Selected(NamedTuple):
    """What goes into a release.

    ``exchanges`` turns of those to learn from; ``in_crisis`` turns of those kept apart; ``left_out`` table -> reason ->
    rows that are not in it (exchanges, not turns).
    """

    exchanges: DataFrame[Exchanges]
    in_crisis: DataFrame[Exchanges]
    examples: DataFrame[SupportExamples]
    preferences: DataFrame[Preferences]
    left_out: dict[str, dict[str, int]]


def select_for_release(
    exchanges: DataFrame[Exchanges],
    examples: DataFrame[SupportExamples],
    preferences: DataFrame[Preferences],
    withdrawn: Collection[str] = frozenset(),
    accounts: Collection[str] = frozenset(),
) -> Selected:
    """Return what a release holds, and the number of what it does not by reason.

    An exchange is left out if a turn of it was withdrawn or has a filter whose text is not kept, or if its post is
    filtered; with any turn in crisis it goes to the set apart. What is made from it shares its fate.

    Args:
        exchanges: every exchange.
        examples: every support example.
        preferences: every pair.
        withdrawn: ids of withdrawn posts and comments, with `t3_` and `t1_`.
        accounts: pseudonyms of withdrawn accounts.

    Raises:
        SplitsCrossedError: if examples of one post stand in two splits.
    """
    reasons = _reasons(exchanges, frozenset(withdrawn), frozenset(accounts))
    why = examples["exchange_id"].map(reasons)
    why = why.where(examples["exchange_id"].isin(reasons.index), "exchange-missing").where(why != "", None)
    kept = SupportExamples.frame(examples[why.isna()])
    _check_splits(kept)
    why_pair = _why_not(preferences, examples, why, frozenset(withdrawn))
    of_turn = exchanges["exchange_id"].map(reasons)
    return Selected(
        Exchanges.frame(exchanges[of_turn == ""]),
        Exchanges.frame(exchanges[of_turn == IN_CRISIS]),
        kept,
        Preferences.frame(preferences[why_pair.isna()]),
        {
            "exchanges": _counts(reasons[reasons != ""]),
            "support_examples": _counts(why.dropna()),
            "preferences": _counts(why_pair.dropna()),
        },
    )


def _reasons(exchanges: pd.DataFrame, withdrawn: frozenset[str], accounts: frozenset[str]) -> pd.Series[str]:
    """Return why each exchange is not one to learn from; empty where it is."""
    turns = exchanges
    on_post = turns["filtered"].where(turns["turn"] == 1)
    gone = ("t1_" + turns["comment_id"]).isin(withdrawn) | ("t3_" + turns["post_id"]).isin(withdrawn)
    gone |= (turns["filtered"] == "withdrawn") | turns["author"].isin(accounts)
    crisis = turns["crisis"].notna() | (turns["filtered"] == "crisis")
    marks = pd.DataFrame(
        {
            "exchange_id": turns["exchange_id"],
            "withdrawn": gone,
            "text-not-kept": turns["filtered"].isin(REDDIT_TEXT_NOT_KEPT),
            IN_CRISIS: crisis,
            "post": on_post.fillna("").astype("str"),
        }
    )
    of = marks.groupby("exchange_id").max()
    reasons = np.select(
        [of["withdrawn"], of["text-not-kept"], of[IN_CRISIS], of["post"] != ""],
        ["withdrawn", "text-not-kept", IN_CRISIS, "post-" + of["post"]],
        "",
    )
    return pd.Series(reasons, index=of.index, dtype="str")


def _why_not(
    pairs: pd.DataFrame, examples: pd.DataFrame, why: pd.Series[str], withdrawn: frozenset[str]
) -> pd.Series[str]:
    """Return why each pair is left out; null where it is not."""
    of_example = pd.Series(why.to_numpy(dtype=object), index=examples["example_id"])
    why_example = pairs["example_id"].map(of_example).astype("object")
    why_example = why_example.where(pairs["example_id"].isin(of_example.index), "example-missing")
    rejected = ("t1_" + pairs["rejected_id"]).isin(withdrawn)
    return why_example.where(~(rejected & why_example.isna()), "rejected-withdrawn")


def _check_splits(examples: pd.DataFrame) -> None:
    splits = examples.groupby("post_id")["split"].nunique()
    if (splits > 1).any():
        name = splits[splits > 1].index[0]
        raise SplitsCrossedError(
            f"examples of post {name!r} stand in {splits[name]} splits; `valuenet reddit build` splits by post anew"
        )


def _counts(reasons: pd.Series[str]) -> dict[str, int]:
    return {str(reason): int(count) for reason, count in reasons.value_counts().sort_index().items()}
