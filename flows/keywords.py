"""Keywords between machine and person: expansion proposes, a review file asks, what is accepted is used."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from textwrap import shorten
from typing import NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from valuenet.curation.expansion import expand_keywords
from valuenet.curation.keywords import choose_keywords
from valuenet.curation.retrieval import EmptyRetrievalError, RetrievalSettings, retrieve_candidates
from valuenet.curation.review import CountHits, Review, WordHits, read_review, write_review
from valuenet.curation.social_chem import load_scenarios
from valuenet.flows.services.crowd import open_corpus, open_vectors, open_words
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import KeywordDecisions, KeywordProposals, Keywords, RulesOfThumb, Scenarios

EXAMPLES, EXAMPLE_LENGTH = 3, 160


class Searched(NamedTuple):
    """What proposed words are looked for in, and the keywords there are already."""

    scenarios: DataFrame[Scenarios]
    rules: DataFrame[RulesOfThumb]
    keywords: DataFrame[Keywords]


class Expanded(NamedTuple):
    """Proposed words, and who counts what they hit."""

    proposals: DataFrame[KeywordProposals]
    count_hits: CountHits


def propose_keywords(settings: ValuenetSettings, review_file: Path) -> int:
    """Expand the definition keywords and write the review file; return how many words it asks about.

    Nothing proposed is used before a person has said yes (``accept_keywords``).
    """
    expansion = expand(settings)
    written = write_review(expansion.proposals, review_file, count_hits=expansion.count_hits)
    Warehouse(settings.warehouse).write(KeywordProposals, expansion.proposals, recipe="proposed")
    return written


def expand(settings: ValuenetSettings) -> Expanded:
    """Return the words that expansion proposes and nobody has decided on, and what each would add."""
    decisions = Warehouse(settings.warehouse).read_or_empty(KeywordDecisions)
    keywords = choose_keywords(decisions, settings.curation.keywords)
    proposals = expand_keywords(
        keywords,
        settings.curation.expansion,
        words=open_words(settings),
        vectors=open_vectors(settings),
        decisions=decisions,
    )
    corpus = load_scenarios(settings.for_corpus().curation.corpus, source=open_corpus(settings))
    searched = Searched(corpus.scenarios, corpus.rules, keywords)
    return Expanded(proposals, HitCounter(searched, proposals, settings.curation.retrieval))


def accept_keywords(settings: ValuenetSettings, review_file: Path, *, decided_by: str, decided_at: datetime) -> Review:
    """Take a review file back and keep its decisions; the next build uses them."""
    review = read_review(review_file, decided_by=decided_by, decided_at=decided_at)
    Warehouse(settings.warehouse).append(KeywordDecisions, review.decisions)
    return review


class HitCounter:
    """Counts, for a value and words, the scenarios each word would add to those the value has already."""

    def __init__(self, searched: Searched, proposals: pd.DataFrame, settings: RetrievalSettings) -> None:
        self._texts = searched.scenarios.set_index("scenario_id")["text"]
        self._had = _found(searched, searched.keywords, settings)
        self._new = _found(searched, proposals, settings)

    def __call__(self, value: str, words: Sequence[str]) -> Mapping[str, WordHits]:
        """Return the hits of each word; a word that is nowhere met has none."""
        had = set(self._had.loc[self._had["value"] == value, "scenario_id"])
        new = self._new[(self._new["value"] == value) & ~self._new["scenario_id"].isin(had)]
        ids = new.groupby("keyword")["scenario_id"].unique()
        return {word: self._hits(sorted(ids.get(word, []))) for word in words}

    def _hits(self, ids: Sequence[str]) -> WordHits:
        return WordHits(
            len(ids), [shorten(str(self._texts[i]), EXAMPLE_LENGTH, placeholder=" ...") for i in ids[:EXAMPLES]]
        )


def _found(searched: Searched, words: pd.DataFrame, settings: RetrievalSettings) -> pd.DataFrame:
    try:
        keywords = Keywords.frame(words)
        return retrieve_candidates(searched.scenarios, searched.rules, keywords, settings).hits
    except EmptyRetrievalError:
        return pd.DataFrame({"scenario_id": [], "value": [], "keyword": []})
