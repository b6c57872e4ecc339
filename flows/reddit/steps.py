"""The steps of a community whose tables are written whole: what makes them, of what, and by which settings."""

from __future__ import annotations

from valuenet.curation.reddit.support.support import choose_support_examples
from valuenet.curation.reddit.threads.duplicates import find_repeats
from valuenet.curation.reddit.threads.exchanges import rebuild_exchanges
from valuenet.curation.reddit.threads.other_replies import choose_other_replies
from valuenet.flows.table_steps import TableStep
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

#: Posts and comments to those that repeat another.
REPEATS = TableStep(find_repeats, "reddit.duplicates", (Posts, Comments, Withdrawals), (Repeats,), as_datasets=True)
#: Posts and comments to the exchanges in them.
EXCHANGES = TableStep(
    rebuild_exchanges,
    "reddit.exchanges",
    (Posts, Comments, Withdrawals, Repeats),
    (Orphans, Exchanges),
    as_datasets=True,
)
#: Comments to what other people said to those posts.
OTHER_REPLIES = TableStep(
    choose_other_replies,
    "reddit.other_replies",
    (Comments, Withdrawals, Repeats, Exchanges),
    (OtherReplies,),
    as_datasets=True,
)
#: All of them, with their scores, to support examples and preference pairs.
SUPPORT = TableStep(
    choose_support_examples,
    "reddit.support",
    (Exchanges, OtherReplies, TextScores),
    (SupportExamples, ExamplesSetAside, Preferences),
    as_datasets=True,
)
