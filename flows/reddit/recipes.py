"""Whether the tables of a community are what today's settings, rules and models make; if not, nothing is released."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from valuenet.curation.reddit.intake.language import EnglishJudge
from valuenet.curation.reddit.intake.merging import FETCHED
from valuenet.curation.reddit.intake.name_model import open_name_finder
from valuenet.flows.reddit.months import itemise_ingest
from valuenet.flows.reddit.scoring import NO_TEXTS, itemise_scorers
from valuenet.flows.reddit.steps import EXCHANGES, OTHER_REPLIES, REPEATS, SUPPORT
from valuenet.flows.services.reddit import open_category_scorer, open_emotion_reader
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.table_steps import TableStep
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.recipes.recipe import Recipe
from valuenet.warehouse.reddit_tables import (
    Comments,
    Exchanges,
    OtherReplies,
    Posts,
    Preferences,
    Repeats,
    SupportExamples,
    TextScores,
)
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Table

#: Tables of `valuenet reddit build` that are written whole and that a card tells of, by the step that makes them.
_BUILT: Mapping[type[Table], TableStep] = {
    Repeats: REPEATS,
    Exchanges: EXCHANGES,
    OtherReplies: OTHER_REPLIES,
    SupportExamples: SUPPORT,
    Preferences: SUPPORT,
}
_INGEST, _BUILD = "`valuenet reddit ingest`, then `valuenet reddit build`", "`valuenet reddit build`"


class StaleTablesError(InputError):
    """A table was made with other settings, rules or models than those of today, which a card would describe."""


class Stale(NamedTuple):
    """A table that is not what today's settings make, the parts of it (none where it is whole), and what makes it."""

    table: str
    parts: tuple[str, ...]
    again: str


def refuse_stale(settings: ValuenetSettings, store: Warehouse) -> None:
    """Raise where a card would describe other settings than the tables were made with.

    Raises:
        StaleTablesError: naming the first such table and what makes it anew.
    """
    for table, parts, again in find_stale(settings, store):
        more = f" and {len(parts) - 3} more" if len(parts) > 3 else ""
        where = f" ({', '.join(parts[:3])}{more})" if parts else ""
        raise StaleTablesError(
            f"table {table!r}{where} is not what the settings, rules and models of today make, and the card would "
            f"describe those (`valuenet why-stale {table}` says why); run {again}, then release again"
        )


def find_stale(settings: ValuenetSettings, store: Warehouse) -> Iterator[Stale]:
    """Yield what is stale, in the order the tables are made in.

    Months that the API alone brought cannot be read again from a dump; they stay as they came in.
    """
    ingest, scorers = ingest_today(settings, store).key(), scorers_today(settings, store).key()
    yield from _parts_of_others(store, Posts, ingest, _INGEST)
    yield from _parts_of_others(store, Comments, ingest, _INGEST)
    yield from _made_otherwise(settings, store, Repeats)
    yield from _made_otherwise(settings, store, Exchanges)
    yield from _made_otherwise(settings, store, OtherReplies)
    yield from _parts_of_others(store, TextScores, scorers, _BUILD)
    yield from _made_otherwise(settings, store, SupportExamples)
    yield from _made_otherwise(settings, store, Preferences)


def ingest_today(settings: ValuenetSettings, store: Warehouse) -> Recipe:
    """Return the recipe that those of months begin with which come in today; no key is needed for it."""
    return itemise_ingest(settings, store, EnglishJudge(), open_name_finder(settings.reddit.names))


def scorers_today(settings: ValuenetSettings, store: Warehouse) -> Recipe:
    """Return the recipe that those of scores begin with which today's models make."""
    services = {"emotion": open_emotion_reader(settings), "categories": open_category_scorer(settings)}
    return itemise_scorers(settings.reddit.scoring, store, services)


def recipe_today(table: type[Table], settings: ValuenetSettings, store: Warehouse) -> str:
    """Return the recipe that `valuenet reddit build` would give a table that is written whole."""
    return _BUILT[table].recipe(settings, store)


def _parts_of_others(store: Warehouse, table: type[Table], begins: str, again: str) -> Iterator[Stale]:
    """Yield a table that is written in parts, where some do not begin as those of today."""
    parts = {part: state.recipe.split(" ")[0] for part, state in store.parts(table).items()}
    others = tuple(part for part, recipe in parts.items() if recipe not in (begins, FETCHED, NO_TEXTS))
    if others:
        yield Stale(table.table_name(), others, again)


def _made_otherwise(settings: ValuenetSettings, store: Warehouse, table: type[Table]) -> Iterator[Stale]:
    state = store.state(table)
    if state is not None and state.recipe != recipe_today(table, settings, store):
        yield Stale(table.table_name(), (), _BUILD)
