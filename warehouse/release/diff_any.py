"""What changed between two releases of one kind, whichever it is."""

from __future__ import annotations

from pathlib import Path

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.release.diff import ReleaseDiff, diff_releases
from valuenet.warehouse.release.manifest import LABELLED, read_kind
from valuenet.warehouse.release.read import Release
from valuenet.warehouse.release.support.diff import SupportDiff, diff_support
from valuenet.warehouse.release.support.read import SupportRelease


class KindsDifferError(InputError):
    """Two releases hold things that cannot be compared."""


def diff_any(old: str | Path, new: str | Path) -> ReleaseDiff | SupportDiff:
    """Return what changed from the release at ``old`` to that at ``new``.

    Raises:
        KindsDifferError: if they are of two kinds.
        ReleaseUnreadableError, ReleaseRowsError, PlaceError: if one cannot be read.
    """
    before, after = read_kind(old), read_kind(new)
    if before != after:
        raise KindsDifferError(f"{old} is a release of {before}, {new} of {after}; give two of one kind")
    if before == LABELLED:
        return diff_releases(Release(old), Release(new))
    return diff_support(SupportRelease(old), SupportRelease(new))
