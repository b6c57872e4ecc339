"""Signs what was verified, and nothing else."""

from __future__ import annotations

from pathlib import Path

from valuenet.flows.verify import verify_any
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.release.manifest import LABELLED, SIGNATURE, read_kind
from valuenet.warehouse.release.read import Release
from valuenet.warehouse.release.signing import sign
from valuenet.warehouse.release.support.read import SupportRelease


class NotConsistentError(InputError):
    """A release is not what its rows and settings make."""


def sign_release(uri: str, key: Path) -> str:
    """Verify the release at ``uri``, sign its manifest with the private key in ``key`` and return the public one.

    Raises:
        NotConsistentError: if it has a problem; nothing is signed then.
        ReleaseUnreadableError, StorageError, KeyFileError, OtherKeyError: as for ``verify_any`` and ``sign``.
    """
    release = Release(uri) if read_kind(uri) == LABELLED else SupportRelease(uri)
    others = [problem for problem in verify_any(uri).problems if problem.file != SIGNATURE]  # which is made anew
    if others:
        raise NotConsistentError(f"{uri} is not signed, for it is not consistent: {others[0]}; publish it again")
    return sign(release.place, release.manifest, key)
