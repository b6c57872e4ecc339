"""Dump files of a community to posts and comments: each month a task, skipped while its files are the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from prefect import flow

from valuenet.curation.reddit.dump.files import (
    COMMENTS,
    POSTS,
    Dump,
    DumpFile,
    DumpFolderError,
    choose_months,
    find_missing,
)
from valuenet.flows.artifacts import show_steps
from valuenet.flows.reddit.lock import releases_alone
from valuenet.flows.reddit.months import MonthJob, read_month, recipe_of_month, with_fetched
from valuenet.flows.services.crowd import open_guards, open_task_runner
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport, submit_task
from valuenet.flows.workers import move_bar, open_bar, open_processes
from valuenet.warehouse.reddit_tables import Comments, PersonalData, Posts, RedditRejected
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Table

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner

Caller = Callable[..., Any]


class MonthsMissingError(DumpFolderError):
    """Months that were asked for are not among the files."""


@flow(name="reddit-ingest")
def ingest_reddit(settings: ValuenetSettings) -> list[StepReport]:
    """Read every month of the dump that is new or was changed.

    Raises:
        DumpFolderError: if there is no dump, or its files cannot be told apart.
        SecretMissingError: if account names cannot become pseudonyms.
        UnknownSubredditError: after all other months, if one holds nothing of the community.
    """
    return _read(settings, "all")


@flow(name="reddit-backfill")
def backfill_reddit(settings: ValuenetSettings, months: str = "all") -> list[StepReport]:
    """Read the months YYYY-MM:YYYY-MM of the dump; of a month whose files are the same nothing is read again.

    Raises:
        MonthsMissingError: if a month of the range lacks a file; nothing is read then.
        DumpFolderError, SecretMissingError, UnknownSubredditError: see ``ingest_reddit``.
    """
    missing = find_missing(choose_months(Dump(settings.reddit.dump).files(), months), months)
    if missing:
        more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
        raise MonthsMissingError(
            f"{settings.reddit.dump} lacks {', '.join(missing[:4])}{more} of the months {months}; get them, or ask for "
            "a range without them"
        )
    return _read(settings, months)


def _read(settings: ValuenetSettings, months: str) -> list[StepReport]:
    """Read months while no take-down runs: it would write back what one took away meanwhile."""
    with releases_alone(settings):
        return _read_alone(settings, months)


def _read_alone(settings: ValuenetSettings, months: str) -> list[StepReport]:
    store, dump = Warehouse(settings.warehouse), Dump(settings.reddit.dump)
    jobs = plan_months(settings, store, dump, choose_months(dump.files(), months))
    with (
        _workers(settings, sum(not job.current for job in jobs)) as (call, runner),
        open_bar("reading, months", len(jobs), enabled=True),
    ):
        reports = read_months.with_options(task_runner=runner)(jobs, call)
    show_steps("reddit-ingest", reports)
    return reports


@flow(name="reddit-months", validate_parameters=False)
def read_months(jobs: list[MonthJob], call: Caller) -> list[StepReport]:
    """Read every month as a task of its own on the flow's runner and return their reports in the order of ``jobs``.

    The largest (packed bytes of posts and comments) go first, so that all processes end at about the same time.
    """
    largest = sorted(jobs, key=_packed_bytes, reverse=True)
    futures = {job.month: submit_task(f"read {job.month}", partial(call, read_month, job)) for job in largest}
    for future in futures.values():
        future.wait()
        move_bar()
    return [futures[job.month].result() for job in jobs]


def _packed_bytes(job: MonthJob) -> int:
    return 0 if job.current else sum(file.size for file in (job.posts, job.comments) if file is not None)


def plan_months(settings: ValuenetSettings, store: Warehouse, dump: Dump, files: list[DumpFile]) -> list[MonthJob]:
    """Return a job for each month; one is current where every part it would write is by its recipe."""
    guards = open_guards(settings.reddit.names)
    tables: tuple[type[Table], ...] = (Posts, Comments, RedditRejected, PersonalData)
    known = {table: store.parts(table) for table in tables}
    jobs = []
    for month in sorted({file.month for file in files}):
        its = {file.kind: file for file in files if file.month == month}
        recipe = recipe_of_month(settings, store, {kind: dump.fingerprint(file) for kind, file in its.items()}, guards)
        writes: list[type[Table]] = [
            RedditRejected,
            PersonalData,
            *([Posts] * (POSTS in its)),
            *([Comments] * (COMMENTS in its)),
        ]
        states = [known[table].get(month) for table in writes]
        current = all(state is not None and state.recipe in (recipe, with_fetched(recipe)) for state in states)
        jobs.append(MonthJob(settings, month, its.get(POSTS), its.get(COMMENTS), recipe, current))
    return jobs


@contextmanager
def _workers(settings: ValuenetSettings, months: int) -> Iterator[tuple[Caller, TaskRunner[Any]]]:
    """Give what calls the reading of a month, and the runner: threads hand it to processes, others are processes."""
    if settings.runner != "threads":
        yield _here, open_task_runner(settings)
        return
    from prefect.task_runners import ThreadPoolTaskRunner

    wanted = max(min(settings.reddit.processes or os.cpu_count() or 1, months), 1)
    with open_processes(wanted) as call:
        yield call, ThreadPoolTaskRunner(max_workers=wanted)


def _here(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)
