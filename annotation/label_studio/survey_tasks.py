"""Surveys as Label Studio's projects and tasks, and back. A task holds the texts to read; nothing tells a check."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError, fromstring

import pandas as pd

from valuenet.annotation.label_studio.interface import PREREQUISITE, question_name
from valuenet.annotation.platforms import SurveyRequest

#: Stands in ``import_id`` of the empty, cancelled annotations by which a worker is kept away from a survey.
MARK = 0
_DESCRIPTION = re.compile(
    r"^Campaign (?P<campaign>.+): (?P<value>[A-Z-]+), questions: (?P<questions>\d+), codebook (?P<version>\S+)\."
)


class ProjectKey(NamedTuple):
    """What the surveys of one project have in common."""

    campaign: str
    value: str
    questions: int
    codebook_version: str

    def title(self) -> str:
        """Return what workers see in their list of projects."""
        return f"{self.campaign}: {self.value.lower()} ({self.questions})"

    def description(self) -> str:
        """Return the line by which the project is found again; its title may be changed by hand."""
        return (
            f"Campaign {self.campaign}: {self.value}, questions: {self.questions}, codebook {self.codebook_version}. "
            "Published by valuenet, which finds its project by this line."
        )


class SurveyProject(NamedTuple):
    """A project on the server. ``right`` is the answer to the prerequisite question, as its page was made with."""

    project_id: int
    key: ProjectKey
    created_at: pd.Timestamp
    right: str
    page: str = ""
    """Its labelling configuration."""


class Sheet(NamedTuple):
    """A survey as it lies on the server: one task."""

    task_id: int
    project: SurveyProject
    survey_id: str
    scenario_ids: tuple[str, ...]
    workers_wanted: int
    overlap: int
    is_open: bool
    created_at: pd.Timestamp
    changed_at: pd.Timestamp
    complete_count: int
    cancelled_count: int
    annotators: frozenset[int]
    """Users who answered or are kept away; known of open surveys where it was asked for."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The (scenario, value) pairs it asks, in their order."""
        return [(scenario, self.project.key.value) for scenario in self.scenario_ids]


def project_key(request: SurveyRequest, campaign: str) -> ProjectKey:
    """Return the project a survey belongs to."""
    return ProjectKey(campaign, request.value, len(request.questions), request.codebook_version)


def read_project(project: Mapping[str, Any]) -> SurveyProject | None:
    """Return the project where it is one of ours, whatever its campaign."""
    match = _DESCRIPTION.match(project.get("description") or "")
    if match is None:
        return None
    key = ProjectKey(match["campaign"], match["value"], int(match["questions"]), match["version"])
    right = right_answer(project["label_config"])
    return SurveyProject(project["id"], key, pd.Timestamp(project["created_at"]), right, project["label_config"])


def right_answer(label_config: str) -> str:
    """Return the answer to the prerequisite question that opens the questions of a page, '' where that is not clear."""
    try:
        page = fromstring(label_config)  # noqa: S314 - made by us, kept by our own server
    except ParseError:
        return ""
    shown_when = {
        block.get("whenChoiceValue", "")
        for block in page.iter()
        if block.get("whenTagName") == PREREQUISITE and any(tag.get("name") == question_name(1) for tag in block.iter())
    }
    return shown_when.pop() if len(shown_when) == 1 else ""


def task_of(request: SurveyRequest, barred_users: Iterable[int] = ()) -> dict[str, Any]:
    """Return the survey as a task to be imported; the users are kept away from it."""
    data = {"survey_id": request.survey_id}
    for number, question in enumerate(request.questions, start=1):
        data[question_name(number)] = question.text
        data[f"s{number}"] = question.scenario_id
    marks = [{"completed_by": user, "id": MARK, **_EMPTY} for user in sorted(barred_users)]
    return {"data": data, "meta": {"workers_wanted": request.workers_wanted}, "annotations": marks}


def mark_of(user: int) -> dict[str, Any]:
    """Return the annotation that keeps a user away from a task they have not answered."""
    return {"completed_by": user, "import_id": MARK, **_EMPTY}


_EMPTY: Mapping[str, Any] = {"was_cancelled": True, "result": [], "ground_truth": False}


def read_sheet(task: Mapping[str, Any], project: SurveyProject) -> Sheet | None:
    """Return what a task says of its survey; None where it is no survey (added by hand)."""
    data, meta = task.get("data") or {}, task.get("meta") or {}
    scenarios = tuple(str(data.get(f"s{number}", "")) for number in range(1, project.key.questions + 1))
    if not str(data.get("survey_id", "")).startswith("q-") or not all(scenarios):
        return None
    return Sheet(
        task_id=task["id"],
        project=project,
        survey_id=data["survey_id"],
        scenario_ids=scenarios,
        workers_wanted=int(meta.get("workers_wanted") or task["overlap"]),
        overlap=task["overlap"],
        is_open=not task["is_labeled"],
        created_at=pd.Timestamp(task["created_at"]),
        changed_at=pd.Timestamp(task["updated_at"]),
        complete_count=task["total_annotations"],
        cancelled_count=task["cancelled_annotations"],
        annotators=frozenset(task.get("annotators") or ()),
    )
