"""A trained reader of feeling: valence and distress of any text, from a frozen encoder and a ridge regression."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from valuenet.models.emotion.reading import HIGHEST, LOWEST, NEUTRAL, distress
from valuenet.models.emotion.record import EmotionRecord, NotAnEmotionModelError, read_emotion_record
from valuenet.models.encoding.encoders import encoder_content
from valuenet.models.encoding.text_vectors import TextVectors
from valuenet.warehouse.vocabulary import DIMENSIONS

HEAD_FILE = "head.safetensors"
Readings = NDArray[np.float64]
_TEXTS_AT_ONCE = 4096


class EmotionModel:
    """Readings of texts on the scales 1 to 5. ``load`` one; it keeps to the threads that torch has been given."""

    def __init__(self, record: EmotionRecord, encoder: TextVectors, weights: Readings, bias: Readings) -> None:
        self.record, self.encoder, self.weights, self.bias = record, encoder, weights, bias

    @classmethod
    def load(cls, path: str | Path, *, bf16: bool = False, batch_size: int = 64) -> EmotionModel:
        """Return the reader in the folder ``path``; ``bf16`` is faster where the processor has it, and coarser.

        Raises:
            NotAnEmotionModelError: if the folder was not written by ``train_emotion``, or its encoder has changed.
            EncoderNotFoundError: if the encoder it stands on is not there.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        folder = Path(path)
        record = read_emotion_record(folder)
        settings = record.settings
        if encoder_content(settings.encoder) != record.encoder_content:
            raise NotAnEmotionModelError(
                f"the encoder {settings.encoder!r} is not the one {str(path)!r} was trained on; train it again"
            )
        try:
            head = load_file(folder / HEAD_FILE)
            weights, bias = head["weights"].astype(np.float64), head["bias"].astype(np.float64)
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise NotAnEmotionModelError(
                f"the model in {str(path)!r} does not load ({reason}); train it again"
            ) from None
        vectors = TextVectors.load(settings.encoder, max_length=settings.max_length, batch_size=batch_size, bf16=bf16)
        return cls(record, vectors, weights, bias)

    @property
    def fingerprint(self) -> str:
        """The recipe it was trained by, and whether it computes in bfloat16."""
        return f"emotion-{self.record.recipe}{'-bf16' if self.encoder.bf16 else ''}"

    def rate(self, texts: Sequence[str]) -> Readings:
        """Return (n, 2): valence and arousal, each 1 to 5; a text without words is neutral in both."""
        ratings = np.full((len(texts), len(DIMENSIONS)), NEUTRAL)
        worded = [at for at, text in enumerate(texts) if text.strip()]
        for start in range(0, len(worded), _TEXTS_AT_ONCE):
            picked = worded[start : start + _TEXTS_AT_ONCE]
            vectors = self.encoder.vectors([texts[at] for at in picked])
            ratings[picked] = np.clip(vectors @ self.weights.T + self.bias, LOWEST, HIGHEST)
        return ratings

    def read(self, texts: Sequence[str]) -> Readings:
        """Return (n, 2): valence 1 to 5, and intensity of distress 1 to 5; a text without words feels neutral."""
        rated = self.rate(texts)
        return np.column_stack([rated[:, 0], distress(rated[:, 0], rated[:, 1], self.record.settings.distress)])
