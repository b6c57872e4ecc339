"""A campaign of the paper's size on a real Label Studio: publish, collect everything, collect what is new.

The limits are those of the issue. The server runs on the same machine; its memory is not counted.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.label_studio.conftest import label_studio, label_studio_environment  # noqa: F401 - fixtures
from tests.label_studio.crowd import filled
from valuenet.annotation.codebook import load_codebook
from valuenet.annotation.label_studio.client import LabelStudioClient
from valuenet.annotation.label_studio.settings import LabelStudioSettings

pytestmark = pytest.mark.slow
CODEBOOK = load_codebook()
WORKERS, EARLY, NEW = 160, 5, 100
LIMITS = {"publish": 60.0, "full collect": 120.0, "incremental collect": 10.0, "memory": 1_000.0}
_STEP = Path(__file__).parent / "label_studio_step.py"


@pytest.fixture(scope="module")
def figures() -> Any:
    """Seconds and megabytes by what was measured; printed at the end."""
    found: dict[str, float] = {}
    yield found
    print("\nLabel Studio, a campaign of the paper's size:")
    for name, figure in found.items():
        limit = f" (limit {LIMITS[name]:,.0f})" if name in LIMITS else ""
        print(f"  {name:<32} {figure:>10,.1f}{limit}")


def step(what: str, folder: Path, server: Any) -> dict[str, float]:
    """Run one step in a process of its own, so that its peak of memory is its own."""
    command = [sys.executable, str(_STEP), what, str(folder), server.url, server.token]
    places = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=places)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.benchmark(group="label studio")
def test_a_campaign_of_the_papers_size_keeps_the_limits(label_studio, tmp_path, benchmark, figures):  # noqa: F811
    client = LabelStudioClient(LabelStudioSettings(url=label_studio.url), label_studio.token)
    published = benchmark.pedantic(step, ("publish", tmp_path, label_studio), rounds=1)
    figures["publish"] = published["seconds"]
    started = time.perf_counter()
    given, late = put_answers_in(client, make_users(client))
    # An import gives thousands of answers the same few seconds, in which every one could still be changing. People do
    # not: so a few more come some time after it, one by one.
    time.sleep(12)
    early, late = late[:EARLY], late[EARLY:]
    send(client, early)
    figures["putting answers in (not ours)"] = time.perf_counter() - started
    full = step("collect", tmp_path, label_studio)
    figures["full collect"] = full["seconds"]
    assert full["assignments"] == given + EARLY
    send(client, late)
    more = step("collect", tmp_path, label_studio)
    figures["incremental collect"] = more["seconds"]
    assert more["assignments"] == NEW
    assert step("collect", tmp_path, label_studio)["assignments"] == 0
    figures["memory"] = max(one["megabytes"] for one in (published, full, more))
    figures |= {"surveys": published["surveys"], "assignments": full["assignments"] + NEW}
    figures["judgements"] = full["judgements"] + more["judgements"]
    assert {name: figures[name] for name, limit in LIMITS.items() if figures[name] >= limit} == {}


def send(client: LabelStudioClient, answers: list[tuple[int, dict[str, Any]]]) -> None:
    """Send answers in one by one."""
    for task, answer in answers:
        client.post(f"/api/tasks/{task}/annotations/", answer)


def make_users(client: LabelStudioClient) -> list[int]:
    """Return users who are members; nobody signs in as one of them."""
    names = [f"worker-{number}" for number in range(WORKERS)]
    return [client.post("/api/users/", {"email": f"{n}@example.org", "username": n})["id"] for n in names]


def put_answers_in(client: LabelStudioClient, users: list[int]) -> tuple[int, list[tuple[int, dict[str, Any]]]]:
    """Have every survey answered by four; return the number of answers, and those that still have to be sent in.

    One answer at a time takes Label Studio a quarter of an hour. So the tasks are taken out, and imported as they were
    together with their answers, as Label Studio takes over answers that were given elsewhere.
    """
    done: Counter[int] = Counter()
    seen: defaultdict[int, set[str]] = defaultdict(set)
    waiting: dict[str, dict[str, Any]] = {}
    given = 0
    for project in sorted(client.pages("/api/projects"), key=lambda project: project["id"]):
        tasks = list(all_tasks(client, project["id"]))
        delete = f"/api/dm/actions?id=delete_tasks&project={project['id']}"
        client.post(delete, {"selectedItems": {"all": True, "excluded": []}})
        for start in range(0, len(tasks), 250):
            batch = [answered(task, project["description"], users, done, seen) for task in tasks[start : start + 250]]
            for task in batch:
                if len(waiting) < EARLY + NEW:
                    waiting[task["data"]["survey_id"]] = task["annotations"].pop()
                given += len(task["annotations"])
            client.post(f"/api/projects/{project['id']}/import", batch)
    first = sorted(client.pages("/api/projects"), key=lambda project: project["id"])[0]["id"]
    ids = {task["data"]["survey_id"]: task["id"] for task in all_tasks(client, first)}
    return given, [(ids[survey], answer) for survey, answer in waiting.items()]


def answered(
    task: dict[str, Any], description: str, users: list[int], done: Counter[int], seen: dict[int, set[str]]
) -> dict[str, Any]:
    """Return a task with the answers of four users who have seen none of its scenarios, the least busy ones."""
    scenarios = [text for name, text in task["data"].items() if name[0] == "s" and name != "survey_id"]
    free = [user for user in users if seen[user].isdisjoint(scenarios)]
    chosen = sorted(free, key=lambda user: (done[user], user))[:4]
    right = next(i.prerequisite.answer for v, i in CODEBOOK.values.items() if f": {v}," in description)
    for user in chosen:
        done[user] += 1
        seen[user].update(scenarios)
    result = filled(["yes"] * len(scenarios), right)
    answers = [{"completed_by": user, "result": result, "lead_time": 90.0, "ground_truth": False} for user in chosen]
    return {"data": task["data"], "meta": task["meta"], "annotations": answers}


def all_tasks(client: LabelStudioClient, project: int) -> Iterator[dict[str, Any]]:
    """Yield a project's tasks."""
    yield from client.get("/api/tasks/", project=project, page_size=1000, include="id,data,meta")["tasks"]
