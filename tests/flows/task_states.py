"""What Prefect's server tells of the tasks of flow runs."""

import time
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowRunFilter, FlowRunFilterParentFlowRunId

PATIENCE = 30


def run_in_flow(work: Any) -> tuple[Any, UUID]:
    """Run ``work`` in a flow of its own; return what it returned and the id of the flow run."""
    state = flow(name="made by a test")(work)(return_state=True)
    return state.result(), state.state_details.flow_run_id


def states_of(*flow_runs: UUID) -> list[tuple[str, str]]:
    """Return (task, name of its state) of all tasks of these flow runs in the order of their beginning.

    The server takes states in a little later than they happen, so final ones are waited for.
    """
    with get_client(sync_client=True) as client:
        for _ in range(PATIENCE * 5):
            found = client.read_task_runs(flow_run_filter=FlowRunFilter(id={"any_": list(flow_runs)}))
            ended = [run for run in found if run.state and run.state.is_final()]
            if found and len(ended) == len(found):
                ordered = sorted(ended, key=lambda run: run.expected_start_time)
                return [(run.name.rpartition("-")[0], run.state_name) for run in ordered]
            time.sleep(0.2)
    raise TimeoutError("the server does not know how the tasks ended")


def last_run_with_children(name: str) -> list[UUID]:
    """Return the id of the newest run of a flow, and of all runs it began, at any depth."""
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(flow_filter=FlowFilter(name={"any_": [name]}), sort="START_TIME_DESC", limit=1)
        family = [run.id for run in runs]
        for parent in family:
            family += _children(client, [parent])
        return family


def _children(client: Any, parents: Iterable[UUID]) -> list[UUID]:
    of_parents = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=list(parents)))
    return [run.id for run in client.read_flow_runs(flow_run_filter=of_parents)]
