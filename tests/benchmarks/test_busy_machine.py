"""What the demo and the command line take beside busy processes, against an idle machine. Not part of ``make test``.

One busy process for each core. ``VALUENET_BENCHMARK_DEMO=1`` measures the whole demo too (some minutes idle). The idle
time is only that where nothing else runs: how much of the processors others used just before is printed beside it, and
where that is more than a tenth, the times by the clock are printed but not judged. Processor seconds always are:
waiting threads must not add to them.
"""

import contextlib
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

BUSY = 2
SHORT = "[modelling.training]\nepochs = 1\nmin_steps = 40\n"


class Taken(NamedTuple):
    """Seconds by the clock, seconds of processors, and the percentage of them that was in use just before."""

    wall: float
    processor: float
    others: float


@contextlib.contextmanager
def busy_processes(count: int) -> Iterator[None]:
    """Keep ``count`` processes computing."""
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def clocked(*arguments: str, home: Path) -> Taken:
    """Run the command line in a new process with no thread variable set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_", "KMP_"))}
    environment = {**kept, "PREFECT_HOME": str(home)}
    command = [str(Path(sys.executable).with_name("valuenet")), *arguments]
    others = psutil.cpu_percent(interval=1)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, env=environment, check=True, capture_output=True, cwd=home)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, others)


def compare(name: str, benchmark: Any, idle: Taken, busy: Taken) -> float:
    """Print both measurements and return the ratio of their times by the clock."""
    ratio, processor = busy.wall / idle.wall, busy.processor / idle.processor
    benchmark.extra_info |= {"ratio": round(ratio, 2), "processor_ratio": round(processor, 2)}
    for kind, taken in (("idle", idle), ("busy", busy)):
        benchmark.extra_info[kind] = {part: round(value, 1) for part, value in taken._asdict().items()}
    print(f"\n{name} beside {BUSY} busy processes: {benchmark.extra_info}")
    return ratio


def judge(ratio: float, idle: Taken) -> None:
    """Hold the ratio to 3, where the idle time was one."""
    if idle.others > 10:
        pytest.skip(
            f"other work took {idle.others:.0f}% of the processors, so nothing was idle; the ratio was {ratio:.1f}"
        )
    assert ratio <= 3


def test_training_beside_busy_processes_takes_at_most_three_times_as_long(
    tmp_path: Path, built: Path, benchmark: Any
) -> None:
    (tmp_path / "short.toml").write_text(SHORT)
    release = next(path for path in (built / "releases").iterdir() if path.is_dir())

    def train(out: str) -> Taken:
        where = ["--config", str(tmp_path / "short.toml"), "--out", str(tmp_path / out)]
        return clocked("train", "value", str(release), *where, home=tmp_path)

    idle = train("idle")
    with busy_processes(BUSY):
        busy = benchmark.pedantic(train, args=("busy",), rounds=1)
    ratio = compare("training", benchmark, idle, busy)
    assert busy.processor <= 1.5 * idle.processor
    judge(ratio, idle)


@pytest.mark.skipif("VALUENET_BENCHMARK_DEMO" not in os.environ, reason="set VALUENET_BENCHMARK_DEMO=1: some minutes")
def test_the_demo_beside_busy_processes_takes_at_most_three_times_as_long(tmp_path: Path, benchmark: Any) -> None:
    def build(name: str) -> Taken:
        home = tmp_path / name
        home.mkdir()
        return clocked("build", home=home)

    idle = build("idle")
    with busy_processes(BUSY):
        busy = benchmark.pedantic(build, args=("busy",), rounds=1)
    judge(compare("demo", benchmark, idle, busy), idle)


def test_help_is_there_in_a_second_and_in_two_beside_busy_processes(tmp_path: Path, benchmark: Any) -> None:
    clocked("--help", home=tmp_path)  # compiled once
    idle = min(clocked("--help", home=tmp_path) for _ in range(3))
    with busy_processes(BUSY):
        busy = min(clocked("--help", home=tmp_path) for _ in range(3))
        benchmark.pedantic(clocked, args=("--help",), kwargs={"home": tmp_path}, rounds=1)
    compare("valuenet --help", benchmark, idle, busy)
    assert idle.wall < 1
    assert busy.wall < 2
