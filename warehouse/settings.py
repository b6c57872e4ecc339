"""What the settings of every stage have in common. Each stage declares its own beside its function."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator


class Settings(BaseModel):
    """Frozen, and a misspelt name is an error. The fields of a stage are also the form of its deployment."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, use_attribute_docstrings=True)


class BootstrapSettings(Settings):
    """How an interval is made from resamples of the rows."""

    resamples: PositiveInt = 1000
    """Bootstrap samples of what the interval is over."""
    level: float = Field(0.95, gt=0, lt=1)
    """Share of the samples an interval holds."""
    seed: int = Field(1, ge=0)
    """Decides the samples."""


class SharesSettings(Settings):
    """How large the three parts of a data set are."""

    train: float = Field(0.8, gt=0, lt=1)
    """Share of the examples to train on."""
    validation: float = Field(0.1, gt=0, lt=1)
    """Share to choose models by."""
    test: float = Field(0.1, gt=0, lt=1)
    """Share for the final figures."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if abs(self.train + self.validation + self.test - 1) > 1e-6:
            total = f"{self.train} + {self.validation} + {self.test}"
            raise ValueError(f"train, validation and test must sum to 1, found {total}; change one of them")
        return self
