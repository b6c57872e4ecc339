"""A published release, read back: its manifest and its rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.release.place import Place, PlaceError
from valuenet.warehouse.release.render import MANIFEST
from valuenet.warehouse.release.rows import config_splits, config_table, file_name, read_rows
from valuenet.warehouse.release_tables import Annotations, Examples
from valuenet.warehouse.vocabulary import VARIANTS

#: Kind of a release whose manifest says none: labelled pairs of scenario and value.
LABELLED = "labelled"
_ALWAYS = {"name", "version", "settings", "files"}
#: What the manifest of each kind of release must hold.
_WANTED = {
    LABELLED: _ALWAYS | {"codebook_version", "kept_splits", "platform"},
    "support": _ALWAYS | {"facts", "follows"},
}


class ReleaseUnreadableError(PlaceError):
    """There is no release, or its manifest is broken."""


class Release:
    """A release folder or prefix. Nothing is read before it is asked for.

    Attributes:
        place: where it lies.
        manifest: name, version, settings of every stage, inputs, and the checksum of every file.
    """

    def __init__(self, uri: str | Path) -> None:
        self.place = Place(uri)
        self.manifest = _manifest(self.place)

    @property
    def kind(self) -> str:
        """What it holds: ``labelled`` pairs or ``support`` threads."""
        return str(self.manifest.get("kind", LABELLED))

    @property
    def version(self) -> str:
        """The version number."""
        return str(self.manifest["version"])

    @property
    def settings(self) -> Mapping[str, Any]:
        """Settings of every stage that can be repeated, by name."""
        settings: Mapping[str, Any] = self.manifest["settings"]
        return settings

    def splits(self, config: str) -> list[str]:
        """Return the splits a config has rows for; empty where it has none."""
        return [split for split in config_splits(config) if file_name(config, split) in self.manifest["files"]]

    def rows(self, config: str, split: str) -> pd.DataFrame:
        """Return the rows of one file in their order.

        Raises:
            PlaceError: if the file is missing.
            ReleaseRowsError: if it does not hold such rows.
        """
        name = file_name(config, split)
        return read_rows(self.place.read(name), config_table(config), f"{self.place.uri}/{name}", split)

    def examples(self, variant: str) -> DataFrame[Examples]:
        """Return all rows of a variant with their split.

        Raises:
            ReleaseUnreadableError: if there is no such variant.
        """
        parts = [self.rows(variant, split) for split in self.splits(variant)] if variant in VARIANTS else []
        if not parts:
            known = ", ".join(name for name in VARIANTS if self.splits(name)) or "none"
            raise ReleaseUnreadableError(f"{self.place.uri} has no variant {variant!r}; it has {known}")
        return Examples.frame(pd.concat(parts))

    def annotations(self) -> DataFrame[Annotations] | None:
        """Return the judgements; None where the release has none."""
        if not self.splits("annotations"):
            return None
        return Annotations.frame(self.rows("annotations", "train"))


def _manifest(place: Place) -> dict[str, Any]:
    if not place.has(MANIFEST):
        hint = "give the folder NAME-VERSION that holds it, or publish again if a publication was broken off"
        raise ReleaseUnreadableError(f"{place.uri} is no release (no {MANIFEST}); {hint}")
    try:
        manifest = json.loads(place.read(MANIFEST))
        kind = str(manifest.get("kind", LABELLED))
        lacking = _WANTED.get(kind, set()) - set(manifest)
        names = [str(name) for name in manifest["files"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseUnreadableError(
            f"{place.uri}/{MANIFEST} is broken ({error}); take the release from a copy"
        ) from None
    if kind not in _WANTED:
        raise ReleaseUnreadableError(f"{place.uri} is of a kind this version does not know: {kind}; use a newer one")
    if lacking or not names:
        what = ", ".join(sorted(lacking)) or "files"
        raise ReleaseUnreadableError(f"{place.uri}/{MANIFEST} lacks {what}; take the release from a copy")
    return dict(manifest)
