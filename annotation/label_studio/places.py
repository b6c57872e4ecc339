"""For how many more workers a task must stay open. Pure.

Label Studio closes a task when as many different users as its ``overlap`` have submitted anything. It counts those who
failed the prerequisite, sent in nothing or came too often, and, when a task is imported, those who are only kept away
from it. None of them takes a place here, so the number has to be put right.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from annotation.label_studio.ledger import Row
from annotation.label_studio.survey_tasks import Sheet


class Place(NamedTuple):
    """What a task has to be changed to."""

    task_id: int
    overlap: int
    is_open: bool


def places_to_set(sheets: Iterable[Sheet], rows: Iterable[Row], surveys: Collection[str]) -> list[Place]:
    """Return the tasks of ``surveys`` that are not open for as many workers as the assignments in force leave to ask.

    Those that are closed too early come first.
    """
    complete: Counter[str] = Counter()
    workers: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        complete[row.survey_id] += row.status == "complete"
        workers[row.survey_id].add(row.worker)
    places = []
    for sheet in sheets:
        if sheet.survey_id in surveys:
            there = min(sheet.complete_count, len(workers[sheet.survey_id]))
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
