"""How the detector of the twenty categories is trained. The defaults are what did best inside the training part."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt

from models.encoders import PACKAGED
from warehouse.settings import Settings


class DetectorSettings(Settings):
    """What a detector is, and how it learns."""

    encoder: str = PACKAGED
    """The packaged `minilm`, a folder, or the name of an encoder on the hub."""
    epochs: PositiveInt = 4
    """Passes over the arguments."""
    learning_rate: PositiveFloat = 2e-4
    """Highest learning rate; it falls to 0 in a straight line. A large encoder wants a tenth of it."""
    batch_size: PositiveInt = 32
    """Arguments per step."""
    warmup: float = Field(default=0.06, ge=0, lt=1)
    """Share of the steps in which the learning rate rises from 0."""
    weight_decay: float = Field(default=0.01, ge=0)
    """Weight decay of AdamW, not on biases and norms."""
    rarity: float = Field(default=0.5, ge=0, le=1)
    """Weight of a category's positives: (negatives / positives) to this power; 0 weighs all alike."""
    alone: float = Field(default=0.25, ge=0, le=1)
    """Share of the arguments that are learned without stance and conclusion, so that plain texts can be read too."""
    weight_average: float = Field(default=0.98, ge=0, lt=1)
    """Decay of the running mean of the weights (every fourth step) that is kept; 0 keeps the last weights."""
    held_out: float = Field(default=0.1, gt=0, lt=1)
    """Share of the training part's conclusions that choose epoch and threshold and are not learned from."""
    max_length: int = Field(default=128, ge=16)
    """Tokens per input at most; a longer premise is cut."""
    seed: int = Field(default=1, ge=0)
    """Decides the head's first weights, which conclusions are held out, the order of the rows and the dropout."""
    bf16: Literal["auto", "on", "off"] = "auto"
    """Autocast to bfloat16; `auto` where the processor has it."""
    threads: PositiveInt | None = None
    """Threads of torch; none leaves what is set."""
