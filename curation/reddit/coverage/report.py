"""A coverage report as text, as JSON and as a picture; what is missing comes first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valuenet.curation.reddit.coverage.coverage import Coverage, Hole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WHAT_LACKS = {
    "missing": "no file of posts or comments",
    "no-posts": "no file of posts",
    "no-comments": "no file of comments",
    "empty": "files without a line",
}
_SHOWN = 20
_HOLE, _NOT_READ = "#d62728", "#c8c8c8"


def coverage_lines(coverage: Coverage) -> Iterator[str]:
    """Give the report line by line, for people: holes, months that lack something, anomalies, then the sums."""
    yield f"holes: {len(coverage.holes)}"
    yield from _some(f"  {line}" for line in hole_lines(coverage))
    lacking = list(lacking_lines(coverage, *_WHAT_LACKS))
    yield f"months that lack something: {len(lacking)}"
    yield from _some(f"  {line}" for line in lacking)
    yield f"anomalies: {len(coverage.anomalies)}"
    yield from _some(f"  {line}" for line in anomaly_lines(coverage))
    empty = int((coverage.days["state"] == "empty").sum())
    if empty:
        yield f"days with nothing that are nothing strange among so few: {empty:,}"
    months = coverage.months
    first, last = (months["month"].iloc[0], months["month"].iloc[-1]) if len(months) else ("-", "-")
    yield f"{first} to {last}: {months['posts'].sum():,} posts, {months['comments'].sum():,} comments"


def hole_lines(coverage: Coverage) -> Iterator[str]:
    """Give a line for each hole."""
    yield from (f"{span(hole)}: nothing, {hole.expected:,.0f} expected" for hole in coverage.holes)


def lacking_lines(coverage: Coverage, *states: str) -> Iterator[str]:
    """Give a line for each month in one of the states (see ``Coverage``) that lack something."""
    months = coverage.months[coverage.months["state"].isin(states)]
    yield from (f"{row.month}: {_WHAT_LACKS[str(row.state)]}" for row in months.itertuples())


def anomaly_lines(coverage: Coverage) -> Iterator[str]:
    """Give a line for each anomaly."""
    for odd in coverage.anomalies:
        yield f"{odd.when}: {odd.found:,} {odd.thing}, {odd.expected:,.0f} expected"


def coverage_record(coverage: Coverage) -> dict[str, Any]:
    """Return the report as what JSON can hold, with every month and every day."""
    days = coverage.days.assign(day=[f"{day:%Y-%m-%d}" for day in coverage.days["day"]])
    return {
        "holes": [hole._asdict() for hole in coverage.holes],
        "months_lacking": [
            {"month": row.month, "state": row.state}
            for row in coverage.months[coverage.months["state"] != "read"].itertuples()
        ],
        "anomalies": [odd._asdict() for odd in coverage.anomalies],
        "months": coverage.months.to_dict("records"),
        "days": days.to_dict("records"),
    }


def span(hole: Hole) -> str:
    """Return the days of a hole as one writes them."""
    return hole.first if hole.days == 1 else f"{hole.first} to {hole.last} ({hole.days} days)"


def draw_coverage(coverage: Coverage, file: Path) -> Path:
    """Draw months as lines and days as a calendar, holes in red and unread months in grey; return ``file``."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    years = coverage.days["day"].dt.year.nunique()
    figure = Figure(figsize=(12, 4.2 + 0.42 * years), layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, height_ratios=[3, 1 + 0.42 * years])
    _draw_months(above, coverage)
    picture = _draw_days(below, coverage)
    figure.colorbar(picture, ax=below, label="objects a day", pad=0.01)
    figure.savefig(file, dpi=130, metadata={"Software": None})
    return file


def _draw_months(axes: Axes, coverage: Coverage) -> None:
    months = coverage.months
    at = np.arange(len(months))
    for thing, colour, lacks in (("comments", "#1f5fa8", "no-comments"), ("posts", "#e08214", "no-posts")):
        known = ~months["state"].isin(["missing", lacks])
        axes.plot(at, months[thing].where(known & (months[thing] > 0)), color=colour, marker=".", label=thing)
    for day in at[months["state"] != "read"]:
        axes.axvspan(day - 0.5, day + 0.5, color=_NOT_READ, linewidth=0)
    names = list(months["month"])
    for hole in coverage.holes:
        axes.axvline(names.index(hole.first[:7]), color=_HOLE, linewidth=1, linestyle=":")
    ticks = [day for day, name in enumerate(names) if name.endswith("-01")] or [0]
    axes.set_xticks(ticks, [names[day] for day in ticks])
    axes.set_yscale("log")
    axes.set_xlim(-0.5, len(months) - 0.5)
    axes.set_ylabel("a month")
    axes.set_title("Posts and comments by month (grey: a file is missing; dotted: a hole)", loc="left", fontsize=11)
    axes.legend(loc="lower right", frameon=False, ncols=2)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_days(axes: Axes, coverage: Coverage) -> Any:
    from matplotlib.colors import LogNorm

    days = coverage.days
    first, years = int(days["day"].dt.year.iloc[0]), int(days["day"].dt.year.nunique())
    rows, columns = (days["day"].dt.year - first).to_numpy(), (days["day"].dt.dayofyear - 1).to_numpy()
    total = (days["posts"] + days["comments"]).to_numpy(dtype=float)
    grid = np.full((years, 366), np.nan)
    grid[rows, columns] = np.where(total > 0, total, np.nan)
    low, high = np.percentile(total[total > 0], [1, 100]) if (total > 0).any() else (1.0, 2.0)
    norm = LogNorm(low / 2, max(high, low + 1), clip=True)  # half: even the palest day differs from an empty one
    picture = axes.imshow(grid, aspect="auto", cmap="YlGnBu", norm=norm, interpolation="nearest")
    for state, colour in (("not-read", _NOT_READ), ("hole", _HOLE)):
        marked = (days["state"] == state).to_numpy()
        axes.bar(columns[marked], 1.0, width=1.0, bottom=rows[marked] - 0.5, color=colour, linewidth=0)
    for number, hole in enumerate(coverage.holes[:_SHOWN]):
        begins = days[days["day"] == hole.first].index[0]
        right = columns[begins] < 340  # at the end of a year the label stands before the hole
        where = (columns[begins] + (hole.days - 0.5 if right else -0.5), rows[begins])
        offset = (4 if right else -4, 7 - 14 * (number % 2))  # up and down, so that near ones do not meet
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
        axes.annotate(hole.first[5:], where, offset, textcoords="offset points", color=_HOLE, fontsize=8, va="center",
                      ha="left" if right else "right", bbox=box)  # fmt: skip
    starts = np.cumsum([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30])
    axes.set_xticks(starts, ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"])
    axes.set_yticks(range(years), [str(first + year) for year in range(years)])
    axes.set_title("Every day (red: a hole; grey: not read; white: nothing, as happens)", loc="left", fontsize=11)
    return picture


def _some(lines: Iterator[str]) -> Iterator[str]:
    listed = list(lines)
    yield from listed[:_SHOWN]
    if len(listed) > _SHOWN:
        yield f"  and {len(listed) - _SHOWN:,} more (--json lists all)"
