"""A published release of support threads, read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from valuenet.warehouse.release.place import PlaceError
from valuenet.warehouse.release.read import Release, ReleaseUnreadableError
from valuenet.warehouse.release.render import MANIFEST
from valuenet.warehouse.release.rows import file_name
from valuenet.warehouse.release.support.contents import SupportContents, layout
from valuenet.warehouse.release.support.files import read_nested
from valuenet.warehouse.release.support.render import KIND
from valuenet.warehouse.release.support.rows import Rows
from valuenet.warehouse.release.support.settings import SupportFacts, SupportReleaseSettings
from valuenet.warehouse.release.support.statistics import SOURCE

STATISTICS = "statistics.json"


class SupportRelease(Release):
    """A release folder or prefix of support threads. Nothing but the manifest is read before it is asked for.

    Raises:
        ReleaseUnreadableError: if there is none, or it is of another kind.
    """

    def __init__(self, uri: str | Path) -> None:
        super().__init__(uri)
        if self.kind != KIND:
            raise ReleaseUnreadableError(f"{self.place.uri} holds no support threads; it is a release of {self.kind}")

    @property
    def release_settings(self) -> SupportReleaseSettings:
        """Name, version, date and rights it was published with."""
        return SupportReleaseSettings(**self._read_settings(dict(self.settings["release"]), SupportReleaseSettings))

    @property
    def facts(self) -> SupportFacts:
        """How its rows came about."""
        return SupportFacts(**self._read_settings(dict(self.manifest["facts"]), SupportFacts))

    def files(self) -> dict[tuple[str, str], str]:
        """Return the Parquet file of each config and split the manifest lists."""
        named = {place: file_name(*place) for place in layout()}
        return {place: name for place, name in named.items() if name in self.manifest["files"]}

    def table(self, config: str, split: str) -> pa.Table:
        """Return the rows of one file in their order.

        Raises:
            PlaceError: if the file is missing.
            ReleaseRowsError: if it does not hold such rows.
        """
        name = file_name(config, split)
        with_text = not self.release_settings.without_text
        return read_nested(self.place.read(name), config, f"{self.place.uri}/{name}", with_text=with_text)

    def tables(self) -> Rows:
        """Return the rows of every file."""
        return {place: self.table(*place) for place in self.files()}

    def source(self) -> dict[str, Any]:
        """Return the counts of what was read and filtered that the release was published with."""
        try:
            return dict(json.loads(self.place.read(STATISTICS))[SOURCE])
        except (PlaceError, ValueError, KeyError, TypeError):
            return {}

    def contents(self) -> SupportContents:
        """Return everything it was rendered from."""
        stages = {name: value for name, value in self.settings.items() if name != "release"}
        inputs, follows = self.manifest.get("inputs", {}), self.manifest["follows"]
        return SupportContents(self.tables(), self.source(), self.facts, stages, inputs, follows)

    def _read_settings(self, found: dict[str, Any], kind: Any) -> dict[str, Any]:
        try:
            return dict(kind(**found).model_dump())
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise ReleaseUnreadableError(
                f"{self.place.uri}/{MANIFEST}, {place}: {first['msg']}; take the release from a copy"
            ) from None
