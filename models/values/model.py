"""A value model on an encoder, alone or in an ensemble with heads on a second, frozen encoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuenet.models.encoding.encoders import device
from valuenet.models.values.companion import Companion
from valuenet.models.values.pair_scorer import PairScorer
from valuenet.models.values.prompt_composer import PromptComposer
from valuenet.models.values.record import ModelRecord
from valuenet.models.values.scoring import Engine, score_prompts


class EncoderModel(PairScorer):
    """A classifier on an encoder. It keeps to the threads that torch has been given."""

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

    def main_alone(self) -> EncoderModel:
        """Return the main model without its companion, on the same weights; this very model where there is none."""
        if self.companion is None:
            return self
        return EncoderModel(self.tokenizer, self.model, self.record, bf16=self.bf16, batch_size=self.batch_size)

    def logits(self, codes: Sequence[int], texts: Sequence[str], outputs: int) -> NDArray[np.float32]:
        """Return logits (n, outputs) of each text under the value with the index beside it."""
        own = score_prompts(self._engine(), codes, texts, outputs)
        return own if self.companion is None else self.companion.mix_in(own, codes, texts)

    def _engine(self) -> Engine:
        return Engine(self.model, self.composer, self.batch_size, self.bf16)
