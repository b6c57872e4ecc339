"""Who reads and writes at a path or URI: this machine, or an object store whose keys stand in the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from valuenet.warehouse.errors import InputError


def open_filesystem(uri: str, error_type: type[InputError]) -> tuple[Any, str]:
    """Return a pyarrow filesystem for ``uri``, a path or a URI such as ``s3://BUCKET/PREFIX``, and the path there.

    Raises:
        InputError: of the kind ``trouble``, if ``uri`` names no store that is known.
    """
    import pyarrow.fs

    if "://" not in uri:
        return pyarrow.fs.LocalFileSystem(), str(Path(uri).expanduser().resolve())
    try:
        files, root = pyarrow.fs.FileSystem.from_uri(uri.rstrip("/"))
    except (ValueError, OSError) as error:
        raise error_type(f"{uri!r} cannot be opened ({first_line(error)}); give a path or s3://BUCKET/PREFIX") from None
    return files, root


def first_line(error: Exception) -> str:
    """Return what an error says, without the further lines that object stores add; its kind where it says nothing."""
    return (str(error).splitlines() or [type(error).__name__])[0]
