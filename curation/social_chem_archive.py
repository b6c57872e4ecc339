"""The official TSV out of a zip archive or a file somebody has already; in place as a whole or not at all."""

import shutil
import zipfile
import zlib
from pathlib import Path
from typing import IO

from valuenet.curation.social_chem_rows import check_header
from valuenet.warehouse.errors import InputError

MEMBER = "social-chem-101.v1.0.tsv"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_HEADER_BYTES = 1 << 16


class BrokenArchiveError(InputError):
    """An archive cannot be read, or does not hold the TSV."""


def take_local(file: Path, target: Path) -> Path:
    """Return ``target``, filled from ``file``: the official zip, or the TSV out of it.

    Raises:
        BrokenArchiveError: if there is no such file, or it is a zip that is broken or holds no TSV.
        NotSocialChemError: if the TSV is not the official one.
    """
    if not file.is_file():
        raise BrokenArchiveError(f"there is no file {file}; name the official zip, or the TSV out of it")
    with file.open("rb") as source:
        if source.read(2) == b"PK":
            return unpack(file, target)
        source.seek(0)
        return _put(source, target, str(file))


def unpack(archive: Path, target: Path) -> Path:
    """Return ``target``, filled with the TSV in ``archive``; its CRC is checked on the way.

    Raises:
        BrokenArchiveError, NotSocialChemError: as for ``take_local``.
    """
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(_member(opened, archive)) as source:
            return _put(source, target, f"{archive}, member {source.name}")
    except _BROKEN as error:
        raise BrokenArchiveError(
            f"{archive} is not a whole zip archive ({error}); it was cut short or damaged: download it again"
        ) from None


def _member(opened: zipfile.ZipFile, archive: Path) -> str:
    """Return the name of the official member or, where it was renamed, of the only TSV."""
    names = [name for name in opened.namelist() if name.endswith(".tsv") and "__MACOSX" not in name]
    official = [name for name in names if Path(name).name == MEMBER]
    chosen = official or names
    if len(chosen) != 1:
        listing = ", ".join(opened.namelist()[:5]) or "nothing"
        raise BrokenArchiveError(f"{archive} does not hold {MEMBER}; it holds {listing}: is it the official archive?")
    return chosen[0]


def _put(source: IO[bytes], target: Path, shown: str) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with unfinished.open("wb") as handle:
            header = source.readline(_HEADER_BYTES)
            check_header(header, shown)
            handle.write(header)
            shutil.copyfileobj(source, handle, 1 << 20)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target
