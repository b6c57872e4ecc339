"""What made a table or a model stale: which file, setting, library version, data file or input."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from valuenet.flows.curation import CURATION
from valuenet.flows.people.annotation import PAIRS, QUALIFICATION, SETTLEMENT
from valuenet.flows.reddit.recipes import ingest_today, scorers_today
from valuenet.flows.reddit.scoring import NO_TEXTS
from valuenet.flows.reddit.steps import EXCHANGES, OTHER_REPLIES, REPEATS, SUPPORT
from valuenet.flows.release import SPLITS
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.table_steps import TableStep
from valuenet.warehouse.catalog import TABLES, UnknownTableError, find_table
from valuenet.warehouse.commits import TableState
from valuenet.warehouse.recipes.kept import read_recipe
from valuenet.warehouse.recipes.recipe import NOT_ITEMISED, Recipe, differences
from valuenet.warehouse.reddit_tables import Comments, PersonalData, Posts, RedditRejected, TextScores
from valuenet.warehouse.store import TableMissingError, Warehouse
from valuenet.warehouse.tables import Table

_STEPS: tuple[TableStep, ...] = (
    *CURATION, PAIRS, QUALIFICATION, *SETTLEMENT, SPLITS, REPEATS, EXCHANGES, OTHER_REPLIES, SUPPORT,
)  # fmt: skip
#: Every table that a step writes whole, by name, with the step.
WRITTEN: Mapping[str, TableStep] = {table.table_name(): step for step in _STEPS for table in step.writes}
_MONTHS: tuple[type[Table], ...] = (Posts, Comments, RedditRejected, PersonalData)


class Answer(NamedTuple):
    """Whether something is stale, and every reason in a sentence of its own."""

    name: str
    stale: bool
    reasons: tuple[str, ...]


def why_stale(named: str, settings: ValuenetSettings, data: str = "") -> Answer:
    """Return whether a table, or the model in a folder, is what today's code, settings and inputs make, and why not.

    Args:
        named: a table, or the folder of a model.
        settings: those of today; of a value model what is set under ``modelling.training`` is compared.
        data: what a model should have been trained on (see ``stale_reasons``); empty to take its data as they were.

    Raises:
        UnknownTableError: if ``named`` is neither a table nor a folder.
        TableMissingError: if the table was never written.
    """
    folder = Path(named)
    if named.lower() not in TABLES and folder.is_dir():
        return _why_model(folder, settings, data)
    if named.lower() not in TABLES:
        raise UnknownTableError(f"{named!r} is no folder of a model and no table; `valuenet tables` lists the tables")
    return _why_table(find_table(named), settings, Warehouse(settings.warehouse))


def _why_table(table: type[Table], settings: ValuenetSettings, store: Warehouse) -> Answer:
    name, state = table.table_name(), store.state(table)
    if state is None:
        raise TableMissingError(f"table {name!r} is not in {store.uri} yet")
    if table in _MONTHS:
        return _why_parts(table, store, ingest_today(settings, store), "reddit.filters")
    if table is TextScores:
        return _why_parts(table, store, scorers_today(settings, store), "reddit.scoring")
    if name not in WRITTEN:
        return Answer(
            name, stale=False, reasons=("it holds what came in; no step makes it, so that it is never stale",)
        )
    step = WRITTEN[name]
    reasons = _reasons(store, state.recipe, step.itemise(settings, store), step.stage)
    return Answer(name, bool(reasons), reasons)


def _why_parts(table: type[Table], store: Warehouse, today: Recipe, stage: str) -> Answer:
    """Answer for a table in parts; parts that were made alike stand together."""
    by_recipe: dict[str, list[str]] = {}
    for part, state in store.parts(table).items():
        begins = _begin(state)
        if begins is not None:
            by_recipe.setdefault(begins, []).append(part)
    reasons = [
        f"{', '.join(parts[:3])}{f' and {len(parts) - 3} more' if len(parts) > 3 else ''}: {reason}"
        for recipe, parts in by_recipe.items()
        for reason in _reasons(store, recipe, today, stage)
    ]
    return Answer(table.table_name(), bool(reasons), tuple(reasons))


def _begin(state: TableState) -> str | None:
    """Return the first word of a part's recipe; None where no step of today would make the part again."""
    from valuenet.curation.reddit.intake.merging import FETCHED

    first = state.recipe.split(" ")[0]
    return None if first in {FETCHED, NO_TEXTS, ""} else first


def _reasons(store: Warehouse, key: str, today: Recipe, stage: str) -> tuple[str, ...]:
    if key == today.key():
        return ()
    then = read_recipe(store.uri, key)
    if then is None:
        return (NOT_ITEMISED,)
    changes = (
        change._replace(name=f"{stage}.{change.name}") if change.kind == "setting" else change
        for change in differences(then, today)
    )
    return tuple(map(str, changes))


def _why_model(folder: Path, settings: ValuenetSettings, data: str) -> Answer:
    from valuenet.flows.modelling.stale import stale_reasons

    reasons = stale_reasons(folder, data, settings.modelling.training)
    return Answer(str(folder), bool(reasons), reasons)
