"""How feeling is learned from ratings."""

from __future__ import annotations

from pydantic import Field, PositiveFloat, PositiveInt

from valuenet.models.emotion.reading import DistressSettings
from valuenet.models.encoding.packaged import MINILM
from valuenet.warehouse.settings import Settings


class EmotionSettings(Settings):
    """A ridge regression on the vectors of a frozen encoder."""

    encoder: str = MINILM
    """The packaged `minilm` or `mpnet`, a folder, or the name of an encoder on the hub; it is not trained."""
    penalties: tuple[PositiveFloat, ...] = Field(default=(0.1, 0.3, 1.0, 3.0, 10.0, 30.0), min_length=1)
    """Penalties that are tried; for each dimension the development part chooses one, by Pearson's r."""
    max_length: int = Field(default=128, ge=16)
    """Tokens of a text that are read; what is longer is cut."""
    batch_size: PositiveInt = 64
    """Texts that go through the encoder together."""
    bf16: bool = False
    """Compute in bfloat16 while learning."""
    distress: DistressSettings = DistressSettings()
    """How valence and arousal become distress."""
