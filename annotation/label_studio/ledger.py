"""Who has been asked what, and which places are taken: what decides whether one more answer counts. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from valuenet.annotation.label_studio.survey_tasks import Sheet
from valuenet.annotation.platforms import Answers

_ALWAYS = pd.Timestamp(0, tz="UTC")


class AskedSurvey(NamedTuple):
    """A survey on the server, apart from where it lies."""

    survey_id: str
    value: str
    codebook_version: str
    scenario_ids: tuple[str, ...]
    workers_wanted: int
    right: str
    """Right answer to the prerequisite question; '' where it cannot be told."""
    open_since: pd.Timestamp
    """When its project was made: an answer older than that was given elsewhere, and cannot be missing here."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The (scenario, value) pairs it asks."""
        return [(scenario, self.value) for scenario in self.scenario_ids]


def asked_surveys(sheets: Iterable[Sheet]) -> dict[str, AskedSurvey]:
    """Return the surveys by id. Of two tasks with one survey the first counts; they ask the same."""
    asked: dict[str, AskedSurvey] = {}
    for sheet in sorted(sheets, key=lambda sheet: sheet.task_id):
        key = sheet.project.key
        asked.setdefault(
            sheet.survey_id,
            AskedSurvey(
                survey_id=sheet.survey_id,
                value=key.value,
                codebook_version=key.codebook_version,
                scenario_ids=sheet.scenario_ids,
                workers_wanted=sheet.workers_wanted,
                right=sheet.project.right,
                open_since=sheet.project.created_at,
            ),
        )
    return asked


def remembered_surveys(known: Answers, listed: Collection[str]) -> dict[str, AskedSurvey]:
    """Return surveys that are not listed, as their known judgements tell them. They are full: nothing new is taken."""
    remembered = known.judgements[~known.judgements["survey_id"].isin(list(listed))]
    remembered = remembered.drop_duplicates(["survey_id", "position"]).sort_values(["survey_id", "position"])
    return {
        str(name): AskedSurvey(
            survey_id=str(name),
            value=rows["value"].iloc[0],
            codebook_version=rows["codebook_version"].iloc[0],
            scenario_ids=tuple(rows["scenario_id"]),
            workers_wanted=0,
            right="",
            open_since=_ALWAYS,
        )
        for name, rows in remembered.groupby("survey_id")
    }


class Row(NamedTuple):
    """What an assignment says that others depend on."""

    assignment_id: str
    survey_id: str
    worker: str
    status: str
    submitted_at: pd.Timestamp


class Ledger:
    """Assignments in force; entering and striking one keeps count of places and of what each worker was asked."""

    def __init__(self, asked: Mapping[str, AskedSurvey], known: Answers) -> None:
        self._asked = asked
        self._places: Counter[str] = Counter()
        self._seen: Counter[tuple[str, tuple[str, str]]] = Counter()
        self._failed: Counter[tuple[str, str]] = Counter()
        self._struck: set[str] = set()
        self.rows: dict[str, Row] = {}
        columns = known.assignments[list(Row._fields)]
        changed = set(known.changes["assignment_id"])
        for row in map(Row._make, columns.itertuples(index=False, name=None)):
            if row.assignment_id in changed:
                self.rows[row.assignment_id] = row
                self._struck.add(row.assignment_id)
            else:
                self.enter(row)

    def enter(self, row: Row) -> None:
        """Count an assignment."""
        self.rows[row.assignment_id] = row
        self._count(row, 1)

    def strike(self, row: Row) -> None:
        """Count an assignment no more: it was edited or deleted."""
        self._struck.add(row.assignment_id)
        self._count(row, -1)

    def is_in_force(self, row: Row) -> bool:
        """Return whether an assignment is counted."""
        return row.assignment_id not in self._struck

    def in_force(self) -> list[Row]:
        """Return the assignments that are counted."""
        return [row for row in self.rows.values() if self.is_in_force(row)]

    def missing(self, searched: Collection[str], present: Collection[str]) -> list[Row]:
        """Return, sorted by id, counted assignments of the surveys ``searched`` that are not ``present`` there."""
        missing = []
        for row in self.in_force():
            if row.survey_id in searched and row.assignment_id not in present:
                survey = self._asked.get(row.survey_id)
                if survey is None or row.submitted_at >= survey.open_since:
                    missing.append(row)
        return sorted(missing)

    def has_seen(self, worker: str, survey: AskedSurvey) -> bool:
        """Return whether they were asked one of the survey's pairs before, or failed the prerequisite of its value."""
        if self._failed[worker, survey.value] > 0:
            return True
        return any(self._seen[worker, pair] > 0 for pair in survey.pairs)

    def is_full(self, survey: AskedSurvey) -> bool:
        """Return whether enough workers have completed the survey."""
        return self._places[survey.survey_id] >= survey.workers_wanted

    def _count(self, row: Row, step: int) -> None:
        survey = self._asked.get(row.survey_id)
        for pair in survey.pairs if survey else ():
            self._seen[row.worker, pair] += step
        self._places[row.survey_id] += step * (row.status == "complete")
        if row.status == "failed-prerequisite" and survey:
            self._failed[row.worker, survey.value] += step
