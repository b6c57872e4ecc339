"""What benchmarks share."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def dump_folder(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made dump of three months, or the one that ``VALUENET_BENCHMARK_DUMP`` names."""
    if "VALUENET_BENCHMARK_DUMP" in os.environ:
        return Path(os.environ["VALUENET_BENCHMARK_DUMP"])
    out = tmp_path_factory.mktemp("dump")
    maker = shared / "tools" / "make_offmychest_dump.py"
    command = [sys.executable, str(maker), "--out", str(out), "--posts", "6000", "--months", "2021-01:2021-03"]
    subprocess.run(command, check=True, capture_output=True)
    return out
