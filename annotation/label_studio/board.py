"""What a campaign has on the server: its projects and tasks, listed and read in batches."""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import pandas as pd

from valuenet.annotation.label_studio.annotations import FIELDS, read_answers
from valuenet.annotation.label_studio.answers import GivenAnswer
from valuenet.annotation.label_studio.client import LabelStudioClient, incomplete
from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.annotation.label_studio.survey_tasks import Sheet, SurveyProject, read_project, read_sheet

_PROJECT = "id,title,description,label_config,created_at"
_TASK = "id,data,meta,created_at,updated_at,is_labeled,overlap,total_annotations,cancelled_annotations"
_ANNOTATED = ({"filter": "filter:tasks:annotators", "operator": "empty", "type": "List", "value": False},)


def list_projects(client: LabelStudioClient, settings: LabelStudioSettings) -> list[SurveyProject]:
    """Return the campaign's projects, oldest first; two of one key where two publishers made them at once."""
    projects = (read_project(project) for project in client.pages("/api/projects", include=_PROJECT))
    ours = [project for project in projects if project is not None and project.key.campaign == settings.campaign]
    return sorted(ours, key=lambda project: project.project_id)


def list_sheets(
    client: LabelStudioClient, settings: LabelStudioSettings, projects: Iterable[SurveyProject]
) -> list[Sheet]:
    """Return all surveys of the projects, without answers, in the order of their tasks."""
    return _sheets(client, settings, projects, [()])


def list_moving_sheets(
    client: LabelStudioClient, settings: LabelStudioSettings, projects: Iterable[SurveyProject], since: pd.Timestamp
) -> tuple[list[Sheet], int]:
    """Return the surveys that are open or have changed since, and the number of all others.

    Every task that is listed costs the server a look at all its answers; so this is far cheaper than all of them once
    most surveys are full.
    """
    moment = since.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    changed = {"filter": "filter:tasks:updated_at", "operator": "greater", "type": "Datetime", "value": moment}
    still = {"filter": "filter:tasks:updated_at", "operator": "less_or_equal", "type": "Datetime", "value": moment}
    others = 0
    for project in projects:
        query = {"filters": {"conjunction": "and", "items": [_is_labeled("true"), still]}}
        path = {"project": project.project_id, "page_size": 1, "include": "id", "query": json.dumps(query)}
        others += client.get("/api/tasks/", **path)["total"]
    return _sheets(client, settings, projects, [(_is_labeled("false"),), (changed,)]), others


def _is_labeled(value: str) -> dict[str, Any]:
    return {"filter": "filter:tasks:is_labeled", "operator": "equal", "type": "Boolean", "value": value}


def _sheets(
    client: LabelStudioClient,
    settings: LabelStudioSettings,
    projects: Iterable[SurveyProject],
    selections: Iterable[tuple[Any, ...]],
) -> list[Sheet]:
    """Return the surveys in any of the selections, each once."""
    sheets: dict[int, Sheet] = {}
    for project in projects:
        for filters in selections:
            for task in _tasks(client, settings, project.project_id, filters, include=_TASK):
                if (sheet := read_sheet(task, project)) is not None:
                    sheets[sheet.task_id] = sheet
    return [sheets[task] for task in sorted(sheets)]


def with_annotators(client: LabelStudioClient, settings: LabelStudioSettings, sheets: list[Sheet]) -> list[Sheet]:
    """Return the sheets with the users who have anything on them."""
    annotators: dict[int, frozenset[int]] = {}
    for project in sorted({sheet.project.project_id for sheet in sheets if sheet.is_open}):
        for task in _tasks(client, settings, project, _ANNOTATED, include="id,annotators"):
            annotators[task["id"]] = frozenset(task["annotators"])
    return [sheet._replace(annotators=annotators.get(sheet.task_id, frozenset())) for sheet in sheets]


def read_sheets(
    client: LabelStudioClient, settings: LabelStudioSettings, sheets: Iterable[Sheet], key: bytes
) -> Iterator[GivenAnswer]:
    """Yield the answers on these tasks. A task that was deleted meanwhile brings none."""
    by_id = {sheet.task_id: sheet for sheet in sheets}
    for task in read_annotations(client, settings, by_id.values()):
        yield from read_answers(by_id[task["id"]], task["annotations"], key)


def read_annotations(
    client: LabelStudioClient, settings: LabelStudioSettings, sheets: Iterable[Sheet]
) -> Iterator[dict[str, Any]]:
    """Yield id and annotations of these tasks, as the server sends them; a task that is gone brings none.

    Raises:
        IncompleteAnswerError: if the server keeps back tasks that it says are there.
    """
    ordered = sorted(sheets, key=lambda sheet: (sheet.project.project_id, sheet.task_id))
    for project, group in groupby(ordered, key=lambda sheet: sheet.project.project_id):
        ids = [sheet.task_id for sheet in group]
        for start in range(0, len(ids), settings.page_size):
            yield from _chosen_tasks(client, settings, project, ids[start : start + settings.page_size])


def _chosen_tasks(
    client: LabelStudioClient, settings: LabelStudioSettings, project: int, ids: list[int]
) -> Iterator[dict[str, Any]]:
    """Yield the tasks with these ids. The server may cut a page short, so what it left out is asked for again."""
    while ids:
        query = {"selectedItems": {"all": False, "included": ids}}
        tasks, total = _page(client, settings, project, query, fields="all", include=FIELDS)
        yield from tasks
        given = {task["id"] for task in tasks}
        if len(given) >= total:
            return
        if not given:
            raise incomplete(client.url, "/api/tasks/", 0, total)
        ids = [task for task in ids if task not in given]


def is_there(
    client: LabelStudioClient, settings: LabelStudioSettings, projects: Iterable[SurveyProject], survey_id: str
) -> bool:
    """Return whether a survey has a task in any of the projects, asking the server for just this survey."""
    named = {"filter": "filter:tasks:data.survey_id", "operator": "equal", "type": "String", "value": survey_id}
    query = {"filters": {"conjunction": "and", "items": [named]}}
    return any(_page(client, settings, project.project_id, query, include="id")[1] for project in projects)


def _tasks(
    client: LabelStudioClient,
    settings: LabelStudioSettings,
    project: int,
    filters: tuple[Any, ...] = (),
    *,
    include: str,
) -> Iterator[dict[str, Any]]:
    """Yield a project's tasks by id. Each page starts after the last id: so none is missed when one is deleted.

    How many are left is what the server counts, as it may give smaller pages than it is asked for.
    """
    last = 0
    while True:
        after = {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": last}
        query = {"filters": {"conjunction": "and", "items": [after, *filters]}}
        tasks, total = _page(client, settings, project, query, include=include)
        yield from tasks
        if len(tasks) >= total:
            return
        if not tasks:
            raise incomplete(client.url, "/api/tasks/", 0, total)
        last = tasks[-1]["id"]


def _page(
    client: LabelStudioClient, settings: LabelStudioSettings, project: int, query: dict[str, Any], **columns: str
) -> tuple[list[dict[str, Any]], int]:
    """Return the first tasks that ``query`` chooses, and how many it chooses in all."""
    answer = client.get(
        "/api/tasks/",
        project=project,
        page_size=settings.page_size,
        resolve_uri="false",
        query=json.dumps(query),
        **columns,
    )
    return answer["tasks"], int(answer["total"])
