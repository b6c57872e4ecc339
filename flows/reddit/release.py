"""Exchanges, support examples and pairs to a published release, with their texts or as ids alone."""

from typing import Any

from prefect import flow

from valuenet.curation.reddit.intake.merging import FETCHED
from valuenet.curation.reddit.intake.withdrawals import Withdrawn, thing_ids
from valuenet.curation.reddit.release_counts import count_source
from valuenet.flows.artifacts import show_release
from valuenet.flows.reddit.facts import facts_of
from valuenet.flows.reddit.keys import refuse_mixed_keys
from valuenet.flows.reddit.lock import releases_alone
from valuenet.flows.reddit.recipes import refuse_stale
from valuenet.flows.reddit.reports import report_coverage
from valuenet.flows.reddit.withdrawn_releases import check_releases, days_asked
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import run_task
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.reddit_tables import (
    Comments,
    ExamplesSetAside,
    Exchanges,
    OtherReplies,
    PersonalData,
    Posts,
    Preferences,
    RedditRejected,
    Repeats,
    SupportExamples,
    TextScores,
    Withdrawals,
)
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import ReleaseRef, store_files
from valuenet.warehouse.release.support.contents import SupportContents, lay_out
from valuenet.warehouse.release.support.render import render_support
from valuenet.warehouse.release.support.select import select_for_release
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Table

#: Tables a release of support threads is made from; their content hashes stand in its manifest.
INPUTS: tuple[type[Table], ...] = (
    Posts, Comments, PersonalData, Repeats, Exchanges, OtherReplies, TextScores, SupportExamples, Preferences,
    Withdrawals,
)  # fmt: skip


class NothingToReleaseError(InputError):
    """There are no support examples yet."""


@flow(name="reddit-release")
def release_support(settings: ValuenetSettings) -> ReleaseRef:
    """Publish exchanges, support examples and preference pairs as an immutable release.

    Raises:
        NothingToReleaseError, StaleTablesError, MixedKeysError: see ``assemble_support``.
        ReleaseExistsError: if name and version are taken by other files.
    """
    published = run_task("publish support release", lambda: release_alone(settings), retries=2)
    figures = Place(published.uri).inner("figures")
    pngs = sorted(name for name in figures.sizes() if name.endswith(".png"))
    show_release(published.uri, published.created, [(name[:-4], figures.read(name)) for name in pngs])
    return ReleaseRef(*published)


def release_alone(settings: ValuenetSettings) -> ReleaseRef:
    """Publish what the tables hold now while no take-down runs, and honour what was withdrawn meanwhile all the same.

    Raises:
        CommunityBusyError: if another release or take-down does not end.
    """
    store = Warehouse(settings.warehouse)
    with releases_alone(settings):
        contents = assemble_support(settings, store)
        reference = publish_support(contents, settings)
        _honour_later_withdrawals(contents, settings, store)
    return reference


def publish_support(contents: SupportContents, settings: ValuenetSettings) -> ReleaseRef:
    """Write the files of a release and return where they lie."""
    named = settings.reddit.named_release()
    place = Place(settings.releases).inner(named.folder)
    created = store_files(render_support(contents, named), place)
    return ReleaseRef(place.uri, named.version, created)


def _honour_later_withdrawals(contents: SupportContents, settings: ValuenetSettings, store: Warehouse) -> None:
    """Do for the releases what a take-down does that began after the tables were read and ended before this one."""
    state = store.state(Withdrawals)
    if state is not None and state.content != contents.inputs.get(Withdrawals.table_name()):
        check_releases(settings.releases, days_asked(store.read(Withdrawals)))


def assemble_support(settings: ValuenetSettings, store: Warehouse) -> SupportContents:
    """Return the contents of the release that the tables of ``store`` make now; what was withdrawn is left out.

    Raises:
        NothingToReleaseError: if there are no support examples.
        StaleTablesError: if a table was made otherwise than the card would say.
        MixedKeysError: if accounts stand under two keys of pseudonyms, as the splits then do not hold.
    """
    examples = store.read_or_empty(SupportExamples)
    if examples.empty:
        raise NothingToReleaseError(
            f"{settings.warehouse} has no support examples; `valuenet reddit build` makes them, then release again"
        )
    refuse_mixed_keys(settings, store)
    refuse_stale(settings, store)
    withdrawn = Withdrawn.of(store.read_or_empty(Withdrawals))
    selected = select_for_release(
        store.read(Exchanges),
        examples,
        store.read_or_empty(Preferences),
        thing_ids(withdrawn.posts, withdrawn.comments),
        withdrawn.authors,
    )
    return SupportContents(
        rows=lay_out(selected),
        source={**count_tables(store), "left_out": selected.left_out},
        facts=facts_of(settings, report_coverage(settings), months_of_api(store)),
        settings=stages_of(settings),
        inputs={table.table_name(): state.content for table in INPUTS if (state := store.state(table))},
    )


def months_of_api(store: Warehouse) -> list[str]:
    """Return the months of which posts or comments came from Reddit's API alone."""
    parts = [(month, state) for table in (Posts, Comments) for month, state in store.parts(table).items()]
    return sorted({month for month, state in parts if state.recipe == FETCHED})


def count_tables(store: Warehouse) -> dict[str, Any]:
    """Return what was read and filtered, for card and statistics."""
    there = {table.table_name(): store.arrow(table) for table in (Posts, Comments) if store.state(table)}
    return count_source(
        there,
        store.read_or_empty(RedditRejected),
        store.read_or_empty(PersonalData),
        store.read_or_empty(ExamplesSetAside),
        store.read_or_empty(Repeats),
    )


def stages_of(settings: ValuenetSettings) -> dict[str, Any]:
    """Return the settings of every stage of the Reddit build, ready for JSON; those of the release stand apart."""
    stages = {name: stage for name, stage in settings.reddit if isinstance(stage, Settings) and name != "release"}
    return {f"reddit_{name}": stage.model_dump(mode="json") for name, stage in stages.items()}
