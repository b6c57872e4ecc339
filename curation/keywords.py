"""The keywords that stand for a value: the published list, and what people decided on proposals."""

from importlib.resources import files

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.tables import KeywordDecisions, Keywords

PAIR = ["value", "keyword"]


class NoKeywordsError(InputError):
    """The settings leave no keyword to look for."""


class KeywordSettings(Settings):
    """Which keywords are looked for."""

    use_published: bool = True
    """Start from the reviewed list of the paper (Figure 2); otherwise only accepted keywords count."""


def published_keywords() -> DataFrame[Keywords]:
    """Return the reviewed keywords of the paper, 175 rows; those of Schwartz's definitions are the seeds.

    Source: Qiu et al. 2022, Figure 2.
    """
    with files("valuenet.curation.data").joinpath("published_keywords.csv").open(encoding="utf-8") as handle:
        words = pd.read_csv(handle, dtype="str")
    relation = words["tier"].map(lambda tier: "seed" if tier == "definition" else "published")
    return Keywords.frame(words.assign(relation=relation, seed=None, score=None, rank=None))


def choose_keywords(decisions: DataFrame[KeywordDecisions], settings: KeywordSettings) -> DataFrame[Keywords]:
    """Return the published keywords and the accepted ones, without those a person said no to.

    The newest decision on a keyword of a value counts; of two at the same moment, the refusal. A published keyword that
    was proposed again and accepted keeps its published provenance.

    Raises:
        NoKeywordsError: if no keyword is left.
    """
    newest = decisions.sort_values(["decided_at", "accepted", "decided_by"], ascending=[True, False, True])
    newest = newest.drop_duplicates(PAIR, keep="last")
    published = published_keywords() if settings.use_published else Keywords.frame()
    both = pd.concat([published, newest[newest["accepted"]][Keywords.columns()]]).drop_duplicates(PAIR)
    refused = pd.MultiIndex.from_frame(newest.loc[~newest["accepted"], PAIR])
    kept = both[~pd.MultiIndex.from_frame(both[PAIR]).isin(refused)]
    if kept.empty:
        raise NoKeywordsError(
            "no keyword is left; set keywords.use_published, or take back a review with `valuenet keywords accept FILE`"
        )
    return Keywords.frame(kept.sort_values(PAIR))
