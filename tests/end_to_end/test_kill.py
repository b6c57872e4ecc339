"""A build killed after every commit, and while it publishes, ends with the bytes of one that was left alone."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.end_to_end.releases import bytes_of
from valuenet.flows.command.app import run
from valuenet.flows.verify import verify_release
from valuenet.warehouse.store import Warehouse

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = """
[annotation.pairs]
max_pairs = 120
[annotation.surveys]
max_rounds = 2
[annotation.agreement]
resamples = 50
[annotation.aggregation]
mace_restarts = 1
mace_iterations = 10
glad_iterations = 3
[modelling.build]
train = false
"""
PUBLISHING = ["half a file", "before the name", "after the name"]


@pytest.mark.slow
def test_a_build_killed_after_every_commit_ends_with_the_same_bytes(prefect_server, tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS)
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    killed.mkdir()
    command = [sys.executable, "-m", "tests.end_to_end.dying_builds", str(settings), str(killed)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)
    assert ended.returncode == 0, ended.stderr[-3000:]

    deaths = (killed / "deaths").read_text().splitlines()
    store = Warehouse(killed / "warehouse")
    commits = {table.table_name(): len(store.history(table)) for table in store.tables()}
    assert Counter(deaths) == commits | dict.fromkeys(PUBLISHING, 1)
    assert deaths[-3:] == PUBLISHING

    places = ["--warehouse", str(whole / "warehouse"), "--releases", str(whole / "releases")]
    assert run(["build", "--config", str(settings), *places]) == 0
    assert [place.name for place in (killed / "releases").iterdir()] == ["valuenet-demo-1.0.0"]
    release = killed / "releases" / "valuenet-demo-1.0.0"
    assert bytes_of(release) == bytes_of(whole / "releases" / release.name)
    assert verify_release(release).ok
