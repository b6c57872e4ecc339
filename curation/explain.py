"""Why a scenario was chosen, told to a person: each value, its keywords, where they come from and where they stand."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.tables import CandidateHits, Keywords, RulesOfThumb, Scenarios
from valuenet.warehouse.vocabulary import FIELDS, TIERS

_TIER_WORDS = MappingProxyType(
    {
        "definition": "a word of Schwartz's definition",
        "association": "an association of the value",
        "embedding": "near the value in the embedding space",
    }
)
_SOURCES = MappingProxyType(
    {
        "published": "from the paper's list",
        "seed": "one of the seeds",
        "ml": "Datamuse: of similar meaning to",
        "rel_jjb": "Datamuse: often used to describe",
        "rel_trg": "Datamuse: brought to mind by",
        "glove": "GloVe: a neighbour of",
    }
)


class UnknownScenarioError(InputError):
    """No scenario has this id."""


def explain_scenario(
    scenario_id: str,
    scenarios: DataFrame[Scenarios],
    rules: DataFrame[RulesOfThumb],
    hits: DataFrame[CandidateHits],
    keywords: DataFrame[Keywords],
) -> str:
    """Return readable lines: the text, the values it stands under and, for each, every keyword with the place it met.

    The words that matched stand in brackets in the first line of the corpus they were met in.

    Raises:
        UnknownScenarioError: naming the nearest ids.
    """
    rows = scenarios[scenarios["scenario_id"] == scenario_id]
    if rows.empty:
        raise UnknownScenarioError(
            f"no scenario has the id {scenario_id!r}; {_nearest(scenario_id, scenarios['scenario_id'])}"
        )
    own = hits[hits["scenario_id"] == scenario_id]
    lines = rules[rules["scenario_id"] == scenario_id].sort_values("source_line")
    scenario = rows.iloc[0]
    head = f"{scenario['text']}\n{scenario_id}, {scenario['corpus']}, {scenario['area']}; {len(lines)} rules of thumb"
    if own.empty:
        return f"{head}\n\nNo keyword is met in it, so it stands under no value.\n"
    fields = {"situation": [scenario["text"]], **{name: lines[name].dropna().tolist() for name in FIELDS[1:]}}
    return "\n".join([head, *_reasons(own, keywords, fields)]) + "\n"


def _nearest(scenario_id: str, ids: "pd.Series[str]") -> str:
    """Say which ids are near; one slip of the pen leaves the beginning or the end of an id as it was."""
    alike = ids[ids.str.startswith(scenario_id[:5]) | ids.str.endswith(scenario_id[-3:])]
    near = get_close_matches(scenario_id, alike.tolist(), n=3)
    return f"near it: {', '.join(near)}" if near else "`valuenet show scenarios` lists them all"


def _reasons(own: pd.DataFrame, keywords: pd.DataFrame, fields: dict[str, list[str]]) -> Iterator[str]:
    origin = keywords[["value", "keyword", "relation", "seed", "score", "rank"]]
    merged = own.merge(origin, on=["value", "keyword"], how="left")
    merged = merged.assign(tier_rank=merged["tier"].map(TIERS.index), field_rank=merged["field"].map(FIELDS.index))
    merged = merged.sort_values(["value", "tier_rank", "keyword", "field_rank"])
    for value, of_value in merged.groupby("value"):
        yield f"\n{value}"
        for keyword, met in of_value.groupby("keyword", sort=False):
            first = met.iloc[0]
            yield f"  {keyword}: {_TIER_WORDS[first['tier']]}, {_source(first)}"
            for field, form, matched in zip(met["field"], met["form"], met["matched"], strict=True):
                yield f"    {field.replace('_', ' ')}, by {form}: {_in_context(matched, fields[field])}"


def _source(hit: "pd.Series[Any]") -> str:
    """Where a keyword comes from: its relation, seed, cosine and rank, as far as they are known."""
    if pd.isna(hit["relation"]):
        return "no longer in the table of keywords"
    description = _SOURCES[hit["relation"]]
    if not pd.isna(hit["seed"]):
        description += f" {hit['seed']!r}"
    if hit["relation"] == "glove" and not pd.isna(hit["score"]):
        description += f" (cosine {hit['score']:.2f})"
    return description if pd.isna(hit["rank"]) else f"{description}, rank {hit['rank']:.0f}"


def _in_context(matched: str, texts: list[str]) -> str:
    whole = re.compile(rf"(?<![^\W_]){re.escape(matched)}(?![^\W_])")
    marked = (whole.sub(f"[{matched}]", text, count=1) for text in texts if whole.search(text))
    return next(marked, f"[{matched}]")
