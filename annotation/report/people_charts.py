"""Charts of the workers: time against agreement, hidden checks, and which rule let whom through."""

import math
from collections.abc import Sequence

from markupsafe import Markup

from valuenet.annotation.report.drawing import Drawing, linear, ticks
from valuenet.annotation.report.people import WorkerQuality

_LEFT, _RIGHT, _TOP, _HEIGHT = 48.0, 362.0, 64.0, 270.0
STANDINGS = ("qualified", "unproven", "disqualified")


def draw_pace(people: Sequence[WorkerQuality]) -> Markup:
    """Return a mark per worker: median seconds per survey (logarithmic) against agreement with the others."""
    shown = [one for one in people if one.compared and one.median_seconds > 0]
    title = "Time and agreement of each worker"
    caption = f"{len(shown):,} workers by median seconds per survey and share of others' answers that are like theirs"
    drawing = Drawing(title, f"{caption}; the numbers stand in the table of workers.", _HEIGHT)
    drawing.text(0, 16, title, "t")
    drawing.text(0, 32, "up: agrees with others; right: seconds per survey", "s")
    _legend(drawing)
    if not shown:
        drawing.text(190, _HEIGHT / 2, "nobody to compare yet", "s", "middle")
        return drawing.markup()
    seconds = [one.median_seconds for one in shown]
    low, high = math.log10(min(seconds) * 0.9), math.log10(max(seconds) * 1.1)
    x, y = linear(low, high, _LEFT, _RIGHT), linear(0, 1, _HEIGHT - 26, _TOP)
    for share in ticks(0, 1):
        drawing.line(_LEFT, y(share), _RIGHT, y(share), "grid")
        drawing.text(_LEFT - 6, y(share) + 4, f"{share:.0%}", "s", "end")
    for mark in _round_seconds(10**low, 10**high):
        drawing.text(x(math.log10(mark)), _HEIGHT - 8, f"{mark:,} s", "s", "middle")
    for one in sorted(shown, key=lambda who: (STANDINGS.index(who.status), who.worker)):
        tooltip = f"{one.worker}, {one.status}: {one.median_seconds:,.0f} s, agrees {one.agreement:.0%}"
        _mark(drawing, x(math.log10(one.median_seconds)), y(one.agreement), one.status, tooltip)
    return drawing.markup()


def draw_checks(people: Sequence[WorkerQuality]) -> Markup:
    """Return how many workers answered which share of their hidden checks rightly, by standing."""
    seen = [one for one in people if one.checks_seen]
    bins = {status: [0] * 10 for status in STANDINGS}
    for one in seen:
        bins[one.status][min(9, math.floor(10 * one.share_right + 1e-9))] += 1
    tallest = max((sum(column) for column in zip(*bins.values(), strict=True)), default=0)
    title = "Hidden checks answered rightly"
    drawing = Drawing(title, f"{len(seen):,} workers who saw checks, by the share they had right.", _HEIGHT)
    drawing.text(0, 16, title, "t")
    drawing.text(0, 32, f"workers, of the {len(seen):,} who saw checks", "s")
    _legend(drawing)
    x, y = linear(0, 10, _LEFT, _RIGHT), linear(0, max(tallest, 1) * 1.04, _HEIGHT - 26, _TOP)
    for number in ticks(0, max(tallest, 1), 4):
        if number == int(number):
            drawing.line(_LEFT, y(number), _RIGHT, y(number), "grid")
            drawing.text(_LEFT - 6, y(number) + 4, f"{int(number):,}", "s", "end")
    for decile in range(10):
        below = 0
        for status in STANDINGS:
            count = bins[status][decile]
            tooltip = f"{decile * 10} to {decile * 10 + 10} % right, {status}: {count:,}"
            drawing.bar(x(decile) + 2, y(below + count), x(1) - x(0) - 4, y(below) - y(below + count), status, tooltip)
            below += count
    for decile in range(0, 11, 2):
        drawing.text(x(decile), _HEIGHT - 8, f"{decile * 10}%", "s", "middle")
    return drawing.markup()


def draw_standings(people: Sequence[WorkerQuality]) -> Markup:
    """Return a bar per standing and rule: how many workers it holds."""
    counts: dict[tuple[str, str], int] = {}
    for one in people:
        counts[one.status, one.rule] = counts.get((one.status, one.rule), 0) + 1
    order = sorted(counts, key=lambda standing: (STANDINGS.index(standing[0]), -counts[standing], standing[1]))
    title = "Standing, and the rule that decided"
    caption = "; ".join(f"{status} by {rule}: {counts[status, rule]:,}" for status, rule in order)
    drawing = Drawing(title, f"{len(people):,} workers. {caption}.", 44 + 27 * max(len(order), 1))
    drawing.text(0, 16, title, "t")
    drawing.text(0, 32, f"{len(people):,} workers who began a survey", "s")
    x = linear(0, max(counts.values(), default=1), 0, 140)
    for row, (status, rule) in enumerate(order):
        y, count = 42 + 27 * row, counts[status, rule]
        drawing.text(182, y + 16, f"{status}: {rule}", anchor="end")
        drawing.bar(190, y + 4, max(2.0, x(count)), 16, status, f"{status} by {rule}: {count:,}")
        drawing.text(195 + x(count), y + 16, f"{count:,}", "b")
    return drawing.markup()


def _legend(drawing: Drawing) -> None:
    for status, x in zip(STANDINGS, (54, 150, 246), strict=True):
        _mark(drawing, x, 48, status, "")
        drawing.text(x + 9, 52, status)


def _mark(drawing: Drawing, x: float, y: float, status: str, tooltip: str) -> None:
    """Draw a mark that form and colour tell apart: filled dot, ring, triangle."""
    if status == "disqualified":
        drawing.path([(x - 5, y + 4), (x + 5, y + 4), (x, y - 5)], "disqualified", closed=True, tooltip=tooltip)
    else:
        drawing.dot(x, y, 4.5, status, tooltip)


def _round_seconds(low: float, high: float) -> list[int]:
    """Return 1, 2, 5, 10, 20 ... between ``low`` and ``high``, every third only where there are many."""
    marks = [int(factor * 10**power) for power in range(6) for factor in (1, 2, 5)]
    inside = [mark for mark in marks if low <= mark <= high]
    return inside if len(inside) <= 5 else inside[::3]
