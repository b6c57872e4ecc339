"""From what came back to rows: whose answer it is, whether it is complete, and whether it comes too late or twice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd

from valuenet.annotation.mturk.plain_xml import XmlError, read_answers
from valuenet.annotation.mturk.question import AskedSurvey
from valuenet.annotation.platforms import Answers
from valuenet.warehouse.crowd_tables import AnswerChanges, Assignments, Judgements
from valuenet.warehouse.hashing import hash_id, pseudonym
from valuenet.warehouse.vocabulary import LABELS

PLATFORM = "mturk"


class Submission(NamedTuple):
    """One submitted assignment; worker and assignment are named by pseudonym and hash from here on."""

    assignment_id: str
    worker: str
    survey: AskedSurvey
    accepted_at: datetime
    submitted_at: datetime
    fields: Mapping[str, str]


def worker_pseudonym(worker_id: str, key: bytes) -> str:
    """Return the pseudonym of a worker of MTurk."""
    return pseudonym(f"{PLATFORM}:{worker_id}", key)


def assignment_hash(assignment_id: str) -> str:
    """Return the id under which an assignment of MTurk stands in the tables."""
    return hash_id("a-", PLATFORM, assignment_id)


def read_submission(assignment: Mapping[str, Any], survey: AskedSurvey, key: bytes) -> Submission:
    """Return what one item of ListAssignmentsForHIT says; an answer that is no XML counts as an empty form."""
    try:
        fields = read_answers(assignment.get("Answer", ""))
    except XmlError:
        fields = {}
    return Submission(
        assignment_hash(assignment["AssignmentId"]),
        worker_pseudonym(assignment["WorkerId"], key),
        survey,
        assignment["AcceptTime"],
        assignment["SubmitTime"],
        fields,
    )


def settle(submissions: Iterable[Submission], known: Answers, values: Mapping[str, str]) -> Answers:
    """Return rows for the submissions that are not known yet, sorted by key, each with its status.

    They are taken in the order of time after everything known. ``surplus`` is an answer to a survey that is full, to a
    pair its worker has answered before, or to a value whose prerequisite they have failed before.

    Args:
        submissions: in any order; those in ``known`` are passed over.
        known: what was collected before; it is not changed and does not come again.
        values: value of every survey in ``known`` in which somebody failed the prerequisite.
    """
    past = set(known.assignments["assignment_id"])
    ledger = _Ledger(known, values)
    assignments: list[dict[str, object]] = []
    judgements: list[dict[str, object]] = []
    for one in sorted(_new_only(submissions, past), key=lambda s: (s.submitted_at, s.assignment_id)):
        status = ledger.enter(one)
        assignments.append(_assignment(one, status))
        if status in {"complete", "surplus"}:
            judgements.extend(_judgements(one))
    return Answers(
        Assignments.frame(_sorted(assignments, Assignments)),
        Judgements.frame(_sorted(judgements, Judgements)),
        AnswerChanges.frame(),
    )


def _new_only(submissions: Iterable[Submission], past: set[str]) -> list[Submission]:
    """Return the submissions that are not in ``past``, each once."""
    return list({one.assignment_id: one for one in submissions if one.assignment_id not in past}.values())


class _Ledger:
    """Who has answered what so far, and how many places of each survey are taken."""

    def __init__(self, known: Answers, values: Mapping[str, str]) -> None:
        self._seen: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._failed: set[tuple[str, str]] = set()
        self._complete: dict[str, set[str]] = defaultdict(set)
        judgements = known.judgements
        for worker, scenario, value in zip(
            judgements["worker"], judgements["scenario_id"], judgements["value"], strict=True
        ):
            self._seen[worker].add((scenario, value))
        done = known.assignments
        for survey, worker, status in zip(done["survey_id"], done["worker"], done["status"], strict=True):
            if status == "complete":
                self._complete[survey].add(worker)
            elif status == "failed-prerequisite":
                self._failed.add((worker, values.get(survey, "")))

    def enter(self, one: Submission) -> str:
        """Return the status of the next submission, and remember it."""
        survey = one.survey
        if one.fields.get("prerequisite") != survey.right:
            self._failed.add((one.worker, survey.value))
            return "failed-prerequisite" if one.fields.get("prerequisite") in LABELS else "dropped-out"
        if any(label not in LABELS for label in _labels(one)):
            return "dropped-out"
        pairs = {(scenario, survey.value) for scenario in survey.scenario_ids}
        before = (one.worker, survey.value) in self._failed or pairs & self._seen[one.worker]
        self._seen[one.worker] |= pairs
        if before or len(self._complete[survey.survey_id]) >= survey.workers_wanted:
            return "surplus"
        self._complete[survey.survey_id].add(one.worker)
        return "complete"


def _labels(one: Submission) -> list[str]:
    return [one.fields.get(f"q{position}", "") for position in range(1, len(one.survey.scenario_ids) + 1)]


def _assignment(one: Submission, status: str) -> dict[str, object]:
    began, ended = pd.Timestamp(one.accepted_at).tz_convert("UTC"), pd.Timestamp(one.submitted_at).tz_convert("UTC")
    return {
        "assignment_id": one.assignment_id,
        "survey_id": one.survey.survey_id,
        "worker": one.worker,
        "platform": PLATFORM,
        "status": status,
        "accepted_at": began if began <= ended else pd.NaT,
        "submitted_at": ended,
        "seconds": (ended - began).total_seconds() if began <= ended else float("nan"),
    }


def _judgements(one: Submission) -> Iterable[dict[str, object]]:
    asked = zip(one.survey.scenario_ids, _labels(one), strict=True)
    for position, (scenario, label) in enumerate(asked, start=1):
        yield {
            "assignment_id": one.assignment_id,
            "position": position,
            "survey_id": one.survey.survey_id,
            "worker": one.worker,
            "scenario_id": scenario,
            "value": one.survey.value,
            "label": label,
            "codebook_version": one.survey.codebook_version,
        }


def _sorted(rows: list[dict[str, object]], table: Any) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=table.columns()).sort_values(table.key())
