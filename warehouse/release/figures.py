"""Figures of a release as PNG and SVG: the same bytes whenever the numbers are the same.

Colours are Okabe and Ito's, which colour-blind readers can tell apart; what has room says its number too.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from valuenet.warehouse.release.contents import ReleaseContents
from valuenet.warehouse.vocabulary import GROUPS, LABELS, VALUES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABEL_COLOURS = {"no": "#D55E00", "unrelated": "#BDBDBD", "yes": "#0072B2"}
GROUP_COLOURS = {
    "openness to change": "#E69F00",
    "self-enhancement": "#CC79A7",
    "conservation": "#56B4E9",
    "self-transcendence": "#009E73",
}
STATISTICS = {
    "observed": "observed agreement",
    "fleiss_kappa": "Fleiss' kappa",
    "krippendorff_alpha": "Krippendorff's alpha",
}
INK, _PALE = "#222222", "#8A8A8A"
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.edgecolor": _PALE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "svg.hashsalt": "valuenet",
    "svg.fonttype": "path",
}
_SIMULATED = "Judged by a simulated crowd: no statement about people."


class Drawing(NamedTuple):
    """A figure before it is drawn: its name, all that decides what it shows (ready for JSON), and how to draw it."""

    name: str
    shown: Any
    draw: Callable[[], Figure]

    @property
    def digest(self) -> str:
        """SHA-256 of what it shows; numbers count by their first six digits, which any machine computes alike."""
        canonical = json.dumps([self.name, _rounded(self.shown)], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def draw_figures(contents: ReleaseContents) -> dict[str, bytes]:
    """Return every figure of a release as file name -> bytes.

    ``labels-VARIANT`` the rows per value and label (Qiu et al. 2022, Figures 4, 8-10, on one scale), ``agreement`` per
    value with intervals, ``circle`` the ten values in Schwartz's order with their sample sizes.
    """
    return draw_all(drawings(contents))


def draw_all(wanted: Iterable[Drawing]) -> dict[str, bytes]:
    """Return each drawing as PNG and SVG, which say the digest of what they show: file name -> bytes."""
    import matplotlib as mpl

    files: dict[str, bytes] = {}
    with mpl.rc_context():
        mpl.rcdefaults()  # a matplotlibrc of this machine must not show
        mpl.rcParams.update(STYLE)
        for drawing in wanted:
            figure, meta = drawing.draw(), {"Description": f"shows sha256:{drawing.digest}"}
            files[f"figures/{drawing.name}.png"] = figure_bytes(figure, "png", {"Software": None, **meta})
            files[f"figures/{drawing.name}.svg"] = figure_bytes(figure, "svg", {"Date": None, "Creator": None, **meta})
    return files


def drawings(contents: ReleaseContents) -> list[Drawing]:
    """Return the figures of a release, not drawn yet."""
    return [_marked(drawing) if contents.platform == "simulated" else drawing for drawing in _drawings(contents)]


def _drawings(contents: ReleaseContents) -> Iterator[Drawing]:
    widest = max((_total(v) for s in contents.statistics.values() for v in s["values"].values()), default=1)
    for variant, statistics in contents.statistics.items():
        values = statistics["values"]
        draw = partial(draw_label_counts, variant, values, widest)
        yield Drawing(f"labels-{variant}", [variant, values, widest], draw)
    sizes = {value: _total(counts) for value, counts in contents.statistics["original"]["values"].items()}
    yield Drawing("circle", sizes, partial(draw_circle, sizes))
    if contents.agreement is not None:
        rows = contents.agreement.set_index(["scope", "statistic"]).to_dict("index")
        shown = sorted(([key, row] for key, row in rows.items()), key=str)
        yield Drawing("agreement", shown, partial(draw_agreement, rows))


def _marked(drawing: Drawing) -> Drawing:
    """Return the drawing with a sentence in it that no people judged."""

    def draw() -> Figure:
        figure = drawing.draw()
        figure.text(0.01, 0.01, _SIMULATED, fontsize=7.5, color=LABEL_COLOURS["no"], weight="bold")
        return figure

    return Drawing(drawing.name, [drawing.shown, _SIMULATED], draw)


def _rounded(shown: Any) -> Any:
    if isinstance(shown, Mapping):
        return {str(name): _rounded(value) for name, value in shown.items()}
    if isinstance(shown, list | tuple):
        return [_rounded(value) for value in shown]
    return f"{shown:.6g}" if isinstance(shown, float) else shown


def draw_label_counts(variant: str, counts: Mapping[str, Mapping[str, int]], widest: int) -> Figure:
    """Return stacked bars: rows of each value by label; ``widest`` is the longest bar of any variant."""
    figure, axes = new_figure(7.2, 4.3, left=0.17, right=0.97, bottom=0.15, top=0.85)
    left = np.zeros(len(VALUES))
    for label in LABELS:
        width = np.array([counts[value][label] for value in VALUES])
        bars = axes.barh(VALUES, width, left=left, height=0.72, color=LABEL_COLOURS[label], label=label)
        fits = [f"{n:,}" if n >= 0.055 * widest else "" for n in width]
        axes.bar_label(bars, fits, label_type="center", fontsize=7.5, color=INK if label == "unrelated" else "white")
        left += width
    for row, total in enumerate(left):
        axes.text(total + 0.01 * widest, row, f"{int(total):,}", va="center", fontsize=8.5)
    axes.set(xlim=(0, 1.1 * max(widest, 1)), xlabel="scenario-value pairs", ylim=(len(VALUES) - 0.4, -0.6))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.tick_params(axis="y", length=0)
    figure.suptitle(f"Labels of each value, {variant} ({int(left.sum()):,} pairs)", x=0.17, ha="left", y=0.97)
    figure.legend(
        *axes.get_legend_handles_labels(), loc="upper left", bbox_to_anchor=(0.16, 0.93), ncol=3, frameon=False
    )
    return figure


def draw_agreement(rows: Mapping[Any, Mapping[Any, Any]]) -> Figure:
    """Return three panels, one per measure: estimate and bootstrap interval of each value and of all."""
    figure, panels = new_figure(9.0, 4.3, columns=3, left=0.135, right=0.985, bottom=0.15, top=0.85, wspace=0.12)
    scopes = [*VALUES, "ALL"]
    for axes, (statistic, title) in zip(panels, STATISTICS.items(), strict=True):
        for position, scope in enumerate(scopes):
            _draw_interval(axes, position + 0.4 * (scope == "ALL"), rows.get((scope, statistic)), bold=scope == "ALL")
        axes.axhline(len(VALUES) - 0.3, color=_PALE, linewidth=0.6)
        axes.grid(axis="x", color="#E5E5E5", linewidth=0.7)
        axes.set(title=title, ylim=(len(scopes) + 0.1, -0.6), xlim=(_lowest(rows, statistic), 1.02))
        axes.set_yticks([*range(len(VALUES)), len(VALUES) + 0.4], scopes)
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", length=0, labelleft=axes is panels[0])
    panels[1].set_xlabel("estimate and bootstrap interval")
    figure.suptitle("Agreement of the counted judgements", x=0.135, ha="left", y=0.97)
    return figure


def draw_circle(sizes: Mapping[str, int]) -> Figure:
    """Return the circle of values: the area of each wedge is its number of pairs, its colour its group."""
    figure, axes = new_figure(7.2, 6.6, polar=True, left=0.19, right=0.81, bottom=0.15, top=0.87)
    radius = np.sqrt([sizes[value] / max(*sizes.values(), 1) for value in VALUES])
    angles = np.arange(len(VALUES)) * 2 * np.pi / len(VALUES)
    colours = [GROUP_COLOURS[GROUPS[value]] for value in VALUES]
    width = 2 * np.pi / len(VALUES)
    axes.bar(angles, radius, width=0.94 * width, color=colours, alpha=0.85)
    axes.bar(angles, 0.035, width=width, bottom=1.04, color=colours)
    for angle, value in zip(angles, VALUES, strict=True):
        side = "center" if abs(np.sin(angle)) < 0.1 else ("left" if np.sin(angle) > 0 else "right")
        axes.text(
            angle, 1.2 if side == "center" else 1.14, f"{value}\n{sizes[value]:,}", ha=side, va="center", fontsize=9
        )
    axes.set(theta_zero_location="N", theta_direction=-1, ylim=(0, 1.08), xticks=[], yticks=[])
    axes.spines["polar"].set_visible(False)
    figure.suptitle("Pairs of each value on Schwartz's circle (area = number of pairs)", y=0.975)
    handles = [axes.bar(0, 0, color=colour, label=group) for group, colour in GROUP_COLOURS.items()]
    figure.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 0.035), ncol=4, frameon=False, fontsize=8.5)
    return figure


def _draw_interval(axes: Axes, position: float, row: Mapping[Any, Any] | None, *, bold: bool) -> None:
    if row is None or np.isnan(row["estimate"]):
        axes.text(
            0.02,
            position,
            "undefined" if row else "no data",
            transform=axes.get_yaxis_transform(),
            va="center",
            color=_PALE,
            fontsize=8,
        )
        return
    colour = INK if bold else LABEL_COLOURS["yes"]
    if not np.isnan(row["low"]):
        axes.plot(
            [row["low"], row["high"]], [position, position], color=colour, linewidth=2.2 if bold else 1.6, alpha=0.6
        )
    axes.plot(row["estimate"], position, "D" if bold else "o", color=colour, markersize=5.5)


def _lowest(rows: Mapping[Any, Mapping[Any, Any]], statistic: str) -> float:
    """Return where the axis begins: 0, or lower where an interval reaches below."""
    ends = [row["low"] for (_, name), row in rows.items() if name == statistic]
    ends += [row["estimate"] for (_, name), row in rows.items() if name == statistic]
    return float(min([0.0, *(end - 0.03 for end in ends if not np.isnan(end))]))


def new_figure(
    width: float, height: float, *, columns: int = 1, polar: bool = False, **margins: float
) -> tuple[Figure, Any]:
    """Return a figure and its axes; ``margins`` as shares of its size."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=150, facecolor="white")
    shape = {"projection": "polar"} if polar else {}
    axes = figure.subplots(1, columns, subplot_kw=shape, gridspec_kw=margins)
    return figure, axes


def figure_bytes(figure: Figure, kind: str, metadata: dict[str, Any]) -> bytes:
    """Return the figure as a file of a kind, without time and software."""
    sink = io.BytesIO()
    figure.savefig(sink, format=kind, metadata=metadata)
    return sink.getvalue()


def _total(counts: Mapping[str, int]) -> int:
    return sum(counts.values())
