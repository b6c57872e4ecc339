"""A small dump of an invented community, with what was planted in it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def dump(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of monthly dump files, 2019-01 to 2023-12, with truth.json and truth_items.ndjson; read only."""
    maker = shared / "tools" / "make_offmychest_dump.py"
    if not maker.is_file():
        pytest.skip("needs the generator of dump files in ../shared/tools, which is no part of the repository")
    folder = tmp_path_factory.mktemp("reddit") / "dump"
    command = [sys.executable, str(maker), "--posts", "600", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        pytest.fail(f"the dump was not made: {done.stderr[-1000:]}")
    return folder


@pytest.fixture(scope="session")
def truth(dump: Path) -> dict[str, Any]:
    """What was planted, counted over the objects written to the files."""
    return json.loads((dump / "truth.json").read_text())


@pytest.fixture(scope="session")
def truth_items(dump: Path) -> list[dict[str, Any]]:
    """What was planted, one by one, with the ids of the objects."""
    return [json.loads(line) for line in (dump / "truth_items.ndjson").read_text().splitlines()]
