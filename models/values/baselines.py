"""What a model must beat: the majority class, TF-IDF with logistic regression, and fastText."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.values.fasttext import fasttext_shares, train_fasttext
from valuenet.models.values.metrics import ValueMetrics, evaluate_utilities
from valuenet.warehouse.vocabulary import VALUES

Probabilities = NDArray[np.float64]
_WORD = r"(?u)\b\w+\b"


def compare_baselines(train: pd.DataFrame, test: pd.DataFrame, seed: int = 1) -> Mapping[str, ValueMetrics]:
    """Return the metrics on ``test`` of each baseline learned from ``train`` (columns value, scenario, utility).

    Each gives three probabilities: its class is the likeliest, its utility p(+1) - p(-1), as for the classes head.
    """
    return {
        "majority class": _measure(majority_class(train, test), test),
        "TF-IDF + value + logistic regression": _measure(tfidf_regression(train, test, seed), test),
        "fastText": _measure(fasttext_baseline(train, test, seed), test),
    }


def majority_class(train: pd.DataFrame, test: pd.DataFrame) -> Probabilities:
    """Return the label shares of ``train`` for every row of ``test``, as (n, 3)."""
    counts = np.bincount(train["utility"].to_numpy() + 1, minlength=3)
    return np.tile(counts / counts.sum(), (len(test), 1))


def tfidf_regression(train: pd.DataFrame, test: pd.DataFrame, seed: int = 1) -> Probabilities:
    """Return (n, 3) from logistic regression on words and word pairs (TF-IDF) beside the value as one-hot."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    labels = train["utility"].to_numpy()
    if len(np.unique(labels)) == 1:
        return majority_class(train, test)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=_WORD)
    seen = hstack([words.fit_transform(train["scenario"].tolist()), _one_hot(train)]).tocsr()
    asked = hstack([words.transform(test["scenario"].tolist()), _one_hot(test)]).tocsr()
    model = LogisticRegression(max_iter=1000, random_state=seed).fit(seen, labels)
    probabilities = np.zeros((len(test), 3))
    probabilities[:, model.classes_ + 1] = model.predict_proba(asked)
    return probabilities


def fasttext_baseline(train: pd.DataFrame, test: pd.DataFrame, seed: int = 1) -> Probabilities:
    """Return (n, 3) from fastText on words, the value first."""
    return fasttext_shares(train_fasttext(train, seed), test["value"].tolist(), test["scenario"].tolist())


def _measure(chances: Probabilities, test: pd.DataFrame) -> ValueMetrics:
    picked = chances.argmax(axis=1) - 1
    return evaluate_utilities(chances[:, 2] - chances[:, 0], test["utility"].to_numpy(), test["value"].tolist(), picked)


def _one_hot(rows: pd.DataFrame) -> NDArray[np.float64]:
    return np.eye(len(VALUES))[[VALUES.index(value) for value in rows["value"]]]
