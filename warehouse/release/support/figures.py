"""Figures of a release of support threads: the same bytes whenever the numbers are the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from valuenet.warehouse.release.figures import INK, Drawing, new_figure
from valuenet.warehouse.vocabulary import CATEGORIES, SPLITS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = {"train": "#0072B2", "validation": "#E69F00", "test": "#009E73", "unassigned": "#BDBDBD"}


def support_drawings(statistics: Mapping[str, Any]) -> list[Drawing]:
    """Return the figures of such a release, not drawn yet: ``depth`` of the exchanges, ``values`` of the examples."""
    exchanges, examples = (statistics[config]["splits"] for config in ("exchanges", "support_examples"))
    return [
        Drawing("depth", exchanges, partial(draw_depth, exchanges)),
        Drawing("values", examples, partial(draw_values, examples)),
    ]


def draw_depth(splits: Mapping[str, Any]) -> Figure:
    """Return stacked bars: exchanges by the number of comments in them."""
    depths = sorted({int(depth) for counted in splits.values() for depth in counted["depth"]})
    figure, axes = new_figure(7.2, 3.6, left=0.11, right=0.97, bottom=0.16, top=0.84)
    bottom = np.zeros(len(depths))
    for split, counted in splits.items():
        height = np.array([counted["depth"].get(str(depth), 0) for depth in depths])
        axes.bar([str(depth) for depth in depths], height, bottom=bottom, color=_COLOURS[split], label=split)
        bottom += height
    for bar, total in enumerate(bottom):
        axes.text(bar, total, f"{int(total):,}", ha="center", va="bottom", fontsize=8, color=INK)
    axes.set(xlabel="comments of the exchange", ylabel="exchanges")
    axes.margins(y=0.12)
    figure.suptitle(f"Depth of {int(bottom.sum()):,} exchanges", x=0.11, ha="left", y=0.97)
    _add_legend(figure, axes)
    return figure


def draw_values(splits: Mapping[str, Any]) -> Figure:
    """Return stacked bars: examples by the likeliest value category of the poster's next turn."""
    figure, axes = new_figure(7.2, 5.4, left=0.3, right=0.95, bottom=0.1, top=0.88)
    left = np.zeros(len(CATEGORIES))
    for split in (name for name in SPLITS if name in splits):
        width = np.array([splits[split]["values"][name]["first"] for name in CATEGORIES])
        axes.barh(CATEGORIES, width, left=left, height=0.72, color=_COLOURS[split], label=split)
        left += width
    for bar, total in enumerate(left):
        axes.text(total, bar, f" {int(total):,}", va="center", fontsize=8, color=INK)
    axes.set(xlabel="support examples", ylim=(len(CATEGORIES) - 0.4, -0.6))
    axes.margins(x=0.1)
    axes.tick_params(axis="y", length=0)
    figure.suptitle("Likeliest value of the poster's next turn", x=0.3, ha="left", y=0.975)
    _add_legend(figure, axes)
    return figure


def _add_legend(figure: Figure, axes: Any) -> None:
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="upper right", bbox_to_anchor=(0.97, 0.95), ncol=len(handles), frameon=False)
