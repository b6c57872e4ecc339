"""The figure of the circle: correlations in circle order, and the values as the model places them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from valuenet.models.interpret.circle import Circle, ideal_places, place_values
from valuenet.models.reporting.figures import GROUP_COLOURS, save_figure, value_colours
from valuenet.warehouse.vocabulary import VALUES

_NAMES = [value.lower() for value in VALUES]


def draw_circle(circle: Circle, path: Path) -> None:
    """Write heat map and map of ``circle`` to ``path`` (.png or .svg).

    Raises:
        FigureError: if the suffix is another.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12.4, 5.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    _draw_matrix(figure, left, circle)
    _draw_map(right, circle)
    how = "each text's mean taken off" if circle.centred else "utilities as they are"
    figure.suptitle(
        f"Spearman of distance on the circle with correlation: {circle.rho:+.2f} "
        f"[{circle.low:+.2f}, {circle.high:+.2f}], p = {circle.p:.4f}  ({circle.texts:,} texts, {how})",
        fontsize=11,
    )
    save_figure(figure, path)


def _draw_matrix(figure: Any, axes: Any, circle: Circle) -> None:
    correlations = circle.correlations.to_numpy()
    picture = axes.imshow(correlations, cmap="RdBu", vmin=-1, vmax=1)
    axes.set_xticks(range(len(VALUES)), _NAMES, rotation=45, ha="right", fontsize=8)
    axes.set_yticks(range(len(VALUES)), _NAMES, fontsize=8)
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        for label, colour in zip(labels, value_colours(), strict=True):
            label.set_color(colour)
    for (row, column), number in np.ndenumerate(correlations):
        ink = "white" if abs(number) > 0.65 else "black"
        axes.text(column, row, f"{number:.2f}", ha="center", va="center", fontsize=7, color=ink)
    axes.set_title("correlation of utilities, in the order of the circle", fontsize=10)
    figure.colorbar(picture, ax=axes, shrink=0.8)


def _draw_map(axes: Any, circle: Circle) -> None:
    from matplotlib.lines import Line2D

    ring = np.linspace(0, 2 * np.pi, 181)
    axes.plot(np.sin(ring), np.cos(ring), color="#bbbbbb", linewidth=1)
    for ideal, point, name, colour in zip(
        ideal_places(), place_values(circle.correlations), _NAMES, value_colours(), strict=True
    ):
        axes.plot(*zip(ideal, point, strict=True), color=colour, linewidth=0.8, linestyle=":")
        axes.plot(*ideal, marker="o", markersize=4, color="#bbbbbb")
        axes.plot(*point, marker="o", markersize=8, color=colour)
        axes.annotate(name, point, xytext=(6, 5), textcoords="offset points", fontsize=9, color=colour)
    axes.set_aspect("equal")
    axes.margins(0.18)
    axes.set_axis_off()
    axes.set_title("values as their utilities place them; grey: Schwartz's circle", fontsize=10)
    handles = [Line2D([], [], color=colour, linewidth=6, label=group) for group, colour in GROUP_COLOURS.items()]
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, -0.12), ncols=2, frameon=False, fontsize=8)
