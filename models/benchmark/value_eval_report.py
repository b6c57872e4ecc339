"""The check against ValueEval'23 as a figure and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from valuenet.models.benchmark.value_eval import MEAN, SCORES
from valuenet.models.reporting.figures import save_figure
from valuenet.warehouse.vocabulary import VALUES

_COLOURS = {"utility": "#0072B2", "strength": "#D55E00"}
_SAID = {"utility": "utility u", "strength": "strength |u|"}


def draw_check(table: pd.DataFrame, path: Path) -> None:
    """Write AUC with its interval per value and score to ``path``; the dashed line is chance."""
    from matplotlib.figure import Figure

    names = (*VALUES, MEAN)
    figure = Figure(figsize=(6.4, 4.8))
    axes = figure.add_subplot()
    axes.axvline(0.5, color="grey", linestyle="--", linewidth=1)
    for at, score in enumerate(SCORES):
        found = table[table["score"] == score].set_index("value").loc[list(names)]
        places = [place + 0.3 * at - 0.15 for place in range(len(names))]
        reach = [(found["auc"] - found["auc_low"]).clip(lower=0), (found["auc_high"] - found["auc"]).clip(lower=0)]
        axes.errorbar(
            found["auc"], places, xerr=reach, fmt="o", markersize=4, color=_COLOURS[score], label=_SAID[score]
        )
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlabel("AUC against the labels of ValueEval'23")
    axes.legend(loc="best", frameon=False)
    save_figure(figure, path)


def render_check(table: pd.DataFrame, part: str) -> str:
    """Return the table as Markdown, with what its figures mean."""
    lines = [
        f"# Utilities against ValueEval'23 ({part})",
        "",
        "AUC: chance that an argument with the value scores above one without it (0.5 is chance). r: point-biserial",
        "correlation. In brackets: intervals over draws of whole conclusions.",
        "",
        "| value | arguments with it | AUC of u | AUC of abs(u) | r of u | r of abs(u) |",
        "|---|---|---|---|---|---|",
    ]
    for value in (*VALUES, MEAN):
        found = {row["score"]: row for row in table[table["value"] == value].to_dict("records")}
        cells = [_cell(found[score], kind) for kind in ("auc", "correlation") for score in SCORES]
        count = "" if value == MEAN else f"{found['utility']['positives']:,} of {found['utility']['rows']:,}"
        lines.append(f"| {value} | {count} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(row: Mapping[Any, Any], kind: str) -> str:
    if row[kind] != row[kind]:
        return "-"
    return f"{row[kind]:.3f} [{row[f'{kind}_low']:.3f}, {row[f'{kind}_high']:.3f}]"
