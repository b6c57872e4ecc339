"""Surveys, annotations and what is known, by hand."""

from typing import Any

import pandas as pd

from valuenet.annotation.label_studio.annotations import read_answers, worker_of
from valuenet.annotation.label_studio.answers import take_answers
from valuenet.annotation.label_studio.ledger import asked_surveys, remembered_surveys
from valuenet.annotation.label_studio.survey_tasks import ProjectKey, Sheet, SurveyProject
from valuenet.annotation.platforms import Answers, no_answers

KEY = b"sixteen letters!"
ANN, BEA, CAT, DAN, EVE = 11, 12, 13, 14, 15
NOON = pd.Timestamp("2026-03-01T12:00:00Z")
POWER = SurveyProject(1, ProjectKey("valuenet", "POWER", 2, "1.0+abc"), NOON - pd.Timedelta(days=1), "yes")


def at(minute: float) -> pd.Timestamp:
    return NOON + pd.Timedelta(minutes=minute)


def sheet(name: str = "q-1", scenarios: tuple[str, ...] = ("s-1", "s-2"), **other: Any) -> Sheet:
    """Return a survey of two questions about power that wants two workers."""
    usual: dict[str, Any] = {
        "task_id": int(name[2:]),
        "project": POWER,
        "workers_wanted": 2,
        "overlap": 2,
        "is_open": True,
        "created_at": NOON - pd.Timedelta(hours=1),
        "changed_at": NOON - pd.Timedelta(hours=1),
        "complete_count": 0,
        "cancelled_count": 0,
        "annotators": frozenset(),
    }
    return Sheet(survey_id=name, scenario_ids=scenarios, **{**usual, **other})


def chosen(**choices: Any) -> list[dict[str, Any]]:
    """Return the result of a page on which these choices were made."""
    return [{"from_name": name, "type": "choices", "value": {"choices": [one]}} for name, one in choices.items()]


GOOD = chosen(prerequisite="yes", q1="yes", q2="no")
OTHER = chosen(prerequisite="yes", q1="no", q2="no")
FAILED = chosen(prerequisite="no")


def annotation(number: int, user: int, minute: float, result: Any = GOOD, **other: Any) -> dict[str, Any]:
    """Return an annotation as the server sends it, submitted ``minute`` minutes after noon in half a minute."""
    sent = at(minute).isoformat().replace("+00:00", "Z")
    usual = {"was_cancelled": False, "import_id": None, "lead_time": 30.0, "created_at": sent, "updated_at": sent}
    return {"id": number, "completed_by": user, "result": result, **usual, **other}


def edited(row: dict[str, Any], minute: float, result: Any) -> dict[str, Any]:
    return {**row, "result": result, "updated_at": at(minute).isoformat()}


def mark(number: int, user: int, minute: float) -> dict[str, Any]:
    return annotation(number, user, minute, [], was_cancelled=True, import_id=0)


def take(
    on_sheets: dict[Sheet, list[dict[str, Any]]], known: Answers | None = None, *, searched: set[str] | None = None
) -> Answers:
    """Return what is new when all of these sheets are read."""
    given = [answer for one, rows in on_sheets.items() for answer in read_answers(one, rows, KEY)]
    names = {one.survey_id for one in on_sheets} if searched is None else searched
    known = known or no_answers()
    asked = remembered_surveys(known, {one.survey_id for one in on_sheets}) | asked_surveys(on_sheets)
    return take_answers(asked, given, known, platform="label-studio", searched=names)


def together(*answers: Answers) -> Answers:
    """Return all of these as one that is known."""
    parts = zip(*answers, strict=True)
    return Answers(*(pd.concat(list(part), ignore_index=True) for part in parts))


def statuses(answers: Answers) -> list[str]:
    """Return the statuses in the order of submission."""
    return answers.assignments.sort_values("submitted_at")["status"].tolist()


def status_of(answers: Answers, user: int) -> list[str]:
    rows = answers.assignments[answers.assignments["worker"] == worker_of(user, KEY)]
    return rows.sort_values("submitted_at")["status"].tolist()


def changes_of(answers: Answers) -> list[tuple[str, str, str | None]]:
    """Return (assignment, change, assignment that replaces it or None)."""
    rows = answers.changes.itertuples(index=False, name=None)
    return [(old, change, None if pd.isna(new) else new) for old, change, new in rows]
