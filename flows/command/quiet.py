"""Keeps Prefect quiet about troubles that the command tells in one sentence."""

import logging
from typing import Any

from valuenet.warehouse.errors import InputError, PeoplePendingError, StorageError


def quiet_expected_troubles() -> None:
    """Keep Prefect from telling three times over, with tracebacks, of a trouble that ends in one sentence anyway."""
    for name in ("prefect.flow_runs", "prefect.task_runs", "prefect.flow_engine", "prefect.task_engine"):
        logger = logging.getLogger(name)
        if not any(isinstance(known, _WithoutExpected) for known in logger.filters):
            logger.addFilter(_WithoutExpected())


class _WithoutExpected(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        error: Any = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        expected = isinstance(error, (InputError, PeoplePendingError, StorageError))
        return not expected and "Finished in state Failed(" not in record.getMessage()
