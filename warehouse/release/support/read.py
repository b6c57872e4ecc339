"""A published release of support threads, read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from valuenet.warehouse.release.manifest import SUPPORT, read_json
from valuenet.warehouse.release.place import PlaceError
from valuenet.warehouse.release.read import Published
from valuenet.warehouse.release.rows import file_name
from valuenet.warehouse.release.support.contents import SupportContents, layout
from valuenet.warehouse.release.support.files import read_nested
from valuenet.warehouse.release.support.manifest import SupportManifest
from valuenet.warehouse.release.support.rows import Rows
from valuenet.warehouse.release.support.settings import SupportFacts, SupportReleaseSettings
from valuenet.warehouse.release.support.statistics import SOURCE

STATISTICS = "statistics.json"


class SupportRelease(Published[SupportManifest]):
    """A release folder or prefix of support threads. Nothing but the manifest is read before it is asked for."""

    KIND = SUPPORT

    def __init__(self, uri: str | Path) -> None:
        super().__init__(uri, SupportManifest)

    @property
    def release_settings(self) -> SupportReleaseSettings:
        """Name, version, date and rights it was published with."""
        return self.manifest.settings.release

    @property
    def facts(self) -> SupportFacts:
        """How its rows came about."""
        return self.manifest.facts

    def files(self) -> dict[tuple[str, str], str]:
        """Return the Parquet file of each config and split the manifest lists."""
        named = {key: file_name(*key) for key in layout()}
        return {key: name for key, name in named.items() if name in self.manifest.files}

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
        return {key: self.table(*key) for key in self.files()}

    def source(self) -> dict[str, Any]:
        """Return the counts of what was read and filtered that the release was published with."""
        try:
            return dict(read_json(self.place.read(STATISTICS))[SOURCE])
        except (PlaceError, ValueError, KeyError, TypeError):
            return {}

    def contents(self) -> SupportContents:
        """Return everything it was rendered from."""
        return self.contents_of(self.tables())

    def contents_of(self, rows: Rows) -> SupportContents:
        """Return what it was rendered from, with ``rows`` that were read from it."""
        manifest = self.manifest
        follows = None if manifest.follows is None else manifest.follows.model_dump()
        return SupportContents(rows, self.source(), manifest.facts, manifest.stages(), manifest.inputs, follows)
