"""The radar of a text or a speaker: ten utilities on the circle of values (Qiu et al. 2022, Figure 5)."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from valuenet.models.reporting.figures import GROUP_COLOURS, profile_array, save_figure, value_colours
from valuenet.warehouse.vocabulary import VALUES

_INKS = ("#222222", "#CC79A7", "#56B4E9", "#7A5195", "#8C6D31", "#5A9E47")


def draw_radar(
    profiles: Mapping[str, ArrayLike],
    path: Path,
    *,
    intervals: Mapping[str, tuple[ArrayLike, ArrayLike]] | None = None,
) -> None:
    """Write one polygon per profile (name -> ten utilities, in the order of ``VALUES``) to ``path``.

    The centre is -1, the outer ring +1, the heavy ring 0; each value's name has the colour of its group. A profile
    with ``intervals`` (low, high; ten each) has a band in place of its filled area.

    Raises:
        FigureError: if there is no profile, one is not ten numbers in [-1, 1], or the suffix is unknown.
    """
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    drawn = profile_array(profiles)
    figure = Figure(figsize=(6.4, 6.4))
    axes = figure.add_subplot(projection="polar")
    angles = np.linspace(0, 2 * np.pi, len(VALUES), endpoint=False)
    _draw_circle(axes, angles)
    for index, (name, utilities) in enumerate(drawn):
        ink, around = _INKS[index % len(_INKS)], np.append(angles, angles[0])
        closed = np.append(utilities, utilities[0])
        axes.plot(around, closed, color=ink, linewidth=1.8, label="\n".join(textwrap.wrap(name, 60)[:3]))
        band = (intervals or {}).get(name)
        if band is None:
            axes.fill(around, closed, color=ink, alpha=0.08)
        else:
            low, high = (np.append(side, np.asarray(side)[0]).astype(float) for side in band)
            axes.fill_between(around, low, high, color=ink, alpha=0.2, linewidth=0)
    groups = [Line2D([], [], color=colour, linewidth=6, label=group) for group, colour in GROUP_COLOURS.items()]
    figure.legend(handles=groups, loc="upper center", bbox_to_anchor=(0.5, 1.04), ncols=4, frameon=False, fontsize=8)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), frameon=False, fontsize=9)
    save_figure(figure, path)


def _draw_circle(axes: object, angles: ArrayLike) -> None:
    from matplotlib.projections.polar import PolarAxes

    if not isinstance(axes, PolarAxes):
        raise TypeError("a radar is drawn on polar axes")
    axes.set_theta_zero_location("N")
    axes.set_theta_direction(-1)
    axes.set_ylim(-1, 1)
    axes.set_yticks([-1, -0.5, 0, 0.5, 1], ["-1", "", "0", "", "+1"], fontsize=8)
    axes.set_xticks(np.asarray(angles), [value.lower() for value in VALUES])
    for label, colour, angle in zip(axes.get_xticklabels(), value_colours(), np.asarray(angles), strict=True):
        side = float(np.sin(angle))
        label.set_horizontalalignment("center" if abs(side) < 0.01 else "left" if side > 0 else "right")
        label.set_color(colour)
        label.set_fontweight("bold")
    axes.tick_params(axis="x", pad=6)
    ring = np.linspace(0, 2 * np.pi, 181)
    axes.plot(ring, np.zeros_like(ring), color="#888888", linewidth=1.2)
