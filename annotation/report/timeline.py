"""Charts over time: answers that came in, day by day and all together."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from markupsafe import Markup

from valuenet.annotation.report.drawing import WIDTH, Drawing, Scale, linear, ticks

_LEFT, _RIGHT, _TOP, _HEIGHT = 48.0, 368.0, 44.0, 250.0
#: Widths of a column, from fine to coarse; the first that needs at most ``_MOST`` columns is taken.
_STEPS = (("hour", timedelta(hours=1)), ("day", timedelta(days=1)), ("week", timedelta(days=7)))
_MOST = 60


class Timeline(NamedTuple):
    """Answers in equal spans of time. ``starts`` is one longer than ``counts``: it ends where the last span ends."""

    unit: str
    starts: list[datetime]
    counts: list[int]


def count_over_time(submitted: "pd.Series[pd.Timestamp]") -> Timeline:
    """Return how many answers came in per hour, day or week, whichever is the finest that fits a chart.

    Spans begin at full hours and days (UTC); a campaign of many years has spans of several weeks.
    """
    if submitted.empty:
        return Timeline("day", [], [])
    first, last = submitted.min().to_pydatetime(), submitted.max().to_pydatetime()
    unit, step = next(((unit, step) for unit, step in _STEPS if (last - first) / step < _MOST - 1), _STEPS[-1])
    weeks = max(1, math.ceil((last - first) / step / _MOST))
    step, unit = step * weeks, unit if weeks == 1 else f"{weeks} weeks"
    start = first.replace(minute=0, second=0, microsecond=0)
    start = start if unit == "hour" else start.replace(hour=0)
    spans = int((last - start) / step) + 1
    empty = Timeline(unit, [start + step * number for number in range(spans + 1)], [0] * spans)
    return empty._replace(counts=counts_within(submitted, empty))


def draw_total(timeline: Timeline, wanted: int) -> Markup:
    """Return the answers in so far as a line that climbs to what is wanted."""
    total = sum(timeline.counts)
    caption = f"{total:,} of {wanted:,} answers are in" + (f" by {_day(timeline.starts[-2])}" if total else "")
    drawing = Drawing("Answers in over time", f"{caption}.", _HEIGHT)
    drawing.text(0, 16, "Answers in over time", "t")
    drawing.text(0, 32, f"all together; dashed: the {wanted:,} wanted so far", "s")
    if not total:
        return _empty(drawing)
    high = max(wanted, total) * 1.04
    x, y = _axes(drawing, timeline, high)
    drawing.line(_LEFT, y(wanted), _RIGHT, y(wanted), "goal")
    reached = np.concatenate([[0], np.cumsum(timeline.counts)])
    points = [(x(period), y(float(count))) for period, count in enumerate(reached)]
    drawing.path([(x(0), y(0)), *points, (points[-1][0], y(0))], "area", closed=True)
    drawing.path(points, "curve")
    return drawing.markup()


def draw_columns(timeline: Timeline) -> Markup:
    """Return a column per hour, day or week: the answers that came in then."""
    busiest = max(timeline.counts, default=0)
    title = f"Answers per {timeline.unit}"
    drawing = Drawing(title, f"At most {busiest:,} answers came in one {timeline.unit}.", _HEIGHT)
    drawing.text(0, 16, title, "t")
    drawing.text(0, 32, f"most: {busiest:,}", "s")
    if not busiest:
        return _empty(drawing)
    x, y = _axes(drawing, timeline, busiest * 1.04)
    wide = x(1) - x(0)
    for period, count in enumerate(timeline.counts):
        tooltip = f"{_moment(timeline, period)}: {count:,}"
        drawing.bar(x(period) + 0.08 * wide, y(count), 0.84 * wide, y(0) - y(count), "accent", tooltip)
    return drawing.markup()


def draw_spark(name: str, counts: Sequence[int], wanted: int) -> Markup:
    """Return a small line without axes: one value's way to what is wanted."""
    drawing = Drawing(f"{name}: way to the answers wanted", f"{sum(counts):,} of {wanted:,}", 26, 110, "spark")
    drawing.line(1, 3, 109, 3, "goal")
    if sum(counts):
        reached = np.concatenate([[0], np.cumsum(counts)])
        x, y = linear(0, len(counts), 1, 109), linear(0, max(wanted, int(reached[-1])), 24, 3)
        drawing.path([(x(period), y(float(count))) for period, count in enumerate(reached)], "curve")
    return drawing.markup()


def counts_within(submitted: "pd.Series[pd.Timestamp]", timeline: Timeline) -> list[int]:
    """Return how many of ``submitted`` fall into each span of ``timeline``."""
    edges = pd.DatetimeIndex(timeline.starts).as_unit("us").asi8
    times = pd.DatetimeIndex(submitted).as_unit("us").asi8
    period = np.searchsorted(edges, times, side="right") - 1
    return [int(count) for count in np.bincount(period, minlength=len(timeline.counts))]


def _axes(drawing: Drawing, timeline: Timeline, high: float) -> tuple[Scale, Scale]:
    """Draw the grid and return the scales: place among the spans -> x, number of answers -> y."""
    spans, bottom = len(timeline.counts), _HEIGHT - 24
    x, y = linear(0, spans, _LEFT, _RIGHT), linear(0, high, bottom, _TOP)
    for number in ticks(0, high, 4):
        if number == int(number):
            drawing.line(_LEFT, y(number), _RIGHT, y(number), "grid")
            drawing.text(_LEFT - 6, y(number) + 4, f"{int(number):,}", "s", "end")
    first, last = timeline.starts[0], timeline.starts[-2]
    drawing.text(_LEFT, _HEIGHT - 8, _day(first), "s")
    if last.date() != first.date():
        drawing.text(_RIGHT, _HEIGHT - 8, _day(last), "s", "end")
    return x, y


def _empty(drawing: Drawing) -> Markup:
    drawing.text(WIDTH / 2, _HEIGHT / 2, "no answer yet", "s", "middle")
    return drawing.markup()


def _moment(timeline: Timeline, period: int) -> str:
    start = timeline.starts[period]
    return f"{start:%Y-%m-%d %H:%M}" if timeline.unit == "hour" else _day(start)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
