"""Which pairs enough workers agree on, and which not, with the reason."""

from typing import NamedTuple, Self

import numpy as np
import pandas as pd
from pandera.typing import DataFrame
from pydantic import PositiveInt, model_validator

from valuenet.annotation.votes import COUNT_COLUMNS, count_votes
from valuenet.warehouse.crowd_tables import Judgements, Labels, LabelsDropped
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.vocabulary import LABELS, UTILITIES


class ConsensusError(InputError):
    """Judgements cannot be counted as votes."""


class ConsensusSettings(Settings):
    """When an answer counts as agreed. A tie never does."""

    workers_each: PositiveInt = 4
    """Workers who should judge a pair; with fewer, and no agreement yet, it has too few judgements."""
    min_agreement: PositiveInt = 3
    """Workers who must give the same answer."""

    @model_validator(mode="after")
    def _is_majority(self) -> Self:
        if self.min_agreement > self.workers_each:
            raise ValueError(
                f"min_agreement={self.min_agreement} is more than the {self.workers_each} workers of a pair"
            )
        if 2 * self.min_agreement <= self.workers_each:
            raise ValueError(f"min_agreement={self.min_agreement} is not a majority of {self.workers_each} workers")
        return self


class Consensus(NamedTuple):
    """What was agreed, and what was not with the reason. Every judged pair is in exactly one of the two."""

    labels: DataFrame[Labels]
    dropped: DataFrame[LabelsDropped]


def agree(counted: DataFrame[Judgements], settings: ConsensusSettings) -> Consensus:
    """Return the pairs on which at least ``settings.min_agreement`` workers, and more than half, gave the same answer.

    More than half matters where a pair was judged more often than planned: three of six may be a tie. The other pairs
    are dropped as ``too-few-judgements`` where workers are missing, as ``no-majority`` where they differ.

    Raises:
        ConsensusError: if one worker judged one pair twice.
    Source: Qiu et al. 2022, "Value-Aspect Attitude Annotation" (3 of 4).
    """
    _refuse_repeats(counted)
    votes = count_votes(counted)
    counts = votes[list(COUNT_COLUMNS.values())].to_numpy()
    most, judged = counts.max(axis=1, initial=0), counts.sum(axis=1)
    votes["label"] = np.asarray(LABELS)[counts.argmax(axis=1)] if len(votes) else ""
    votes["utility"] = votes["label"].map(UTILITIES)
    votes["agreement_count"] = most
    votes["reason"] = np.where(judged < settings.workers_each, "too-few-judgements", "no-majority")
    agreed = (most >= settings.min_agreement) & (2 * most > judged)
    return Consensus(Labels.frame(votes[agreed]), LabelsDropped.frame(votes[~agreed]))


def _refuse_repeats(counted: pd.DataFrame) -> None:
    repeated = counted[counted.duplicated(["scenario_id", "value", "worker"])]
    if len(repeated):
        first = repeated.sort_values(["scenario_id", "value", "worker"]).iloc[0]
        pair = f"({first['scenario_id']}, {first['value']})"
        raise ConsensusError(
            f"worker {first['worker']} judged pair {pair} twice; set the later judgement aside as 'repeated' first"
        )
