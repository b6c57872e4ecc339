"""Review projects on the server: found by their description, filled without doubling, opened to one more."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from valuenet.annotation.label_studio.accounts import members
from valuenet.annotation.label_studio.client import LabelStudioClient, incomplete
from valuenet.annotation.label_studio.reviews.tasks import (
    ReviewAnswer,
    ReviewKind,
    ReviewProject,
    read_answers,
    read_review_project,
)
from valuenet.warehouse.errors import InputError

Task = dict[str, Any]
_PAGE = 300
_BATCH = 500


class UnknownReviewerError(InputError):
    """Somebody named as a reviewer has no account on the server."""


def find_projects(client: LabelStudioClient, kind: ReviewKind, campaign: str) -> list[tuple[int, str]]:
    """Return number and codebook version of the projects of a campaign, the oldest first."""
    projects = []
    for row in client.pages("/api/projects", include="id,description"):
        project = read_review_project(row["description"])
        if project is not None and (project.kind, project.campaign) == (kind, campaign):
            projects.append((int(row["id"]), project.codebook_version))
    return sorted(projects)


def open_project(client: LabelStudioClient, project: ReviewProject, interface: str, people: int) -> int:
    """Return the project's number; it is made where it is not there. Items already in it ask for ``people`` too."""
    for number, version in find_projects(client, project.kind, project.campaign):
        if version == project.codebook_version:
            if client.get(f"/api/projects/{number}")["maximum_annotations"] != people:
                client.patch(f"/api/projects/{number}", {"maximum_annotations": people})
            return number
    payload = {
        "title": project.title(),
        "description": project.description(),
        "label_config": interface,
        "maximum_annotations": people,
        "show_skip_button": False,
        "sampling": "Sequential sampling",
    }
    return int(client.post("/api/projects", payload)["id"])


def read_tasks(client: LabelStudioClient, project: int) -> Iterator[Task]:
    """Yield the items of a project with the answers to them; what somebody added by hand is passed over.

    Raises:
        IncompleteAnswerError: if the server gives fewer items than it counts.
    """
    page, seen, total = 1, 0, 1
    while seen < total:
        answer = client.get("/api/tasks", project=project, fields="all", page=page, page_size=_PAGE)
        page, seen, total = page + 1, seen + len(answer["tasks"]), answer["total"]
        yield from (task for task in answer["tasks"] if "review_id" in (task.get("data") or {}))
        if not answer["tasks"] and seen < total:
            raise incomplete(client.url, "/api/tasks", seen, total)


def clean_tasks(client: LabelStudioClient, project: int) -> list[Task]:
    """Return the items; of one sent twice by a broken connection, the copy nobody has answered is deleted."""
    copies: dict[str, list[Task]] = defaultdict(list)
    for task in read_tasks(client, project):
        copies[task["data"]["review_id"]].append(task)
    kept = []
    for tasks in copies.values():
        first, *others = sorted(tasks, key=lambda task: (not task["annotations"], task["id"]))
        kept += [first, *(spare for spare in others if spare["annotations"])]
        for spare in others:
            if not spare["annotations"]:
                client.delete(f"/api/tasks/{spare['id']}")
    return kept


def import_new(client: LabelStudioClient, project: int, items: Sequence[Task], there: Iterable[Task]) -> int:
    """Send the items that are not there yet, in their order; return how many."""
    known = {task["data"]["review_id"] for task in there}
    new = [{"data": item} for item in items if item["review_id"] not in known]
    for start in range(0, len(new), _BATCH):
        client.post(f"/api/projects/{project}/import", new[start : start + _BATCH])
    return len(new)


def ask_more(
    client: LabelStudioClient,
    tasks: Iterable[Task],
    users: frozenset[int] | None,
    missing: Callable[[Sequence[ReviewAnswer]], int],
) -> int:
    """Open items that nobody else would be offered to as many people as are missing; return how many items.

    They are full because reviewers differ, or because accounts whose answers do not count have answered.
    """
    reopened = 0
    for task in tasks:
        more = missing(split_answers(read_answers([task]), users)[0])
        if more and task["is_labeled"]:
            wanted = {
                "overlap": task["total_annotations"] + more,
                "is_labeled": False,
            }  # the one does not change the other
            client.patch(f"/api/tasks/{task['id']}", wanted)
            reopened += 1
    return reopened


def counted_users(client: LabelStudioClient, addresses: Sequence[str]) -> frozenset[int] | None:
    """Return the numbers of the accounts with these e-mail addresses; None, which is everybody, for no address.

    Raises:
        UnknownReviewerError: naming the place of an address that has no account, never the address.
    """
    if not addresses:
        return None
    accounts = {str(member["user"]["email"]).lower(): int(member["user"]["id"]) for member in members(client)}
    for rank, address in enumerate(addresses, start=1):
        if address.lower() not in accounts:
            raise UnknownReviewerError(
                f"reviewers: the address in place {rank} of {len(addresses)} has no account on the server; correct it,"
                " or let its owner sign up first"
            )
    return frozenset(accounts[address.lower()] for address in addresses)


def split_answers(
    answers: Iterable[ReviewAnswer], users: frozenset[int] | None
) -> tuple[list[ReviewAnswer], list[ReviewAnswer]]:
    """Return the answers of these accounts (of all for None), and those of others."""
    counted: list[ReviewAnswer] = []
    others: list[ReviewAnswer] = []
    for answer in answers:
        (counted if users is None or answer.user in users else others).append(answer)
    return counted, others
