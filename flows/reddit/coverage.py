"""What of a community is there, and where something is missing or odd, for the command and in Prefect."""

from functools import partial

from prefect import flow

from valuenet.curation.reddit.coverage.coverage import Coverage
from valuenet.flows.artifacts import show_coverage
from valuenet.flows.reddit.reports import report_coverage
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import run_task


@flow(name="reddit-coverage")
def assess_reddit(settings: ValuenetSettings) -> Coverage:
    """Assess the coverage of what was read so far, and show holes and anomalies.

    Raises:
        NothingReadError: if that is nothing.
    """
    coverage: Coverage = run_task("assess coverage", partial(report_coverage, settings))
    show_coverage(coverage)
    return coverage
