"""The command line as a whole: its groups, and what every command has in common (streams, exit codes)."""

import logging
import os
import sys

import typer

from valuenet.flows.command import (
    annotating,
    benchmarking,
    building,
    crowd,
    curating,
    detecting,
    emotion,
    label_studio,
    modelling,
    releasing,
    scoring,
    serving,
    tables,
    understanding,
)
from valuenet.flows.command.quiet import quiet_expected_troubles
from valuenet.flows.command.reddit import ingesting as reddit
from valuenet.warehouse.errors import InputError, OutageError, PeoplePendingError, StorageError

DONE, FAILED, WRONG_INPUT, WAITING = 0, 1, 2, 75
#: Where the user has said nothing else: no forking tokenisers, nothing sent home, patience on a busy machine.
_ENVIRONMENT = {
    "TOKENIZERS_PARALLELISM": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}
#: In this order: an outage is a trouble of storage too. 75 is EX_TEMPFAIL of sysexits.h: the same command later.
_CODES: dict[type[Exception], int] = {
    PeoplePendingError: WAITING,
    OutageError: WAITING,
    InputError: WRONG_INPUT,
    StorageError: FAILED,
}

app = typer.Typer(
    name="valuenet",
    help="From raw social text to human-value datasets that can be trusted, and value models trained on them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (
    building,
    curating,
    annotating,
    label_studio,
    crowd,
    tables,
    releasing,
    reddit,
    modelling,
    benchmarking,
    scoring,
    detecting,
    emotion,
    understanding,
    serving,
):
    part.add_to(app)


def main() -> None:
    """Run the command line. Exit 0 done, 2 wrong use or input, 75 again later (people, a service), 1 anything else."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    logging.getLogger("matplotlib").setLevel(logging.WARNING)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command in this process and return its exit code; troubles are one sentence on standard error."""
    quiet_expected_troubles()
    try:
        app(args=arguments, prog_name="valuenet")  # wrong use is told, and ends with 2, by typer itself
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else FAILED
    except tuple(_CODES) as trouble:
        return _say(trouble, next(code for kind, code in _CODES.items() if isinstance(trouble, kind)))
    return DONE


def _say(message: object, code: int) -> int:
    sys.stdout.flush()
    print(f"valuenet: {message}", file=sys.stderr)
    return code
