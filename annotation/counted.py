"""Which judgements count towards a label."""

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.crowd_tables import Judgements, JudgementsSetAside, Surveys


def counted_judgements(
    judgements: DataFrame[Judgements], surveys: DataFrame[Surveys], set_aside: DataFrame[JudgementsSetAside]
) -> DataFrame[Judgements]:
    """Return the judgements of formal questions that were not set aside, in the order of their key.

    Hidden checks and fillers never count: they test the worker or fill the page.
    """
    key = Judgements.key()
    questions = ["survey_id", "position"]
    formal = pd.MultiIndex.from_frame(surveys.loc[surveys["role"] == "formal", questions])
    aside = pd.MultiIndex.from_frame(set_aside[key])
    counts = pd.MultiIndex.from_frame(judgements[questions]).isin(formal)
    counts &= ~pd.MultiIndex.from_frame(judgements[key]).isin(aside)
    return Judgements.check(judgements[counts].sort_values(key).reset_index(drop=True))
