"""Work handed from threads to processes, so that it uses every core; and the bar a person watches meanwhile."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing import get_context
from threading import Thread
from typing import Any


@contextmanager
def open_processes(wanted: int) -> Iterator[Callable[..., Any]]:
    """Give what calls a function in one of ``wanted`` processes and waits; in this one where only one is wanted."""
    if wanted <= 1:
        yield _call
        return
    with ProcessPoolExecutor(wanted, mp_context=get_context("spawn"), initializer=_set_up) as pool:
        yield lambda function, *arguments: pool.submit(function, *arguments).result()


#: Moves the bar. No argument of a flow: Dask and Ray take those to other processes, and a terminal cannot go along.
_ADVANCE: ContextVar[Callable[[], None]] = ContextVar("advance", default=lambda: None)


def move_bar() -> None:
    """Move the bar that is open by one; nothing where none is."""
    _ADVANCE.get()()


@contextmanager
def open_bar(what: str, total: int, *, enabled: bool) -> Iterator[None]:
    """Draw a bar on standard error where a person is looking; ``move_bar`` moves it by one."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not (enabled and console.is_terminal)) as bars:
        task = bars.add_task(what, total=total)
        token = _ADVANCE.set(lambda: bars.advance(task))
        try:
            yield
        finally:
            _ADVANCE.reset(token)


def _call(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


def _set_up() -> None:
    """Set up a process of the pool: it ends by itself where the run that started it was killed."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
