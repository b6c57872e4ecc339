"""Vectors of texts by an encoder that stays as it is: the means of its layers, laid end to end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuenet.models.encoding.encoders import device, quiet_transformers
from valuenet.models.encoding.packaged import PACKAGED_ENCODERS, EncoderNotFoundError, packaged_encoder
from valuenet.models.encoding.whole_model import NotWholeError, load_pretrained

Vectors = NDArray[np.float32]
_TEXTS_AT_ONCE = 4096


class TextVectors:
    """A frozen encoder. It keeps to the threads that torch has been given."""

    def __init__(self, tokenizer: Any, model: Any, *, max_length: int, batch_size: int, bf16: bool) -> None:
        self.tokenizer, self.model = tokenizer, model.to(device()).eval()
        self.max_length, self.batch_size, self.bf16 = max_length, batch_size, bf16
        #: Layers whose means are taken, the embeddings being layer 0; None takes all.
        self.layers: tuple[int, ...] | None = None

    @classmethod
    def load(cls, encoder: str, *, max_length: int = 128, batch_size: int = 64, bf16: bool = False) -> TextVectors:
        """Return the encoder ``encoder``: a packaged one, a folder or a hub name.

        Raises:
            EncoderNotFoundError: if it is not there.
        """
        from transformers import AutoModel

        source: str | Path = packaged_encoder(encoder) if encoder in PACKAGED_ENCODERS else encoder
        with quiet_transformers():
            try:
                tokenizer, model = load_pretrained(AutoModel, source)
            except NotWholeError as error:
                raise EncoderNotFoundError(
                    f"cannot load encoder {encoder!r} ({error}); "
                    f"give {' or '.join(PACKAGED_ENCODERS)} (packaged), a folder "
                    "with config, weights and tokenizer, or a hub name where the hub can be reached"
                ) from None
        return cls(tokenizer, model, max_length=max_length, batch_size=batch_size, bf16=bf16)

    @property
    def width(self) -> int:
        """Length of a vector: that of a layer, times the layers taken (all, and the embeddings, unless said)."""
        every = int(self.model.config.num_hidden_layers) + 1
        return int(self.model.config.hidden_size) * (every if self.layers is None else len(self.layers))

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return (n, width): for each layer taken the mean over the text's tokens, of length 1."""
        row_of = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        distinct = list(row_of)
        starts = range(0, len(distinct), _TEXTS_AT_ONCE)
        parts = [self._some(distinct[start : start + _TEXTS_AT_ONCE]) for start in starts]
        none = np.empty((0, self.width), dtype=np.float32)
        return np.concatenate([none, *parts])[[row_of[text] for text in texts]]

    def _some(self, texts: list[str]) -> Vectors:
        """Return (n, width): texts of like length go through together, their order is restored."""
        import torch

        rows = self.tokenizer(texts, truncation=True, max_length=self.max_length)["input_ids"]
        order = sorted(range(len(texts)), key=lambda at: len(rows[at]))
        vectors = np.empty((len(texts), self.width), dtype=np.float32)
        where = device()
        with torch.inference_mode(), torch.autocast(where, dtype=torch.bfloat16, enabled=self.bf16):
            for start in range(0, len(order), self.batch_size):
                picked = order[start : start + self.batch_size]
                batch = self.tokenizer.pad({"input_ids": [rows[at] for at in picked]}, return_tensors="pt").to(where)
                states = self.model(**batch, output_hidden_states=True).hidden_states
                states = states if self.layers is None else [states[layer] for layer in self.layers]
                vectors[picked] = _means(states, batch["attention_mask"]).cpu().numpy()
        return vectors


def _means(states: Any, mask: Any) -> Any:
    """Return (n, width) from the states of the layers and the mask (n, tokens) of what is text."""
    import torch
    from torch.nn.functional import normalize

    kept = mask[..., None].float()
    means = [normalize((layer.float() * kept).sum(1) / kept.sum(1), dim=1) for layer in states]
    return torch.cat(means, dim=1)
