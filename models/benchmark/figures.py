"""The figures of a benchmark: accuracy of every value, confusion matrices, and the reliability diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from valuenet.models.benchmark.scores import bin_confidence
from valuenet.models.reporting.figures import save_figure
from valuenet.warehouse.vocabulary import VALUES

#: Okabe and Ito's colours, which colour-blind readers tell apart; the marker tells models apart without any colour.
_INKS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000")
_MARKS = ("o", "s", "^", "D", "v", "P", "X")
_CLASSES = ("-1 no", "0 unrelated", "+1 yes")


def draw_benchmark(
    scores: pd.DataFrame, runs: Mapping[str, Sequence[pd.DataFrame]], bins: int, folder: Path
) -> list[str]:
    """Write the three figures into ``folder`` as PNG and SVG, and return their names without suffix."""
    figures = {
        "accuracy-per-value": _accuracy_per_value(scores),
        "confusion": _confusions(runs),
        "reliability": _reliability(runs, bins),
    }
    for name, figure in figures.items():
        for suffix in ("png", "svg"):
            save_figure(figure, folder / f"{name}.{suffix}")
    return list(figures)


def _accuracy_per_value(scores: pd.DataFrame) -> Any:
    """Return a figure with a row per value and a mark with its interval per model."""
    from matplotlib.figure import Figure

    shown = scores[(scores["measure"] == "accuracy") & (scores["scope"] != "ALL")]
    names = list(dict.fromkeys(shown["model"]))
    figure = Figure(figsize=(7.5, 6.5))
    axes = figure.add_subplot()
    for index, name in enumerate(names):
        rows = shown[shown["model"] == name].set_index("scope").reindex(list(VALUES))
        height = np.arange(len(VALUES)) + (index - (len(names) - 1) / 2) * 0.7 / len(names)
        reach = np.abs(rows[["low", "high"]].to_numpy(dtype=float).T - rows["mean"].to_numpy(dtype=float))
        axes.errorbar(rows["mean"], height, xerr=reach, linestyle="none", label=name, markersize=5, **_style(index))
    axes.set_yticks(range(len(VALUES)), [value.lower() for value in VALUES])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("accuracy, with bootstrap interval")
    axes.grid(axis="x", alpha=0.3)
    figure.legend(loc="upper center", bbox_to_anchor=(0.5, 0.04), ncols=3, frameon=False, fontsize=8)
    return figure


def _confusions(runs: Mapping[str, Sequence[pd.DataFrame]]) -> Any:
    """Return a figure with a matrix per model, all seeds together: truth down, each row's shares."""
    from matplotlib.figure import Figure

    across = min(3, len(runs))
    down = ceil(len(runs) / across)
    figure = Figure(figsize=(3.4 * across, 3.3 * down), layout="constrained")
    for line, (name, parts) in enumerate(runs.items()):
        axes = figure.add_subplot(down, across, line + 1)
        answers = pd.concat(parts)
        counts = np.zeros((3, 3))
        np.add.at(counts, (answers["utility"] + 1, answers["predicted_class"] + 1), 1)
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        axes.set_xticks(range(3), _CLASSES, fontsize=7)
        axes.set_yticks(range(3), _CLASSES, fontsize=7, rotation=90, va="center")
        axes.set_title(name, fontsize=9)
        axes.set_xlabel("predicted", fontsize=8)
        axes.set_ylabel("agreed", fontsize=8)
        for row, column in np.ndindex(3, 3):
            ink = "white" if shares[row, column] > 0.6 else "black"
            axes.text(column, row, f"{shares[row, column]:.0%}", ha="center", va="center", color=ink, fontsize=9)
    return figure


def _reliability(runs: Mapping[str, Sequence[pd.DataFrame]], bins: int) -> Any:
    """Return a figure of accuracy over confidence, all seeds together; the diagonal is perfect calibration."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.6, 5.4))
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="#888888", linewidth=1, linestyle="--", label="perfect")
    for index, (name, parts) in enumerate(runs.items()):
        answers = pd.concat(parts)
        if answers["p_yes"].isna().any():
            continue
        bin_index, confidence = bin_confidence(answers, bins)
        hit = (answers["utility"] == answers["predicted_class"]).to_numpy()
        table = pd.DataFrame({"bin": bin_index, "confidence": confidence, "hit": hit}).groupby("bin").mean()
        axes.plot(table["confidence"], table["hit"], linewidth=1.4, markersize=5, label=name, **_style(index))
    axes.set_xlim(0.3, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel("confidence (greatest probability)")
    axes.set_ylabel("accuracy")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, fontsize=8)
    return figure


def _style(index: int) -> dict[str, Any]:
    return {"color": _INKS[index % len(_INKS)], "marker": _MARKS[index % len(_MARKS)]}
