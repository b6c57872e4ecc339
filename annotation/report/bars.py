"""Charts with one line per value: progress, shares of labels, and dots with intervals."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from valuenet.annotation.report.drawing import WIDTH, Drawing, linear, ticks
from valuenet.warehouse.vocabulary import LABELS

_LEFT, _RIGHT, _TOP, _ROW = 96.0, 372.0, 40.0, 25.0


class Bar(NamedTuple):
    """How much of ``whole`` is done."""

    name: str
    done: int
    whole: int


class Stack(NamedTuple):
    """How often each label was given."""

    name: str
    counts: Mapping[str, int]


class Interval(NamedTuple):
    """An estimate and its interval; NaN where undefined."""

    name: str
    estimate: float
    low: float
    high: float


def draw_progress(title: str, note: str, bars: Sequence[Bar]) -> Markup:
    """Return a bar per line, filled as far as it is done, with its percentage and the number done."""
    caption = "; ".join(f"{bar.name} {bar.done:,} of {bar.whole:,}" for bar in bars)
    drawing = Drawing(title, f"{note}: {caption}.", _TOP + _ROW * len(bars) + 4)
    drawing.text(0, 16, title, "t")
    drawing.text(0, 32, note, "s")
    for row, bar in enumerate(bars):
        y = _TOP + _ROW * row
        share = min(1.0, bar.done / bar.whole) if bar.whole else 0.0
        full = _RIGHT - 126 - _LEFT
        drawing.text(_LEFT - 8, y + 15, bar.name, anchor="end")
        drawing.bar(_LEFT, y + 4, full, 14, "rest", f"{bar.name}: {bar.done:,} of {bar.whole:,}")
        drawing.bar(_LEFT, y + 4, full * share, 14, "accent", f"{bar.name}: {bar.done:,} of {bar.whole:,}")
        drawing.text(_RIGHT - 82, y + 15, f"{_percent(share)}", anchor="end", css="b")
        drawing.text(_RIGHT, y + 15, f"{bar.done:,}/{bar.whole:,}", anchor="end", css="s")
    return drawing.markup()


def draw_labels(title: str, note: str, stacks: Sequence[Stack]) -> Markup:
    """Return a bar per line, divided into the shares of no, unrelated and yes, with the total behind it."""
    caption = "; ".join(f"{s.name} " + ", ".join(f"{label} {s.counts[label]:,}" for label in LABELS) for s in stacks)
    drawing = Drawing(title, f"{note}: {caption}.", _TOP + _ROW * (len(stacks) + 1))
    drawing.text(0, 16, title, "t")
    drawing.text(0, 32, note, "s")
    full = _RIGHT - 48 - _LEFT
    for row, stack in enumerate(stacks):
        y, x = _TOP + _ROW * row, _LEFT
        total = sum(stack.counts.values())
        drawing.text(_LEFT - 8, y + 15, stack.name, anchor="end")
        drawing.bar(_LEFT, y + 2, full, 18, "rest")
        for label in LABELS:
            share = stack.counts[label] / total if total else 0.0
            drawing.bar(x, y + 2, full * share, 18, label, f"{stack.name}, {label}: {stack.counts[label]:,}")
            if share >= 0.12:
                drawing.text(x + full * share / 2, y + 15, _percent(share), f"on-{label}", "middle")
            x += full * share
        drawing.text(_RIGHT, y + 15, f"{total:,}", "s", "end")
    for label, x in zip(LABELS, (_LEFT, _LEFT + 52, _LEFT + 142), strict=True):
        y = _TOP + _ROW * len(stacks)
        drawing.bar(x, y + 7, 10, 10, label)
        drawing.text(x + 15, y + 16, label)
    return drawing.markup()


def draw_intervals(title: str, note: str, intervals: Sequence[Interval]) -> Markup:
    """Return a dot per line with a whisker from ``low`` to ``high``; the last line, all together, is set off."""
    drawing = Drawing(title, f"{note}: {_told(intervals)}.", _TOP + _ROW * len(intervals) + 28)
    drawing.text(0, 16, title, "t")
    drawing.text(0, 32, note, "s")
    known = [end for i in intervals for end in (i.low, i.estimate) if not math.isnan(end)]
    low = min([0.0, *known])
    x, right = linear(low, 1.0, _LEFT + 4, _RIGHT - 44), _RIGHT - 44
    bottom = _TOP + _ROW * len(intervals)
    for number in ticks(low, 1.0):
        drawing.line(x(number), _TOP, x(number), bottom, "grid")
        drawing.text(x(number), bottom + 16, f"{number:.1f}", "s", "middle")
    for row, interval in enumerate(intervals):
        y = _TOP + _ROW * row + _ROW / 2
        last = row == len(intervals) - 1
        if last:
            drawing.line(0, y - _ROW / 2, WIDTH - 8, y - _ROW / 2, "axis")
        drawing.text(_LEFT - 8, y + 4, interval.name, "b" if last else "", "end")
        if math.isnan(interval.estimate):
            drawing.text(right, y + 4, "undefined", "s", "end")
            continue
        if not math.isnan(interval.low):
            drawing.line(x(interval.low), y, x(interval.high), y, "whisker last" if last else "whisker")
        drawing.dot(x(interval.estimate), y, 5, "ink" if last else "accent", _told([interval]))
        drawing.text(_RIGHT, y + 4, f"{interval.estimate:.2f}", "b", "end")
    return drawing.markup()


def _told(intervals: Sequence[Interval]) -> str:
    return "; ".join(f"{i.name} {interval_words(i.estimate, i.low, i.high)}" for i in intervals)


def interval_words(estimate: float, low: float, high: float) -> str:
    """Return an estimate as '0.45 [0.41, 0.49]', or 'undefined'."""
    if math.isnan(estimate):
        return "undefined"
    return f"{estimate:.2f}" + ("" if math.isnan(low) else f" [{low:.2f}, {high:.2f}]")


def _percent(share: float) -> str:
    """Return whole per cent, rounded down short of the end: 100 % is said only of what is complete."""
    return f"{99 if 0.99 < share < 1 else round(100 * share)}%"
