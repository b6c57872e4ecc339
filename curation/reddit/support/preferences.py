"""Preference pairs: the reply that worked against another one under the same post that speaks to other values."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from pandera.typing import DataFrame
from pydantic import PositiveInt

from valuenet.warehouse.commits import to_arrow
from valuenet.warehouse.hashing import draws, hash_id, text_id
from valuenet.warehouse.reddit_tables import Preferences
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.spool import Spool
from valuenet.warehouse.vocabulary import SPLITS

_CATEGORIES = ["category_1", "category_2", "category_3"]


class PreferenceSettings(Settings):
    """Which replies are held against the one that worked."""

    per_example: PositiveInt = 2
    """Most pairs of an example; which ones is drawn by the hash of their ids."""
    seed: int = 0
    """Another number draws other pairs."""


def pair_preferences(
    examples: pd.DataFrame, portions: Iterable[tuple[pd.DataFrame, pd.DataFrame]], settings: PreferenceSettings
) -> DataFrame[Preferences]:
    """Return the pairs (``Preferences``) in which no likeliest category of the rejected reply is among the targets.

    Args:
        examples: columns of ``SupportExamples``, and poster and supporter.
        portions: ``OtherReplies`` with ``TextScores`` of their texts, some posts after the other, posts whole.
        settings: how many.

    Nobody speaks in two splits: who is a poster or supporter of an example is rejected in its split alone, anybody else
    in the split where most of what could be rejected stands. So all candidates are spilled to disk before any is drawn.
    Source: ES-VR (arXiv 2501.17182), preference data of the reference generator.

    Raises:
        SpoolError: if there is no room for temporary files.
    """
    fit, spoken = _put_aside(examples, portions)
    if fit is None:
        return Preferences.frame()
    homes = _homes(spoken, examples)
    chosen = pd.concat([_draw(fit.read([cell]).to_pandas(), homes, settings) for cell in sorted(fit.rows)])
    names = [hash_id("p-", *key) for key in zip(chosen["example_id"], chosen["comment_id"], strict=True)]
    pairs = chosen.assign(preference_id=names).rename(columns={"comment_id": "rejected_id", "text": "rejected_text"})
    return Preferences.frame(pairs[Preferences.columns()].sort_values(Preferences.key()))


def _put_aside(
    examples: pd.DataFrame, portions: Iterable[tuple[pd.DataFrame, pd.DataFrame]]
) -> tuple[Spool | None, pd.DataFrame]:
    """Return the pairs that fit, a portion to a cell, and how often each account stands in each split among them."""
    spool, counts = None, pd.DataFrame(0, index=pd.Index([], dtype="str"), columns=range(len(SPLITS)))
    number_of = {name: number for number, name in enumerate(SPLITS)}
    for number, (replies, scores) in enumerate(portions):
        pairs = _pair_up(examples[examples["post_id"].isin(replies["post_id"])], replies, scores)
        if len(pairs):
            rows = to_arrow(pairs)
            spool = spool or Spool(rows.schema)
            spool.add(rows, np.full(len(rows), number))
            counts = counts.add(pd.crosstab(pairs["author"], pairs["split"].map(number_of)), fill_value=0)
    return spool, counts


def _draw(pairs: pd.DataFrame, homes: pd.Series[str], settings: PreferenceSettings) -> pd.DataFrame:
    """Return the pairs that are taken of some examples, all of whose pairs are given."""
    at_home = pairs[pairs["split"] == pairs["author"].map(homes)]
    keys = at_home["example_id"] + " " + at_home["comment_id"]
    drawn = at_home.assign(draw=draws(keys, settings.seed, "preference")).sort_values(
        ["example_id", "draw", "comment_id"]
    )
    return drawn[drawn.groupby("example_id").cumcount() < settings.per_example]


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


def _homes(counts: pd.DataFrame, examples: pd.DataFrame) -> pd.Series[str]:
    """Return the split each account speaks in, by account; ``counts`` says how often it stands in each (by number)."""
    ordered = counts.sort_index(axis=1)
    most = pd.Series(ordered.idxmax(axis=1).map(dict(enumerate(SPLITS))), dtype="str")  # of equal ones the first
    speaking = pd.concat([examples.set_index(role)["split"] for role in ("poster", "supporter")])
    fixed: pd.Series[str] = speaking[~speaking.index.duplicated()]
    return pd.concat([fixed, most[~most.index.isin(fixed.index)]])
