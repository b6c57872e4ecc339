"""What a release says of itself: ``manifest.json`` as a model, read strictly and refused in one sentence."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, NonNegativeInt, StringConstraints, ValidationError
from pydantic import model_validator as validates

from valuenet.warehouse.release.contents import Judges
from valuenet.warehouse.release.place import Place, PlaceError
from valuenet.warehouse.release.settings import Name, ReleaseSettings, Semver

MANIFEST = "manifest.json"
SIGNATURE = f"{MANIFEST}.sig"
#: Kind of a release whose manifest says none: labelled pairs of scenario and value.
LABELLED = "labelled"
SUPPORT = "support"
KINDS = (LABELLED, SUPPORT)
#: Raised whenever other bytes are rendered from the same contents, so that ``verify`` knows what it can make again.
#: 1: up to December 2026, without a number. 2: fingerprint in the card, digests of figures.
FORMAT = 2
#: Libraries that decide the bytes of a release beside its contents; their versions stand in the manifest.
MAKERS = ("matplotlib", "mlcroissant", "pyarrow")
#: Beside them: the kind of machine, on which the last digits of a drawing depend.
MACHINE = "machine"
#: A manifest is a few kilobytes; what is far larger is none, and is not read into memory.
_LARGEST = 16_000_000

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
#: No part of a name begins with a dot: nothing outside the folder can be meant, and nothing is hidden.
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")]
M = TypeVar("M", bound="Manifest")


class ReleaseUnreadableError(PlaceError):
    """There is no release, or its manifest is broken."""


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class FileEntry(_Closed):
    """A file of a release."""

    sha256: Sha256
    bytes: NonNegativeInt


class Stages(BaseModel):
    """Settings of the release, and those of every other stage by its name."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)
    __pydantic_extra__: dict[str, dict[str, JsonValue]] = Field(init=False)
    release: ReleaseSettings


