"""What a benchmark of value models measures, and how sure it is."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, PositiveInt, model_validator

from valuenet.warehouse.settings import BootstrapSettings


class BenchmarkSettings(BootstrapSettings):
    """Variants, seeds and the resampling of a benchmark."""

    variants: tuple[str, ...] = ("minilm", "fasttext")
    """Models to train, each `encoder[:head[:prompt]]`; the encoder may be a preset. fastText is always among them."""
    seeds: tuple[int, ...] = (1, 2, 3)
    """Each variant is trained once with each."""
    data: Literal["original", "balanced", "augmented"] = "original"
    """Variant of the release."""
    split: Literal["test", "validation"] = "test"
    """What is measured on. With `validation`, the epoch is chosen on held-out texts of train."""
    resamples: PositiveInt = 2000
    """Bootstrap samples of the texts."""
    bins: PositiveInt = 10
    """Bins of confidence, of equal width, that the calibration error is taken over."""
    seed: int = Field(default=1, ge=0)
    """Decides the bootstrap samples and the held-out texts."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for name, given in (("variants", self.variants), ("seeds", self.seeds)):
            if not given or len(set(given)) < len(given):
                raise ValueError(f"{name} must be at least one, each once; got {', '.join(map(str, given)) or 'none'}")
        return self
