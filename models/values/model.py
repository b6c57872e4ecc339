"""A trained value model: the utility of any text under each of the ten values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.encoding.encoders import FASTTEXT, bf16_available, device
from valuenet.models.encoding.model_folder import load_folder
from valuenet.models.interpret.explain import Explanation, explain_text
from valuenet.models.interpret.profiles import Profile, ProfileSettings, profile_texts
from valuenet.models.values.abstention import NoProbabilitiesError
from valuenet.models.values.companion import Companion, load_companion
from valuenet.models.values.heads import Scores, read_logits
from valuenet.models.values.metrics import ValueMetrics, evaluate_utilities
from valuenet.models.values.prompt_composer import PromptComposer
from valuenet.models.values.record import ModelRecord, NotAValueModelError, read_record
from valuenet.models.values.scoring import Engine, score_prompts
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import VALUES, parse_value

_PAIRS_AT_ONCE = 20_480


class BlankTextError(InputError):
    """A text to be judged has no words."""


class ValueModel:
    """Utilities in [-1, 1] of texts. ``load`` one; it keeps to the threads that torch has been given."""

    def __init__(
        self,
        tokenizer: Any,
        model: Any,
        record: ModelRecord,
        *,
        bf16: bool,
        batch_size: int,
        companion: Companion | None = None,
    ) -> None:
        self.tokenizer, self.record, self.companion = tokenizer, record, companion
        self.model = model.to(device()).eval()
        self.bf16, self.batch_size = bf16, batch_size
        self.composer = PromptComposer(tokenizer, record.settings.style, record.settings.max_length)

    @classmethod
    def load(
        cls, path: str | Path, *, bf16: bool | None = None, batch_size: int = 64, companion: bool = True
    ) -> ValueModel:
        """Return the model in the folder ``path``; bfloat16 where the processor has it, unless ``bf16`` says.

        A model with a companion answers with both, unless ``companion`` is False: then its main model answers alone,
        otherwise than the folder's card says.

        Raises:
            CompanionMissingError: if the companion's encoder is not on this machine.
            NotAValueModelError: if the folder was not written by ``train_value``, or its weights do not load.
        """
        record = read_record(Path(path))
        if record.settings.encoder == FASTTEXT:
            from valuenet.models.values.fasttext_model import load_fasttext

            return load_fasttext(Path(path), record)
        how: dict[str, Any] = {"bf16": bf16_available() if bf16 is None else bf16, "batch_size": batch_size}
        beside = load_companion(Path(path), record, **how) if companion else None
        tokenizer, model = load_folder(path, NotAValueModelError)
        return cls(tokenizer, model, record, companion=beside, **how)

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
        blank = next((place for place, text in enumerate(texts) if not text.strip()), None)
        if blank is not None:
            raise BlankTextError(f"text {blank + 1} of {len(texts):,} is blank; leave it out or give it words")
        codes = [VALUES.index(names[value]) for value in values]
        wide = 1 if self.record.settings.head == "regression" else 3
        parts = [np.empty((0, wide), dtype=np.float32)]
        for start in range(0, len(texts), _PAIRS_AT_ONCE):
            stop = start + _PAIRS_AT_ONCE
            parts.append(self._logits(codes[start:stop], texts[start:stop], wide))
        return read_logits(np.concatenate(parts), self.record.settings.head)

    def evaluate(self, rows: pd.DataFrame) -> ValueMetrics:
        """Return the metrics on ``rows`` with the columns value, scenario and utility."""
        scores = self.score_pairs(rows["value"].tolist(), rows["scenario"].tolist())
        truth, values = rows["utility"].to_numpy(), rows["value"].tolist()
        return evaluate_utilities(scores.utilities, truth, values, scores.classes())

    def profile(self, texts: Sequence[str], settings: ProfileSettings | None = None) -> Profile:
        """Return the values of the speaker of ``texts`` with intervals over the utterances; see ``profile_texts``."""
        return profile_texts(self, texts, settings)

    def explain(self, text: str, value: str | None = None) -> Explanation:
        """Return which words carry the utility of ``text`` under ``value``, or all ten; see ``explain_text``.

        Raises:
            MainModelAloneError: if there is a companion, whose share has no words to point at.
        """
        return explain_text(self, text, VALUES if value is None else [value])

    def main_alone(self) -> ValueModel:
        """Return the main model without its companion, on the same weights; this very model where there is none."""
        if self.companion is None:
            return self
        return ValueModel(self.tokenizer, self.model, self.record, bf16=self.bf16, batch_size=self.batch_size)

    def _logits(self, codes: Sequence[int], texts: Sequence[str], wide: int) -> NDArray[np.float32]:
        """Return logits (n, wide) of each text under the value whose place in ``VALUES`` stands beside it."""
        own = score_prompts(self._engine(), codes, texts, wide)
        return own if self.companion is None else self.companion.mix_in(own, codes, texts)

    def _engine(self) -> Engine:
        return Engine(self.model, self.composer, self.batch_size, self.bf16)
