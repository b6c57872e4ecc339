"""What a release of support threads says of itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt

from valuenet.warehouse.release.manifest import FileName, Manifest, Sha256, Stages
from valuenet.warehouse.release.settings import Semver
from valuenet.warehouse.release.support.settings import SupportFacts, SupportReleaseSettings


class Follows(BaseModel):
    """The version that a release takes the place of, and the rows taken out of it by config."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    version: Semver
    reason: str
    rows: dict[str, NonNegativeInt]


class SupportStages(Stages):
    """Settings of such a release, and those of every other stage by its name."""

    release: SupportReleaseSettings


class SupportManifest(Manifest):
    """The manifest of support threads.

    Attributes:
        facts: how the rows came about, in words.
        follows: what it takes the place of; None for nothing.
        files_with_text: of a release without texts: Parquet file -> the SHA-256 it has with them, where known.
    """

    kind: Literal["support"]
    settings: SupportStages
    facts: SupportFacts
    follows: Follows | None
    files_with_text: Annotated[dict[FileName, Sha256], Field(min_length=1)] | None = None
