"""The charts of a report, by the name its page calls them."""

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from valuenet.annotation.report.bars import Bar, Interval, Stack, draw_intervals, draw_labels, draw_progress
from valuenet.annotation.report.numbers import STATISTICS, CampaignNumbers, Measured, Outcome
from valuenet.annotation.report.people import WorkerQuality
from valuenet.annotation.report.people_charts import draw_checks, draw_pace, draw_standings
from valuenet.annotation.report.timeline import (
    Timeline,
    count_over_time,
    counts_within,
    draw_columns,
    draw_spark,
    draw_total,
)


def value_name(scope: str) -> str:
    """Return a value as the page writes it: 'Self-direction'; 'All' for all together."""
    return scope.capitalize()


def draw_charts(
    numbers: CampaignNumbers,
    measured: dict[str, dict[str, Measured]],
    outcomes: Sequence[Outcome],
    people: Sequence[WorkerQuality],
) -> dict[str, Markup]:
    """Return every chart of the page but the small ones of ``draw_sparks``."""
    scopes = numbers.status.scopes[:-1]
    timeline = count_over_time(_complete(numbers)["submitted_at"])
    bars = [Bar(value_name(scope.scope), scope.complete, scope.wanted) for scope in scopes]
    agreed = [Bar(value_name(one.scope), one.agreed, one.judged) for one in outcomes]
    charts = {
        "progress": draw_progress("Answers per value", "answers in, of those wanted", bars),
        "total": draw_total(timeline, numbers.status.total.wanted),
        "columns": draw_columns(timeline),
        "judgements": draw_labels(
            "Judgements by label",
            "shares and number of the counted judgements",
            [Stack(value_name(one.scope), one.judgements) for one in outcomes],
        ),
        "labels": draw_labels(
            "Agreed labels",
            "shares and number of the pairs with a label",
            [Stack(value_name(one.scope), one.labels) for one in outcomes],
        ),
        "agreed": draw_progress("Pairs with an agreed label", "pairs with a label, of those judged", agreed),
        "pace": draw_pace(people),
        "checks": draw_checks(people),
        "standings": draw_standings(people),
    }
    return charts | {name: _draw_measure(name, measured) for name in STATISTICS}


def draw_sparks(numbers: CampaignNumbers) -> dict[str, Markup]:
    """Return, by scope, a small line: how its answers came in."""
    complete = _complete(numbers)
    timeline = count_over_time(complete["submitted_at"])
    return {
        scope.scope: draw_spark(value_name(scope.scope), _counts(complete, scope.scope, timeline), scope.wanted)
        for scope in numbers.status.scopes
    }


def _counts(complete: pd.DataFrame, scope: str, timeline: Timeline) -> list[int]:
    inside = complete if scope == "ALL" else complete[complete["value"] == scope]
    return counts_within(inside["submitted_at"], timeline)


def _complete(numbers: CampaignNumbers) -> pd.DataFrame:
    work = numbers.standing.assignments
    return work[work["status"] == "complete"]


def _draw_measure(statistic: str, measured: dict[str, dict[str, Measured]]) -> Markup:
    lines = [Interval(value_name(scope), *row[statistic][:3]) for scope, row in measured.items()]
    return draw_intervals(STATISTICS[statistic], "dot: estimate; line: bootstrap interval", lines)
