"""What four methods make of the same answers, and where they differ.

All four give each task a probability per label; the label is the most probable one, and of equally probable ones the
first in alphabetical order (so a tie of no and yes is no). One model is fitted over all values at once, a task being a
scenario under a value: the workers are the same people, and their reliability is what the models estimate.
"""

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandera.typing import DataFrame
from pydantic import Field, PositiveInt

from valuenet.annotation.dawid_skene import Votes, dawid_skene
from valuenet.annotation.votes import count_votes
from valuenet.warehouse.crowd_tables import Judgements, LabelFlips, LabelMethods
from valuenet.warehouse.settings import Settings

#: Differences between probabilities below this are noise of summing in another order, not knowledge.
_DIGITS = 9


class AggregationSettings(Settings):
    """How long the models are fitted."""

    iterations: PositiveInt = 100
    """Most rounds of Dawid-Skene."""
    mace_iterations: PositiveInt = 50
    """Rounds of each start of MACE."""
    mace_restarts: PositiveInt = 3
    """Random starts of MACE; the likeliest is kept."""
    glad_iterations: PositiveInt = 20
    """Most rounds of GLAD, the slowest by far."""
    seed: int = Field(0, ge=0, lt=2**32)
    """Start of MACE's random numbers; the others draw none."""


class Comparison(NamedTuple):
    """What each method says of every pair, and the pairs on which any two differ."""

    methods: DataFrame[LabelMethods]
    flips: DataFrame[LabelFlips]


def compare_methods(counted: DataFrame[Judgements], settings: AggregationSettings) -> Comparison:
    """Return the label of every judged pair by majority, Dawid-Skene, MACE and GLAD, and the pairs that flip."""
    votes = count_votes(counted)
    task = pd.MultiIndex.from_frame(counted[["scenario_id", "value"]])
    number = pd.MultiIndex.from_frame(votes[["scenario_id", "value"]]).get_indexer(task)
    answers = counted[["worker", "label"]].assign(task=number)
    results = {method: aggregate_answers(answers, method, settings) for method in METHODS}
    labelled = pd.concat([votes.assign(method=method, **result) for method, result in results.items()])
    labels = votes.assign(**{method.replace("-", "_"): result["label"] for method, result in results.items()})
    differ = np.logical_or.reduce([results["majority"]["label"] != result["label"] for result in results.values()])
    labelled = labelled.sort_values(["scenario_id", "value", "method"])
    return Comparison(LabelMethods.frame(labelled), LabelFlips.frame(labels[differ]))


def aggregate_answers(answers: pd.DataFrame, method: str, settings: AggregationSettings) -> pd.DataFrame:
    """Return label and probability of each task by one of ``METHODS``, indexed by task, sorted.

    Args:
        answers: columns ``task``, ``worker``, ``label``; each worker answers a task once. The order of rows makes no
            difference.
        method: majority, dawid-skene, mace or glad.
        settings: iterations and seed.
    Source: Dawid & Skene 1979; crowd-kit (Ustalov et al. 2024) for MACE (Hovy et al. 2013) and GLAD (Whitehill et al.
        2009).
    """
    tasks, workers, labels = (pd.factorize(answers[name], sort=True) for name in ("task", "worker", "label"))
    coded = pd.DataFrame({"task": tasks[0], "worker": workers[0], "label": labels[0]})
    coded = coded.sort_values(["task", "worker", "label"], ignore_index=True)
    shape = (len(tasks[1]), len(labels[1]))
    # With one label there is nothing to choose, and the models would divide by the number of the others.
    estimated = METHODS[method](coded, shape, settings) if len(labels[1]) > 1 else np.ones(shape)
    probabilities = estimated.round(_DIGITS)
    best = probabilities.argmax(axis=1) if len(labels[1]) else np.empty(0, dtype=np.int64)
    return pd.DataFrame(
        {"label": np.asarray(labels[1], dtype=object)[best], "probability": probabilities.max(axis=1, initial=0)},
        index=pd.Index(tasks[1], name="task"),
    )


def _majority(coded: pd.DataFrame, shape: tuple[int, int], _: AggregationSettings) -> NDArray[np.float64]:
    cell = coded["task"].to_numpy() * shape[1] + coded["label"].to_numpy()
    counts = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    return np.asarray(counts / counts.sum(axis=1, keepdims=True), dtype=np.float64)


def _dawid_skene(coded: pd.DataFrame, shape: tuple[int, int], settings: AggregationSettings) -> NDArray[np.float64]:
    tasks, workers, labels = (coded[name].to_numpy() for name in ("task", "worker", "label"))
    whole = (shape[0], int(workers.max()) + 1, shape[1])
    return dawid_skene(Votes(tasks, workers, labels, whole), settings.iterations)


def _mace(coded: pd.DataFrame, shape: tuple[int, int], settings: AggregationSettings) -> NDArray[np.float64]:
    from valuenet.annotation.mace import ArrayMACE

    # A generator, not a number: from a number crowd-kit makes every restart the same.
    generator: Any = np.random.RandomState(settings.seed)
    model = ArrayMACE(n_restarts=settings.mace_restarts, n_iter=settings.mace_iterations, random_state=generator)
    return _fit(model, coded, shape)


def _glad(coded: pd.DataFrame, shape: tuple[int, int], settings: AggregationSettings) -> NDArray[np.float64]:
    from valuenet.annotation.glad import ArrayGLAD

    return _fit(ArrayGLAD(n_iter=settings.glad_iterations), coded, shape)


def _fit(model: Any, coded: pd.DataFrame, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return the model's probabilities as (tasks, labels), both in the order of their codes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # crowd-kit 1.4 uses keywords that pandas 4 will take away
        fitted = model.fit_predict_proba(coded)
    whole = fitted.reindex(index=range(shape[0]), columns=range(shape[1])).fillna(0)
    return np.asarray(whole.to_numpy(), dtype=np.float64)


_Method = Callable[[pd.DataFrame, tuple[int, int], AggregationSettings], NDArray[np.float64]]

#: The methods compared, by the name they have in tables.
METHODS: dict[str, _Method] = {
    "majority": _majority,
    "dawid-skene": _dawid_skene,
    "mace": _mace,
    "glad": _glad,
}
