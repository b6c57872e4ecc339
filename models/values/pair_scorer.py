"""What every value model answers, whatever computes its logits: utilities and probabilities of (value, text) pairs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.encoding.texts import refuse_blank
from valuenet.models.values.abstention import NoProbabilitiesError
from valuenet.models.values.companion import Companion
from valuenet.models.values.heads import Scores, read_logits
from valuenet.models.values.metrics import ValueMetrics, evaluate_utilities
from valuenet.models.values.record import ModelRecord
from valuenet.warehouse.vocabulary import VALUES, parse_value

_PAIRS_AT_ONCE = 20_480


class PairScorer(ABC):
    """Utilities in [-1, 1] of texts under the ten values."""

    record: ModelRecord
    """How the model was made."""
    companion: Companion | None = None
    """Heads on a second, frozen encoder that have a share in every probability."""

    @abstractmethod
    def logits(self, codes: Sequence[int], texts: Sequence[str], outputs: int) -> NDArray[np.float32]:
        """Return logits (n, outputs) of each text under the value with the index beside it.

        Args:
            codes: (n,) indices into ``VALUES``.
            texts: (n,) texts with words.
            outputs: 3 for a model of classes, 1 for a regression.
        """

    def main_alone(self) -> PairScorer:
        """Return the main model without its companion; this very model where there is none."""
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the utilities of n texts as (n, 10), values in the order of ``VALUES``; no text gives (0, 10).

        Raises:
            BlankTextError: naming the first text without words.
        """
        texts = list(texts)
        values = list(VALUES) * len(texts)
        return self.predict_pairs(values, [text for text in texts for _ in VALUES]).reshape(len(texts), len(VALUES))

    def predict_probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the probabilities of no, unrelated, yes of n texts as (n, 10, 3), values in the order of ``VALUES``.

        Raises:
            BlankTextError: naming the first text without words.
            NoProbabilitiesError: if the model was trained with one utility (regression).
        """
        if self.record.settings.head == "regression":
            raise NoProbabilitiesError("a model with one utility gives no probabilities; train one with --head classes")
        texts = list(texts)
        shares = self.score_pairs(list(VALUES) * len(texts), [text for text in texts for _ in VALUES]).probabilities
        return np.asarray(shares, dtype=np.float32).reshape(len(texts), len(VALUES), 3)

    def predict_pairs(self, values: Sequence[str], texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the utility of each text under the value beside it, as (n,)."""
        return self.score_pairs(values, texts).utilities

    def score_pairs(self, values: Sequence[str], texts: Sequence[str]) -> Scores:
        """Return utilities (n,) and, for a model of three classes, the probabilities (n, 3) of no, unrelated, yes.

        Raises:
            BlankTextError: naming the first text without words.
            UnknownValueError: if a name is not one of the ten values.
        """
        texts, names = list(texts), {value: parse_value(value) for value in set(values)}
        refuse_blank(texts)
        codes = [VALUES.index(names[value]) for value in values]
        outputs = 1 if self.record.settings.head == "regression" else 3
        parts = [np.empty((0, outputs), dtype=np.float32)]
        for start in range(0, len(texts), _PAIRS_AT_ONCE):
            stop = start + _PAIRS_AT_ONCE
            parts.append(self.logits(codes[start:stop], texts[start:stop], outputs))
        return read_logits(np.concatenate(parts), self.record.settings.head)

    def evaluate(self, rows: pd.DataFrame) -> ValueMetrics:
        """Return the metrics on ``rows`` with the columns value, scenario and utility."""
        scores = self.score_pairs(rows["value"].tolist(), rows["scenario"].tolist())
        truth, values = rows["utility"].to_numpy(), rows["value"].tolist()
        return evaluate_utilities(scores.utilities, truth, values, scores.classes())
