"""What every fine-tuning of an encoder here is told, whatever it learns."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt

from valuenet.warehouse.settings import Settings


class LearningSettings(Settings):
    """How long, how fast and on what an encoder is trained."""

    epochs: PositiveInt
    """Passes over the training rows, at most."""
    learning_rate: PositiveFloat
    """Highest learning rate; it falls to 0 in a straight line. A large encoder wants less than a small one."""
    batch_size: PositiveInt = 32
    """Rows per step."""
    warmup: float = Field(default=0.06, ge=0, lt=1)
    """Share of the steps in which the learning rate rises from 0."""
    weight_decay: float = Field(default=0.01, ge=0)
    """Weight decay of AdamW, not on biases and norms."""
    weight_average: float = Field(default=0.98, ge=0, lt=1)
    """Decay of the running mean of the weights (every fourth step) that is kept; 0 keeps the last weights."""
    max_length: int = Field(default=128, ge=16)
    """Tokens per input at most; what is longer is cut."""
    seed: int = Field(default=1, ge=0)
    """Decides everything that is drawn: first weights, order of the rows, dropout, rows held out."""
    bf16: Literal["auto", "on", "off"] = "auto"
    """Autocast to bfloat16; `auto` where the processor has it."""
    threads: PositiveInt | None = None
    """Threads of torch; none takes OMP_NUM_THREADS, or without it one for each core that is idle at the start."""
