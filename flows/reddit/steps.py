"""The steps of a community whose tables are written whole: what makes them, of what, and by which settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from valuenet.curation.reddit.support.support import choose_support_examples
from valuenet.curation.reddit.threads.duplicates import find_repeats
from valuenet.curation.reddit.threads.exchanges import rebuild_exchanges
from valuenet.curation.reddit.threads.other_replies import choose_other_replies
from valuenet.flows.recipe import recipe_of
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport, run_step
from valuenet.warehouse.reddit_tables import (
    Comments,
    ExamplesSetAside,
    Exchanges,
    Orphans,
    OtherReplies,
    Posts,
    Preferences,
    Repeats,
    SupportExamples,
    TextScores,
    Withdrawals,
)
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Table

Tables = tuple[type[Table], ...]


class TableStep(NamedTuple):
    """A step, told once for whoever runs it and for whoever asks whether its tables are current."""

    function: Callable[..., Any]
    stage: str
    """The part of the settings that decides it."""
    reads: Tables
    writes: Tables

    def run(self, settings: ValuenetSettings, store: Warehouse) -> StepReport:
        """Make the tables, unless they are current; what is read may be larger than memory."""
        own = getattr(settings.reddit, self.stage)
        return run_step(self.function, own, store, reads=self.reads, writes=self.writes, as_datasets=True)

    def recipe(self, settings: ValuenetSettings, store: Warehouse) -> str:
        """Return the recipe of its tables by today's settings and what is there to read."""
        return recipe_of(self.function, getattr(settings.reddit, self.stage), store, self.reads, {})


#: Posts and comments to those that repeat another.
REPEATS = TableStep(find_repeats, "duplicates", (Posts, Comments, Withdrawals), (Repeats,))
#: Posts and comments to the exchanges in them.
EXCHANGES = TableStep(rebuild_exchanges, "exchanges", (Posts, Comments, Withdrawals, Repeats), (Orphans, Exchanges))
#: Comments to what other people said to those posts.
OTHER_REPLIES = TableStep(
    choose_other_replies, "other_replies", (Comments, Withdrawals, Repeats, Exchanges), (OtherReplies,)
)
#: All of them, with their scores, to support examples and preference pairs.
SUPPORT = TableStep(
    choose_support_examples,
    "support",
    (Exchanges, OtherReplies, TextScores),
    (SupportExamples, ExamplesSetAside, Preferences),
)
