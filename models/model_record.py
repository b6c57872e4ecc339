"""What a model folder says of itself: `valuenet.json`, beside the weights that plain transformers loads."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from models.metrics import ValueMetrics
from models.value_settings import ValueTrainingSettings
from warehouse.errors import InputError

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


def read_record(folder: Path) -> ModelRecord:
    """Return the record of the model in ``folder``.

    Raises:
        NotAValueModelError: if there is none, or it does not read.
    """
    path = folder / RECORD_FILE
    try:
        return ModelRecord.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError:
        raise NotAValueModelError(
            f"{str(folder)!r} holds no {RECORD_FILE}; give a folder that `valuenet train value` has written"
        ) from None
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise NotAValueModelError(
            f"{str(path)!r} does not read ({place or 'the file'}: {error.errors()[0]['msg']}); train the model again"
        ) from None


def write_record(record: ModelRecord, folder: Path) -> None:
    """Write ``record`` into ``folder``, keys in their order."""
    text = json.dumps(record.model_dump(mode="json"), indent=2, ensure_ascii=False)
    (folder / RECORD_FILE).write_text(text + "\n", encoding="utf-8")
