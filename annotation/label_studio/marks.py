"""Who must be kept away from which open survey, the likeliest meetings first. Pure.

The community edition offers every open task to every member who has no annotation on it. An empty, cancelled annotation
in their name (a mark) is therefore what keeps a worker away from a survey.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from valuenet.annotation.label_studio.ledger import AskedSurvey, Row
from valuenet.annotation.label_studio.survey_tasks import Sheet


class Meeting(NamedTuple):
    """A worker and a survey that must not meet."""

    task_id: int
    user: int


class _Past(NamedTuple):
    asked: dict[tuple[str, str], set[str]]
    failed: dict[str, set[str]]
    last_seen: dict[str, pd.Timestamp]


def meetings_to_prevent(
    sheets: Iterable[Sheet], rows: Iterable[Row], users: Mapping[str, int], asked: Mapping[str, AskedSurvey]
) -> list[Meeting]:
    """Return the marks that are missing on open surveys.

    Args:
        sheets: the tasks that may be open, with their annotators.
        rows: the assignments in force.
        users: user of every worker who can still answer; others need no mark.
        asked: what the surveys of the rows asked.

    A worker must not meet a survey that asks a pair they were asked before, or is about a value whose prerequisite they
    failed. First come, for each worker in turn, the surveys most answered, which the server offers first; workers who
    were active last come before others.
    """
    tasks = list(sheets)
    past = _past(rows, asked)
    wanted: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in sorted(tasks, key=lambda sheet: (-sheet.complete_count - sheet.cancelled_count, sheet.task_id)):
        for worker in _must_not_meet(sheet, past) if sheet.is_open else ():
            if worker in users and users[worker] not in sheet.annotators:
                wanted[worker].append(sheet)
    turns = [
        (turn, -past.last_seen[worker].value, users[worker], sheet.task_id)
        for worker, avoided in wanted.items()
        for turn, sheet in enumerate(avoided)
    ]
    return [Meeting(task, user) for _, _, user, task in sorted(turns)]


def _past(rows: Iterable[Row], asked: Mapping[str, AskedSurvey]) -> _Past:
    past = _Past(defaultdict(set), defaultdict(set), {})
    for row in rows:
        survey = asked.get(row.survey_id)
        if survey is None:
            continue
        past.last_seen[row.worker] = max(row.submitted_at, past.last_seen.get(row.worker, row.submitted_at))
        for pair in survey.pairs:
            past.asked[pair].add(row.worker)
        if row.status == "failed-prerequisite":
            past.failed[survey.value].add(row.worker)
    return past


def _must_not_meet(sheet: Sheet, past: _Past) -> set[str]:
    asked = (past.asked.get(pair, set()) for pair in sheet.pairs)
    return past.failed.get(sheet.project.key.value, set()).union(*asked)
