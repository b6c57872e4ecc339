"""Opening surveys on the server so that each stands there once, however often, or by how many at once, it is asked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress

from valuenet.annotation.codebook import Codebook
from valuenet.annotation.label_studio.annotations import is_mark
from valuenet.annotation.label_studio.board import list_projects, list_sheets, read_annotations
from valuenet.annotation.label_studio.client import GoneError, LabelStudioClient, ServerUnreachableError
from valuenet.annotation.label_studio.interface import survey_interface
from valuenet.annotation.label_studio.page_check import check_page
from valuenet.annotation.label_studio.places import Place, place_of
from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.annotation.label_studio.survey_tasks import ProjectKey, Sheet, SurveyProject, project_key, task_of
from valuenet.annotation.platforms import SurveyRequest

_ROUNDS = 5


def publish_surveys(
    client: LabelStudioClient,
    settings: LabelStudioSettings,
    requests: Sequence[SurveyRequest],
    codebook: Codebook,
    users: Mapping[str, int],
) -> None:
    """Open the surveys that have no task, with marks for the barred among ``users``; then remove what stands twice.

    What is there is looked up before and after: so a break in the middle, or another publisher at the same moment,
    leaves nothing missing and nothing double.

    Raises:
        ServerUnreachableError: if surveys keep vanishing, as when somebody deletes their project again and again.
    """
    for _ in range(_ROUNDS):
        projects = list_projects(client, settings)
        sheets = list_sheets(client, settings, projects)
        there = {sheet.survey_id for sheet in sheets}
        missing = [request for request in requests if request.survey_id not in there]
        if not missing:
            _remove_twins(client, settings, sheets)
            _set_places(client, requests, sheets)
            _renew_pages(client, projects, codebook)
            return
        _open(client, settings, missing, codebook, users, _places(projects, sheets))
    raise ServerUnreachableError(
        f"{len(missing):,} surveys, first {missing[0].survey_id}, are not on {client.url} after {_ROUNDS} attempts; see"
        " whether somebody deletes the projects of the campaign, then publish again"
    )


def _places(projects: Sequence[SurveyProject], sheets: Sequence[Sheet]) -> dict[ProjectKey, int]:
    """Return where surveys of a key go: of several projects the oldest that has any, else the oldest.

    Two publishers at once may leave an empty project beside the one in use. It is not deleted: for a moment Label
    Studio then misses what its workers send in, and after two deletions at once it counts no answers until it is
    started again (``temporary_disconnect_all_signals`` in its version 1.23).
    """
    used = {sheet.project.project_id for sheet in sheets}
    ordered = sorted(projects, key=lambda project: (project.project_id not in used, project.project_id))
    return {project.key: project.project_id for project in reversed(ordered)}


def _open(
    client: LabelStudioClient,
    settings: LabelStudioSettings,
    requests: Sequence[SurveyRequest],
    codebook: Codebook,
    users: Mapping[str, int],
    places: Mapping[ProjectKey, int],
) -> None:
    groups: dict[ProjectKey, list[SurveyRequest]] = defaultdict(list)
    for request in requests:
        groups[project_key(request, settings.campaign)].append(request)
    for key, group in sorted(groups.items()):
        project = places.get(key) or _make_project(client, key, codebook, group)
        for start in range(0, len(group), settings.import_batch):
            batch = group[start : start + settings.import_batch]
            tasks = [task_of(request, {users[w] for w in request.barred if w in users}) for request in batch]
            try:
                client.post(f"/api/projects/{project}/import", tasks)
            except GoneError:
                break  # somebody deleted the project meanwhile; the next round makes another


def _make_project(
    client: LabelStudioClient, key: ProjectKey, codebook: Codebook, requests: Sequence[SurveyRequest]
) -> int:
    wanted = [request.workers_wanted for request in requests]
    page = survey_interface(codebook, key.value, key.questions)
    check_page(page, task_of(requests[0]))
    made = client.post(
        "/api/projects/",
        {
            "title": key.title(),
            "description": key.description(),
            "label_config": page,
            "maximum_annotations": max(set(wanted), key=lambda number: (wanted.count(number), number)),
            "sampling": "Uniform sampling",
            "show_skip_button": False,
            "enable_empty_annotation": False,
            "show_collab_predictions": False,
            "reveal_preannotations_interactively": False,
        },
    )
    return int(made["id"])


def _renew_pages(client: LabelStudioClient, projects: Sequence[SurveyProject], codebook: Codebook) -> None:
    """Give projects of this codebook the page as it looks now: its words are the codebook's, its looks may be newer."""
    for project in projects:
        key = project.key
        if key.codebook_version == codebook.content_version:
            page = survey_interface(codebook, key.value, key.questions)
            if page != project.page:
                client.patch(f"/api/projects/{project.project_id}/", {"label_config": page})


def _remove_twins(client: LabelStudioClient, settings: LabelStudioSettings, sheets: Sequence[Sheet]) -> None:
    """Of several tasks with one survey, delete those nobody has worked on; one stays in any case."""
    groups: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        groups[sheet.survey_id].append(sheet)
    twins: list[Sheet] = []
    for group in groups.values():
        twins += sorted(group, key=lambda s: (s.complete_count == 0, s.project.project_id, s.task_id))[1:]
    for task in list(read_annotations(client, settings, twins)):
        if all(is_mark(annotation) for annotation in task["annotations"]):
            client.delete(f"/api/tasks/{task['id']}/")


def _set_places(client: LabelStudioClient, requests: Sequence[SurveyRequest], sheets: Sequence[Sheet]) -> None:
    """Have every task nobody has answered yet wait for as many workers as are still missing."""
    missing = {request.survey_id: request.workers_wanted - request.answered for request in requests}
    for sheet in sheets:
        if sheet.survey_id in missing and not sheet.complete_count:
            for place in place_of(sheet, 0, missing[sheet.survey_id]):
                set_place(client, place)


def set_place(client: LabelStudioClient, place: Place) -> None:
    """Change a task as it has to be; one that was deleted meanwhile needs nothing."""
    with suppress(GoneError):
        client.patch(f"/api/tasks/{place.task_id}/", {"overlap": place.overlap, "is_labeled": not place.is_open})
