"""The F1 of each category as a figure: the detector, and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from valuenet.models.detector.metrics import DetectionMetrics
from valuenet.models.reporting.figures import save_figure
from valuenet.warehouse.vocabulary import CATEGORIES

_BAR, _MARKS = "#0072B2", ("|", "x", "+", ".")


def draw_categories(metrics: DetectionMetrics, baselines: Mapping[str, DetectionMetrics], path: Path) -> None:
    """Write a bar of F1 per category, the first category on top, and a mark per baseline (at most four)."""
    from matplotlib.figure import Figure

    places = range(len(CATEGORIES))
    figure = Figure(figsize=(6.4, 5.6))
    axes = figure.add_subplot()
    axes.barh(places, [metrics.per_category[c].f1 for c in CATEGORIES], color=_BAR, alpha=0.75, label="this detector")
    for mark, (name, baseline) in zip(_MARKS, baselines.items(), strict=False):
        scores = [baseline.per_category[c].f1 for c in CATEGORIES]
        axes.scatter(scores, places, marker=mark, color="black", zorder=3, label=name)
    axes.set_yticks(places, [f"{c} ({metrics.per_category[c].support:,})" for c in CATEGORIES])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("F1")
    axes.set_title(f"macro-F1 {metrics.macro_f1:.3f} on {metrics.rows:,} arguments")
    axes.legend(loc="lower right", frameon=False)
    save_figure(figure, path)
