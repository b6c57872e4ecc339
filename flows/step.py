"""The one bridge between pure functions and Prefect: read, skip if current, run, check, commit."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar, cast

from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Completed
from prefect.tasks import Task, exponential_backoff

from valuenet.flows.recipe import itemise
from valuenet.warehouse.commits import to_arrow
from valuenet.warehouse.errors import InputError, OutageError
from valuenet.warehouse.recipes.kept import keep_recipe
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Table

R = TypeVar("R")

#: Seconds a step waits for a service; one that asks for longer ends the command, which is run again later.
_LONGEST_WAIT = 300.0


class StepReport(NamedTuple):
    """What a step left behind."""

    name: str
    current: bool
    """Whether nothing had to be done."""
    rows: dict[str, int]
    """Rows of every table it writes, now."""


def run_step(
    function: Callable[..., Any],
    settings: Settings,
    store: Warehouse,
    *,
    writes: Sequence[type[Table]],
    **options: Any,
) -> StepReport:
    """Run one step as a Prefect task and return its report; a current step ends in the state ``Current``.

    Args:
        function: pure; takes the frames of ``reads``, then ``settings``, then services by keyword; returns a frame (or
            ``SortedRows``, what may be larger than memory) or a tuple of them in the order of ``writes``.
        settings: the stage's own.
        store: where tables are read and committed.
        writes: derived tables the step replaces.
        options: ``reads`` (tables, in the order of the arguments), ``before`` (a function from the frames read to the
            arguments of ``function``), ``as_datasets`` (give them as Arrow datasets, where they may be larger than
            memory), ``retries`` (for steps that touch a service), and the services themselves.
    """
    return cast("StepReport", _run(_as_task(function, settings, store, writes, **options)))


def submit_step(
    function: Callable[..., Any],
    settings: Settings,
    store: Warehouse,
    *,
    writes: Sequence[type[Table]],
    **options: Any,
) -> PrefectFuture[StepReport]:
    """Do as ``run_step`` on the flow's task runner, beside other steps; ``result()`` waits for the report."""
    return cast("PrefectFuture[StepReport]", _as_task(function, settings, store, writes, **options).submit())


def _as_task(
    function: Callable[..., Any],
    settings: Settings,
    store: Warehouse,
    writes: Sequence[type[Table]],
    *,
    reads: Sequence[type[Table]] = (),
    before: Callable[..., Any] | None = None,
    as_datasets: bool = False,
    retries: int = 0,
    **services: Any,
) -> Any:
    name = function.__name__.replace("_", " ")

    def step() -> Any:
        recipe = itemise(function, settings, store, reads, services, before=before)
        if _is_current(store, writes, recipe.key()):
            return StepReport(name, True, _count_rows(store, writes))
        read = partial(read_as_dataset, store) if as_datasets else store.read_or_empty
        frames: tuple[Any, ...] = tuple(read(table) for table in reads)
        if before is not None:
            frames = (before(*frames),)
        made = function(*frames, settings, **services)
        key = keep_recipe(store.uri, recipe)
        for table, frame in zip(writes, _as_tuple(made), strict=True):
            store.write(table, frame, recipe=key)
        return StepReport(name, False, _count_rows(store, writes))

    return _task(name, step, retries)


def run_task(name: str, work: Callable[[], R], *, retries: int = 0) -> R:
    """Run work that is no table step (publishing, people, training) as a Prefect task and return what it returns.

    A report that says nothing was to be done ends in the state ``Current``, as a step does.
    """
    return cast("R", _run(_task(name, work, retries)))


def submit_task(name: str, work: Callable[[], R], *, retries: int = 0) -> PrefectFuture[R]:
    """Do as ``run_task`` on the flow's task runner, beside other tasks; ``result()`` waits for what it returns."""
    return cast("PrefectFuture[R]", _task(name, work, retries).submit())


def _run(work: Task[[], Any]) -> Any:
    """Run a task and return its result, also where it returned a state of its own (``Current``)."""
    return work(return_state=True).result()


def _task(name: str, work: Callable[[], Any], retries: int) -> Task[[], Any]:
    patience = _Patience()

    def work_or_current() -> Any:
        with patience:
            done = work()
        if isinstance(done, StepReport) and done.current:
            return Completed(name="Current", message=f"{name}: nothing to do", data=done)
        return done

    delays = exponential_backoff(backoff_factor=2)
    # Prefect's own result cache is off: its key does not see the code behind the function.
    return Task(
        fn=work_or_current,
        name=name,
        retries=retries,
        retry_delay_seconds=delays,
        retry_condition_fn=_is_passing if retries else None,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def _is_passing(_task: object, _run: object, state: State[Any]) -> bool:
    """Try again what may pass by itself; a wrong input does not, nor a service that asks for longer than is waited."""
    trouble = state.result(raise_on_failure=False)
    if isinstance(trouble, OutageError) and (trouble.retry_after or 0.0) > _LONGEST_WAIT:
        return False
    return not isinstance(trouble, InputError)


class _Patience:
    """Begins no attempt before the time that the last one's outage named."""

    def __init__(self) -> None:
        self._earliest = 0.0

    def __enter__(self) -> None:
        wait = self._earliest - time.monotonic()
        if wait > 0:
            time.sleep(wait)

    def __exit__(self, _: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OutageError) and error.retry_after is not None:
            self._earliest = time.monotonic() + min(error.retry_after, _LONGEST_WAIT)


def _is_current(store: Warehouse, writes: Sequence[type[Table]], recipe: str) -> bool:
    states = [store.state(table) for table in writes]
    return all(state is not None and state.recipe == recipe for state in states)


def read_as_dataset(store: Warehouse, table: type[Table]) -> Any:
    """Return a table as an Arrow dataset, an empty one where it was never written."""
    import pyarrow.dataset as ds

    return ds.dataset(to_arrow(table.frame())) if store.state(table) is None else store.arrow(table)


def _count_rows(store: Warehouse, tables: Sequence[type[Table]]) -> dict[str, int]:
    return {table.table_name(): store.arrow(table).count_rows() for table in tables}


def _as_tuple(made: Any) -> tuple[Any, ...]:
    return made if isinstance(made, tuple) else (made,)
