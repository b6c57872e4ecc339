"""Builds what a community teaches until it is done, in children that are killed right after the first commit of theirs.

They are killed between two buckets too, and before Delta has all rows of a table. Run as
`python -m tests.end_to_end.dying_reddit_builds WAREHOUSE SHARDS`; beside WAREHOUSE then stands `deaths`.
"""

import importlib
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from prefect.settings import temporary_settings

from tests.end_to_end.dying_builds import MOST_LIVES, Deaths, die_after_commits
from valuenet.curation.reddit.support import support
from valuenet.flows.settings.valuenet import load_settings
from valuenet.warehouse import held_rows
from valuenet.warehouse.catalog import TABLES
from valuenet.warehouse.sorted_rows import SortedRows
from valuenet.warehouse.spool import Spool

_WARM = (
    "valuenet.flows.reddit.build",
    "deltalake",
    "duckdb",
    "pyarrow.dataset",
    "scipy.sparse.csgraph",
    "vaderSentiment",
)


#: Buckets of a few posts each, so that there are several.
SMALL = {
    "reddit.exchanges.comments_at_once": 60,
    "reddit.other_replies.comments_at_once": 30,
    "reddit.support.turns_at_once": 40,
}


def die_between_buckets(deaths: Deaths) -> None:
    """Kill this process once after the second bucket of exchanges, of other replies and of drafts."""
    seen: Counter[str] = Counter()

    def mortal(work: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
        def worked(*arguments: Any) -> Any:
            done, place = work(*arguments), f"between buckets of {name(*arguments)}"
            seen[place] += 1
            if seen[place] == 2:
                deaths.die_once(place)
            return done

        return worked

    SortedRows.add = mortal(SortedRows.add, lambda rows, _: rows.table.table_name())  # type: ignore[method-assign]
    support.draft_examples = mortal(support.draft_examples, lambda *_: "drafts")


def die_while_writing(deaths: Deaths) -> None:
    """Kill this process once when Delta has taken the rows of a table and asks for more."""
    read = held_rows._reader

    def mortal(spool: Spool) -> pa.RecordBatchReader:
        def batches() -> Iterator[pa.RecordBatch]:
            yield from read(spool)
            deaths.die_once("all rows but the end")

        return pa.RecordBatchReader.from_batches(spool.schema, batches())

    held_rows._reader = mortal


def live(warehouse: Path, shards: int) -> int:
    """Build in a child and return how it ended: its exit code, or minus the signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    from valuenet.flows.reddit.build import build_reddit

    deaths = Deaths(warehouse.parent / "deaths")
    for lurk in (die_after_commits, die_between_buckets, die_while_writing):
        lurk(deaths)
    with temporary_settings({"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": None}):
        build_reddit(load_settings(None, {"reddit.scoring.shards": shards, **SMALL}, warehouse=str(warehouse)))
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
