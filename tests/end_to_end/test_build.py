"""`valuenet build` on the embedded default: one command, a release that verifies, the same bytes everywhere."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from prefect.client.orchestration import get_client

from tests.end_to_end.releases import bytes_of, table_states
from tests.flows.task_states import last_run_with_children, states_of
from valuenet.flows.command.app import run
from valuenet.flows.verify import verify_release
from valuenet.warehouse.crowd_tables import (
    Agreement,
    JudgementsSetAside,
    Labels,
    LabelsDropped,
    Pairs,
    Surveys,
    Workers,
)
from valuenet.warehouse.release.read import Release
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Candidates, Scenarios
from valuenet.warehouse.vocabulary import LABELS, VALUES

NAME = "valuenet-demo-1.0.0"


@pytest.fixture(scope="module")
def store(built) -> Warehouse:
    return Warehouse(built / "warehouse")


@pytest.fixture(scope="module")
def release(built) -> Path:
    return built / "releases" / NAME


def test_the_release_verifies_from_its_own_annotations(release):
    report = verify_release(release)
    assert report.problems == ()
    assert report.checked.endswith("computed again from the judgements in it")
    assert report.guarantee == "consistent"
    assert report.rows > 5_000


def test_all_ten_values_are_labelled_and_no_row_is_lost_on_the_way(store):
    pairs, labels, dropped = store.read(Pairs), store.read(Labels), store.read(LabelsDropped)
    assert set(labels["value"]) == set(VALUES)
    assert set(labels["label"]) == set(LABELS)
    both = pd.concat([labels, dropped])[Pairs.key()].sort_values(Pairs.key(), ignore_index=True)
    pd.testing.assert_frame_equal(both, pairs[Pairs.key()].sort_values(Pairs.key(), ignore_index=True))
    assert len(store.read(Scenarios)) >= 600
    assert len(store.read(Candidates)) > len(pairs)


def test_careless_workers_were_found_and_their_pairs_asked_again(store):
    workers = store.read(Workers)
    assert {"qualified", "disqualified"} <= set(workers["status"])
    assert store.read(Surveys)["round"].max() > 1
    assert "worker-disqualified" in set(store.read(JudgementsSetAside)["reason"])


def test_agreement_is_like_the_papers(store):
    table = store.read(Agreement).query("scope == 'ALL'").set_index("statistic")
    assert 0.58 <= table.loc["observed", "estimate"] <= 0.72
    assert 0.38 <= table.loc["fleiss_kappa", "estimate"] <= 0.56
    assert (table["low"] < table["estimate"]).all()
    assert (table["estimate"] < table["high"]).all()


def test_the_variants_differ_in_train_alone(release):
    opened = Release(release)
    rows = {name: opened.examples(name).groupby("split").size() for name in ("original", "balanced", "augmented")}
    for split in ("validation", "test"):
        assert len({int(sizes[split]) for sizes in rows.values()}) == 1
    assert rows["augmented"]["train"] > rows["original"]["train"]


def test_the_team_sees_counts_agreement_figures_and_the_release_in_prefect(built, release):
    assert run(["build", "--config", str(built / "settings.toml")]) == 0  # the first may have told another server
    with get_client(sync_client=True) as client:
        shown = {artifact.key: artifact for artifact in client.read_artifacts(limit=200)}
    figures = {f"figure-{file.stem.lower().replace('_', '-')}" for file in (release / "figures").glob("*.png")}
    assert len(figures) >= 5
    assert {"curation-counts", "annotation-counts", "release-counts", "agreement", "release"} | figures <= set(shown)
    assert str(built) in shown["release"].data or "releases" in shown["release"].data


def test_a_second_build_does_nothing(built, release, capsys):
    tables, files = table_states(built / "warehouse"), bytes_of(release)
    assert run(["build", "--config", str(built / "settings.toml")]) == 0
    assert f"release  {release}" in capsys.readouterr().out
    states = states_of(*last_run_with_children("valuenet"))
    flows = {"curation", "annotation", "agreement", "release"}  # which stand among the tasks of their parents
    assert {name for name, state in states if state != "Current"} == {"publish release"} | flows
    people = {"publish surveys", "collect answers"}
    assert {"load scenarios", "select pairs", "import gold", "compare methods", *people} <= {name for name, _ in states}
    assert table_states(built / "warehouse") == tables
    assert bytes_of(release) == files


def test_the_command_makes_the_same_bytes_in_another_place_and_process(release, tmp_path):
    (tmp_path / "settings.toml").write_text("[modelling.build]\ntrain = false\n")
    command = [str(Path(sys.executable).with_name("valuenet")), "build", "--config", "settings.toml"]
    places = ["--warehouse", "elsewhere/tables", "--releases", "elsewhere/published"]
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [*command, *places], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[0] == f"release  elsewhere/published/{NAME}"
    assert bytes_of(tmp_path / "elsewhere" / "published" / NAME) == bytes_of(release)
    assert "Traceback" not in done.stderr


def test_a_setting_that_changes_little_runs_little_again(built, tmp_path):
    shutil.copytree(built / "warehouse", tmp_path / "warehouse")
    (tmp_path / "settings.toml").write_text(
        "[modelling.build]\ntrain = false\n[annotation.consensus]\nmin_agreement = 4\n"
    )
    places = ["--warehouse", str(tmp_path / "warehouse"), "--releases", str(tmp_path / "releases")]
    before = table_states(built / "warehouse")
    assert run(["build", "--config", str(tmp_path / "settings.toml"), *places]) == 0
    after = table_states(tmp_path / "warehouse")
    assert {name for name in after if after[name] != before[name]} == {"labels", "labels_dropped", "splits"}
    assert len(Warehouse(tmp_path / "warehouse").read(Labels)) < len(Warehouse(built / "warehouse").read(Labels))
    assert verify_release(tmp_path / "releases" / NAME).ok
