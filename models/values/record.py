"""What a model folder says of itself: `valuenet.json`, beside the weights that plain transformers loads."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from valuenet.models.encoding.frozen_heads import CompanionRecord
from valuenet.models.encoding.model_folder import read_folder_record, write_folder_record
from valuenet.models.values.metrics import ValueMetrics
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.warehouse.errors import InputError

RECORD_FILE = "valuenet.json"


class NotAValueModelError(InputError):
    """A folder is not one that ``train_value`` has written."""


class DataSource(BaseModel):
    """Where the rows came from, for the model card."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = "a VALUENET release"
    licence: str = "not stated; see the card of the release"
    notes: str = ""


class Rows(BaseModel):
    """One part of the data: how many rows, their labels, and the hash of value, scenario and utility."""

    model_config = ConfigDict(frozen=True)
    rows: int
    labels: dict[str, int]
    content: str


class ModelRecord(BaseModel):
    """How a model was made and how good it is. Nothing in it depends on the day or the machine's paths."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int = 1
    recipe: str
    settings: ValueTrainingSettings
    source: DataSource
    data: dict[str, Rows]
    best_epoch: int
    epochs_run: int
    measured_on: str
    metrics: ValueMetrics
    validation: ValueMetrics
    baselines: dict[str, ValueMetrics]
    companion: CompanionRecord | None = None
    weights: str = ""
    """SHA-256 of fastText's weights, whose format does not show damage; empty for an encoder, and in older folders."""


def read_record(folder: Path) -> ModelRecord:
    """Return the record of the model in ``folder``.

    Raises:
        NotAValueModelError: if there is none, or it does not read.
    """
    return read_folder_record(ModelRecord, folder / RECORD_FILE, NotAValueModelError, command="valuenet train value")


def write_record(record: ModelRecord, folder: Path) -> None:
    """Write ``record`` into ``folder``, keys in their order."""
    write_folder_record(record, folder / RECORD_FILE)
