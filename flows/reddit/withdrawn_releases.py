"""Which releases and models hold what was withdrawn; tombstones beside them, and the newest published again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from valuenet.flows.reddit.takedown_report import Holding
from valuenet.models.training.trained_on import TrainedModel, models_trained_on
from valuenet.warehouse.release.manifest import MANIFEST, SUPPORT, read_kind
from valuenet.warehouse.release.place import Place, PlaceError
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release.support.read import SupportRelease
from valuenet.warehouse.release.support.render import render_support
from valuenet.warehouse.release.support.takedown import Held, find_withdrawn, publish_again
from valuenet.warehouse.release.support.tombstones import write_tombstones

Named = tuple[str, bool]
"""Name of a release, and whether it is without texts."""


def check_releases(releases: str, dates: Mapping[str, str]) -> list[Holding]:
    """Return the releases that hold something withdrawn, each with its tombstones written.

    The newest version of each name is published again without it, as the next patch version; what is older is not.

    Args:
        releases: folder or ``s3://`` URI they lie under.
        dates: id of each withdrawn post and comment (`t3_`, `t1_`) -> day it was asked for.
    """
    releases_by_uri = {uri: SupportRelease(uri) for uri in support_releases(releases)}
    newest = _newest(releases_by_uri.values())
    holding = []
    for release in releases_by_uri.values():
        held = find_withdrawn(release.tables(), dates)
        if held.any:
            write_tombstones(release.place, {name: dates[name] for name in held.things}, held.rows)
            last = newest[_named(release)]
            again = _again(release, held, dates, releases) if release is last else ""
            instead = again or last.release_settings.folder
            settings = release.release_settings
            holding.append(Holding(release.place.uri, settings.folder, len(held.things), held.counts(), instead))
    return [_with_last(found_one, holding) for found_one in holding]


def support_releases(releases: str) -> list[str]:
    """Return where the releases of support threads lie, in order; those of other kinds are passed over."""
    place = Place(releases)
    folders = sorted({name.split("/")[0] for name in place.sizes() if name.count("/") == 1 and name.endswith(MANIFEST)})
    return [place.inner(folder).uri for folder in folders if _kind(place.inner(folder)) == SUPPORT]


def find_models(models: Path, holding: Iterable[Holding]) -> list[TrainedModel]:
    """Return the models that were trained on one of the releases."""
    return models_trained_on(models, {holding_release.release for holding_release in holding})


def _again(release: SupportRelease, held: Held, dates: Mapping[str, str], releases: str) -> str:
    """Publish the release again without what it holds, and return the name of the folder."""
    newest = max(dt.date.fromisoformat(dates[name]) for name in held.things)
    contents, settings = publish_again(release, held, newest)
    store_files(render_support(contents, settings), Place(releases).inner(settings.folder))
    return settings.folder


def _newest(releases: Iterable[SupportRelease]) -> dict[Named, SupportRelease]:
    """Return the release of the highest version of each name."""
    ordered = sorted(releases, key=lambda release: tuple(int(part) for part in release.version.split(".")))
    return {_named(release): release for release in ordered}


def _named(release: SupportRelease) -> Named:
    settings = release.release_settings
    return settings.name, settings.without_text


def _with_last(holding_release: Holding, holding: Iterable[Holding]) -> Holding:
    """Follow what takes a release's place to the end: the newest may have been published again just now."""
    by_name = {other.release: other.replaced_by for other in holding}
    return holding_release._replace(replaced_by=by_name.get(holding_release.replaced_by, holding_release.replaced_by))


def _kind(place: Place) -> str:
    try:
        return read_kind(place.uri)
    except PlaceError:
        return ""


def days_asked(withdrawals: pd.DataFrame) -> dict[str, str]:
    """Return the day each post or comment was asked for, by its id with `t3_` or `t1_`."""
    prefixes = withdrawals["thing"].map({"post": "t3_", "comment": "t1_"})
    days = withdrawals["requested_at"].dt.strftime("%Y-%m-%d")
    return {
        f"{prefix}{name}": str(day)
        for prefix, name, day in zip(prefixes, withdrawals["id"], days, strict=True)
        if isinstance(prefix, str)
    }
