"""One page on a campaign for everybody who must know how it goes: static HTML with its pictures inside, no script."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pandera.typing import DataFrame
from pydantic import PositiveInt

from valuenet.annotation.agreement import AgreementSettings
from valuenet.annotation.campaign.answers import CampaignTables
from valuenet.annotation.campaign.end import NO_END_REASONS, told_reason
from valuenet.annotation.campaign.status import StatusSettings
from valuenet.annotation.consensus import ConsensusSettings
from valuenet.annotation.report.attention import AttentionSettings, what_needs_attention
from valuenet.annotation.report.charts import draw_charts, draw_sparks
from valuenet.annotation.report.disputes import METHODS, disputed_pairs
from valuenet.annotation.report.history import campaign_history
from valuenet.annotation.report.numbers import (
    STATISTICS,
    CampaignNumbers,
    campaign_numbers,
    measured_agreement,
    outcomes,
)
from valuenet.annotation.report.page import fill_page
from valuenet.annotation.report.people import WorkerQuality, worker_quality
from valuenet.warehouse.crowd_tables import LabelMethods, Workers
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.vocabulary import LABELS


class ReportSettings(Settings):
    """How long the tables of the report are, and what its sentences and estimates rest on."""

    title: str = "Annotation campaign"
    """Heading of the page."""
    max_workers: PositiveInt = 100
    """Most workers listed, those who agree least with the others first."""
    min_compared: PositiveInt = 20
    """Workers compared with fewer answers of others than this are listed last: chance moves their share most."""
    max_disputed: PositiveInt = 100
    """Most disputed pairs listed, the most disputed first."""
    max_changes: PositiveInt = 50
    """Most changed answers listed, the latest first."""
    status: StatusSettings = StatusSettings()
    """Who counts as active, and how the end is estimated."""
    attention: AttentionSettings = AttentionSettings()
    """What is worth a sentence at the top."""


def render_report(
    tables: CampaignTables,
    workers: DataFrame[Workers],
    methods: DataFrame[LabelMethods],
    settings: ReportSettings,
    *,
    consensus: ConsensusSettings,
    agreement: AgreementSettings,
    now: datetime,
    codebook_version: str,
) -> str:
    """Return the page as HTML: progress, agreement, labels, workers, disputed pairs, and what does not count.

    It needs no server, network, other file or script, and is the same for the same tables whatever the order of their
    rows. Long tables are cut, worst first, and say so.

    Args:
        tables: the campaign as the warehouse holds it.
        workers: standing of every worker.
        methods: labels by each aggregation method, made when a campaign is settled; empty before.
        settings: lengths and thresholds.
        consensus: when a label is agreed, and how many judgements a pair needs.
        agreement: resamples and level of the intervals.
        now: the time the page tells of (UTC).
        codebook_version: version whose answers are shown.
    """
    numbers = campaign_numbers(
        tables, workers, settings.status, consensus, agreement, now=now, codebook_version=codebook_version
    )
    people = worker_quality(tables.surveys, workers, numbers.standing, min_compared=settings.min_compared)
    disputes = disputed_pairs(numbers.votes, tables.pairs, methods, numbers.consensus, settings.max_disputed)
    return fill_page(
        settings=settings,
        attention=what_needs_attention(numbers.status, numbers.agreement, people, disputes, settings.attention),
        people=people,
        disputes=disputes,
        level=agreement.level,
        consensus=consensus,
        **_show_whole(tables, numbers, people, settings),
    )


def _show_whole(
    tables: CampaignTables, numbers: CampaignNumbers, people: Sequence[WorkerQuality], settings: ReportSettings
) -> dict[str, Any]:
    """Return what the page shows of the campaign as a whole, with its pictures."""
    measured, counts = measured_agreement(numbers), outcomes(numbers)
    return {
        "status": numbers.status,
        "simulated": "simulated" in set(tables.answers.assignments["platform"]),
        "history": campaign_history(tables, settings.max_changes),
        "charts": draw_charts(numbers, measured, counts, people),
        "sparks": draw_sparks(numbers),
        "measured": measured,
        "statistics": STATISTICS,
        "outcomes": counts,
        "label_names": LABELS,
        "methods": METHODS,
        "no_end": {reason: told_reason(reason, settings.status) for reason in NO_END_REASONS},
    }
