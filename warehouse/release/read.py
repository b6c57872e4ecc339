"""A published release, read back: its manifest and its rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.release.manifest import (
    LABELLED,
    LabelledManifest,
    Manifest,
    ReleaseUnreadableError,
    read_manifest,
)
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.rows import config_splits, config_table, file_name, read_rows
from valuenet.warehouse.release_tables import Annotations, Examples
from valuenet.warehouse.vocabulary import VARIANTS

M = TypeVar("M", bound=Manifest)


class Published(Generic[M]):
    """A release folder or prefix of one kind. Nothing but the manifest is read before it is asked for.

    Attributes:
        place: where it lies.
        manifest: name, version, settings of every stage, inputs, and the checksum of every file.

    Raises:
        ReleaseUnreadableError: if there is none, or it is of another kind.
    """

    KIND: ClassVar[str]

    def __init__(self, uri: str | Path, model: type[M]) -> None:
        self.place = Place(uri)
        self.manifest: M = read_manifest(self.place, model, self.KIND)

    @property
    def version(self) -> str:
        """The version number."""
        return self.manifest.version

    @property
    def settings(self) -> Mapping[str, Any]:
        """Settings of every stage and of the release, by name, ready for JSON."""
        settings: Mapping[str, Any] = self.manifest.settings.model_dump(mode="json")
        return settings


class Release(Published[LabelledManifest]):
    """A release of labelled pairs of scenario and value."""

    KIND = LABELLED

    def __init__(self, uri: str | Path) -> None:
        super().__init__(uri, LabelledManifest)

    def splits(self, config: str) -> list[str]:
        """Return the splits a config has rows for; empty where it has none."""
        return [split for split in config_splits(config) if file_name(config, split) in self.manifest.files]

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
