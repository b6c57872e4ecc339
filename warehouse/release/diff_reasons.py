"""Why a pair of one release is another in the next: what the judgements and the settings of both say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import pandas as pd

from valuenet.warehouse.release_tables import Annotations
from valuenet.warehouse.vocabulary import LABELS

Votes = tuple[int, ...]
_PAIR = ["scenario_id", "value"]


class Evidence(NamedTuple):
    """What both releases know of their pairs.

    ``annotations`` the judgements (empty frames where a release has none); ``votes`` pair -> counted judgements per
    label; ``scenarios`` ids of every text, judged or labelled; ``original`` pairs with a label; ``settings`` the
    changed ones.
    """

    annotations: tuple[pd.DataFrame, pd.DataFrame]
    votes: tuple[Mapping[Any, Votes], Mapping[Any, Votes]]
    scenarios: tuple[set[str], set[str]]
    original: tuple[set[Any], set[Any]]
    settings: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        annotations: tuple[pd.DataFrame | None, pd.DataFrame | None],
        original: tuple[pd.DataFrame, pd.DataFrame],
        settings: Mapping[str, Any],
    ) -> Self:
        """Gather the evidence from the judgements and the ``original`` rows of the old and the new release."""
        sides = [_side(judged, rows) for judged, rows in zip(annotations, original, strict=True)]
        judged, votes, scenarios, pairs = zip(*sides, strict=True)
        return cls(judged, votes, scenarios, pairs, settings)

    def changed(self, *stages: str) -> bool:
        """Return whether a setting of one of the stages changed."""
        return any(name.split(".")[0] in stages for name in self.settings)


def reason_of(row: Any, evidence: Evidence) -> str:
    """Return why a pair changed; ``row`` has scenario_id, value, config and change."""
    pair = (row.scenario_id, row.value)
    if row.change in ("added", "gone"):
        return _why_there(row, pair, evidence)
    if row.change == "moved":
        return _why_moved(evidence)
    return _why_voted(pair, evidence)


def _why_there(row: Any, pair: tuple[str, str], evidence: Evidence) -> str:
    """Return why a pair came (looking from the old release) or went (looking from the new one)."""
    came = row.change == "added"
    other, this = (0, 1) if came else (1, 0)
    if row.scenario_id not in evidence.scenarios[other]:
        return "new scenario" if came else "scenario no longer judged"
    if row.config != "original" and pair in evidence.original[other] and pair in evidence.original[this]:
        return "balance settings changed" if evidence.changed("variants") else "other rows to balance"
    if pair not in evidence.votes[other] and pair not in evidence.original[other]:
        return "scenario judged under a new value" if came else "pair no longer judged"
    if row.config == "augmented" and pair not in evidence.original[this]:
        return f"{_why_voted(pair, evidence)}: {'agreement became weak' if came else 'no weak agreement any more'}"
    return f"{_why_voted(pair, evidence)}: {'now agreed' if came else 'no longer agreed'}"


def _why_moved(evidence: Evidence) -> str:
    if evidence.changed("kept_splits"):
        return "upstream splits kept or no longer kept"
    return "split settings changed" if evidence.changed("splits") else "other texts share its split"


def _why_voted(pair: tuple[str, str], evidence: Evidence) -> str:
    old, new = (votes.get(pair) for votes in evidence.votes)
    if old is None and new is None:
        return "published label changed"
    if old == new:
        return "consensus settings changed" if evidence.changed("consensus") else "same votes"
    return "codebook changed" if evidence.changed("codebook_version") else "votes changed"


def _side(
    judged: pd.DataFrame | None, original: pd.DataFrame
) -> tuple[pd.DataFrame, dict[Any, Votes], set[str], set[Any]]:
    annotations: pd.DataFrame = Annotations.frame() if judged is None else judged
    counted = annotations[annotations["counted"].astype(bool)]
    table = pd.crosstab([counted["scenario_id"], counted["value"]], counted["label"]).reindex(columns=list(LABELS))
    votes = dict(zip(table.index, table.fillna(0).astype(int).itertuples(index=False, name=None), strict=True))
    scenarios = set(annotations["scenario_id"]) | set(original["scenario_id"])
    return annotations, votes, scenarios, set(original[_PAIR].itertuples(index=False, name=None))
