"""What whoever leads the campaign should look at first, in sentences."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd
from pandera.typing import DataFrame
from pydantic import Field, PositiveInt

from valuenet.annotation.campaign.status import CampaignStatus
from valuenet.annotation.report.bars import interval_words
from valuenet.annotation.report.charts import value_name
from valuenet.annotation.report.disputes import Disputes
from valuenet.annotation.report.people import WorkerQuality
from valuenet.warehouse.crowd_tables import Agreement
from valuenet.warehouse.settings import Settings


class AttentionSettings(Settings):
    """From where on something is worth a sentence at the top of the report."""

    weak_kappa: float = Field(0.4, ge=-1, le=1)
    """A value whose whole interval of Fleiss' kappa lies below this agrees weakly."""
    odd_agreement: float = Field(0.5, ge=0, le=1)
    """A qualified worker who agrees with the others less often than this is worth a look."""
    odd_compared: PositiveInt = 40
    """Least answers of others such a worker must have been compared with."""
    high_disqualified: float = Field(0.3, ge=0, le=1)
    """A share of disqualified workers above this speaks against the instrument or the way they were found."""


class Attention(NamedTuple):
    """One sentence, and the section it speaks of."""

    section: str
    sentence: str


def what_needs_attention(
    status: CampaignStatus,
    agreement: DataFrame[Agreement],
    people: Sequence[WorkerQuality],
    disputes: Disputes,
    settings: AttentionSettings,
) -> list[Attention]:
    """Return the sentences that apply, in the order of the report's sections."""
    total = status.total
    points = [Attention("progress", sentence) for sentence in _about_progress(status)]
    points += [Attention("agreement", sentence) for sentence in _about_agreement(agreement, settings)]
    odd = [one for one in people if _is_odd(one, settings)]
    if odd:
        points.append(
            Attention(
                "workers",
                f"{_number(len(odd), 'qualified worker')} agreed with the others in less than"
                f" {settings.odd_agreement:.0%} of at least {settings.odd_compared} comparisons: read their answers.",
            )
        )
    out = sum(total.disqualified.values())
    if people and out > settings.high_disqualified * len(people):
        sentence = f"{out:,} of {len(people):,} workers are disqualified: check the instructions and the hidden checks."
        points.append(Attention("workers", sentence))
    if disputes.flips:
        sentence = f"{_number(disputes.flips, 'pair')} of {disputes.labelled_by_methods:,}: the label depends on the"
        points.append(Attention("disputed", f"{sentence} method that aggregates the votes."))
    return points


def _about_progress(status: CampaignStatus) -> Iterable[str]:
    total = status.total
    if not total.surveys:
        yield "No survey is published under this codebook yet."
        return
    if total.pairs_to_reopen:
        yield f"{_number(total.pairs_to_reopen, 'pair')} must be asked again: publish to reopen them."
    stalled = [value_name(s.scope) for s in status.scopes[:-1] if s.end.why_not in {"stalled", "no answer"}]
    if stalled:
        yield f"No answers come in for {', '.join(stalled)}, though some are wanted."


def _about_agreement(agreement: pd.DataFrame, settings: AttentionSettings) -> Iterable[str]:
    kappa = agreement[(agreement["statistic"] == "fleiss_kappa") & (agreement["scope"] != "ALL")]
    weak = kappa[kappa["high"] < settings.weak_kappa].sort_values(["estimate", "scope"])
    if len(weak):
        values = ", ".join(
            f"{value_name(row['scope'])} {interval_words(row['estimate'], row['low'], row['high'])}"
            for row in weak.to_dict("records")
        )
        yield f"Fleiss' kappa is surely below {settings.weak_kappa:g} for {values}: is the definition clear?"


def _is_odd(one: WorkerQuality, settings: AttentionSettings) -> bool:
    compared = one.compared >= settings.odd_compared
    return one.status == "qualified" and compared and one.agreement < settings.odd_agreement


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
