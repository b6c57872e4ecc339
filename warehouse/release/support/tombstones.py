"""What was withdrawn from a published release, beside it: a release never changes, but what it says of itself may.

`RELEASES/NAME-VERSION.withdrawn.json` holds ids of posts and comments, dates, and the ids of the rows they stand in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from valuenet.warehouse.release.manifest import ReleaseUnreadableError
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.report_json import to_json

_ENDING = ".withdrawn.json"


class Tombstone(BaseModel):
    """One post or comment that a release holds and whose author withdrew it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    """Reddit's id with `t3_` or `t1_`."""
    date: str
    """When it was asked for, YYYY-MM-DD."""
    reason: str = "withdrawn"


class Tombstones(BaseModel):
    """What to delete from copies of a release."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    withdrawn: tuple[Tombstone, ...] = ()
    rows: dict[str, tuple[str, ...]] = {}
    """Config -> keys of the rows that hold something withdrawn."""

    @property
    def count(self) -> int:
        """Posts and comments that were withdrawn."""
        return len(self.withdrawn)


def read_tombstones(release: Place) -> Tombstones:
    """Return what was withdrawn from the release at ``release``; nothing where it has no tombstones.

    Raises:
        ReleaseUnreadableError: if the file beside it does not read.
    """
    around, name = _beside(release)
    if not around.has(name):
        return Tombstones()
    try:
        return Tombstones.model_validate_json(around.read(name))
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise ReleaseUnreadableError(f"{around.uri}/{name} does not read ({reason}); take it from a copy") from None


def write_tombstones(release: Place, dates: Mapping[str, str], rows: Mapping[str, Iterable[str]]) -> bool:
    """Add what was withdrawn (id -> date) and the rows it stands in; False where all of it was written down before."""
    before = read_tombstones(release)
    known = {stone.id: stone for stone in before.withdrawn}
    stones = known | {name: Tombstone(id=name, date=date) for name, date in dates.items() if name not in known}
    configs = {*before.rows, *rows}
    merged = {name: tuple(sorted({*before.rows.get(name, ()), *rows.get(name, ())})) for name in sorted(configs)}
    after = Tombstones(withdrawn=tuple(stones[name] for name in sorted(stones)), rows=merged)
    if after == before:
        return False
    around, name = _beside(release)
    around.write(name, to_json(_plain(after)))
    return True


def _plain(stones: Tombstones) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(stones.model_dump_json())
    return plain


def _beside(release: Place) -> tuple[Place, str]:
    folder, _, name = release.uri.rpartition("/")
    return Place(folder or "."), name + _ENDING
