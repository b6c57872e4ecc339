"""Preference pairs: the reply that worked against another one under the same post that speaks to other values."""

from __future__ import annotations

import pandas as pd
from pandera.typing import DataFrame
from pydantic import PositiveInt

from warehouse.hashing import draws, hash_id, text_id
from warehouse.reddit_tables import Preferences
from warehouse.settings import Settings
from warehouse.vocabulary import SPLITS

_CATEGORIES = ["category_1", "category_2", "category_3"]


class PreferenceSettings(Settings):
    """Which replies are held against the one that worked."""

    per_example: PositiveInt = 2
    """Most pairs of an example; which ones is drawn by the hash of their ids."""
    seed: int = 0
    """Another number draws other pairs."""


def pair_preferences(
    examples: pd.DataFrame, other_replies: pd.DataFrame, text_scores: pd.DataFrame, settings: PreferenceSettings
) -> DataFrame[Preferences]:
    """Return the pairs (``Preferences``) in which no likeliest category of the rejected reply is among the targets.

    Args:
        examples: columns of ``SupportExamples``, and poster and supporter.
        other_replies: ``OtherReplies``.
        text_scores: ``TextScores`` of the other replies.
        settings: how many.

    Nobody speaks in two splits: who is a poster or supporter of an example is rejected in its split alone, anybody else
    in the split where most of what could be rejected stands.
    Source: ES-VR (arXiv 2501.17182), preference data of the reference generator.
    """
    pairs = _pair_up(examples, other_replies, text_scores)
    if pairs.empty:
        return Preferences.frame()
    at_home = pairs[pairs["split"] == pairs["author"].map(_homes(pairs, examples))]
    keys = at_home["example_id"] + " " + at_home["comment_id"]
    drawn = at_home.assign(draw=draws(keys, settings.seed, "preference")).sort_values(
        ["example_id", "draw", "comment_id"]
    )
    chosen = drawn[drawn.groupby("example_id").cumcount() < settings.per_example]
    names = [hash_id("p-", *key) for key in zip(chosen["example_id"], chosen["comment_id"], strict=True)]
    said = chosen.assign(preference_id=names).rename(columns={"comment_id": "rejected_id", "text": "rejected_text"})
    return Preferences.frame(said[Preferences.columns()].sort_values(Preferences.key()))


def _pair_up(examples: pd.DataFrame, other_replies: pd.DataFrame, text_scores: pd.DataFrame) -> pd.DataFrame:
    """Return every example with every scored reply of others whose categories are none of its targets."""
    names = pd.Series([text_id(text) for text in other_replies["text"]], other_replies.index, dtype="str")
    replies = other_replies.assign(text_id=names)
    scored = replies.merge(text_scores[["text_id", *_CATEGORIES]], on="text_id")
    wanted = examples[["example_id", "post_id", "supporter", "split", *_CATEGORIES]]
    pairs = wanted.merge(scored, on="post_id", suffixes=("_target", ""))
    targets = pairs[[f"{name}_target" for name in _CATEGORIES]].to_numpy(dtype=object)
    shows = pairs[_CATEGORIES].to_numpy(dtype=object)
    shares = (targets[:, :, None] == shows[:, None, :]).any(axis=(1, 2))
    fit: pd.DataFrame = pairs[~shares & (pairs["author"] != pairs["supporter"]).to_numpy()]
    return fit.reset_index(drop=True)


def _homes(pairs: pd.DataFrame, examples: pd.DataFrame) -> pd.Series[str]:
    """Return the split each account speaks in, by account."""
    place = {name: number for number, name in enumerate(SPLITS)}
    counts = pd.crosstab(pairs["author"], pairs["split"].map(place)).sort_index(axis=1)
    most = pd.Series(counts.idxmax(axis=1).map(dict(enumerate(SPLITS))), dtype="str")  # of equal ones the first
    speaking = pd.concat([examples.set_index(role)["split"] for role in ("poster", "supporter")])
    fixed: pd.Series[str] = speaking[~speaking.index.duplicated()]
    return pd.concat([fixed, most[~most.index.isin(fixed.index)]])
