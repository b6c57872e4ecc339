"""Dawid and Skene (1979) on arrays: the numbers of crowd-kit's implementation, some thirty times as fast.

crowd-kit joins and groups a frame of votes three times in each round. Here a vote is three codes, and a round is three
sums over arrays.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Least probability, and least change of the bound per vote that is worth another round: crowd-kit's.
_LEAST, _TOLERANCE = 1e-10, 1e-5


class Votes(NamedTuple):
    """Votes by code, each (votes,), and how many tasks, workers and labels there are."""

    tasks: NDArray[np.int64]
    workers: NDArray[np.int64]
    labels: NDArray[np.int64]
    shape: tuple[int, int, int]


def dawid_skene(votes: Votes, iterations: int) -> Floats:
    """Return the probability (tasks, labels) of each label of each task after at most ``iterations`` rounds of EM.

    Every task must have a vote. The first probabilities are the shares of the votes.
    """
    count = votes.shape[0], votes.shape[2]
    shares = np.zeros(count)
    np.add.at(shares, (votes.tasks, votes.labels), 1.0)
    shares /= shares.sum(axis=1, keepdims=True)
    priors, errors = shares.mean(axis=0), _confusions(votes, shares)
    bound = -np.inf
    for _ in range(iterations):
        shares = _posterior(votes, priors, errors)
        priors, errors = shares.mean(axis=0), _confusions(votes, shares)
        new = _bound(votes, shares, priors, errors) / len(votes.tasks)
        if new - bound < _TOLERANCE:
            break
        bound = new
    return shares


def _confusions(votes: Votes, shares: Floats) -> Floats:
    """Return (workers, labels given, true labels): how often a worker gives a label where another is true.

    A label that a worker never gave has no probability, not even a small one, and no part in the sum of the others.
    """
    _, workers, labels = votes.shape
    counts = np.zeros((workers, labels, labels))
    np.add.at(counts, (votes.workers, votes.labels), shares[votes.tasks])
    given = np.zeros((workers, labels), dtype=bool)
    given[votes.workers, votes.labels] = True
    counts = np.where(given[:, :, None], np.maximum(counts, _LEAST), 0.0)
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), _LEAST), dtype=np.float64)


def _posterior(votes: Votes, priors: Floats, errors: Floats) -> Floats:
    logs = np.zeros((votes.shape[0], votes.shape[2]))
    np.add.at(logs, votes.tasks, np.log(errors[votes.workers, votes.labels]))
    logs += np.log(np.maximum(priors, _LEAST))
    likelihoods = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(likelihoods / likelihoods.sum(axis=1, keepdims=True), dtype=np.float64)


def _bound(votes: Votes, shares: Floats, priors: Floats, errors: Floats) -> float:
    """Return the evidence lower bound as crowd-kit counts it: the prior once per vote."""
    logs = np.log(errors[votes.workers, votes.labels]) + np.log(np.maximum(priors, _LEAST))
    least = np.maximum(shares, _LEAST)
    return float((shares[votes.tasks] * logs).sum() - (np.log(least) * least).sum())
