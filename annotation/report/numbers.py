"""The numbers several sections of a report speak of: state, counted votes, agreement, agreed labels."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from valuenet.annotation.agreement import AgreementSettings, measure_agreement
from valuenet.annotation.campaign.answers import CampaignTables, StandingAnswers, standing_answers
from valuenet.annotation.campaign.status import CampaignStatus, StatusSettings, campaign_status
from valuenet.annotation.consensus import Consensus, ConsensusSettings, agree
from valuenet.annotation.votes import COUNT_COLUMNS, count_votes
from valuenet.warehouse.crowd_tables import Agreement, Judgements, Workers
from valuenet.warehouse.vocabulary import LABELS

STATISTICS = MappingProxyType(
    {
        "observed": "Observed agreement",
        "fleiss_kappa": "Fleiss' kappa",
        "krippendorff_alpha": "Krippendorff's alpha",
    }
)


class CampaignNumbers(NamedTuple):
    """Frames and states under one codebook; ``votes`` has a row per pair with its counted judgements by label."""

    status: CampaignStatus
    standing: StandingAnswers
    votes: pd.DataFrame
    agreement: DataFrame[Agreement]
    consensus: Consensus


class Outcome(NamedTuple):
    """Counts of one value, or of ALL: judgements and agreed labels by label, pairs judged and pairs with a label."""

    scope: str
    judgements: dict[str, int]
    labels: dict[str, int]
    judged: int
    agreed: int


class Measured(NamedTuple):
    """One measure of agreement; NaN where it is undefined, and then ``undefined`` says why."""

    estimate: float
    low: float
    high: float
    items_count: int
    undefined: str


def campaign_numbers(
    tables: CampaignTables,
    workers: DataFrame[Workers],
    status: StatusSettings,
    consensus: ConsensusSettings,
    agreement: AgreementSettings,
    *,
    now: datetime,
    codebook_version: str,
) -> CampaignNumbers:
    """Return the numbers of a campaign at ``now``; a pair needs as many judgements as ``consensus`` says."""
    each = consensus.workers_each
    state = campaign_status(tables, workers, status, now=now, codebook_version=codebook_version, workers_each=each)
    standing = standing_answers(tables, codebook_version=codebook_version)
    # Qualification sets repeated answers aside; until it has run again, the first of them is shown.
    once = standing.counted.drop_duplicates(["scenario_id", "value", "worker"]).reset_index(drop=True)
    once = Judgements.check(once)
    measured = measure_agreement(once, agreement)
    return CampaignNumbers(state, standing._replace(counted=once), count_votes(once), measured, agree(once, consensus))


def outcomes(numbers: CampaignNumbers) -> list[Outcome]:
    """Return the counts of every value that is asked, and of all together last."""
    return [_outcome(numbers, scope.scope) for scope in numbers.status.scopes]


def _outcome(numbers: CampaignNumbers, scope: str) -> Outcome:
    votes, labels = (
        frame if scope == "ALL" else frame[frame["value"] == scope]
        for frame in (numbers.votes, numbers.consensus.labels)
    )
    agreed = labels["label"].value_counts()
    return Outcome(
        scope,
        {label: int(votes[COUNT_COLUMNS[label]].sum()) for label in LABELS},
        {label: int(agreed.get(label, 0)) for label in LABELS},
        len(votes),
        len(labels),
    )


def measured_agreement(numbers: CampaignNumbers) -> dict[str, dict[str, Measured]]:
    """Return scope -> statistic -> measure, for the values that are asked and ALL."""
    rows = numbers.agreement.set_index(["scope", "statistic"]).to_dict("index")
    return {
        scope.scope: {statistic: _measured(rows[scope.scope, statistic]) for statistic in STATISTICS}
        for scope in numbers.status.scopes
    }


def _measured(row: Mapping[Any, Any]) -> Measured:
    undefined = "" if pd.isna(row["undefined"]) else row["undefined"]
    return Measured(row["estimate"], row["low"], row["high"], row["items"], undefined)
