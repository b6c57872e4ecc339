"""What was kept without being counted, work that ended early, and answers that changed after they were collected."""

from collections.abc import Hashable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from valuenet.annotation.campaign.answers import CampaignTables

MEANINGS = MappingProxyType(
    {
        "worker-disqualified": "the worker was disqualified later; their pairs are asked again",
        "surplus": "it came when the survey had enough answers, or the worker had judged one of its pairs before",
        "repeated": "the same worker had judged the same pair before",
        "filler": "the question only made the last survey full",
        "old-codebook": "it was given under another version of the codebook, and no table maps it to this one",
        "edited": "the worker edited it on the platform; the edited answer stands for itself",
        "deleted": "it was deleted on the platform",
    }
)
ENDINGS = MappingProxyType(
    {
        "complete": "answered to the end and takes a place",
        "surplus": "answered to the end, but takes no place",
        "failed-prerequisite": "ended at the prerequisite question",
        "dropped-out": "left before the end",
    }
)


class Aside(NamedTuple):
    """Judgements set aside for one reason, and the workers who gave them."""

    reason: str
    meaning: str
    judgements: int
    workers: int


class Change(NamedTuple):
    """An assignment that was edited or deleted after it was collected; ``differing`` answers are others than before."""

    change: str
    worker: str
    survey_id: str
    submitted_at: datetime | None
    changed_at: datetime | None
    differing: int | None


class History(NamedTuple):
    """Counts of what does not count, and the latest changes; ``changed`` is the number of all by kind."""

    aside: list[Aside]
    endings: list[tuple[str, str, int]]
    changed: dict[str, int]
    changes: list[Change]


def campaign_history(tables: CampaignTables, most: int) -> History:
    """Return what was set aside and why, how assignments ended, and at most ``most`` changes, the latest first."""
    judgements = tables.answers.judgements[["assignment_id", "position", "worker"]]
    aside = tables.set_aside.merge(judgements, on=["assignment_id", "position"], how="left")
    grouped = aside.groupby("reason")["worker"].agg(["size", "nunique"])
    rows = [Aside(str(reason), MEANINGS[str(reason)], int(n), int(w)) for reason, n, w in grouped.itertuples()]
    statuses = tables.answers.assignments["status"].value_counts()
    kinds = tables.answers.changes["change"].value_counts()
    return History(
        sorted(rows, key=lambda row: (-row.judgements, row.reason)),
        [(status, meaning, int(statuses.get(status, 0))) for status, meaning in ENDINGS.items()],
        {kind: int(kinds.get(kind, 0)) for kind in ("edited", "deleted")},
        _changes(tables, most),
    )


def _changes(tables: CampaignTables, most: int) -> list[Change]:
    work = tables.answers.assignments[["assignment_id", "worker", "survey_id", "submitted_at"]]
    later = work[["assignment_id", "submitted_at"]].rename(
        columns={"assignment_id": "replaced_by", "submitted_at": "changed_at"}
    )
    table = tables.answers.changes.merge(work, on="assignment_id", how="left").merge(
        later, on="replaced_by", how="left"
    )
    table["differing"] = _differing(tables, table)
    latest = table.assign(at=table["changed_at"].fillna(table["submitted_at"]))
    latest = latest.sort_values(["at", "assignment_id"], ascending=[False, True]).head(most)
    return [_change(row) for row in latest.to_dict("records")]


def _differing(tables: CampaignTables, changes: pd.DataFrame) -> "pd.Series[float]":
    """Return how many answers each edit changed, NaN for what was deleted."""
    given = tables.answers.judgements[["assignment_id", "position", "label"]]
    after = given.rename(columns={"assignment_id": "replaced_by", "label": "new_label"})
    edits = changes.loc[changes["change"] == "edited", ["assignment_id", "replaced_by"]]
    both = edits.merge(given, on="assignment_id").merge(after, on=["replaced_by", "position"])
    differs = (both["label"] != both["new_label"]).groupby(both["assignment_id"]).sum().astype("float64")
    return changes["assignment_id"].map(differs).where(changes["change"] == "edited")


def _change(row: Mapping[Hashable, Any]) -> Change:
    known: dict[str, Any] = {name: None if pd.isna(row[name]) else row[name] for name in Change._fields}
    differing = known.pop("differing")
    return Change(**known, differing=None if differing is None else int(differing))
