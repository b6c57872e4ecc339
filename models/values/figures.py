"""Figures of a value model."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from valuenet.models.reporting.figures import save_figure
from valuenet.models.values.metrics import ValueMetrics

_LABELS = ("-1 no", "0 unrelated", "+1 yes")


def draw_confusion(metrics: ValueMetrics, path: Path) -> None:
    """Write the confusion matrix to ``path``: truth down, prediction across, each row's share as the shade."""
    from matplotlib.figure import Figure

    counts = np.asarray(metrics.confusion, dtype=np.int64)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(4.2, 3.8))
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(3), _LABELS)
    axes.set_yticks(range(3), _LABELS)
    axes.set_xlabel("predicted")
    axes.set_ylabel("agreed")
    axes.set_title(f"accuracy {metrics.accuracy:.3f} on {metrics.rows:,} pairs")
    for row in range(3):
        for column in range(3):
            ink = "white" if shares[row, column] > 0.6 else "black"
            text = f"{counts[row, column]:,}\n{shares[row, column]:.0%}"
            axes.text(column, row, text, ha="center", va="center", color=ink)
    save_figure(figure, path)
