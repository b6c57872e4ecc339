"""Why a row of one release of support threads is another in the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

#: Settings that say what a release is called, not how its rows come about.
_OF_THE_RELEASE = "release."


class History(NamedTuple):
    """What is known of the way from one release to the next.

    ``withdrawn`` config -> keys that the tombstones of the old one name; ``months`` read for the new one alone;
    ``settings`` paths of settings that differ.
    """

    withdrawn: Mapping[str, frozenset[str]]
    months: frozenset[str]
    settings: tuple[str, ...]

    @property
    def stages(self) -> list[str]:
        """Stages of the build of which a setting differs."""
        return sorted({name.split(".")[0] for name in self.settings if not name.startswith(_OF_THE_RELEASE)})


def reason_of(row: Any, history: History) -> str:
    """Return why a row changed; ``row`` has config, key, change and the month of its last turn (new side)."""
    if row.change == "gone" and row.key in history.withdrawn.get(row.config, ()):
        return "withdrawn"
    if row.change == "added" and row.month_new and row.month_new in history.months:
        return "new month"
    if history.stages:
        return f"settings of {', '.join(history.stages)} changed"
    if row.change in ("added", "gone", "moved") and history.months:
        return "new months" if row.change == "added" else "threads go on in new months"
    return {
        "gone": "no longer in the source",
        "added": "new in the source",
        "moved": "other posts and accounts share its split",
        "relabelled": "other models or votes",
    }.get(row.change, "texts changed in the source")
