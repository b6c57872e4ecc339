"""A community killed in each stage, at full size: `pytest -s tests/benchmarks/test_reddit_kills.py`.

Not in `make test`. Ingest, build and release run once undisturbed and once killed (SIGKILL, the whole group of
processes) after a third, two thirds and most of the time that the undisturbed run took, and are then run to their end.
Every table and every file of the release must be the same. The dump is a made one of three months;
``VALUENET_BENCHMARK_DUMP`` names another (docs/reddit.md: one of 100,000 posts and a million comments).
"""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from valuenet.warehouse.reddit_tables import Comments, Posts, SupportExamples
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Table

STAGES = ("ingest", "build", "release")
PARTS = (0.3, 0.6, 0.9)
KEY = "5" * 64


def settled(folder: Path, dump: Path) -> Path:
    folder.mkdir()
    places = {"warehouse": folder / "warehouse", "releases": folder / "releases", "models": folder / "models"}
    lines = [*(f'{name} = "{place}"' for name, place in places.items()), "[reddit]", f'dump = "{dump}"']
    (folder / "settings.toml").write_text("\n".join(lines) + "\n")
    return folder


def begin(folder: Path, stage: str) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "valuenet.flows.command",
        "reddit",
        stage,
        "--config",
        str(folder / "settings.toml"),
    ]
    with (folder / "log").open("ab") as log:
        environment = {**os.environ, "VALUENET_PSEUDONYM_KEY": KEY}
        return subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)


def run_whole(folder: Path, stage: str) -> float:
    began = time.monotonic()
    assert begin(folder, stage).wait() == 0, (folder / "log").read_text()[-3000:]
    return time.monotonic() - began


def was_killed(folder: Path, stage: str, seconds: float) -> bool:
    running = begin(folder, stage)
    try:
        running.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        return True
    return False


def contents(folder: Path) -> dict[str, object]:
    """Return the content of every table, by month where it has months, and the hash of every release file."""
    store = Warehouse(str(folder / "warehouse"))
    found: dict[str, object] = {}
    for table in Table.__subclasses__():
        state = store.state(table)
        if state is not None:
            parts = {name: part.content for name, part in store.parts(table).items()}
            found[table.table_name()] = parts or state.content
    for file in sorted((folder / "releases").rglob("*")):
        if file.is_file():
            name = str(file.relative_to(folder / "releases"))
            found[name] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def test_a_community_killed_in_each_stage_ends_with_the_same_bytes(
    dump_folder: Path, prefect_server: str, tmp_path: Path
) -> None:
    whole, killed = (settled(tmp_path / name, dump_folder) for name in ("whole", "killed"))
    kills: Counter[str] = Counter()
    for stage in STAGES:
        took = run_whole(whole, stage)
        kills[stage] = sum(was_killed(killed, stage, took * part) for part in PARTS)
        print(f"{stage}: {took:.0f} s undisturbed, {kills[stage]} kills, {run_whole(killed, stage):.0f} s to its end")
    assert all(kills[stage] for stage in STAGES)
    undisturbed = contents(whole)
    assert {Posts.table_name(), Comments.table_name(), "support_examples"} <= set(undisturbed)
    assert contents(killed) == undisturbed
    print(f"{len(undisturbed)} tables and files are the same; support examples: {rows_of(whole)}")


def rows_of(folder: Path) -> int:
    return len(Warehouse(str(folder / "warehouse")).read(SupportExamples))
