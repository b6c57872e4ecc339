"""`prefect deploy --all` deploys the flows of prefect.yaml, with the settings as a form and its schedule off."""

import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.client.orchestration import get_client

from tests.flows.task_states import states_of
from valuenet.flows.settings.valuenet import ValuenetSettings

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = {"annotation-publish", "annotation-poll", "annotation-to-release"}
REDDIT = {f"reddit-{name}" for name in ("ingest", "backfill", "coverage", "build", "fetch", "release", "takedown")}
FLOWS = {"valuenet", "curation", "annotation", "release", "training", *REDDIT, *PEOPLE}


def prefect(*arguments: str) -> str:
    command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def deployed(prefect_server) -> dict[str, Any]:
    """Every deployment by name, as the server knows it."""
    written = (ROOT / "prefect.yaml").read_bytes()
    prefect("work-pool", "create", "--type", "process", "valuenet")
    prefect("deploy", "--all")
    assert (ROOT / "prefect.yaml").read_bytes() == written
    with get_client(sync_client=True) as client:
        return {deployment.name: deployment for deployment in client.read_deployments()}


def test_every_flow_of_the_file_is_deployed_on_the_work_pool(deployed):
    assert set(deployed) == FLOWS
    assert {deployment.work_pool_name for deployment in deployed.values()} == {"valuenet"}
    assert all(deployment.description for deployment in deployed.values())


def test_schedules_are_there_but_off(deployed):
    for deployment in deployed.values():
        assert [schedule.active for schedule in deployment.schedules] == [False]


def test_the_form_of_a_run_is_the_settings_of_a_build(deployed):
    for deployment in deployed.values():
        form = deployment.parameter_openapi_schema
        shown = form["definitions"]["ValuenetSettings"]
        assert form["properties"]["settings"]["$ref"] == "#/definitions/ValuenetSettings"
        assert set(shown["properties"]) == set(ValuenetSettings.model_fields)
        assert shown["additionalProperties"] is False
        surveys = form["definitions"]["ConsensusSettings"]["properties"]["workers_each"]
        assert surveys["default"] == 4
        assert "judge a pair" in surveys["description"]


def test_what_a_deployment_starts_with_is_the_embedded_default(deployed):
    for deployment in deployed.values():
        assert ValuenetSettings.model_validate(deployment.parameters["settings"]) == ValuenetSettings()


def test_a_worker_can_run_a_deployment(deployed, built, tmp_path):
    shutil.copytree(built / "warehouse", tmp_path / "warehouse")
    settings = {"warehouse": str(tmp_path / "warehouse"), "curation": {"keyword_report": {"examples": 1}}}
    with get_client(sync_client=True) as client:
        flow_run = client.create_flow_run_from_deployment(deployed["curation"].id, parameters={"settings": settings})
        prefect("flow-run", "execute", str(flow_run.id))  # what a worker of the pool starts
        assert client.read_flow_run(flow_run.id).state_name == "Completed"
    assert states_of(flow_run.id) == [
        ("load scenarios", "Current"),
        ("choose keywords", "Current"),
        ("retrieve candidates", "Current"),
        ("report keywords", "Completed"),
    ]


def test_the_file_deploys_these_flows_by_entry_points_that_are_there():
    listed = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    assert {deployment["name"] for deployment in listed} == FLOWS
    for deployment in listed:
        module, _, name = deployment["entrypoint"].rpartition(".")
        assert isinstance(getattr(importlib.import_module(module), name), Flow)


def test_the_file_says_how_to_deploy_and_names_this_version():
    from prefect import __version__

    text = (ROOT / "prefect.yaml").read_text()
    assert "prefect work-pool create --type process valuenet" in text
    assert yaml.safe_load(text)["prefect-version"] == __version__
