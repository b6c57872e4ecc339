"""Candidates to agreed labels: choose pairs, ask people round by round, agree, measure. Read top to bottom."""

from collections.abc import Callable
from functools import partial
from typing import Any

from pandera.typing import DataFrame
from prefect import flow
from prefect.futures import wait

from valuenet.annotation.aggregation import compare_methods
from valuenet.annotation.agreement import measure_agreement
from valuenet.annotation.campaign.answers import counted_of_pairs
from valuenet.annotation.codebook_maps import under_codebook
from valuenet.annotation.consensus import agree
from valuenet.annotation.pairs import select_pairs
from valuenet.annotation.qualification import qualify_workers
from valuenet.flows.artifacts import show_agreement, show_steps
from valuenet.flows.people.campaign import (
    check_campaign,
    check_nobody_is_awaited,
    collect_answers,
    import_codebook_map,
    import_gold,
    open_next_round,
    publish_surveys,
    tell_platform,
)
from valuenet.flows.services.crowd import (
    Crowd,
    open_codebook,
    open_codebook_map,
    open_crowd,
    open_gold,
    open_task_runner,
)
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport
from valuenet.flows.table_steps import TableStep
from valuenet.warehouse.crowd_tables import (
    Agreement,
    AnswerChanges,
    Assignments,
    CodebookMaps,
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
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Candidates, Scenarios


@flow(name="annotation")
def annotate(settings: ValuenetSettings) -> list[StepReport]:
    """Make LABELS of CANDIDATES: publish, collect and qualify until every pair is judged, then agree and measure.

    Raises:
        PeoplePendingError: while answers are missing; run again later.
    """
    store, crowd = Warehouse(settings.warehouse), open_crowd(settings)
    import_codebook_map(store, open_codebook_map(settings))
    check_campaign(store, crowd, settings)
    steps = prepare(settings, store, crowd)
    while True:
        steps += [publish_surveys(store, crowd), *collect_and_qualify(settings, store, crowd)]
        if not open_next_round(store, crowd, settings.annotation):
            break
    check_nobody_is_awaited(store, crowd, settings.annotation)
    steps += settle.with_options(task_runner=open_task_runner(settings))(settings)
    show_steps("annotation", steps)
    show_agreement(store)
    return steps


def prepare(settings: ValuenetSettings, store: Warehouse, crowd: Crowd) -> list[StepReport]:
    """Have what a campaign needs before anybody is asked: gold items and pairs."""
    gold = import_gold(store, open_gold(settings))
    return [gold, PAIRS.run(settings, store, known=crowd.known)]


def collect_and_qualify(settings: ValuenetSettings, store: Warehouse, crowd: Crowd) -> list[StepReport]:
    """Take in what is new, decide on every worker by all that came in, set aside what does not count."""
    collected = collect_answers(store, crowd)
    qualified = qualify(settings, store, crowd.codebook.content_version)
    tell_platform(store, crowd)
    return [collected, qualified]


def qualify(settings: ValuenetSettings, store: Warehouse, codebook_version: str) -> StepReport:
    """Decide on every worker by what has come in, and set aside what does not count."""
    return QUALIFICATION.run(settings, store, codebook_version=codebook_version)


@flow(name="agreement")
def settle(settings: ValuenetSettings) -> list[StepReport]:
    """Turn the counted judgements into labels, other methods' labels and agreement, one beside the other."""
    store = Warehouse(settings.warehouse)
    steps = [step.submit(settings, store) for step in SETTLEMENT]
    wait(steps)
    return [step.result() for step in steps]


def counted_now(
    judgements: DataFrame[Judgements],
    maps: DataFrame[CodebookMaps],
    surveys: DataFrame[Surveys],
    set_aside: DataFrame[JudgementsSetAside],
    pairs: DataFrame[Pairs],
    *,
    codebook_version: str,
) -> DataFrame[Judgements]:
    """Return the judgements of the pairs chosen now that count under the codebook there is now."""
    return counted_of_pairs(under_codebook(judgements, maps, codebook_version), surveys, set_aside, pairs)


def _count_by_codebook(settings: ValuenetSettings) -> Callable[..., Any]:
    return partial(counted_now, codebook_version=open_codebook(settings).content_version)


#: Candidates to the pairs people are asked about.
PAIRS = TableStep(
    select_pairs,
    "annotation.pairs",
    (Candidates, Scenarios, Gold),
    (Pairs,),
    services=lambda settings: {"known": open_crowd(settings).known},
)
#: All that came in to a decision on every worker.
QUALIFICATION = TableStep(
    qualify_workers,
    "annotation.qualification",
    (Surveys, Assignments, Judgements, AnswerChanges, CodebookMaps, Gold),
    (Workers, JudgementsSetAside),
    services=lambda settings: {"codebook_version": open_codebook(settings).content_version},
)
_JUDGED = (Judgements, CodebookMaps, Surveys, JudgementsSetAside, Pairs)
#: The judgements that count to labels, other methods' labels and agreement; none of them reads another.
SETTLEMENT = (
    TableStep(agree, "annotation.consensus", _JUDGED, (Labels, LabelsDropped), before=_count_by_codebook),
    TableStep(
        compare_methods, "annotation.aggregation", _JUDGED, (LabelMethods, LabelFlips), before=_count_by_codebook
    ),
    TableStep(measure_agreement, "annotation.agreement", _JUDGED, (Agreement,), before=_count_by_codebook),
)
