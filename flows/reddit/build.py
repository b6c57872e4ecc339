"""A community's posts and comments to what a supporter learns from. Read top to bottom."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from prefect import flow

from valuenet.flows.artifacts import show_steps
from valuenet.flows.reddit.lock import releases_alone
from valuenet.flows.reddit.scoring import score_community
from valuenet.flows.reddit.steps import EXCHANGES, OTHER_REPLIES, REPEATS, SUPPORT
from valuenet.flows.services.crowd import open_task_runner
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.reddit_tables import ExamplesSetAside, Posts
from valuenet.warehouse.store import Warehouse


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
    steps = [_make(step, settings, store) for step in STEPS.values()]
    show_steps("reddit-build", steps)
    return steps


def _make(
    step: Callable[[ValuenetSettings, Warehouse], StepReport], settings: ValuenetSettings, store: Warehouse
) -> StepReport:
    """Make a table while no take-down runs: it would write back what one took away meanwhile."""
    with releases_alone(settings):
        return step(settings, store)


def score(settings: ValuenetSettings, _store: Warehouse) -> StepReport:
    """Read feeling and values of what posters and others said."""
    return score_community.with_options(task_runner=open_task_runner(settings))(settings)


#: The steps in their order. In none of them are all texts in memory.
STEPS: Mapping[str, Callable[[ValuenetSettings, Warehouse], StepReport]] = MappingProxyType(
    {
        "repeats": REPEATS.run,
        "exchanges": EXCHANGES.run,
        "other replies": OTHER_REPLIES.run,
        "scores": score,
        "support": SUPPORT.run,
    }
)


def count_set_aside(settings: ValuenetSettings) -> dict[str, int]:
    """Return how many replies are no support example, by reason, most first."""
    reasons = Warehouse(settings.warehouse).read_or_empty(ExamplesSetAside)["reason"]
    counts = reasons.value_counts().rename_axis("reason").reset_index(name="replies")
    ordered = counts.sort_values(["replies", "reason"], ascending=[False, True])
    return dict(zip(ordered["reason"], (int(count) for count in ordered["replies"]), strict=True))
