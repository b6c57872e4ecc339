"""Annotations as the server sends them, read without trust: whatever does not fit is no answer, and no error. Pure."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from valuenet.annotation.label_studio.answers import GivenAnswer
from valuenet.annotation.label_studio.interface import PREREQUISITE, question_name
from valuenet.annotation.label_studio.survey_tasks import MARK, Sheet
from valuenet.annotation.platforms import Answers
from valuenet.warehouse.crowd_tables import Assignments
from valuenet.warehouse.hashing import pseudonym
from valuenet.warehouse.vocabulary import LABELS

PLATFORM: Final = "label-studio"
#: What is asked of every annotation.
FIELDS = "id,annotations,result,completed_by,created_at,updated_at,lead_time,was_cancelled,import_id"
# A task's time of change is set a moment after its annotation's; on a slow server others see both later still.
_MOMENT = pd.Timedelta(seconds=5)
_MARGIN = pd.Timedelta(seconds=10)
# A page may stay open over a holiday, not for a year.
_LONGEST_SECONDS = 366 * 86_400


def worker_of(user: int, key: bytes) -> str:
    """Return the pseudonym of a user of the server."""
    return pseudonym(f"{PLATFORM}:{user}", key)


def is_mark(annotation: Mapping[str, Any]) -> bool:
    """Return whether an annotation is no answer but keeps its user away."""
    return bool(annotation["was_cancelled"]) and annotation.get("import_id") == MARK and not annotation.get("result")


def read_answers(sheet: Sheet, annotations: Iterable[Mapping[str, Any]], key: bytes) -> list[GivenAnswer]:
    """Return the answers on one task; users become pseudonyms here."""
    rows = [row for row in annotations if isinstance(row.get("completed_by"), int)]
    marked = {row["completed_by"]: pd.Timestamp(row["created_at"]) for row in reversed(rows) if is_mark(row)}
    return [_read(row, sheet, marked, key) for row in rows if not is_mark(row)]


def _read(row: Mapping[str, Any], sheet: Sheet, marked: Mapping[int, pd.Timestamp], key: bytes) -> GivenAnswer:
    user, sent = row["completed_by"], pd.Timestamp(row["created_at"])
    choices = {} if row["was_cancelled"] else _choices(row.get("result"))
    labels = tuple(choices.get(question_name(n), "") for n in range(1, sheet.project.key.questions + 1))
    return GivenAnswer(
        answer_id=f"{sheet.survey_id}/{sheet.project.created_at.isoformat()}/{row['id']}",
        survey_id=sheet.survey_id,
        worker=worker_of(user, key),
        labels=labels if all(label in LABELS for label in labels) else None,
        prerequisite=choices.get(PREREQUISITE),
        submitted_at=sent,
        changed_at=max(sent, pd.Timestamp(row["updated_at"])),
        seconds=_seconds(row.get("lead_time")),
        unwelcome=user in marked and marked[user] <= sent,
    )


def _seconds(lead_time: Any) -> float:
    """Return the seconds of work, NaN where the server says none or what cannot be: unknown is not fast."""
    if isinstance(lead_time, bool) or not isinstance(lead_time, int | float):
        return math.nan
    return float(lead_time) if 0 <= lead_time <= _LONGEST_SECONDS else math.nan


def _choices(result: Any) -> dict[str, str]:
    """Return the one choice made under every name; a name with none, or with several, is left out."""
    choices: dict[str, set[str]] = {}
    for region in result if isinstance(result, list) else []:
        value = region.get("value") if isinstance(region, dict) else None
        chosen = value.get("choices") if isinstance(value, dict) else None
        if isinstance(chosen, list):
            choices.setdefault(str(region.get("from_name")), set()).update(map(str, chosen))
    return {name: next(iter(chosen)) for name, chosen in choices.items() if len(chosen) == 1}


class _Known(NamedTuple):
    """What is known of one survey: its newest submission, and its number of assignments in force."""

    newest: pd.Timestamp
    in_force: int


def changes_since(known: Answers) -> pd.Timestamp | None:
    """Return from when on a task's change may be news; None where nothing is known."""
    return None if known.assignments.empty else known.assignments["submitted_at"].max() - _MARGIN


def sheets_to_read(sheets: Iterable[Sheet], known: Answers) -> list[Sheet]:
    """Return the tasks on which something may be new, edited or deleted, judged by times and counts alone.

    All tasks of a survey are returned, or none.
    """
    by_survey: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        by_survey.setdefault(sheet.survey_id, []).append(sheet)
    before = _known_of_surveys(known.assignments, set(known.changes["assignment_id"]))
    newest = max((one.newest for one in before.values()), default=None)
    chosen = [group for name, group in by_survey.items() if _may_have_changed(group, before.get(name), newest)]
    return [sheet for group in chosen for sheet in group]


def _known_of_surveys(assignments: DataFrame[Assignments], changed: set[str]) -> dict[str, _Known]:
    in_force = ~assignments["assignment_id"].isin(list(changed))
    table = assignments.assign(in_force=in_force).groupby("survey_id").agg({"submitted_at": "max", "in_force": "sum"})
    return {str(name): _Known(row.submitted_at, int(row.in_force)) for name, row in table.iterrows()}


def _may_have_changed(group: list[Sheet], before: _Known | None, newest: pd.Timestamp | None) -> bool:
    """The server's counts may be too low (it counts nothing while a project is deleted), the times are right."""
    given, cancelled = sum(s.complete_count for s in group), sum(s.cancelled_count for s in group)
    changed = max(sheet.changed_at for sheet in group)
    if before is None:
        return given > 0 or any(sheet.changed_at > sheet.created_at + _MOMENT for sheet in group)
    recent = newest is not None and changed >= newest - _MARGIN
    counts_differ = given > before.in_force or given + cancelled < before.in_force
    return recent or counts_differ or changed > before.newest + _MOMENT
