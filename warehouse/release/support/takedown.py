"""What a published release holds of what was withdrawn, and the same release again without it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from valuenet.warehouse.release.support.contents import SupportContents
from valuenet.warehouse.release.support.read import SupportRelease
from valuenet.warehouse.release.support.rows import Rows
from valuenet.warehouse.release.support.schema import key_of
from valuenet.warehouse.release.support.settings import SupportReleaseSettings

_NAMED = ("exchange_id", "example_id", "post_id", "ids", "rejected_id")


class Held(NamedTuple):
    """What a release holds of what was withdrawn.

    ``things`` ids of posts and comments, with `t3_` and `t1_`; ``rows`` config -> keys of the rows to take out.
    """

    things: frozenset[str]
    rows: dict[str, list[str]]

    @property
    def any(self) -> bool:
        """Whether it holds something."""
        return bool(self.things)

    def counts(self) -> dict[str, int]:
        """Return rows to take out by config."""
        return {config: len(keys) for config, keys in self.rows.items()}


def find_withdrawn(rows: Rows, withdrawn: Collection[str]) -> Held:
    """Return what ``rows`` hold of ``withdrawn`` (ids with `t3_` and `t1_`).

    An exchange with a withdrawn turn goes whole, with its examples and their pairs; a pair goes too whose rejected
    comment was withdrawn.
    """
    wanted, things = frozenset(withdrawn), set[str]()
    gone: dict[str, set[str]] = {"exchange_id": set(), "example_id": set()}
    gone_keys: dict[str, list[str]] = {}
    for config in ("exchanges", "safety_evaluation", "support_examples", "preferences"):
        keys: list[str] = []
        for table in (table for config_and_split, table in rows.items() if config_and_split[0] == config):
            named = table[key_of(config)].to_pylist()
            keys += [key for key, row in zip(named, _ids(table), strict=True) if _touched(row, wanted, gone, things)]
        gone[key_of(config)] = gone.get(key_of(config), set()) | set(keys)
        gone_keys[config] = sorted(keys)
    return Held(frozenset(things), {config: keys for config, keys in gone_keys.items() if keys})


def publish_again(release: SupportRelease, held: Held, date: dt.date) -> tuple[SupportContents, SupportReleaseSettings]:
    """Return contents and settings of the next patch version, without the rows of ``held``; nothing else changes.

    Args:
        release: the one that takes place is taken of.
        held: what it must no longer hold.
        date: when the newest of the withdrawals was asked for.
    """
    before, settings = release.contents(), release.release_settings
    rows = {key: _without(table, key[0], held) for key, table in before.rows.items()}
    follows = {"version": settings.version, "reason": "withdrawn", "rows": held.counts()}
    contents = SupportContents(
        {key: table for key, table in rows.items() if table.num_rows},
        before.source,
        before.facts,
        before.settings,
        before.inputs,
        follows,
    )
    later = max(date, settings.date)
    return contents, settings.model_copy(update={"version": next_patch(settings.version), "date": later})


def next_patch(version: str) -> str:
    """Return the version number after this one that says: the same, corrected."""
    major, minor, patch = version.split(".")
    return f"{major}.{minor}.{int(patch) + 1}"


def _ids(table: pa.Table) -> list[dict[str, Any]]:
    """Return the ids of each row, without its texts."""
    rows: list[dict[str, Any]] = table.select([name for name in _NAMED if name in table.column_names]).to_pylist()
    return rows


def _touched(row: Mapping[str, Any], wanted: frozenset[str], gone: Mapping[str, set[str]], things: set[str]) -> bool:
    """Return whether a row names something withdrawn, or is made from a row that goes; adds what it names."""
    own = {*row.get("ids", ()), f"t3_{row['post_id']}", row.get("rejected_id", "")} & wanted
    things.update(own)
    return bool(own) or row.get("exchange_id") in gone["exchange_id"] or row.get("example_id") in gone["example_id"]


def _without(table: pa.Table, config: str, held: Held) -> pa.Table:
    gone = held.rows.get(config, [])
    if not gone:
        return table
    return table.filter(pa.array(~np.isin(np.array(table[key_of(config)].to_pylist(), dtype=object), gone)))