class Manifest(_Closed):
    """What the manifest of every kind of release holds.

    Attributes:
        format: which rules the files were rendered by, see ``FORMAT``.
        kind: what the release holds.
        name: of the data set; with ``version`` the name of the folder.
        version: MAJOR.MINOR.PATCH.
        date: day of publication.
        code_version: version of this package that rendered it.
        made_with: versions of ``MAKERS`` and the kind of machine; empty in format 1.
        inputs: content hash of each table the release was made from.
        figures: figure -> digest of the numbers it shows; empty in format 1.
        settings: of every stage.
        files: size and checksum of every file but the manifest and its signature.
    """

    format: NonNegativeInt = 1
    kind: str = LABELLED
    name: Name
    version: Semver
    date: dt.date
    code_version: str = ""
    made_with: dict[str, str] = {}
    inputs: dict[str, str] = {}
    figures: dict[str, Sha256] = {}
    settings: Stages
    files: Annotated[dict[FileName, FileEntry], Field(min_length=1)]

    @validates(mode="after")
    def _is_whole(self) -> Self:
        lacking = [name for name in (*MAKERS, MACHINE) if name not in self.made_with]
        if self.format > 1 and lacking:
            raise ValueError(f"format {self.format} needs made_with of {', '.join(lacking)}")
        return self

    def stages(self) -> dict[str, dict[str, Any]]:
        """Return the settings of every stage that can be repeated, by name; those of the release stand apart."""
        return dict(self.settings.__pydantic_extra__)

    def to_json(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return self.model_dump(mode="json", exclude_none=False)


class LabelledManifest(Manifest):
    """The manifest of labelled pairs of scenario and value.

    Attributes:
        codebook_version: version of the instrument the workers saw; empty where unknown.
        platform: who judged.
        kept_splits: whether the splits are upstream's own.
        notes: further sentences of the card.
    """

    codebook_version: str
    platform: Judges
    kept_splits: bool
    notes: tuple[str, ...] = ()


def fingerprint(stated: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a manifest states, for the card: whoever changes one must make the other again.

    Left out are the files, whose checksums the card would change, and what made them (another version of this package
    publishes the same release).
    """
    without = {"files", "files_with_text", "code_version", "made_with"}
    statement = {name: value for name, value in stated.items() if name not in without}
    return hashlib.sha256(json.dumps(statement, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def list_files(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Return size and checksum of each file, as a manifest lists them."""
    return {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in sorted(files.items())
    }


def made_with() -> dict[str, str]:
    """Return what decides the bytes of a release beside its contents: versions of ``MAKERS``, kind of machine."""
    versions = {name: metadata.version(name) for name in MAKERS}
    return {**versions, MACHINE: f"{platform.system()} {platform.machine()}"}


def code_version() -> str:
    """Return the version of this package."""
    try:
        return metadata.version("valuenet")
    except metadata.PackageNotFoundError:
        return "not installed"


def read_kind(uri: str | Path) -> str:
    """Return what the release at ``uri`` holds.

    Raises:
        ReleaseUnreadableError: if there is none, or its manifest is no JSON object.
    """
    place = Place(uri)
    return str(_parse(place, _read(place)).get("kind", LABELLED))


def read_manifest(place: Place, model: type[M], kind: str) -> M:
    """Return the manifest of the release at ``place``, which must be of ``kind``.

    Raises:
        ReleaseUnreadableError: naming the field, if it is broken, of another kind or of a newer format.
    """
    data = _read(place)
    parsed = _parse(place, data)
    kind_there, written = parsed.get("kind", LABELLED), parsed.get("format", 1)
    if kind_there not in KINDS:
        raise ReleaseUnreadableError(
            f"{place.uri} is of a kind this version does not know: {kind_there}; use a newer one"
        )
    if kind_there != kind:
        raise ReleaseUnreadableError(f"{place.uri} is a release of kind {kind_there}, and one of kind {kind} is wanted")
    if isinstance(written, int) and written > FORMAT:
        raise ReleaseUnreadableError(
            f"{place.uri} is of format {written}, which this version does not know; use a newer version of valuenet"
        )
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise _broken(place, _first(error)) from None


def _read(place: Place) -> bytes:
    if not place.has(MANIFEST):
        hint = "give the folder NAME-VERSION that holds it, or publish again if a publication was broken off"
        raise ReleaseUnreadableError(f"{place.uri} is no release (no {MANIFEST}); {hint}")
    if place.size(MANIFEST) > _LARGEST:
        raise _broken(place, f"it has more than {_LARGEST:,} bytes")
    return place.read(MANIFEST)


def _parse(place: Place, data: bytes) -> dict[str, Any]:
    try:
        parsed = read_json(data)
    except ValueError as error:
        raise _broken(place, str(error)) from None
    if not isinstance(parsed, dict):
        raise _broken(place, f"found {_kind_of(parsed)}, expected an object")
    return parsed


def read_json(data: bytes) -> Any:
    """Return what UTF-8 JSON holds, read as strictly as it is written.

    Raises:
        ValueError: if it is none, names a key twice, has numbers JSON does not know, or is nested beyond reason.
    """
    try:
        parsed = json.loads(data.decode("utf-8"), object_pairs_hook=_without_repeats, parse_constant=_no_number)
        if b"\\ud" in data.lower():
            json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except UnicodeEncodeError:
        raise ValueError("it holds half a character, which no text can be written with") from None
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    return parsed


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            raise ValueError(f"{name!r} stands in it twice")
        values[name] = value
    return values


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    field = ".".join(map(str, first["loc"]))
    found_text = "" if isinstance(first["input"], dict | list) else f", found {str(first['input'])[:80]!r}"
    return f"{field}: {first['msg']}{found_text}" if field else str(first["msg"])


def _broken(place: Place, why: str) -> ReleaseUnreadableError:
    return ReleaseUnreadableError(f"{place.uri}/{MANIFEST} is broken ({why}); take the release from a copy")


def _kind_of(value: Any) -> str:
    return {list: "a list", str: "a text", bool: "true or false", type(None): "null"}.get(type(value), "a number")
