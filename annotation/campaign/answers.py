"""What of a campaign's answers stands now, and what of it counts: the ground of its status and its report."""

from typing import NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from valuenet.annotation.codebook_maps import under_codebook
from valuenet.annotation.counted import counted_judgements
from valuenet.annotation.platforms import Answers
from valuenet.warehouse.crowd_tables import Assignments, CodebookMaps, Judgements, JudgementsSetAside, Pairs, Surveys


class CampaignTables(NamedTuple):
    """The tables of a campaign as the warehouse holds them; any of them may be empty."""

    surveys: DataFrame[Surveys]
    answers: Answers
    set_aside: DataFrame[JudgementsSetAside]
    pairs: DataFrame[Pairs]
    maps: DataFrame[CodebookMaps]


class StandingAnswers(NamedTuple):
    """Answers under one codebook that were neither edited nor deleted since, and the judgements among them that count.

    ``surveys`` has one row per survey of this codebook: survey_id, value, workers_wanted, complete (answers that take
    one of its places). ``assignments`` are those of these surveys with their value, ``counted`` those judgements of
    the pairs chosen now that make a label, mapped to this codebook where they were given under another.
    """

    surveys: pd.DataFrame
    assignments: pd.DataFrame
    judgements: DataFrame[Judgements]
    counted: DataFrame[Judgements]


def standing_answers(tables: CampaignTables, *, codebook_version: str) -> StandingAnswers:
    """Return what stands of a campaign's answers under ``codebook_version``, every frame sorted by its key."""
    asked = tables.surveys[tables.surveys["codebook_version"] == codebook_version]
    surveys = asked.drop_duplicates("survey_id")[["survey_id", "value", "workers_wanted"]].sort_values("survey_id")
    assignments, judgements = tables.answers.in_force()
    of_surveys = assignments.merge(surveys[["survey_id", "value"]], on="survey_id").sort_values(Assignments.key())
    complete = of_surveys[of_surveys["status"] == "complete"].groupby("survey_id")["worker"].nunique()
    surveys["complete"] = complete.reindex(surveys["survey_id"], fill_value=0).to_numpy(dtype="int64")
    mapped = under_codebook(judgements, tables.maps, codebook_version)
    mapped = mapped[mapped["codebook_version"] == codebook_version].sort_values(Judgements.key())
    return StandingAnswers(
        surveys.reset_index(drop=True),
        of_surveys.reset_index(drop=True),
        Judgements.check(mapped.reset_index(drop=True)),
        counted_of_pairs(mapped, tables.surveys, tables.set_aside, tables.pairs),
    )


def counted_of_pairs(
    judgements: pd.DataFrame,
    surveys: DataFrame[Surveys],
    set_aside: DataFrame[JudgementsSetAside],
    pairs: DataFrame[Pairs],
) -> DataFrame[Judgements]:
    """Return the counted judgements of the pairs chosen now; those of an earlier choice stay in the table, unused."""
    counted = counted_judgements(Judgements.check(judgements.reset_index(drop=True)), surveys, set_aside)
    chosen = pd.MultiIndex.from_frame(counted[Pairs.key()]).isin(pd.MultiIndex.from_frame(pairs[Pairs.key()]))
    return Judgements.check(counted[chosen].reset_index(drop=True))
