"""A community's posts and comments to what a supporter learns from. Read top to bottom."""

from prefect import flow

from curation.reddit.exchanges import rebuild_exchanges
from curation.reddit.other_replies import choose_other_replies
from curation.reddit.support import choose_support_examples
from flows.artifacts import show_steps
from flows.reddit_scoring import score_community
from flows.services import open_task_runner
from flows.settings import ValuenetSettings
from flows.step import StepReport, run_step
from warehouse.errors import InputError
from warehouse.reddit_tables import (
    Comments,
    ExamplesSetAside,
    Exchanges,
    Orphans,
    OtherReplies,
    Posts,
    Preferences,
    SupportExamples,
    TextScores,
    Withdrawals,
)
from warehouse.store import Warehouse


class NothingIngestedError(InputError):
    """There is no post to build from."""


@flow(name="reddit-build")
def build_reddit(settings: ValuenetSettings) -> list[StepReport]:
    """Build exchanges, scores, support examples and preference pairs of the posts and comments read so far.

    Raises:
        NothingIngestedError: if none was read.
    """
    store = Warehouse(settings.warehouse)
    if store.state(Posts) is None:
        raise NothingIngestedError(
            f"no posts are in {settings.warehouse} yet; `valuenet reddit ingest` reads them from dump files"
        )
    steps = [step(settings, store) for step in STEPS]
    show_steps("reddit-build", steps)
    return steps


def rebuild(settings: ValuenetSettings, store: Warehouse) -> StepReport:
    """Posts and comments to the exchanges in them."""
    return run_step(
        rebuild_exchanges,
        settings.reddit_exchanges,
        store,
        reads=(Posts, Comments, Withdrawals),
        writes=(Orphans, Exchanges),
        as_datasets=True,
    )


def choose_others(settings: ValuenetSettings, store: Warehouse) -> StepReport:
    """Comments to what other people said to those posts."""
    return run_step(
        choose_other_replies,
        settings.reddit_other_replies,
        store,
        reads=(Comments, Withdrawals, Exchanges),
        writes=(OtherReplies,),
        as_datasets=True,
    )


def score(settings: ValuenetSettings, _store: Warehouse) -> StepReport:
    """Texts of both to the feeling and the values in them."""
    return score_community.with_options(task_runner=open_task_runner(settings))(settings)


def choose_support(settings: ValuenetSettings, store: Warehouse) -> StepReport:
    """All of them to support examples and preference pairs."""
    return run_step(
        choose_support_examples,
        settings.reddit_support,
        store,
        reads=(Exchanges, OtherReplies, TextScores),
        writes=(SupportExamples, ExamplesSetAside, Preferences),
        as_datasets=True,
    )


#: The steps in their order. In none of them are all texts in memory.
STEPS = (rebuild, choose_others, score, choose_support)


def count_set_aside(settings: ValuenetSettings) -> dict[str, int]:
    """Return how many replies are no support example, by reason, most first."""
    reasons = Warehouse(settings.warehouse).read_or_empty(ExamplesSetAside)["reason"]
    counts = reasons.value_counts().rename_axis("reason").reset_index(name="replies")
    ordered = counts.sort_values(["replies", "reason"], ascending=[False, True])
    return dict(zip(ordered["reason"], (int(count) for count in ordered["replies"]), strict=True))
