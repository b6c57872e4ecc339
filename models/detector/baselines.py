"""What a detector must beat: every category always, and TF-IDF with a logistic regression per category."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.detector.inputs import second_segments
from valuenet.models.detector.metrics import DetectionMetrics, choose_threshold, evaluate_detections
from valuenet.warehouse.vocabulary import CATEGORIES

Probabilities = NDArray[np.float64]
_WORD = r"(?u)\b\w+\b"


def compare_detectors(
    learned: pd.DataFrame, held_out: pd.DataFrame, measured: pd.DataFrame, seed: int = 1
) -> Mapping[str, DetectionMetrics]:
    """Return the metrics on ``measured`` of each baseline; ``held_out`` chooses the threshold of TF-IDF."""
    truth = measured[list(CATEGORIES)].to_numpy()
    chances = tfidf_one_vs_rest(learned, pd.concat([held_out, measured]), seed)
    threshold = choose_threshold(chances[: len(held_out)], held_out[list(CATEGORIES)].to_numpy())
    return {
        "all ones": evaluate_detections(np.ones_like(truth), truth, 0.5),
        "TF-IDF + logistic regression": evaluate_detections(chances[len(held_out) :], truth, threshold),
    }


def tfidf_one_vs_rest(learned: pd.DataFrame, asked: pd.DataFrame, seed: int = 1) -> Probabilities:
    """Return (n, 20) from a balanced logistic regression per category on words and word pairs of the whole argument.

    A category that all or none of the ``learned`` rows have is answered with that share.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=_WORD)
    seen, new = words.fit_transform(_joined(learned)), words.transform(_joined(asked))
    probabilities = np.empty((len(asked), len(CATEGORIES)))
    for column, category in enumerate(CATEGORIES):
        labels = learned[category].to_numpy()
        if labels.min() == labels.max():
            probabilities[:, column] = labels[0]
            continue
        model = LogisticRegression(max_iter=1000, class_weight="balanced", random_state=seed).fit(seen, labels)
        probabilities[:, column] = model.predict_proba(new)[:, 1]
    return probabilities


def _joined(rows: pd.DataFrame) -> list[str]:
    return [f"{premise} {second}" for premise, second in zip(rows["premise"], second_segments(rows), strict=True)]
