"""Scenarios that stand under a value because a keyword of it is met in the situation, a rule of thumb or an action."""

from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pandera.typing import DataFrame
from pydantic import Field

from valuenet.curation.matching import compile_patterns, find_keywords, match_values, value_bits
from valuenet.curation.tokens import tokenise
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.tables import CandidateHits, Candidates, Keywords, RulesOfThumb, Scenarios
from valuenet.warehouse.vocabulary import FIELDS, FORMS, TIERS, VALUES


class EmptyRetrievalError(InputError):
    """No scenario stands under any value."""


class UnknownScenarioOfRuleError(InputError):
    """A rule of thumb belongs to a scenario that is not there."""


class RetrievalSettings(Settings):
    """Where keywords are looked for, which of them, and when a word counts as one."""

    fields: tuple[Literal["situation", "rule_of_thumb", "action"], ...] = Field(
        ("situation", "rule_of_thumb", "action"), min_length=1
    )
    """Fields of the corpus that are searched."""
    forms: tuple[Literal["lemma", "stem"], ...] = Field(("lemma", "stem"), min_length=1)
    """Forms in which word and keyword may be equal; lemma alone is the stricter search."""
    tiers: tuple[Literal["definition", "association", "embedding"], ...] = Field(
        ("definition", "association", "embedding"), min_length=1
    )
    """Tiers of keywords that are used."""


class Retrieval(NamedTuple):
    """Pairs of scenario and value, and every keyword met for them. Both hold exactly the same pairs."""

    candidates: DataFrame[Candidates]
    hits: DataFrame[CandidateHits]


def retrieve_candidates(
    scenarios: DataFrame[Scenarios],
    rules: DataFrame[RulesOfThumb],
    keywords: DataFrame[Keywords],
    settings: RetrievalSettings,
) -> Retrieval:
    """Return the scenarios in which a word is equal to a keyword in lemma (spaCy) or stem (NLTK).

    A candidate names its clearest hit: tier by tier, then situation before rule before action, then lemma before stem,
    then the first keyword of the alphabet. The order of the rows given makes no difference.

    Raises:
        EmptyRetrievalError: if nothing is found (the message says what to check).
        UnknownScenarioOfRuleError: naming the first line whose scenario is missing.
    Source: Qiu et al. 2022 (VALUENET), keyword retrieval from Social-Chem-101.
    """
    chosen = keywords[keywords["tier"].isin(settings.tiers)].sort_values(["value", "keyword"], ignore_index=True)
    ids = scenarios["scenario_id"].sort_values(ignore_index=True)
    lines = _lines(ids, scenarios, rules, settings)
    hits = _search(lines, chosen, settings) if lines["text"].notna().any() and len(chosen) else pd.DataFrame()
    if hits.empty:
        raise EmptyRetrievalError(
            f"none of {len(chosen):,} keywords (of {len(keywords):,}, by tier) is met in any field searched of"
            f" {len(scenarios):,} scenarios; check the tables 'keywords' and 'scenarios', and the settings"
            f" curation.retrieval.tiers = {list(settings.tiers)}, .fields = {list(settings.fields)},"
            f" .forms = {list(settings.forms)}"
        )
    return Retrieval(_candidates(hits, ids, chosen), CandidateHits.frame(_named(hits, ids, chosen)))


def _lines(
    ids: "pd.Series[str]",
    scenarios: DataFrame[Scenarios],
    rules: DataFrame[RulesOfThumb],
    settings: RetrievalSettings,
) -> pd.DataFrame:
    """One row per line and field: ``scenario``, ``field``, ``line`` and ``text``, null where the field is empty."""
    owner = _places(rules["scenario_id"], ids)
    if (owner < 0).any():
        orphan = rules[owner < 0].sort_values("source_line").iloc[0]
        raise UnknownScenarioOfRuleError(
            f"line {orphan['source_line']} of rules_of_thumb belongs to {orphan['scenario_id']}, which is not in the"
            " table 'scenarios'; load both from the same file"
        )
    sources = {
        "situation": (_places(scenarios["scenario_id"], ids), 0, scenarios["text"]),
        "rule_of_thumb": (owner, rules["source_line"].to_numpy(), rules["rule_of_thumb"]),
        "action": (owner, rules["source_line"].to_numpy(), rules["action"]),
    }
    pieces = [
        pd.DataFrame({"scenario": owners, "field": FIELDS.index(field), "line": line, "text": text.array})
        for field, (owners, line, text) in sources.items()
        if field in settings.fields
    ]
    return pd.concat(pieces, ignore_index=True)


def _places(wanted: "pd.Series[str]", ids: "pd.Series[str]") -> NDArray[np.int64]:
    """Where each of ``wanted`` stands in ``ids``, -1 where it does not."""
    indices = pc.index_in(pa.array(wanted), value_set=pa.array(ids))
    return np.asarray(pc.fill_null(indices, -1), dtype=np.int64)


def _search(lines: pd.DataFrame, chosen: pd.DataFrame, settings: RetrievalSettings) -> pd.DataFrame:
    """One row per scenario, keyword and field, in that order, with the clearest form and the words that matched."""
    codes, distinct = pd.factorize(lines["text"])
    texts = pd.Series(distinct)
    tokens = tokenise(texts)
    patterns = compile_patterns(chosen["keyword"].tolist(), tokens.words, settings.forms)
    values = chosen["value"].map(VALUES.index).to_numpy(dtype=np.int64)
    masks = match_values(tokens.token_ids, tokens.offsets, value_bits(patterns, values, len(tokens.words)))
    speaking = lines[["scenario", "field", "line"]].assign(text=codes)[(codes >= 0) & (masks[codes] != 0)]
    hits: pd.DataFrame = speaking.merge(find_keywords(tokens, texts, patterns), on="text")
    order = ["scenario", "keyword", "field", "form", "line", "position"]
    return hits.sort_values(order).drop_duplicates(order[:3], ignore_index=True)


def _candidates(hits: pd.DataFrame, ids: "pd.Series[str]", chosen: pd.DataFrame) -> DataFrame[Candidates]:
    """Return the clearest hit of every pair, with the number of its keywords."""
    pair = ["scenario", "value"]
    value, _ = pd.factorize(chosen["value"])
    tier = chosen["tier"].map(TIERS.index).to_numpy()
    ranked = hits.assign(value=value[hits["keyword"]], tier=tier[hits["keyword"]])
    clearest = ranked.sort_values([*pair, "tier", "field", "form", "keyword"]).drop_duplicates(pair)
    different = ranked.drop_duplicates(["scenario", "keyword"]).groupby(pair).size()
    return Candidates.frame(_named(clearest, ids, chosen).assign(keywords_hit=different.to_numpy()))


def _named(hits: pd.DataFrame, ids: "pd.Series[str]", chosen: pd.DataFrame) -> pd.DataFrame:
    """Return ``hits`` with ids and words in place of indices."""
    of_keyword = {name: chosen[name].array.take(hits["keyword"].to_numpy()) for name in ("value", "keyword", "tier")}
    return pd.DataFrame(
        {
            "scenario_id": ids.array.take(hits["scenario"].to_numpy()),
            **of_keyword,
            "field": pd.array(FIELDS, dtype="str").take(hits["field"].to_numpy()),
            "form": pd.array(FORMS, dtype="str").take(hits["form"].to_numpy()),
            "matched": hits["matched"].array,
        }
    )
