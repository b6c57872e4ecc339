"""Figures of a model as PNG or SVG, the same bytes each time: no date, no random ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import GROUPS, VALUES

#: One colour per higher-order group; they keep apart for colour-blind readers too.
GROUP_COLOURS: Mapping[str, str] = {
    "openness to change": "#E69F00",
    "self-enhancement": "#D55E00",
    "conservation": "#0072B2",
    "self-transcendence": "#009E73",
}


class FigureError(InputError):
    """A figure cannot be drawn from what was given."""


def save_figure(figure: Any, path: Path) -> None:
    """Write ``figure`` as the suffix of ``path`` says.

    Raises:
        FigureError: if the suffix is neither .png nor .svg.
    """
    import matplotlib as mpl

    kind = path.suffix.lower().lstrip(".")
    if kind not in {"png", "svg"}:
        raise FigureError(f"cannot draw {str(path)!r}; name it .png or .svg")
    stamp = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    with mpl.rc_context({"svg.hashsalt": "valuenet", "svg.fonttype": "path"}):
        figure.savefig(path, format=kind, dpi=120, bbox_inches="tight", metadata=stamp)


def profile_array(profiles: Mapping[str, ArrayLike] | Sequence[tuple[str, ArrayLike]]) -> list[tuple[str, Any]]:
    """Return names and utilities (10,) of ``profiles``.

    Raises:
        FigureError: if there is none, or one is not ten finite numbers in [-1, 1].
    """
    pairs = profiles.items() if isinstance(profiles, Mapping) else profiles
    arrays = [(name, np.asarray(utilities, dtype=np.float64)) for name, utilities in pairs]
    if not arrays:
        raise FigureError("there is no profile to draw; give at least one text")
    for name, utilities in arrays:
        if utilities.shape != (len(VALUES),) or not bool((np.abs(utilities) <= 1).all()):
            raise FigureError(f"profile {name[:60]!r} is not ten utilities in [-1, 1], one per value")
    return arrays


def value_colours() -> list[str]:
    """Return the colour of each value's group, in the order of ``VALUES``."""
    return [GROUP_COLOURS[GROUPS[value]] for value in VALUES]
