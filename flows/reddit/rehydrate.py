"""A release of ids and labels, with the texts filled in again from a warehouse that has the posts and comments."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from valuenet.curation.reddit.threads.turn_texts import read_turn_texts
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.reddit_tables import Comments, Posts
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release.support.fill import fill_in, things_in
from valuenet.warehouse.release.support.read import SupportRelease
from valuenet.warehouse.release.support.render import render_support
from valuenet.warehouse.store import Warehouse


class NotWithoutTextError(InputError):
    """A release has its texts already."""


class NothingFilledError(InputError):
    """A warehouse holds no text of a release."""


class Rehydrated(NamedTuple):
    """A release with its texts again.

    ``missing`` posts and comments without text in the warehouse; ``left_out`` rows that lack one, by config;
    ``differing`` Parquet files that are not byte for byte those the release was published with texts as.
    """

    uri: str
    missing: int
    left_out: dict[str, int]
    differing: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return self._asdict()

    def text(self) -> str:
        """Return the report to read."""
        rows = ", ".join(f"{config} {rows:,}" for config, rows in self.left_out.items()) or "none"
        same = "the same bytes as with texts at first" if not self.differing else "not the same as with texts at first"
        lines = [f"texts are in {self.uri}: {same}"]
        if self.missing:
            lines.append(f"no longer there: {self.missing:,} posts and comments; rows left out: {rows}")
        lines += [f"differs: {name}" for name in self.differing]
        return "\n".join(lines)


def rehydrate(settings: ValuenetSettings, uri: str) -> Rehydrated:
    """Fill in the texts of the release at ``uri`` from the warehouse; write it as ``NAME-rehydrated-VERSION``.

    Raises:
        NotWithoutTextError: if it has its texts.
        NothingFilledError: if the warehouse has none of them.
    """
    release = SupportRelease(uri)
    named = release.release_settings
    if not named.without_text:
        raise NotWithoutTextError(f"{uri} has its texts already; give a release of ids (NAME-ids-VERSION)")
    contents = release.contents()
    filled = fill_in(contents, _texts(Warehouse(settings.warehouse), things_in(contents.rows)))
    if not filled.contents.rows:
        raise NothingFilledError(f"{settings.warehouse} has no text of {uri}; ingest the months it names, then again")
    again = named.model_copy(update={"name": f"{named.name}-rehydrated", "without_text": False, "public_key": ""})
    files = render_support(filled.contents, again)
    place = Place(settings.releases).inner(again.folder)
    store_files(files, place)
    wanted = release.manifest.files_with_text or {}
    differing = [name for name, digest in wanted.items() if _sha(files.get(name, b"")) != digest]
    return Rehydrated(place.uri, len(filled.missing), filled.left_out, tuple(differing))


def _texts(store: Warehouse, things: frozenset[str]) -> dict[str, str]:
    there = {table.table_name(): store.arrow(table) for table in (Posts, Comments) if store.state(table)}
    return read_turn_texts(there, things)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
