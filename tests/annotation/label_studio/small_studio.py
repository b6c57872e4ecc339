"""As much of Label Studio's interface as the platform speaks, in memory: for tests that need no server.

What it does is what version 1.23 was seen to do, its traps included: a task is imported closed when its marks are as
many as its overlap, a changed overlap does not reopen it, and empty or failed answers count.
"""

import json
import re
from itertools import count
from typing import Any

import pandas as pd

from valuenet.annotation.label_studio.client import GoneError

NOON = pd.Timestamp("2026-03-01T12:00:00Z")


class SmallStudio:
    """Stands where ``LabelStudioClient`` stands. Each request takes a second on its clock."""

    url = "http://small.studio"

    def __init__(self, users: int = 9) -> None:
        self.users = {number: f"someone-{number}@example.org" for number in range(1, users + 1)}
        self.projects: dict[int, dict[str, Any]] = {}
        self.tasks: dict[int, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.now = NOON
        self.fails_at: int | None = None
        """Number of the request, from 1, that finds no server."""
        self.most_in_a_page: int | None = None
        """Rows of a page at most, whatever is asked for, as TASK_API_PAGE_SIZE_MAX sets it."""
        self.hides: set[int] = set()
        """Tasks that no list shows, though they are counted and found by what they hold."""
        self._ids = count(1)

    def get(self, path: str, **query: Any) -> Any:
        self._tick(f"GET {path}")
        if path == "/api/current-user/whoami":
            return {"id": 1, "active_organization": 1}
        assert path == "/api/tasks/"
        found = [task for task in self.tasks.values() if task["project"] == query["project"]]
        found = _chosen(found, json.loads(query.get("query") or "{}"))
        size = min(query["page_size"], self.most_in_a_page or query["page_size"])
        shown = [task for task in found if task["id"] not in self.hides][:size]
        return {"total": len(found), "tasks": [_part(self._listed(task), query["include"]) for task in shown]}

    def pages(self, path: str, **query: Any) -> list[dict[str, Any]]:
        self._tick(f"GET {path}")
        if path == "/api/projects":
            return [dict(project) for project in self.projects.values()]
        assert path == "/api/organizations/1/memberships"
        return [{"user": {"id": number, "email": email}} for number, email in self.users.items()]

    def post(self, path: str, body: Any = None, **query: Any) -> Any:
        self._tick(f"POST {path}")
        number = int((re.findall(r"\d+", path) or [0])[0])
        if path == "/api/projects/":
            made = next(self._ids)
            self.projects[made] = {"id": made, "created_at": self.now.isoformat(), **body}
            return self.projects[made]
        if path.endswith("/import"):
            overlap = self._there(self.projects, number)["maximum_annotations"]
            for task in body:
                self._import(number, overlap, task)
            return {}
        task = self._there(self.tasks, number)
        made = self._annotate(task, {"import_id": None, "was_cancelled": False, **body})
        self._count(task)
        return made

    def patch(self, path: str, body: Any) -> Any:
        self._tick(f"PATCH {path}")
        number = int(re.findall(r"\d+", path)[0])
        there = self._there(self.projects if "projects" in path else self.tasks, number)
        there |= {**body, "updated_at": self.now.isoformat()}
        return there

    def delete(self, path: str) -> bool:
        self._tick(f"DELETE {path}")
        if "memberships" in path:
            self.users[int(path.rsplit("/", 1)[1])] = "Deleted"
            return True
        return self.tasks.pop(int(re.findall(r"\d+", path)[0]), None) is not None

    def edit(self, annotation: dict[str, Any], result: Any) -> None:
        """Have a worker change what she sent in."""
        self._tick("edit")
        annotation |= {"result": result, "updated_at": self.now.isoformat()}
        self._count(self.tasks[annotation["task"]])

    def take_back(self, annotation: dict[str, Any]) -> None:
        """Delete an annotation."""
        self._tick("take back")
        task = self.tasks[annotation["task"]]
        task["annotations"].remove(annotation)
        self._count(task)

    def wait(self, minutes: float) -> None:
        """Let time pass."""
        self.now += pd.Timedelta(minutes=minutes)

    def _import(self, project: int, overlap: int, task: dict[str, Any]) -> None:
        made = next(self._ids)
        kept = {"id": made, "project": project, "data": task["data"], "meta": task["meta"], "overlap": overlap}
        times = {"created_at": self.now.isoformat(), "updated_at": self.now.isoformat()}
        self.tasks[made] = {**kept, **times, "annotations": []}
        for annotation in task["annotations"]:
            self._annotate(self.tasks[made], {**annotation, "import_id": annotation["id"]})
        users = {annotation["completed_by"] for annotation in self.tasks[made]["annotations"]}
        self.tasks[made]["is_labeled"] = len(users) >= overlap

    def _annotate(self, task: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        times = {"created_at": self.now.isoformat(), "updated_at": self.now.isoformat()}
        task["annotations"].append({**body, "id": next(self._ids), "task": task["id"], **times})
        return dict(task["annotations"][-1]) if body["was_cancelled"] else task["annotations"][-1]

    def _count(self, task: dict[str, Any]) -> None:
        users = {row["completed_by"] for row in task["annotations"] if not row["was_cancelled"]}
        task |= {"is_labeled": len(users) >= task["overlap"], "updated_at": self.now.isoformat()}

    def _listed(self, task: dict[str, Any]) -> dict[str, Any]:
        cancelled = sum(row["was_cancelled"] for row in task["annotations"])
        counts = {"cancelled_annotations": cancelled, "total_annotations": len(task["annotations"]) - cancelled}
        return {**task, **counts, "annotators": sorted({row["completed_by"] for row in task["annotations"]})}

    def _there(self, things: dict[int, dict[str, Any]], number: int) -> dict[str, Any]:
        if number not in things:
            raise GoneError(f"nothing at {number}")
        return things[number]

    def _tick(self, what: str) -> None:
        self.asked.append(what)
        self.now += pd.Timedelta(seconds=1)
        if self.fails_at is not None and len(self.asked) == self.fails_at:
            raise ConnectionError(what)


def _chosen(tasks: list[dict[str, Any]], query: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the tasks that pass the Data Manager's filters, by id."""
    only = query.get("selectedItems", {}).get("included")
    tasks = [task for task in tasks if only is None or task["id"] in only]
    for one in query.get("filters", {}).get("items", ()):
        tasks = [task for task in tasks if _passes(task, one["filter"].split(":")[-1], one["operator"], one["value"])]
    return sorted(tasks, key=lambda task: task["id"])


def _passes(task: dict[str, Any], name: str, operator: str, value: Any) -> bool:
    if name == "id":
        return bool(task["id"] > value)
    if name == "is_labeled":
        return str(task["is_labeled"]).lower() == value
    if name.startswith("data."):
        return bool(task["data"].get(name.removeprefix("data.")) == value)
    if name == "annotators":
        return bool(task["annotations"])
    later = pd.Timestamp(task["updated_at"]) > pd.Timestamp(value)
    return later if operator == "greater" else not later


def _part(task: dict[str, Any], include: str) -> dict[str, Any]:
    return {name: value for name, value in task.items() if name in include.split(",")}
