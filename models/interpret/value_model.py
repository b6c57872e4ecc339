"""The value model as people load it: utilities, probabilities, explanations and profiles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from valuenet.models.interpret.explain import Explanation, explain_text
from valuenet.models.interpret.profiles import Profile, ProfileSettings, profile_texts
from valuenet.models.values.loading import load_value_model
from valuenet.models.values.pair_scorer import PairScorer
from valuenet.warehouse.vocabulary import VALUES


class ValueModel(PairScorer):
    """Utilities in [-1, 1] of texts, and what they rest on. ``load`` one; it keeps to torch's number of threads."""

    def __init__(self, scorer: PairScorer) -> None:
        self.scorer, self.record, self.companion = scorer, scorer.record, scorer.companion

    @classmethod
    def load(
        cls, path: str | Path, *, bf16: bool | None = None, batch_size: int = 64, companion: bool = True
    ) -> ValueModel:
        """Return the model in the folder ``path``; bfloat16 where the processor has it, unless ``bf16`` says.

        A model with a companion answers with both, unless ``companion`` is False: then its main model answers alone,
        and not as the folder's card says.

        Raises:
            CompanionMissingError: if the companion's encoder is not on this machine.
            NotAValueModelError: if the folder was not written by ``train_value``, or its weights do not load.
        """
        return cls(load_value_model(path, bf16=bf16, batch_size=batch_size, companion=companion))

    def main_alone(self) -> ValueModel:
        """Return the main model without its companion, on the same weights."""
        return ValueModel(self.scorer.main_alone())

    def logits(self, codes: Sequence[int], texts: Sequence[str], outputs: int) -> NDArray[np.float32]:
        """Return logits (n, outputs) of each text under the value with the index beside it."""
        return self.scorer.logits(codes, texts, outputs)

    def profile(self, texts: Sequence[str], settings: ProfileSettings | None = None) -> Profile:
        """Return the values of the speaker of ``texts`` with intervals over the utterances; see ``profile_texts``."""
        return profile_texts(self, texts, settings)

    def explain(self, text: str, value: str | None = None) -> Explanation:
        """Return which words carry the utility of ``text`` under ``value``, or all ten; see ``explain_text``.

        Raises:
            MainModelAloneError: if there is a companion: words cannot be attributed through its frozen encoder.
            NoGradientsError: if the model is fastText's.
        """
        return explain_text(self.scorer, text, VALUES if value is None else [value])
