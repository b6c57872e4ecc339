"""Puts a release in its place, whole or not at all, and never twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.release.contents import ReleaseContents
from valuenet.warehouse.release.manifest import MANIFEST, SIGNATURE
from valuenet.warehouse.release.place import Place, PlaceError
from valuenet.warehouse.release.render import render_release
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.store import StorageError

_PARTIAL = ".partial-"
_RELEASE = re.compile(r".+-\d+\.\d+\.\d+")
#: Seconds after which nobody writes a release any more; it takes some minutes at most.
_AT_WORK = 3_600.0


class ReleaseExistsError(InputError):
    """Another release already has this name and version."""


class ReleaseRef(NamedTuple):
    """Where a release lies, its version, and whether this call put it there."""

    uri: str
    version: str
    created: bool


def publish_release(contents: ReleaseContents, settings: ReleaseSettings, releases: str | Path) -> ReleaseRef:
    """Write the release to ``RELEASES/NAME-VERSION`` and return where it lies.

    In a folder the files are written under a temporary name, which is then changed; in an object store the manifest
    comes last, and a prefix without one is written again. So a kill leaves no release that looks whole. A release
    that is there with the same files is left as it is (``created`` is False).

    Args:
        contents: what the release holds.
        settings: name, version, date and rights.
        releases: a folder, or an ``s3://`` URI.

    Raises:
        ReleaseExistsError: if name and version are taken by other files.
        StorageError: if it cannot be written; nothing lies under the name then.
    """
    place = Place(releases).inner(settings.folder)
    files = render_release(contents, settings)
    created = store_files(files, place)
    return ReleaseRef(place.uri, settings.version, created)


def store_files(files: Mapping[str, bytes], place: Place) -> bool:
    """Write rendered files to ``place``; False where the same release is there already.

    Raises:
        ReleaseExistsError, StorageError: as for ``publish_release``.
    """
    if _is_there(files, place):
        return False
    if place.folder is not None:
        return _store_in_folder(files, place, place.folder)
    for name in place.sizes().keys() - files.keys():  # left over from a publication that was broken off
        place.remove(name)
    for name in [*(name for name in files if name != MANIFEST), MANIFEST]:
        place.write(name, files[name])
    return True


def _store_in_folder(files: Mapping[str, bytes], place: Place, final: Path) -> bool:
    partial = final.parent / f".{final.name}{_PARTIAL}{os.getpid()}"
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        clear_leftovers(Place(final.parent), final.name)
        written = Place(partial)
        for name, data in files.items():
            written.write(name, data)
        partial.rename(final)
    except (FileExistsError, NotADirectoryError):
        raise PlaceError(f"{final.parent} is a file; releases need a folder") from None
    except OSError as error:
        if _is_there(files, place):  # another process was faster
            return False
        reason = error.strerror or str(error)
        raise StorageError(f"{final} cannot be written: {reason}; mend access, then run it again") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return True


def clear_leftovers(releases: Place, name: str = "*") -> list[str]:
    """Remove what killed publications left in a folder of releases, whole texts among it, and return the names.

    What a process writes at this time stays. Where a process of that number lives but nothing was written for an hour,
    it is another process: numbers are given again. An object store has no such folders.

    Args:
        releases: where releases lie.
        name: of the release (NAME-VERSION) whose leftovers are meant; by default of any.

    Raises:
        StorageError: if one cannot be removed.
    """
    if releases.folder is None:
        return []
    found = sorted(path for path in releases.folder.glob(f".{name}{_PARTIAL}*") if not _is_written(path))
    for path in found:
        try:
            shutil.rmtree(path)
        except FileNotFoundError:  # another process was faster
            continue
        except OSError as error:
            raise StorageError(
                f"{path}, left by a killed publication, cannot be removed: {error.strerror or error}; remove it by "
                "hand, or mend access and run again"
            ) from None
    return [path.name for path in found]


def unfinished_uploads(releases: Place) -> list[str]:
    """Return where an object store holds files of a release without its manifest, which is written last.

    A publication was broken off there, or is at work; that cannot be told apart, so nothing is removed.
    """
    if releases.folder is not None:
        return []
    names = [name.split("/", 1) for name in releases.sizes() if "/" in name]
    whole = {folder for folder, name in names if name == MANIFEST}
    found = {folder for folder, _ in names if _RELEASE.fullmatch(folder)} - whole
    return [releases.inner(folder).uri for folder in sorted(found)]


def _is_written(partial: Path) -> bool:
    """Return whether a process may be writing there now."""
    process = partial.name.rpartition("-")[2]
    if process == str(os.getpid()) or not _lives(process):
        return False
    try:
        newest = max(path.lstat().st_mtime for path in (partial, *partial.rglob("*")))
    except FileNotFoundError:  # it was renamed or removed just now
        return True
    return time.time() - newest < _AT_WORK


def _lives(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _is_there(files: Mapping[str, bytes], place: Place) -> bool:
    """Return whether the same release is at ``place``; False where nothing is, or a broken off upload."""
    sizes = place.sizes()
    if MANIFEST not in sizes:
        if place.folder is not None and place.folder.exists():
            raise ReleaseExistsError(f"{place.uri} is there but is no release; move it away or raise the version")
        return False
    if _listed(place.read(MANIFEST)) != _listed(files[MANIFEST]):
        raise ReleaseExistsError(
            f"{place.uri} is published already with other contents, and a release never changes; raise the version "
            "(publish beside it, then `valuenet diff OLD NEW` proposes the number)"
        )
    sizes.pop(SIGNATURE, None)  # signed since
    if any(sizes.pop(name, None) != len(data) for name, data in files.items() if name != MANIFEST) or len(sizes) > 1:
        check = f"`valuenet verify {place.uri}` says where"
        raise ReleaseExistsError(
            f"{place.uri} was changed after it was published; {check}; move it away to publish again"
        )
    return True


def _listed(manifest: bytes) -> object:
    """Return the checksums a manifest lists; None where it is no manifest. Code version and inputs may differ."""
    try:
        return json.loads(manifest)["files"]
    except (ValueError, KeyError, TypeError):
        return None
