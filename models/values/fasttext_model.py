"""fastText as a value model: the same folder, record and answers as a Transformer's, in seconds instead of minutes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.values.fasttext import fasttext_shares, train_fasttext
from valuenet.models.values.pair_scorer import PairScorer
from valuenet.models.values.record import ModelRecord, NotAValueModelError
from valuenet.warehouse.vocabulary import VALUES

WEIGHTS = "fasttext.bin"


class FastTextModel(PairScorer):
    """A value model whose three probabilities come from fastText; it has neither tokenizer nor device."""

    def __init__(self, classifier: Any, record: ModelRecord) -> None:
        self.classifier, self.record = classifier, record

    def logits(self, codes: Sequence[int], texts: Sequence[str], outputs: int) -> NDArray[np.float32]:  # noqa: ARG002
        """Return the logarithms of the probabilities (n, 3): what the softmax of the classes head turns back."""
        shares = fasttext_shares(self.classifier, [VALUES[code] for code in codes], texts)
        return np.asarray(np.log(np.maximum(shares, 1e-12)), dtype=np.float32)


def write_fasttext(train: pd.DataFrame, seed: int, folder: Path) -> str:
    """Learn from ``train`` (value, scenario, utility), write the weights into ``folder`` and return their SHA-256."""
    train_fasttext(train, seed).save_model(str(folder / WEIGHTS))
    return _sha256(folder / WEIGHTS)


def load_fasttext(folder: Path, record: ModelRecord) -> FastTextModel:
    """Return the model whose weights lie in ``folder``.

    Raises:
        NotAValueModelError: if they do not load, or are not those that were written.
    """
    import fasttext

    try:
        if record.weights in ("", _sha256(folder / WEIGHTS)):  # a damaged file may kill the process, or give answers
            return FastTextModel(fasttext.load_model(str(folder / WEIGHTS)), record)
        reason = f"{WEIGHTS} is not the file that was written"
    except (ValueError, OSError, MemoryError) as error:
        reason = str(error)
    raise NotAValueModelError(f"the model in {str(folder)!r} does not load ({reason}); train it again")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
