"""Builds what a community teaches until it is done, in children that are killed right after the first commit of theirs.

Run as `python -m tests.end_to_end.dying_reddit_builds WAREHOUSE SHARDS`, beside WAREHOUSE then stands `deaths`.
"""

import importlib
import os
import signal
import sys
from pathlib import Path

from prefect.settings import temporary_settings

from flows.settings import load_settings
from tests.end_to_end.dying_builds import MOST_LIVES, Deaths, die_after_commits
from warehouse.catalog import TABLES

_WARM = ("flows.reddit_build", "deltalake", "duckdb", "pyarrow.dataset", "scipy.sparse.csgraph", "vaderSentiment")


def live(warehouse: Path, shards: int) -> int:
    """Build in a child and return how it ended: its exit code, or minus the signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    from flows.reddit_build import build_reddit

    die_after_commits(Deaths(warehouse.parent / "deaths"))
    with temporary_settings({"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": None}):
        build_reddit(load_settings(None, warehouse=str(warehouse), reddit_scoring={"shards": shards}))
        os._exit(0)


def main(warehouse: Path, shards: int) -> int:
    """Let children live and die until one ends by itself; return its exit code."""
    for module in _WARM:
        importlib.import_module(module)
    for table in TABLES.values():
        table.frame()
    for _ in range(MOST_LIVES):
        end = live(warehouse, shards)
        if end != -signal.SIGKILL:
            return end
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
