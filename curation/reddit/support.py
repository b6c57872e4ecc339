"""From exchanges and what models read in them to support examples and preference pairs, with their splits."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from curation.reddit.preferences import PreferenceSettings, pair_preferences
from curation.reddit.support_examples import SupportExampleSettings, draft_examples
from curation.reddit.support_splits import SupportSplitSettings, split_support
from warehouse.reddit_tables import ExamplesSetAside, Exchanges, OtherReplies, Preferences, SupportExamples, TextScores
from warehouse.settings import Settings


class SupportSettings(Settings):
    """What is learned from, and how it is split."""

    examples: SupportExampleSettings = SupportExampleSettings()
    """Which replies are support examples."""
    preferences: PreferenceSettings = PreferenceSettings()
    """Which replies are held against them."""
    splits: SupportSplitSettings = SupportSplitSettings()
    """What trains, validates and tests."""


class Support(NamedTuple):
    """What a supporter learns from; every reply is an example or set aside."""

    examples: DataFrame[SupportExamples]
    set_aside: DataFrame[ExamplesSetAside]
    preferences: DataFrame[Preferences]


def choose_support_examples(
    exchanges: DataFrame[Exchanges],
    other_replies: DataFrame[OtherReplies],
    text_scores: DataFrame[TextScores],
    settings: SupportSettings,
) -> Support:
    """Return the support examples, the replies that are none with the reason, and the preference pairs.

    No post and no account, the rejected replies' included, stands in two splits.
    """
    drafts = draft_examples(exchanges, text_scores, settings.examples)
    placed = drafts.examples.merge(split_support(drafts.examples, settings.splits), on="example_id")
    kept, crossing = placed[~placed["crosses"]], placed[placed["crosses"]]
    aside = pd.concat([drafts.set_aside, crossing[["exchange_id", "turn"]].assign(reason="author-across-splits")])
    return Support(
        SupportExamples.frame(kept[SupportExamples.columns()].sort_values(SupportExamples.key())),
        ExamplesSetAside.frame(aside.sort_values(ExamplesSetAside.key())),
        pair_preferences(kept, other_replies, text_scores, settings.preferences),
    )
