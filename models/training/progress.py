"""Progress of a training run, on standard error, and only where a person is looking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_SHOWN = {"eval_accuracy": "accuracy", "eval_mse": "squared error", "eval_macro_f1": "macro-F1"}


@contextmanager
def training_progress(title: str, *, enabled: bool) -> Iterator[Any]:
    """Give a Trainer callback that draws one bar of steps with the newest metrics of the held-out rows."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from transformers import TrainerCallback

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not (enabled and console.is_terminal)) as bars:
        task = bars.add_task(title, total=None)

        class Bar(TrainerCallback):
            """Moves the bar on; the library's own callbacks write to standard output, which belongs to results."""

            def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
                bars.update(task, completed=state.global_step, total=state.max_steps)

            def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
                metrics = kwargs["metrics"]
                quality = ", ".join(f"{name} {metrics[key]:.3f}" for key, name in _SHOWN.items() if key in metrics)
                bars.update(task, description=f"{title}: {quality}")

        yield Bar()


@contextmanager
def counting_progress(title: str, total: int, *, enabled: bool) -> Iterator[Callable[[int], None]]:
    """Give a function that moves a bar of ``total`` things on by as many as it is told."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not (enabled and console.is_terminal)) as bars:
        task = bars.add_task(title, total=total)
        yield lambda done: bars.advance(task, done)
