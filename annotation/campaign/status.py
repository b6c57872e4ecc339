"""Where a campaign stands now, value by value: answers, workers, agreement, and when it will be done."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandera.typing import DataFrame
from pydantic import PositiveFloat

from valuenet.annotation.agreement import AgreementSettings, measure_counts
from valuenet.annotation.campaign.answers import CampaignTables, StandingAnswers, standing_answers
from valuenet.annotation.campaign.end import EstimatedEnd, RateSettings, estimate_end, told_reason
from valuenet.annotation.progress import pair_progress
from valuenet.annotation.votes import COUNT_COLUMNS, count_votes
from valuenet.warehouse.crowd_tables import Workers
from valuenet.warehouse.vocabulary import VALUES


class StatusSettings(RateSettings):
    """What counts as active, and what the estimated end rests on."""

    active_hours: PositiveFloat = 24
    """A worker who answered within these hours is active."""


class ScopeStatus(NamedTuple):
    """The state of one value, or of ``ALL``. ``kappa`` and ``observed`` are NaN where they are undefined."""

    scope: str
    pairs: int
    pairs_judged: int
    """Pairs with all the counted judgements they need."""
    pairs_to_reopen: int
    """Pairs that miss judgements and stand in no open survey."""
    surveys: int
    wanted: int
    """Answers (one worker, one survey) the published surveys want."""
    complete: int
    """Answers that came in and take a place."""
    active: int
    qualified: int
    unproven: int
    disqualified: Mapping[str, int]
    """Rule -> workers it disqualified."""
    observed: float
    kappa: float
    end: EstimatedEnd


class CampaignStatus(NamedTuple):
    """The state of every value that is asked, in the order of the circle, and of all together last."""

    scopes: tuple[ScopeStatus, ...]
    now: datetime
    codebook_version: str
    settings: StatusSettings

    @property
    def total(self) -> ScopeStatus:
        """The state of the campaign as a whole."""
        return self.scopes[-1]


class _Part(NamedTuple):
    surveys: pd.DataFrame
    assignments: pd.DataFrame
    progress: pd.DataFrame
    votes: pd.DataFrame

    def within(self, scope: str) -> "_Part":
        """Return what belongs to one value; all of it for ALL."""
        return self if scope == "ALL" else _Part(*(frame[frame["value"] == scope] for frame in self))


def campaign_status(
    tables: CampaignTables,
    workers: DataFrame[Workers],
    settings: StatusSettings,
    *,
    now: datetime,
    codebook_version: str,
    workers_each: int,
) -> CampaignStatus:
    """Return the state of a campaign at ``now`` (UTC), under one version of the codebook.

    A worker counts under each value of which they began a survey, and once in ``ALL``. Agreement is that of the counted
    judgements. ``workers_each`` is the number of judgements a pair needs.
    """
    standing = standing_answers(tables, codebook_version=codebook_version)
    progress = _progress(tables, standing, workers_each, codebook_version)
    asked = set(progress["value"]) | set(standing.surveys["value"])
    whole = _Part(standing.surveys, standing.assignments, progress, count_votes(standing.counted))
    scopes = [
        _scope_status(scope, whole.within(scope), workers, settings, now)
        for scope in (*(value for value in VALUES if value in asked), "ALL")
    ]
    return CampaignStatus(tuple(scopes), now, codebook_version, settings)


def _progress(tables: CampaignTables, standing: StandingAnswers, workers_each: int, version: str) -> pd.DataFrame:
    return pair_progress(
        tables.pairs,
        tables.surveys,
        standing.judgements,
        tables.set_aside,
        workers_each=workers_each,
        codebook_version=version,
    ).assign(enough=lambda pairs: pairs["counted"] >= workers_each)


def _scope_status(
    scope: str, part: _Part, workers: pd.DataFrame, settings: StatusSettings, now: datetime
) -> ScopeStatus:
    surveys, assignments, progress, votes = part
    complete = assignments[assignments["status"] == "complete"]
    missing = int((surveys["workers_wanted"] - surveys["complete"]).clip(lower=0).sum())
    to_reopen = int((progress["missing"] > 0).sum())
    people = workers if scope == "ALL" else workers[workers["worker"].isin(assignments["worker"])]
    status = people["status"].value_counts()
    measures = _agreement(votes)
    return ScopeStatus(
        scope=scope,
        pairs=len(progress),
        pairs_judged=int(progress["enough"].sum()),
        pairs_to_reopen=to_reopen,
        surveys=len(surveys),
        wanted=int(surveys["workers_wanted"].sum()),
        complete=int(surveys["complete"].sum()),
        active=_active(assignments, now, settings.active_hours),
        qualified=int(status.get("qualified", 0)),
        unproven=int(status.get("unproven", 0)),
        disqualified=_rules(people),
        observed=measures["observed"],
        kappa=measures["fleiss_kappa"],
        end=estimate_end(complete["submitted_at"], missing, to_reopen, now=now, settings=settings),
    )


def _active(assignments: pd.DataFrame, now: datetime, hours: float) -> int:
    """Return how many workers sent answers in within the last ``hours``."""
    recent = (assignments["submitted_at"] > now - timedelta(hours=hours)) & (assignments["submitted_at"] <= now)
    answered = assignments["status"].isin(["complete", "surplus"])
    return int(assignments.loc[recent & answered, "worker"].nunique())


def _rules(workers: pd.DataFrame) -> dict[str, int]:
    """Return how many workers each rule disqualified, the most frequent rule first."""
    rules = workers.loc[workers["status"] == "disqualified", "rule"]
    counts = {str(rule): int(count) for rule, count in rules.value_counts().items()}
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _agreement(votes: pd.DataFrame) -> dict[str, float]:
    """Return the estimates; the intervals, which take resamples, stand in the report."""
    counts = votes[list(COUNT_COLUMNS.values())].to_numpy(dtype=np.int64)
    return {measure.statistic: measure.estimate for measure in measure_counts(counts, AgreementSettings(resamples=1))}


def status_rows(status: CampaignStatus) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the columns and rows of a table for a terminal of 100 columns; ``status_notes`` says what it cannot."""
    columns = ["value", "surveys", "answers", "active", "qualified", "out", "agree", "kappa", "end"]
    return columns, [_row(scope) for scope in status.scopes]


