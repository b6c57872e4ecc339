"""Logits of many prompts: duplicates once, rows of like length together, bfloat16 where the processor has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, PositiveInt

from valuenet.models.encoding.encoders import bf16_available, device
from valuenet.models.values.all_values import of_values
from valuenet.models.values.prompt_composer import PromptComposer
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.vocabulary import VALUES


class ScoringSettings(Settings):
    """How texts are scored. None of it changes a utility by more than hundredths."""

    bf16: Literal["auto", "on", "off"] = "auto"
    """Autocast to bfloat16: where the processor multiplies it natively, always, or never."""
    batch_size: PositiveInt = 64
    """Prompts that go through the encoder together on a processor."""
    gpu_batch_size: PositiveInt = 1024
    """The same where a GPU computes."""
    compile: bool = False
    """Compile the encoder by `torch.compile`: a minute at the start, worth it on a GPU with millions of texts."""
    processes: int = Field(default=0, ge=0)
    """Shards scored at the same time; 0 is one per core. Each computes with one thread."""
    chunk: PositiveInt = 2048
    """Texts held in memory at once, per process."""
    shard_rows: PositiveInt = 10_000
    """Texts per output shard; a larger input file is cut into several."""
    max_characters: PositiveInt = 20_000
    """A longer text is no text to judge; it goes to the rejects."""

    def uses_bf16(self) -> bool:
        """Return whether this machine computes in bfloat16."""
        return self.bf16 == "on" or (self.bf16 == "auto" and bf16_available())

    def rows_at_once(self) -> int:
        """Return the batch size where the encoder stands."""
        return self.gpu_batch_size if device() == "cuda" else self.batch_size


class Engine(NamedTuple):
    """An encoder with what stands around it while it scores."""

    model: Any
    composer: PromptComposer
    batch_size: int
    bf16: bool


def score_prompts(engine: Engine, values: Sequence[int], texts: Sequence[str], wide: int) -> NDArray[np.float32]:
    """Return logits (n, ``wide``) in the order given; an equal pair of value and text is computed once.

    A model with a multi-task head computes each text once, whatever the values.

    Args:
        engine: what computes.
        values: (n,) places in ``VALUES``.
        texts: (n,) the text beside each.
        wide: outputs of the head.
    """
    at_once = engine.composer.style == "none"
    row_of = {text: at for at, text in enumerate(dict.fromkeys(texts))}
    pairs = [(0 if at_once else value, row_of[text]) for value, text in zip(values, texts, strict=True)]
    distinct = {pair: at for at, pair in enumerate(dict.fromkeys(pairs))}
    rows = engine.composer.encode([value for value, _ in distinct], [text for _, text in distinct], list(row_of))
    logits = _forward(engine, rows, wide * len(VALUES) if at_once else wide)
    picked = logits[[distinct[pair] for pair in pairs]]
    return of_values(picked, values, wide) if at_once else picked


def _forward(engine: Engine, rows: Sequence[Any], wide: int) -> NDArray[np.float32]:
    """Return logits (rows, wide): sorted by length, so that a batch holds hardly any padding; order restored."""
    import torch

    order = sorted(range(len(rows)), key=lambda at: len(rows[at]["input_ids"]))
    logits = np.empty((len(rows), wide), dtype=np.float32)
    where = device()
    with torch.inference_mode(), torch.autocast(where, dtype=torch.bfloat16, enabled=engine.bf16):
        for start in range(0, len(order), engine.batch_size):
            picked = order[start : start + engine.batch_size]
            batch = engine.composer.pad([rows[at] for at in picked])
            inputs = {name: torch.from_numpy(column).to(where) for name, column in batch.items()}
            logits[picked] = engine.model(**inputs).logits.float().cpu().numpy()
    return logits
