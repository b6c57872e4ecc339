"""How the detector of the twenty categories is trained. Few settings were compared; docs/detector.md says which."""

from __future__ import annotations

from pydantic import Field, PositiveFloat, PositiveInt

from valuenet.models.encoding.encoders import PACKAGED
from valuenet.models.training.settings import LearningSettings


class DetectorSettings(LearningSettings):
    """What a detector is, and how it learns."""

    encoder: str = PACKAGED
    """The packaged `minilm`, a folder, or the name of an encoder on the hub."""
    companion: str | None = Field(default=None, min_length=1)
    """A second encoder, kept frozen: the detector is an ensemble with MLP heads on its vectors, weight 0.5 each."""
    epochs: PositiveInt = 4
    """Passes over the arguments."""
    learning_rate: PositiveFloat = 2e-4
    """Highest learning rate; it falls to 0 in a straight line. A large encoder wants a tenth of it."""
    rarity: float = Field(default=0.5, ge=0, le=1)
    """Weight of a category's positives: (negatives / positives) to this power; 0 weighs all alike."""
    alone: float = Field(default=0.25, ge=0, le=1)
    """Share of the arguments that are learned without stance and conclusion, so that plain texts can be read too."""
    held_out: float = Field(default=0.1, gt=0, lt=1)
    """Share of the training part's conclusions that choose epoch and threshold and are not learned from."""
