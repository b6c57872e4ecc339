"""What the settings of every stage have in common. Each stage declares its own beside its function."""

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Frozen, and a misspelt name is an error. The fields of a stage are also the form of its deployment."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, use_attribute_docstrings=True)
