"""Settings of value models: the one a build ends with, training, scoring."""

from typing import Literal

from valuenet.models.values.scoring import ScoringSettings
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.warehouse.settings import Settings


class BuildSettings(Settings):
    """The model that `valuenet build` ends with."""

    train: bool | Literal["if-installed"] = "if-installed"
    """Whether to train one: true, false, or where the extra `models` is installed."""
    variant: Literal["original", "balanced", "augmented"] = "original"
    """Variant of the release it is trained on."""


class ModellingSettings(Settings):
    """From a release to value models and scores."""

    build: BuildSettings = BuildSettings()
    training: ValueTrainingSettings = ValueTrainingSettings()
    scoring: ScoringSettings = ScoringSettings()
