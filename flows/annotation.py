"""Candidates to agreed labels: choose pairs, ask people round by round, agree, measure. Read top to bottom."""

from typing import Any

import pandas as pd
from pandera.typing import DataFrame
from prefect import flow
from prefect.futures import wait

from annotation.aggregation import compare_methods
from annotation.agreement import measure_agreement
from annotation.consensus import agree
from annotation.counted import counted_judgements
from annotation.pairs import select_pairs
from annotation.qualification import qualify_workers
from flows.artifacts import show_agreement, show_steps
from flows.campaign import ask_people, check_campaign, import_gold, open_next_round, tell_platform
from flows.services import open_crowd, open_gold, open_task_runner
from flows.settings import ValuenetSettings
from flows.step import StepReport, run_step, submit_step
from warehouse.crowd_tables import (
    Agreement,
    Assignments,
    Gold,
    Judgements,
    JudgementsSetAside,
    LabelFlips,
    LabelMethods,
    Labels,
    LabelsDropped,
    Pairs,
    Surveys,
    Workers,
)
from warehouse.store import Warehouse
from warehouse.tables import Candidates, Scenarios


@flow(name="annotation")
def annotate(settings: ValuenetSettings) -> list[StepReport]:
    """Make LABELS of CANDIDATES: publish, collect and qualify until every pair is judged, then agree and measure.

    Raises:
        PeoplePendingError: while answers are missing; run again later.
    """
    store, crowd = Warehouse(settings.warehouse), open_crowd(settings)
    check_campaign(store, crowd, settings)
    steps = [import_gold(store, open_gold(settings))]
    chosen = run_step(
        select_pairs,
        settings.pairs,
        store,
        reads=(Candidates, Scenarios, Gold),
        writes=(Pairs,),
        known=crowd.known,
    )
    steps.append(chosen)
    while True:
        steps.append(ask_people(store, crowd))
        steps.append(qualify(settings, store))
        tell_platform(store, crowd)
        if not open_next_round(store, crowd, settings.surveys):
            break
    steps += settle.with_options(task_runner=open_task_runner(settings))(settings)
    show_steps("annotation", steps)
    show_agreement(store)
    return steps


def qualify(settings: ValuenetSettings, store: Warehouse) -> StepReport:
    """Decide on every worker by what has come in, and set aside what does not count."""
    reads = (Surveys, Assignments, Judgements, Gold)
    return run_step(qualify_workers, settings.qualification, store, reads=reads, writes=(Workers, JudgementsSetAside))


@flow(name="agreement")
def settle(settings: ValuenetSettings) -> list[StepReport]:
    """Turn the counted judgements into labels, other methods' labels and agreement, one beside the other."""
    store = Warehouse(settings.warehouse)
    counted: dict[str, Any] = {"reads": (Judgements, Surveys, JudgementsSetAside, Pairs), "before": counted_of_pairs}
    steps = [
        submit_step(agree, settings.consensus, store, writes=(Labels, LabelsDropped), **counted),
        submit_step(compare_methods, settings.aggregation, store, writes=(LabelMethods, LabelFlips), **counted),
        submit_step(measure_agreement, settings.agreement, store, writes=(Agreement,), **counted),
    ]
    wait(steps)
    return [step.result() for step in steps]


def counted_of_pairs(
    judgements: DataFrame[Judgements],
    surveys: DataFrame[Surveys],
    set_aside: DataFrame[JudgementsSetAside],
    pairs: DataFrame[Pairs],
) -> DataFrame[Judgements]:
    """Return the counted judgements of the pairs chosen now; those of an earlier choice stay in the table, unused."""
    counted = counted_judgements(judgements, surveys, set_aside)
    chosen = pd.MultiIndex.from_frame(counted[Pairs.key()]).isin(pd.MultiIndex.from_frame(pairs[Pairs.key()]))
    return Judgements.check(counted[chosen].reset_index(drop=True))
