"""Pairs people could not agree on, what experts say of them, and the gold that grows from it."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.crowd_tables import Adjudications, Gold, LabelFlips, LabelsDropped, Pairs
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import LABELS

_PAIR = ["scenario_id", "value"]


class AdjudicationError(InputError):
    """Experts' answers cannot be read as asked."""


class OpenPair(NamedTuple):
    """A pair experts were asked about that did not become gold, with the reason and their answers, sorted.

    Reasons: ``waiting`` fewer experts than wanted have answered under this codebook; ``undecided`` one says that it
    cannot be decided; ``disagreement`` they differ; ``gold-differs`` they agree, on another answer than the gold set.
    """

    scenario_id: str
    value: str
    text: str
    reason: Literal["waiting", "undecided", "disagreement", "gold-differs"]
    answers: tuple[str, ...]


class AgreedGold(NamedTuple):
    """What is new gold, and what is not and why. Pairs that are gold already, with the same label, are in neither."""

    gold: DataFrame[Gold]
    open: tuple[OpenPair, ...]


def disputed_pairs(
    dropped: DataFrame[LabelsDropped], flips: DataFrame[LabelFlips], pairs: DataFrame[Pairs]
) -> DataFrame[Pairs]:
    """Return the pairs without a majority and those whose label differs between methods, with their text, sorted.

    Pairs that too few have judged are not disputed: they are asked again by themselves.

    Raises:
        AdjudicationError: if the text of a disputed pair is not in ``pairs``.
    """
    torn = dropped.loc[dropped["reason"] == "no-majority", _PAIR]
    asked = pd.concat([torn, flips[_PAIR]]).drop_duplicates().merge(pairs, on=_PAIR, how="left")
    unknown = asked.loc[asked["text"].isna(), _PAIR]
    if len(unknown):
        scenario, value = unknown.iloc[0]
        raise AdjudicationError(
            f"{len(unknown)} disputed pair(s) have no text, the first is {scenario} under {value}; give the pairs they"
            " were judged as"
        )
    return Pairs.frame(asked.sort_values(["value", "scenario_id"]))


def agreed_gold(
    adjudications: DataFrame[Adjudications], gold: DataFrame[Gold], *, codebook_version: str, experts: int = 2
) -> AgreedGold:
    """Return the pairs all experts who were asked agree on, where they are ``experts`` or more.

    The newest word of each expert counts, so two who differ can talk it over and change their answers. A third voice
    outvotes nobody: what is asked as a hidden check decides about people's work and has to be beyond dispute.

    Args:
        adjudications: every answer collected, earlier ones too.
        gold: what is gold already.
        codebook_version: answers under another codebook do not count; their pairs are ``waiting``.
        experts: different experts who must agree, at least 2.

    Raises:
        AdjudicationError: if fewer than two experts shall be enough.
    Source: Qiu et al. 2022, "Value-Aspect Attitude Annotation" (agreed samples of two experts).
    """
    if experts < 2:
        raise AdjudicationError(f"experts={experts} is no agreement; at least 2 different experts must say the same")
    known = {(pair[0], pair[1]): str(label) for *pair, label in gold[[*_PAIR, "label"]].itertuples(index=False)}
    new, still_open = [], []
    for pair in _by_pair(adjudications, codebook_version):
        reason = _open_reason(pair.answers, experts, known.get((pair.scenario_id, pair.value)))
        if reason is not None:
            still_open.append(OpenPair(*pair[:3], reason, pair.answers))
        elif (pair.scenario_id, pair.value) not in known:
            new.append(dict(zip(Gold.columns(), (*pair[:3], pair.answers[0]), strict=True)))
    return AgreedGold(Gold.frame(new), tuple(still_open))


class _Answered(NamedTuple):
    """A pair with the newest word of each expert under the codebook at hand."""

    scenario_id: str
    value: str
    text: str
    answers: tuple[str, ...]


def _by_pair(adjudications: pd.DataFrame, codebook_version: str) -> Iterator[_Answered]:
    current = adjudications["codebook_version"] == codebook_version
    for (value, scenario), rows in adjudications.assign(current=current).groupby(["value", "scenario_id"]):
        newest = rows[rows["current"]].sort_values(["decided_at", "expert"]).drop_duplicates("expert", keep="last")
        yield _Answered(str(scenario), str(value), str(rows["text"].iloc[0]), tuple(sorted(newest["label"])))


def _open_reason(
    answers: tuple[str, ...], experts: int, gold_label: str | None
) -> Literal["waiting", "undecided", "disagreement", "gold-differs"] | None:
    labels = set(answers)
    if len(answers) < experts:
        return "waiting"
    if labels - set(LABELS):
        return "undecided"
    if len(labels) > 1:
        return "disagreement"
    return None if gold_label in {None, *labels} else "gold-differs"
