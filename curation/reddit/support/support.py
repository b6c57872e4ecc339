"""From exchanges and what models read in them to support examples and preference pairs, with their splits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from pandera.typing import DataFrame
from pydantic import PositiveInt

from valuenet.curation.reddit.support.examples import Drafts, SupportExampleSettings, draft_examples
from valuenet.curation.reddit.support.preferences import PreferenceSettings, pair_preferences
from valuenet.curation.reddit.support.scored_portions import HeldScores, scored_portions
from valuenet.curation.reddit.support.splits import SupportSplitSettings, split_support
from valuenet.warehouse.reddit_tables import ExamplesSetAside, Exchanges, Preferences, SupportExamples, TextScores
from valuenet.warehouse.settings import Settings

if TYPE_CHECKING:
    import pyarrow.dataset as ds


class SupportSettings(Settings):
    """What is learned from, and how it is split."""

    examples: SupportExampleSettings = SupportExampleSettings()
    """Which replies are support examples."""
    preferences: PreferenceSettings = PreferenceSettings()
    """Which replies are held against them."""
    splits: SupportSplitSettings = SupportSplitSettings()
    """What trains, validates and tests."""
    turns_at_once: PositiveInt = 20_000
    """About how many turns, or other replies, are in memory together; the result is the same for every number."""


class Support(NamedTuple):
    """What a supporter learns from; every reply is an example or set aside."""

    examples: DataFrame[SupportExamples]
    set_aside: DataFrame[ExamplesSetAside]
    preferences: DataFrame[Preferences]


def choose_support_examples(
    exchanges: ds.Dataset,
    other_replies: ds.Dataset,
    text_scores: ds.Dataset,
    settings: SupportSettings,
) -> Support:
    """Return the support examples, the replies that are none with the reason, and the preference pairs.

    Args:
        exchanges: the table ``Exchanges`` as an Arrow dataset.
        other_replies: likewise ``OtherReplies``.
        text_scores: likewise ``TextScores``.
        settings: what is an example, a pair, a split.

    No post and no account, the rejected replies' included, stands in two splits. Texts are in memory for some posts at
    a time; of all examples only what their tables hold is.
    """
    scores = HeldScores(text_scores)
    drafts = _draft(scored_portions(exchanges, scores, settings.turns_at_once), settings)
    placed = drafts.examples.merge(split_support(drafts.examples, settings.splits), on="example_id")
    kept, crossing = placed[~placed["crosses"]], placed[placed["crosses"]]
    aside = pd.concat([drafts.set_aside, crossing[["exchange_id", "turn"]].assign(reason="author-across-splits")])
    replies = scored_portions(other_replies, scores, settings.turns_at_once, kept["post_id"])
    return Support(
        SupportExamples.frame(kept[SupportExamples.columns()].sort_values(SupportExamples.key())),
        ExamplesSetAside.frame(aside.sort_values(ExamplesSetAside.key())),
        pair_preferences(kept, replies, settings.preferences),
    )


def _draft(portions: Iterable[tuple[pd.DataFrame, pd.DataFrame]], settings: SupportSettings) -> Drafts:
    """Return what ``draft_examples`` makes of turns with their scores, where the turns of a post come together."""
    none = draft_examples(Exchanges.frame(), TextScores.frame(), settings.examples)
    made = [none, *(draft_examples(turns, scores, settings.examples) for turns, scores in portions)]
    return Drafts(*(pd.concat(frames, ignore_index=True) for frames in zip(*made, strict=True)))
