"""The versions of what other people's code a step uses."""

from __future__ import annotations

import sys
from functools import cache
from importlib import metadata


@cache
def version_of(top: str) -> tuple[str, str] | None:
    """Return distribution and version behind the import name ``top``; None where there is no such distribution.

    Python's own library goes by Python's minor version, which also decides what a syntax tree looks like; its patches
    are taken to alter no result.
    """
    if top in sys.stdlib_module_names:
        return "Python", f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        distribution = metadata.distribution(top)
    except metadata.PackageNotFoundError:
        names = sorted(set(_distributions().get(top, [])))
        return (", ".join(names), ", ".join(map(metadata.version, names))) if names else None
    return distribution.name, distribution.version


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(metadata.packages_distributions())
