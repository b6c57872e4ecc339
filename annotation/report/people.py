"""How every worker works: standing, hidden checks, time, and agreement with the others."""

import math
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandera.typing import DataFrame

from valuenet.annotation.campaign.answers import StandingAnswers
from valuenet.annotation.votes import COUNT_COLUMNS, count_votes
from valuenet.warehouse.crowd_tables import Judgements, Surveys, Workers
from valuenet.warehouse.vocabulary import LABELS

_PAIR = ["scenario_id", "value"]


class WorkerQuality(NamedTuple):
    """One worker. ``agreeing`` of ``compared`` answers of others are like theirs; ``counts``: answers by label."""

    worker: str
    status: str
    rule: str
    reason: str
    surveys_done: int
    checks_right: int
    checks_seen: int
    median_seconds: float
    agreeing: int
    compared: int
    counts: dict[str, int]

    @property
    def agreement(self) -> float:
        """Share of the other counted answers to their pairs that are like theirs; NaN where there is none."""
        return self.agreeing / self.compared if self.compared else math.nan

    @property
    def share_right(self) -> float:
        """Share of the hidden checks they answered as both experts did; NaN where they saw none."""
        return self.checks_right / self.checks_seen if self.checks_seen else math.nan


def agreement_with_others(
    surveys: DataFrame[Surveys], judgements: DataFrame[Judgements], counted: DataFrame[Judgements]
) -> pd.DataFrame:
    """Return, indexed by worker, how many counted answers of others to their pairs there are, and how many agree.

    Columns: ``compared``, ``agreeing``, and the number of their answers by label. Own answers are the first to each
    pair of a formal question, counted or not; the others' are the counted ones alone.
    """
    own = _own_answers(surveys, judgements, counted)
    votes = own[_PAIR].merge(count_votes(counted), on=_PAIR, how="left")
    by_label = votes[list(COUNT_COLUMNS.values())].fillna(0).to_numpy(dtype=np.int64)
    label = pd.Categorical(own["label"], list(LABELS)).codes
    theirs = own["counted"].to_numpy(dtype=np.int64)
    own["compared"] = by_label.sum(axis=1) - theirs
    own["agreeing"] = by_label[np.arange(len(own)), label] - theirs
    own[list(LABELS)] = (label[:, None] == np.arange(len(LABELS))).astype("int64")
    return own.groupby("worker")[["compared", "agreeing", *LABELS]].sum()


def _own_answers(surveys: pd.DataFrame, judgements: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Return one row per worker and pair, with whether it is the answer that counts."""
    key = Judgements.key()
    formal = surveys.loc[surveys["role"] == "formal", ["survey_id", "position"]]
    own = judgements.merge(formal, on=["survey_id", "position"]).merge(
        counted[key].assign(counted=True), on=key, how="left"
    )
    own["counted"] = own["counted"].eq(True)
    own = own.sort_values(["counted", *key], ascending=[False, True, True])
    return own.drop_duplicates(["worker", *_PAIR]).reset_index(drop=True)


def worker_quality(
    surveys: DataFrame[Surveys], workers: DataFrame[Workers], standing: StandingAnswers, *, min_compared: int
) -> list[WorkerQuality]:
    """Return every worker, those who agree least with the others first.

    Those whose answers can be compared with fewer than ``min_compared`` of others come last: chance moves them most.
    """
    others = agreement_with_others(surveys, standing.judgements, standing.counted)
    quality = workers.merge(others, left_on="worker", right_index=True, how="left")
    numbers = ["compared", "agreeing", *LABELS]
    quality[numbers] = quality[numbers].fillna(0).astype("int64")
    people = [_quality(row) for row in quality.to_dict("records")]
    return sorted(people, key=lambda one: (one.compared < min_compared, _last(one.agreement), one.worker))


def _quality(row: Mapping[Hashable, Any]) -> WorkerQuality:
    known = {name: row[name] for name in WorkerQuality._fields if name != "counts"}
    return WorkerQuality(**known, counts={label: row[label] for label in LABELS})


def _last(share: float) -> float:
    return math.inf if math.isnan(share) else share
