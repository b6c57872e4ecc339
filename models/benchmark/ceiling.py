"""The accuracy that the annotators' own agreement allows: people measured the way a model is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.warehouse.vocabulary import UTILITIES

ONE_WORKER, OTHERS = "ceiling: one worker", "ceiling: majority without one"
_PAIR = ["scenario_id", "value"]


def ceilings(rows: pd.DataFrame, annotations: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    """Return answers of people in the form of a model's predictions, by name; empty where no pair can tell.

    Every counted judgement of a measured pair is left out once, and the others of that pair vote.

    - ``ceiling: one worker``: the answer left out, against the majority of the others: how well one careful person
      tells what the rest will say. A model above it agrees with the crowd more than its own members do.
    - ``ceiling: majority without one``: the majority of the others, against the released label: how often the label
      itself would have come out the same with one judge less. The vote shares judges with the label, so no model can be
      expected to reach it: it bounds from above.

    Both rest on pairs that were agreed on, which is what the release holds; on all judged pairs they would be lower.
    Where the others are tied, nothing is counted. There is no probability and no seen text among people.

    Args:
        rows: the measured pairs: scenario_id, value, scenario, utility.
        annotations: judgements of the release.
    """
    counted = annotations.loc[annotations["counted"], [*_PAIR, "label"]]
    judged = rows.merge(counted, on=_PAIR, how="inner", suffixes=("_row", ""))
    if judged.empty:
        return {}
    answer: NDArray[np.int64] = np.array([UTILITIES[label] for label in judged["label"]], dtype=np.int64)
    others = _majority_of_others(judged, answer)
    untied = others != _TIED
    judged, answer, others = judged.loc[untied], answer[untied], others[untied]
    if judged.empty:
        return {}
    return {
        ONE_WORKER: _as_predictions(judged, truth=others, answer=answer),
        OTHERS: _as_predictions(judged, truth=judged["utility"].to_numpy(dtype=np.int64), answer=others),
    }


_TIED = 9


def _majority_of_others(judged: pd.DataFrame, answer: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (n,) what most of the other judges of the pair say; ``_TIED`` where no answer leads or nobody is left."""
    one_hot = np.eye(3, dtype=np.int64)[answer + 1]
    pair = judged.groupby(_PAIR, sort=False).ngroup().to_numpy()
    votes = np.zeros((int(pair.max()) + 1, 3), dtype=np.int64)
    np.add.at(votes, pair, one_hot)
    left = votes[pair] - one_hot
    leads = (left == left.max(axis=1, keepdims=True)).sum(axis=1) == 1
    return np.where(leads, left.argmax(axis=1) - 1, _TIED)


def _as_predictions(judged: pd.DataFrame, *, truth: NDArray[Any], answer: NDArray[Any]) -> pd.DataFrame:
    unknown = dict.fromkeys(("p_no", "p_unrelated", "p_yes"), np.nan)
    answers = {"utility": truth, "predicted_utility": answer.astype(float), "predicted_class": answer}
    return judged[["value", "scenario"]].assign(**answers, **unknown, seen=False)
