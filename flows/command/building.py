"""``valuenet build``: the whole way in this process."""

import logging
from typing import Any

import typer

from flows.command.options import Config, ReleasesUri, WarehouseUri
from flows.command.output import note
from warehouse.errors import InputError, PeoplePendingError, StorageError


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("build")(build)


def build(config: Config = None, warehouse: WarehouseUri = None, releases: ReleasesUri = None) -> None:
    """Build every table that is missing or stale, publish the release and train the model.

    Killed or stopped, the same command goes on where it was and ends the same.
    """
    from flows.settings import load_settings

    settings = load_settings(config, warehouse=warehouse, releases=releases)
    quiet_expected_troubles()
    from flows.valuenet import build_valuenet

    built = build_valuenet(settings)
    note("")
    print(f"release  {built.release}")
    print(f"figures  {built.release}/figures")
    print(f"model    {built.model or 'none trained (setting model.train, extra models)'}")


def quiet_expected_troubles() -> None:
    """Keep Prefect from telling three times over, with tracebacks, of a trouble that ends in one sentence anyway."""
    for name in ("prefect.flow_runs", "prefect.task_runs", "prefect.flow_engine", "prefect.task_engine"):
        logger = logging.getLogger(name)
        if not any(isinstance(known, _WithoutExpected) for known in logger.filters):
            logger.addFilter(_WithoutExpected())


class _WithoutExpected(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        trouble: Any = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        expected = isinstance(trouble, (InputError, PeoplePendingError, StorageError))
        return not expected and "Finished in state Failed(" not in record.getMessage()
