"""fastText on words with the value as the first of them (Joulin et al. 2017)."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def train_fasttext(train: pd.DataFrame, seed: int = 1) -> Any:
    """Return a fastText model learned from ``train`` (value, scenario, utility); one thread, so that it repeats.

    Epochs and rate did best on a held-out part of the published train rows; its own defaults underfit there.
    """
    import fasttext

    lines = _lines(train["value"].tolist(), train["scenario"].tolist())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        rows = zip(train["utility"], lines, strict=True)
        path.write_text("".join(f"__label__{u + 1} {line}\n" for u, line in rows), encoding="utf-8")
        return fasttext.train_supervised(
            input=str(path), epoch=25, lr=0.05, wordNgrams=1, dim=50, thread=1, seed=seed, verbose=0
        )


def fasttext_shares(model: Any, values: Sequence[str], texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the probabilities of no, unrelated, yes for each text under the value beside it, as (n, 3)."""
    probabilities = np.zeros((len(texts), 3))
    if not texts:
        return probabilities
    labels, chances = model.predict(_lines(values, texts), k=3)
    for row, (names, chance) in enumerate(zip(labels, chances, strict=True)):
        probabilities[row, [int(name.removeprefix("__label__")) for name in names]] = chance
    shares: NDArray[np.float64] = probabilities / probabilities.sum(axis=1, keepdims=True)
    return shares


def _lines(values: Sequence[str], texts: Sequence[str]) -> list[str]:
    pairs = zip(values, texts, strict=True)
    return [f"value_{value.lower()} {' '.join(_words(text))}" for value, text in pairs]


def _words(text: str) -> list[str]:
    from nltk.tokenize import NLTKWordTokenizer

    return NLTKWordTokenizer().tokenize(text.lower())  # type: ignore[no-any-return]
