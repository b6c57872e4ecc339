"""Under which keys of pseudonyms the accounts of a community stand; under two keys, one account looks like two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from valuenet.curation.reddit.large_tables import open_tables
from valuenet.flows.services.crowd import KEY_VARIABLE, SecretMissingError, account_keys
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.reddit_tables import Comments, Fetched, Posts
from valuenet.warehouse.store import Warehouse

_KEY = re.compile(r"\bk-[0-9a-f]{8}\b")


class MixedKeysError(InputError):
    """Accounts stand under more than one key, so that a split by account would not be one."""


def keys_in(store: Warehouse) -> dict[str, tuple[str, ...]]:
    """Return the ids of the keys that accounts stand under, each with its months.

    Of months read from a dump the recipe names the key. Rows of the API have it noted one by one, as a dump that is
    read over them gives only those a new pseudonym that it has too.
    """
    keys: dict[str, set[str]] = {}
    for table in (Posts, Comments):
        for month, state in store.parts(table).items():
            for key in _KEY.findall(state.recipe):
                keys.setdefault(key, set()).add(month)
        for key, month in _fetched_under(store, table):
            keys.setdefault(key, set()).add(month)
    return {key: tuple(sorted(months)) for key, months in sorted(keys.items())}


def tell_other_keys(settings: ValuenetSettings, store: Warehouse) -> list[str]:
    """Return a line for each key but today's that accounts stand under, with what to do; mostly there is none.

    Where no key is in the environment, every key is named as soon as there are two.
    """
    keys = keys_in(store)
    try:
        today = account_keys().key_id
    except SecretMissingError:
        today = next(iter(keys)) if len(keys) == 1 else ""
    return [
        f"accounts of {_listed(months)} stand under another key of pseudonyms ({key}) than today's"
        f"{f' ({today})' if today else ''}, so one account may look like two; {_next_action(settings)}"
        for key, months in keys.items()
        if key != today
    ]


def refuse_mixed_keys(settings: ValuenetSettings, store: Warehouse) -> None:
    """Raise where accounts stand under more than one key: posts of one account might then be in two splits.

    Raises:
        MixedKeysError: naming the keys, their months and what to do.
    """
    keys = keys_in(store)
    if len(keys) > 1:
        named = "; ".join(f"{key}: {_listed(months)}" for key, months in keys.items())
        raise MixedKeysError(
            f"accounts stand under {len(keys)} keys of pseudonyms ({named}), so no split by account holds; "
            f"{_next_action(settings)}; then build and release again"
        )


def _next_action(settings: ValuenetSettings) -> str:
    return (
        "`valuenet reddit ingest` reads again what the dump has; for what only the API has, set the older key in "
        f"{KEY_VARIABLE} again and ingest, or get the dump files of these months, or move {settings.reddit.api.state} "
        "away and run `valuenet reddit fetch`, which brings again what Reddit still lists"
    )


def _fetched_under(store: Warehouse, table: type[Posts | Comments]) -> Iterable[tuple[str, str]]:
    """Return key and month of the rows of the API that have an account."""
    if store.state(Fetched) is None or store.state(table) is None:
        return []
    key = table.key()[0]
    same = f"fetched.fetched_id = things.{key} AND fetched.thing = '{key.removesuffix('_id')}'"
    joined = f"things JOIN fetched ON {same}"  # the left one is the larger
    wanted = f"SELECT DISTINCT fetched.key_id, fetched.month FROM {joined} WHERE things.author IS NOT NULL"  # noqa: S608
    with open_tables(things=store.arrow(table), fetched=store.arrow(Fetched)) as connection:
        return list(_pairs(connection.sql(wanted).fetchall()))


def _pairs(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[str, str]]:
    for key, month in rows:
        yield str(key), str(month)


def _listed(months: tuple[str, ...]) -> str:
    return ", ".join(months[:3]) + (f" and {len(months) - 3} more months" if len(months) > 3 else "")