def _row(state: ScopeStatus) -> tuple[str, ...]:
    return (
        state.scope,
        f"{state.surveys:,}",
        f"{state.complete:,}/{state.wanted:,}",
        f"{state.active:,}",
        f"{state.qualified:,}",
        f"{sum(state.disqualified.values()):,}",
        _share(state.observed),
        _share(state.kappa),
        f"{state.end.at:%Y-%m-%d}" if state.end.at else str(state.end.why_not),
    )


def _share(number: float) -> str:
    return "-" if np.isnan(number) else f"{number:.2f}"


def status_notes(status: CampaignStatus) -> list[str]:
    """Return the sentences that belong below the table: why workers are out, and why a value has no estimated end."""
    total = status.total
    notes = [f"{total.pairs_judged:,} of {total.pairs:,} pairs have all their judgements."]
    if total.pairs_to_reopen and total.surveys:
        notes.append(f"{total.pairs_to_reopen:,} pairs lost judgements; the next publish asks them again.")
    if total.disqualified:
        rules = ", ".join(f"{rule} {count:,}" for rule, count in total.disqualified.items())
        notes.append(f"Disqualified: {rules}.")
    reasons = dict.fromkeys(scope.end.why_not for scope in status.scopes if scope.end.why_not)
    return notes + [f"{reason}: {told_reason(reason, status.settings)}." for reason in reasons]


def status_as_dict(status: CampaignStatus) -> dict[str, Any]:
    """Return the status as plain values, for JSON; what is undefined is None."""
    scopes: dict[str, Any] = {}
    for scope in status.scopes:
        record: dict[str, Any] = scope._asdict() | {"disqualified": dict(scope.disqualified)}
        record |= {
            name: None if record[name] != record[name] else round(record[name], 4) for name in ("observed", "kappa")
        }
        end = record.pop("end")
        scopes[record.pop("scope")] = record | {
            "estimated_end": end.at.isoformat() if end.at else None,
            "no_estimate_because": end.why_not,
        }
    return {"now": status.now.isoformat(), "codebook_version": status.codebook_version, "scopes": scopes}
