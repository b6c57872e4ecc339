"""Measures the peak memory of a Reddit build: ``python -m tests.benchmarks.reddit_memory DUMP_OR_WAREHOUSE``.

Each step runs in a process of its own, and then the whole build in one, on the last ten months and on all of them. DUMP
is a folder of RS_*.zst and RC_*.zst, which are read first and measured too; WAREHOUSE one they were read into already,
which is left as it is. Prints the peak of resident memory in MB, with processor seconds; first that of a flow that does
nothing, which is what imports and Prefect take. Runs on Linux.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

MONTHS = 10
STEPS = ("nothing", "repeats", "exchanges", "other replies", "scores", "support", "whole build")
ROOT = Path(__file__).resolve().parents[2]


def main(source: Path) -> None:
    """Print the figures of each step for some months and for all."""
    print(f"{'step':>16} {'months':>8} {'peak MB':>8} {'seconds':>8}")
    for months in (MONTHS, None):
        with tempfile.TemporaryDirectory() as folder:
            for step, said in measure(source, Path(folder), months):
                print(f"{step:>16} {months or 'all':>8} {said['peak']:8.0f} {said['seconds']:8.1f}", flush=True)


def measure(source: Path, folder: Path, months: int | None) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield the figures of each step on the last ``months`` of a dump or warehouse."""
    if any(source.glob("RC_*.zst")):
        said = run("ingest", source, folder / "steps", months)
        yield "ingest", said
        yield "its workers", {**said, "peak": said["worker"]}
        source = folder / "steps"
    for place in {folder / "steps", folder / "whole"} - {source}:
        run("copy", source, place, months)
    for step in STEPS:
        yield step, run(step, source, folder / ("whole" if step == "whole build" else "steps"), months)


def run(step: str, source: Path, warehouse: Path, months: int | None) -> dict[str, float]:
    """Return what a new process says of a step."""
    command = [sys.executable, "-m", "tests.benchmarks.reddit_memory", str(source), step, str(warehouse), f"{months}"]
    quiet = {"PREFECT_LOGGING_LEVEL": "ERROR", "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    quiet |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    key = {"VALUENET_PSEUDONYM_KEY": os.environ.get("VALUENET_PSEUDONYM_KEY", "0" * 64)}
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **quiet, **key}, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def work(source: Path, step: str, warehouse: Path, months: int | None) -> None:
    """Do a step in this process and print its figures."""
    from prefect import flow

    from valuenet.flows.reddit.build import STEPS as BUILD
    from valuenet.flows.reddit.build import build_reddit
    from valuenet.flows.reddit.ingest import backfill_reddit, ingest_reddit
    from valuenet.flows.settings.valuenet import load_settings
    from valuenet.warehouse.store import Warehouse

    settings = load_settings(None, warehouse=str(warehouse), reddit={"dump": str(source)})
    if step == "copy":
        copy_months(source, warehouse, months)
    elif step == "ingest" and months is not None:
        last = sorted(file.stem[3:] for file in source.glob("RC_*.zst"))[-months:]
        backfill_reddit(settings, f"{last[0]}:{last[-1]}")
    elif step == "ingest":
        ingest_reddit(settings)
    elif step == "whole build":
        build_reddit(settings)
    else:
        made = BUILD.get(step)

        @flow(name=step)
        def alone() -> None:
            if made is not None:
                made(settings, Warehouse(str(warehouse)))

        alone()
    print(json.dumps(figures()))


def copy_months(source: Path, warehouse: Path, months: int | None) -> None:
    """Copy posts and comments of the last months, and what was withdrawn."""
    from valuenet.warehouse.reddit_tables import Comments, Posts, Withdrawals
    from valuenet.warehouse.store import Warehouse

    there, here = Warehouse(source), Warehouse(warehouse)
    for table in (Posts, Comments):
        for month in list(there.parts(table))[-(months or 0) :]:
            here.write_part(table, month, there.read_part(table, month), recipe="copied")
    if there.state(Withdrawals) is not None:
        here.append(Withdrawals, there.read(Withdrawals))


def figures() -> dict[str, float]:
    """Return the peak of this process and of the largest it started, in MB, and the seconds of all processors."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    seconds = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return {"peak": int(peak.split()[1]) / 1024, "worker": children.ru_maxrss / 1024, "seconds": seconds}


if __name__ == "__main__":
    if len(sys.argv) == 2:
        main(Path(sys.argv[1]))
    else:
        work(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), None if sys.argv[4] == "None" else int(sys.argv[4]))
