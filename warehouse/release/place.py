"""Where releases lie: a folder on this machine, or a prefix at an ``s3://`` URI. Keys come from ``AWS_*`` alone."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.filesystems import first_line, open_filesystem
from valuenet.warehouse.store import StorageError
from valuenet.warehouse.whole_files import write_whole


class PlaceError(InputError):
    """There is no such place for releases, or nothing lies there."""


#: What a folder may hold besides files and folders.
_KINDS = {stat.S_IFREG: "", stat.S_IFLNK: "a symbolic link", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}


class Place:
    """A folder or prefix whose files are read and written whole, by names relative to it."""

    def __init__(self, uri: str | Path) -> None:
        self.uri = str(uri).rstrip("/")
        self._files, self._root = open_filesystem(self.uri, PlaceError)

    @property
    def folder(self) -> Path | None:
        """The folder on this machine; None for a prefix in an object store."""
        return Path(self._root) if self._files.type_name == "local" else None

    def inner(self, name: str) -> Place:
        """Return the place called ``name`` inside this one."""
        return Place(f"{self.uri}/{name}")

    def sizes(self) -> dict[str, int]:
        """Return the size in bytes of every file here and below, by name; empty where there is nothing."""
        import pyarrow.fs

        wanted = pyarrow.fs.FileSelector(self._root, recursive=True, allow_not_found=True)
        try:
            entries = self._files.get_file_info(wanted)
        except NotADirectoryError:
            return {}
        except OSError as error:
            self._fail(error)
        files = [info for info in entries if info.type == pyarrow.fs.FileType.File]
        return {info.path[len(self._root) + 1 :]: info.size for info in files}

    def has(self, name: str) -> bool:
        """Return whether there is a file ``name``."""
        import pyarrow.fs

        try:
            info = self._files.get_file_info(f"{self._root}/{name}")
        except OSError as error:
            self._fail(error)
        return bool(info.type == pyarrow.fs.FileType.File)

    def size(self, name: str) -> int:
        """Return the bytes of a file that is there."""
        try:
            return int(self._files.get_file_info(f"{self._root}/{name}").size or 0)
        except OSError as error:
            self._fail(error)

    def irregular(self) -> dict[str, str]:
        """Return what lies here that is neither file nor folder, by name; an object store holds no such thing.

        A link leads out of a release, or round in circles; a pipe never ends.
        """
        if self.folder is None or not self.folder.is_dir():
            return {}
        try:
            kinds = {path.relative_to(self._root).as_posix(): _kind(path) for path in sorted(_below(self.folder))}
        except OSError as error:
            self._fail(error)
        return {name: kind for name, kind in kinds.items() if kind}

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            PlaceError: if there is none of this name.
            StorageError: if it cannot be read.
        """
        try:
            with self._files.open_input_stream(f"{self._root}/{name}", compression=None) as stream:
                return bytes(stream.read())
        except FileNotFoundError:
            raise PlaceError(f"{self.uri} has no file {name}; take it from a copy") from None
        except OSError as error:
            self._fail(error)

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole; folders on the way are made.

        Raises:
            StorageError: if it cannot be written.
        """
        if self.folder is not None:
            write_whole(self.folder / name, data)
            return
        path = f"{self._root}/{name}"
        try:
            with self._files.open_output_stream(path, compression=None) as stream:
                stream.write(data)
        except OSError as error:
            self._fail(error)

    def remove(self, name: str) -> None:
        """Take a file away."""
        try:
            self._files.delete_file(f"{self._root}/{name}")
        except OSError as error:
            self._fail(error)

    def _fail(self, error: Exception) -> NoReturn:
        raise StorageError(
            f"{self.uri} cannot be written or read: {first_line(error)}; free space or mend access, then run it again"
        ) from None


def _below(folder: Path) -> Iterator[Path]:
    """Yield everything in a folder and those below it but the folders themselves; links are not followed."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        else:
            yield path


def _kind(path: Path) -> str:
    """Return what a path is, empty for a file."""
    return _KINDS.get(stat.S_IFMT(path.lstat().st_mode), "a device")
