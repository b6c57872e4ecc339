"""What changed between two releases of one kind, whichever it is."""

from __future__ import annotations

from pathlib import Path

from warehouse.errors import InputError
from warehouse.release.diff import ReleaseDiff, diff_releases
from warehouse.release.read import LABELLED, Release
from warehouse.release.support_diff import SupportDiff, diff_support
from warehouse.release.support_read import SupportRelease


class KindsDifferError(InputError):
    """Two releases hold things that cannot be compared."""


def diff_any(old: str | Path, new: str | Path) -> ReleaseDiff | SupportDiff:
    """Return what changed from the release at ``old`` to that at ``new``.

    Raises:
        KindsDifferError: if they are of two kinds.
        ReleaseUnreadableError, ReleaseRowsError, PlaceError: if one cannot be read.
    """
    before, after = Release(old), Release(new)
    if before.kind != after.kind:
        raise KindsDifferError(f"{old} is a release of {before.kind}, {new} of {after.kind}; give two of one kind")
    if before.kind == LABELLED:
        return diff_releases(before, after)
    return diff_support(SupportRelease(old), SupportRelease(new))
