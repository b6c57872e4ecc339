"""Which scenario-value pairs go to the workers."""

import pandas as pd
from pandera.typing import DataFrame
from pydantic import PositiveInt

from valuenet.warehouse.crowd_tables import Gold, Pairs
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import draws
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.tables import Candidates, Scenarios


class PairSettings(Settings):
    """How many pairs are judged. A cap keeps the same pairs when the corpus grows, newcomers aside."""

    max_pairs_per_value: PositiveInt | None = None
    """Most pairs of one value; all of them where not set."""
    max_pairs: PositiveInt | None = None
    """Most pairs in all; applied after the cap per value."""
    seed: int = 0
    """Chooses which pairs a cap keeps."""


class NoPairsError(InputError):
    """No pair is left to be judged."""


class MissingScenarioError(InputError):
    """A candidate's text is not among the scenarios."""


def select_pairs(
    candidates: DataFrame[Candidates],
    scenarios: DataFrame[Scenarios],
    gold: DataFrame[Gold],
    settings: PairSettings,
    *,
    known: frozenset[tuple[str, str]] | None = None,
) -> DataFrame[Pairs]:
    """Return the pairs to be judged, sorted by their key: candidates that are not gold, within the caps.

    A cap keeps the pairs with the lowest draws, so that a larger corpus changes the choice only where a newcomer
    draws lower. ``known`` holds the (scenario_id, value) pairs a simulated crowd can answer: others are left out.

    Raises:
        MissingScenarioError: if a candidate's text is not in ``scenarios``.
        NoPairsError: if none is left; the message says what took them away.
    """
    pair = Pairs.key()
    index = pd.MultiIndex.from_frame(candidates[pair])
    in_gold = index.isin(pd.MultiIndex.from_frame(gold[pair]))
    unknown = ~in_gold & ~index.isin(list(known)) if known is not None else in_gold & False
    kept = candidates.loc[~in_gold & ~unknown, pair]
    if kept.empty:
        raise NoPairsError(
            f"none of {len(candidates):,} candidate pairs is left to be judged ({in_gold.sum():,} are gold, "
            f"{unknown.sum():,} have no planted answer); widen the keywords, or give a truth file for this corpus"
        )
    return Pairs.frame(_with_texts(_capped(kept, settings), scenarios).sort_values(pair))


def _capped(pairs: pd.DataFrame, settings: PairSettings) -> pd.DataFrame:
    keys = pairs["value"] + " " + pairs["scenario_id"]
    drawn = pairs.assign(draw=draws(keys, settings.seed, "pair")).sort_values(["draw", *Pairs.key()])
    if settings.max_pairs_per_value is not None:
        drawn = drawn.groupby("value").head(settings.max_pairs_per_value)
    return drawn.head(settings.max_pairs or len(drawn))


def _with_texts(pairs: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    joined = pairs.merge(scenarios[["scenario_id", "text"]], on="scenario_id", how="left")
    lost = joined.loc[joined["text"].isna(), "scenario_id"]
    if len(lost):
        raise MissingScenarioError(
            f"{len(lost):,} candidates, first {lost.min()!r}, are not in table 'scenarios'; run the retrieval again"
        )
    return joined
