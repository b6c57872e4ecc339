"""A corpus to ten utilities per text: shard by shard, on every core, on Dask or Ray. Read top to bottom."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from prefect import flow
from prefect.cache_policies import NO_CACHE
from prefect.futures import as_completed
from prefect.tasks import Task

from valuenet.flows.services.crowd import open_task_runner
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.workers import move_bar, open_bar, open_processes
from valuenet.models.scoring.shards import ScoringJob, ShardReport, begin_scoring, score_shard
from valuenet.models.scoring.source import Shard

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner

Scorer = Callable[[ScoringJob, Shard], ShardReport]


class ScoringReport(NamedTuple):
    """What a run has done. Shards that were there already are not counted as texts."""

    out: str
    shards: int
    scored: int
    texts: int
    rejected: int
    seconds: float

    @property
    def texts_per_second(self) -> float:
        """Texts per second of wall time, loading and all."""
        return self.texts / self.seconds if self.seconds else 0.0


def score(settings: ValuenetSettings, source: str, model: str, out: str, *, progress: bool = False) -> ScoringReport:
    """Score what ``source`` holds with the model in the folder ``model``; started again, it goes on by whole shards.

    Raises:
        ScoringSourceError, NotAValueModelError, ScoresExistError: see ``begin_scoring``.
    """
    job = ScoringJob(source, model, out, settings.modelling.scoring)
    shards, waiting = begin_scoring(job)
    began = time.monotonic()
    with (
        _scorer(settings, len(waiting)) as (scorer, runner),
        open_bar("scoring, shards", len(waiting), enabled=progress),
    ):
        run = flow(name="scoring", task_runner=runner)(score_shards)
        reports = run(job, waiting, scorer) if waiting else []
    texts, rejected = sum(report.texts for report in reports), sum(report.rejected for report in reports)
    return ScoringReport(out, len(shards), len(waiting), texts, rejected, time.monotonic() - began)


def score_shards(job: ScoringJob, shards: list[Shard], scorer: Scorer) -> list[ShardReport]:
    """Score every shard as a task of its own on the flow's runner."""
    work = Task(fn=scorer, name="score shard", cache_policy=NO_CACHE, persist_result=False)
    futures = [work.submit(job, shard) for shard in shards]
    for _ in as_completed(futures):
        move_bar()
    return [future.result() for future in futures]


@contextmanager
def _scorer(settings: ValuenetSettings, shards: int) -> Iterator[tuple[Scorer, TaskRunner[Any]]]:
    """Give who scores a shard, and the runner: threads hand their shards to processes, others are processes already."""
    if settings.runner != "threads":
        yield score_shard, open_task_runner(settings)
        return
    from prefect.task_runners import ThreadPoolTaskRunner

    wanted = min(settings.modelling.scoring.processes or os.cpu_count() or 1, max(shards, 1))
    with open_processes(wanted) as call:

        def score_there(job: ScoringJob, shard: Shard) -> ShardReport:
            return cast("ShardReport", call(score_shard, job, shard))

        yield score_there, ThreadPoolTaskRunner(max_workers=wanted)
