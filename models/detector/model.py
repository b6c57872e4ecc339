"""A trained detector: the probability of each of the twenty categories in any text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.detector.companion import DetectorCompanion, load_detector_companion
from valuenet.models.detector.inputs import encode_texts, second_segments
from valuenet.models.detector.metrics import DetectionMetrics, evaluate_detections
from valuenet.models.detector.record import DetectorRecord, NotADetectorError, read_detector_record
from valuenet.models.encoding.encoders import bf16_available, device
from valuenet.models.encoding.model_folder import load_folder
from valuenet.models.encoding.texts import refuse_blank
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import CATEGORIES

Probabilities = NDArray[np.float32]
_TEXTS_AT_ONCE = 20_480


class TopError(InputError):
    """So many categories cannot be asked for."""


class Found(NamedTuple):
    """A category and its probability."""

    category: str
    probability: float


class ValueDetector:
    """Probabilities in [0, 1] of texts. ``load`` one; it keeps to the threads that torch has been given."""

    companion: DetectorCompanion | None = None
    """A second encoder that has its share in every probability."""

    def __init__(self, tokenizer: Any, model: Any, record: DetectorRecord, *, bf16: bool, batch_size: int) -> None:
        self.tokenizer, self.record = tokenizer, record
        self.model = model.to(device()).eval()
        self.bf16, self.batch_size = bf16, batch_size

    @classmethod
    def load(
        cls, path: str | Path, *, bf16: bool | None = None, batch_size: int = 64, companion: bool = True
    ) -> ValueDetector:
        """Return the detector in the folder ``path``; bfloat16 where the processor has it, unless ``bf16`` says.

        Without ``companion`` a detector of two encoders answers by its main model alone; its threshold was chosen for
        both together.

        Raises:
            NotADetectorError: if the folder was not written by ``train_detector``, or its weights do not load.
            DetectorCompanionMissingError: if a companion's encoder is not on this machine.
        """
        record = read_detector_record(Path(path))
        tokenizer, model = load_folder(path, NotADetectorError)
        fast = bf16_available() if bf16 is None else bf16
        loaded = cls(tokenizer, model, record, bf16=fast, batch_size=batch_size)
        if companion:
            loaded.companion = load_detector_companion(Path(path), record, bf16=fast, batch_size=batch_size)
        return loaded

    @property
    def threshold(self) -> float:
        """The one threshold from which on a category counts as found."""
        return self.record.threshold

    def predict(self, texts: Sequence[str], seconds: Sequence[str | None] | None = None) -> Probabilities:
        """Return probabilities (n, 20), categories in the order of ``CATEGORIES``; no text gives (0, 20).

        Args:
            texts: premises, or any texts.
            seconds: stance and conclusion of each ("in favor of We should ban X"), None where a text stands alone.

        Raises:
            BlankTextError: naming the first text without words.
        """
        texts = list(texts)
        refuse_blank(texts)
        parts = [np.empty((0, len(CATEGORIES)), dtype=np.float32)]
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            piece = slice(start, start + _TEXTS_AT_ONCE)
            parts.append(self._probabilities(texts[piece], None if seconds is None else list(seconds)[piece]))
        return np.concatenate(parts)

    def detect(self, texts: Sequence[str], top: int = 3) -> list[list[Found]]:
        """Return the ``top`` likeliest categories of each text, likeliest first; of equals the first in the order.

        Raises:
            TopError: if ``top`` is not 1 to 20.
            BlankTextError: naming the first text without words.
        """
        if not 1 <= top <= len(CATEGORIES):
            raise TopError(f"the {top} likeliest categories were asked for; give 1 to {len(CATEGORIES)}")
        chances = self.predict(texts)
        orders = np.argsort(-chances, axis=1, kind="stable")[:, :top]
        return [
            [Found(CATEGORIES[i], float(row[i])) for i in order] for row, order in zip(chances, orders, strict=True)
        ]

    def predict_arguments(self, rows: pd.DataFrame, *, alone: bool = False) -> Probabilities:
        """Return probabilities (n, 20) of arguments (columns premise, stance, conclusion); ``alone``: premise only."""
        return self.predict(rows["premise"].tolist(), None if alone else second_segments(rows))

    def evaluate(self, rows: pd.DataFrame, *, alone: bool = False) -> DetectionMetrics:
        """Return the metrics on labelled arguments (as ``read_arguments`` gives them) at the detector's threshold."""
        chances = self.predict_arguments(rows, alone=alone)
        return evaluate_detections(chances, rows[list(CATEGORIES)].to_numpy(), self.threshold)

    def _probabilities(self, texts: Sequence[str], seconds: Sequence[str | None] | None) -> Probabilities:
        """Return (n, 20): rows of like length go through together, their order is restored."""
        import torch

        rows = encode_texts(self.tokenizer, texts, seconds, self.record.settings.max_length)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]["input_ids"]))
        probabilities = np.empty((len(rows), len(CATEGORIES)), dtype=np.float32)
        where = device()
        with torch.inference_mode(), torch.autocast(where, dtype=torch.bfloat16, enabled=self.bf16):
            for start in range(0, len(order), self.batch_size):
                picked = order[start : start + self.batch_size]
                batch = self.tokenizer.pad([rows[i] for i in picked], return_tensors="pt").to(where)
                probabilities[picked] = torch.sigmoid(self.model(**batch).logits.float()).cpu().numpy()
        return probabilities if self.companion is None else self.companion.mix_in(probabilities, texts, seconds)
