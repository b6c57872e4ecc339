"""How results are printed: tables or JSON on standard output, all else on standard error."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any


def print_json(value: Any) -> None:
    """Print one JSON object."""
    print(json.dumps(value, indent=2, sort_keys=False, allow_nan=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> None:
    """Print a table; wide where standard output is no terminal, so that nothing is cut in a pipe."""
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*columns, title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for row in rows:
        table.add_row(*(escape(_cell(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else 240, soft_wrap=False).print(table)


def _cell(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124  NaN is not itself
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def note(message: str) -> None:
    """Say something on standard error."""
    print(message, file=sys.stderr)


def number(value: float | None, digits: int = 3) -> str:
    """Return a number for people; a dash where there is none."""
    return "-" if value is None or value != value else f"{value:.{digits}f}"  # noqa: PLR0124  NaN is not itself
