"""One month of a dump: read, anonymised and filtered, written; in a process of its own, or on a worker elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from valuenet.curation.reddit.dump.decoding import Decoded, decode_dump
from valuenet.curation.reddit.dump.files import Dump, DumpFile
from valuenet.curation.reddit.intake.anonymiser import Guards, MonthRead, take_month
from valuenet.curation.reddit.intake.language import LanguageJudge
from valuenet.curation.reddit.intake.merging import FETCHED, keep_fetched, renew_keys
from valuenet.curation.reddit.intake.names import NameFinder
from valuenet.flows.recipe import itemise
from valuenet.flows.services.crowd import open_guards
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport
from valuenet.warehouse.errors import StorageError
from valuenet.warehouse.hashing import hash_id
from valuenet.warehouse.recipes.kept import keep_recipe
from valuenet.warehouse.recipes.recipe import Recipe
from valuenet.warehouse.reddit_tables import Comments, Fetched, PersonalData, Posts, RedditRejected, Withdrawals
from valuenet.warehouse.store import Seen, Warehouse
from valuenet.warehouse.tables import Table

#: Tables that have a part for each month.
_BY_MONTH: tuple[type[Table], ...] = (Fetched, RedditRejected, PersonalData, Posts, Comments)


class WithdrawnMeanwhileError(StorageError):
    """A take-down ran beside the reading of a month, which only happens on an object store: there is no lock."""


def see_month(store: Warehouse, month: str) -> dict[type[Table], Seen]:
    """Return what every table holds of a month now; whoever writes it later must find it so.

    Two runs on one month are kept apart by a lock in a folder. On an object store there is none, and the later of the
    two commits would write over what the earlier one brought.
    """
    return {table: Seen(store.parts(table).get(month)) for table in _BY_MONTH}


class MonthJob(NamedTuple):
    """A month to read. The key of pseudonyms is not in it: whoever does the work has it from the environment."""

    settings: ValuenetSettings
    month: str
    posts: DumpFile | None
    comments: DumpFile | None
    recipe: str
    current: bool
    """Whether its tables are already what its files, settings and withdrawals make of it."""


def read_month(job: MonthJob) -> StepReport:
    """Read the files of a month and write its part of every table, and return how many rows there are."""
    name, settings, store = f"read {job.month}", job.settings, Warehouse(job.settings.warehouse)
    if job.current:
        return StepReport(name, True, {})
    dump, guards = Dump(settings.reddit.dump), open_guards(settings.reddit.names)
    seen, withdrawals = see_month(store, job.month), store.state(Withdrawals)  # before anything is read
    posts, comments = (_decode(dump, file, settings) for file in (job.posts, job.comments))
    taken = take_month(
        posts,
        comments,
        store.read_or_empty(Withdrawals),
        settings.reddit.filters,
        month=job.month,
        guards=guards,
    )
    recipe = job.recipe
    if any(FETCHED in state.recipe for table in (Posts, Comments) if (state := store.parts(table).get(job.month))):
        known = store.read_part(Posts, job.month), store.read_part(Comments, job.month)
        fetched = store.read_part(Fetched, job.month) if job.month in store.parts(Fetched) else None
        if fetched is not None:  # before the rows: a kill in between makes the month be read again
            renewed = renew_keys(fetched, taken, guards.keys.key_id)
            store.write_part(Fetched, job.month, renewed, recipe=FETCHED, seen=seen[Fetched])
        taken, recipe = keep_fetched(*known, taken, fetched, month=job.month), with_fetched(recipe)
    rows = _write_month(store, job.month, taken, recipe, seen)
    if store.state(Withdrawals) != withdrawals:
        raise WithdrawnMeanwhileError(
            f"withdrawals came in while {job.month} was read, and it may hold what they took away; run the same "
            "command again now, it reads the month without it"
        )
    return StepReport(name, False, rows)


def _write_month(
    store: Warehouse, month: str, taken: MonthRead, recipe: str, seen: Mapping[type[Table], Seen]
) -> dict[str, int]:
    """Write the month's part of every table and return how many rows each has."""
    made: list[tuple[type[Table], pd.DataFrame | None]] = [
        (RedditRejected, taken.rejected),
        (PersonalData, taken.personal_data),
        (Posts, taken.posts),
        (Comments, taken.comments),
    ]
    written = [(table, frame) for table, frame in made if frame is not None]
    for table, frame in written:
        store.write_part(table, month, frame, recipe=recipe, seen=seen[table])
    return {table.table_name(): len(frame) for table, frame in written}


def with_fetched(recipe: str) -> str:
    """Return the recipe of a month that holds rows of the API beside those of its dump, or (empty) of no dump."""
    return recipe if FETCHED in recipe else f"{recipe} {FETCHED}".strip()


def recipe_of_month(settings: ValuenetSettings, store: Warehouse, fingerprints: dict[str, str], guards: Guards) -> str:
    """Return the recipe of a month in three words: that of the ingest, the id of the key, and what came in.

    The first says what a data card says, and the second whose pseudonyms stand in the rows; both can be asked later,
    without the dump. The third is of what the files hold (``fingerprints``, a hash by kind) and of the withdrawals.
    The items of the first are kept in the warehouse for `valuenet why-stale`.
    """
    ingest = keep_recipe(store.uri, itemise_ingest(settings, store, guards.language, guards.names))
    withdrawn = store.state(Withdrawals)
    came_in = hash_id("", *sorted(fingerprints.items()), None if withdrawn is None else withdrawn.content)
    return f"{ingest} {guards.keys.key_id} {came_in}"


def itemise_ingest(
    settings: ValuenetSettings, store: Warehouse, language: LanguageJudge, names: NameFinder | None
) -> Recipe:
    """Return the recipe of the ingest: code, filters, decoding, and what judges the language and finds names."""
    services = {"decoding": settings.reddit.decoding.model_dump_json(), "language": language, "names": names}
    beside = (decode_dump, keep_fetched, renew_keys)
    return itemise(take_month, settings.reddit.filters, store, (), services, beside=beside)


def _decode(dump: Dump, file: DumpFile | None, settings: ValuenetSettings) -> Decoded | None:
    if file is None:
        return None
    with dump.open(file) as stream:
        return decode_dump(
            stream,
            settings.reddit.decoding,
            community=settings.reddit.community,
            name=file.name,
            kind=file.kind,
            month=file.month,
        )
