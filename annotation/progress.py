"""How far every pair is: judgements counted, surveys still open, judgements missing."""

import numpy as np
import pandas as pd
from pandera.typing import DataFrame

from valuenet.annotation.counted import counted_judgements
from valuenet.warehouse.crowd_tables import Judgements, JudgementsSetAside, Pairs, Surveys

#: Reasons for which an answer does not take one of the places a survey has.
_TAKES_NO_PLACE = ("surplus", "repeated", "old-codebook", "edited", "deleted")


def pair_progress(
    pairs: DataFrame[Pairs],
    surveys: DataFrame[Surveys],
    judgements: DataFrame[Judgements],
    set_aside: DataFrame[JudgementsSetAside],
    *,
    workers_each: int,
    codebook_version: str,
) -> pd.DataFrame:
    """Return ``pairs`` in the order of their key with three more columns.

    ``counted``: counted judgements by different workers under this codebook (``judgements`` are mapped to it before).
    ``open``: whether a survey that asks the pair still waits for workers. ``missing``: judgements to ask for now, 0
    while the pair is open.
    """
    key = Pairs.key()
    asked = surveys[surveys["codebook_version"] == codebook_version]
    answers = judgements[judgements["codebook_version"] == codebook_version]
    counted = counted_judgements(answers, surveys, set_aside).groupby(key)["worker"].nunique().rename("counted")
    waiting = waiting_surveys(asked, answers_in_place(answers, set_aside))
    open_now = asked.loc[(asked["role"] == "formal") & asked["survey_id"].isin(waiting), key]
    table = pairs.sort_values(key).merge(counted.reset_index(), on=key, how="left")
    table["counted"] = table["counted"].fillna(0).astype("int64")
    table["open"] = pd.MultiIndex.from_frame(table[key]).isin(pd.MultiIndex.from_frame(open_now))
    table["missing"] = np.where(table["open"], 0, (workers_each - table["counted"]).clip(lower=0))
    return table


def answers_in_place(judgements: pd.DataFrame, set_aside: pd.DataFrame) -> pd.DataFrame:
    """Return the judgements that fill one of their survey's places: those of a later disqualified worker do."""
    key = Judgements.key()
    extra = set_aside.loc[set_aside["reason"].isin(_TAKES_NO_PLACE), key]
    return judgements[~pd.MultiIndex.from_frame(judgements[key]).isin(pd.MultiIndex.from_frame(extra))]


def waiting_surveys(surveys: pd.DataFrame, answers: pd.DataFrame) -> list[str]:
    """Return the ids, sorted, of surveys that fewer different workers than wanted have answered."""
    wanted = surveys.groupby("survey_id")["workers_wanted"].first()
    done = answers.groupby("survey_id")["worker"].nunique()
    return sorted(wanted.index[done.reindex(wanted.index, fill_value=0) < wanted])
