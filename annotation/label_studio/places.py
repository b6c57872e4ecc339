"""For how many more workers a task must stay open. Pure.

Label Studio closes a task when as many different users as its ``overlap`` have submitted anything. It counts those who
failed the prerequisite, sent in nothing or came too often, and, when a task is imported, those who are only kept away
from it. None of them takes a place here, so the number has to be put right.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

import pandas as pd

from valuenet.annotation.label_studio.ledger import Row
from valuenet.annotation.label_studio.survey_tasks import Sheet


class Place(NamedTuple):
    """What a task has to be changed to."""

    task_id: int
    overlap: int
    is_open: bool


def places_to_set(sheets: Iterable[Sheet], rows: Iterable[Row], surveys: Collection[str]) -> list[Place]:
    """Return the tasks of ``surveys`` that are not open for as many workers as the assignments in force leave to ask.

    Those that are closed too early come first. The server's own counts are used only where a survey has two tasks, to
    tell which of them was answered: they may be too low.
    """
    complete: Counter[str] = Counter()
    last: dict[str, dict[str, pd.Timestamp]] = defaultdict(dict)
    for row in rows:
        complete[row.survey_id] += row.status == "complete"
        last[row.survey_id][row.worker] = max(row.submitted_at, last[row.survey_id].get(row.worker, row.submitted_at))
    chosen = [sheet for sheet in sheets if sheet.survey_id in surveys]
    tasks = Counter(sheet.survey_id for sheet in chosen)
    places = []
    for sheet in chosen:
        # Answers older than the task were given on another one, which was lost.
        there = sum(at >= sheet.created_at for at in last[sheet.survey_id].values())
        if tasks[sheet.survey_id] > 1:
            there = min(there, sheet.complete_count)
        missing = sheet.workers_wanted - complete[sheet.survey_id]
        places += place_of(sheet, there, missing)
    return sorted(places, key=lambda place: (not place.is_open, place.task_id))


def place_of(sheet: Sheet, there: int, missing: int) -> list[Place]:
    """Return what to change so that ``missing`` more workers are let in beside those ``there``."""
    if missing <= 0:
        return [Place(sheet.task_id, max(1, there), is_open=False)] if sheet.is_open else []
    if sheet.is_open and sheet.overlap == there + missing:
        return []
    return [Place(sheet.task_id, there + missing, is_open=True)]
