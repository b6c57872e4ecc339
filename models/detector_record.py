"""What a detector's folder says of itself: `detector.json`, beside the weights that plain transformers loads."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from models.detector_metrics import DetectionMetrics
from models.detector_settings import DetectorSettings
from warehouse.errors import InputError

RECORD_FILE = "detector.json"


class NotADetectorError(InputError):
    """A folder is not one that ``train_detector`` has written."""


class ArgumentRows(BaseModel):
    """One part of the data: arguments, conclusions, those left out by reason, and the hash of the rest."""

    model_config = ConfigDict(frozen=True)
    rows: int
    conclusions: int
    labels_per_row: float
    rejected: dict[str, int]
    content: str


class DetectorRecord(BaseModel):
    """How a detector was made and how good it is. Nothing in it depends on the day or the machine's paths."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int = 1
    recipe: str
    settings: DetectorSettings
    threshold: float
    """A category is found where its probability is at least this."""
    data: dict[str, ArgumentRows]
    best_epoch: int
    epochs_run: int
    held_out: DetectionMetrics
    """On the conclusions that chose epoch and threshold: flattering."""
    metrics: DetectionMetrics
    """On the validation part, which chose nothing."""
    plain: DetectionMetrics
    """The same with the premise alone, without stance and conclusion."""
    baselines: dict[str, DetectionMetrics]


def read_detector_record(folder: Path) -> DetectorRecord:
    """Return the record of the detector in ``folder``.

    Raises:
        NotADetectorError: if there is none, or it does not read.
    """
    path = folder / RECORD_FILE
    try:
        return DetectorRecord.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError:
        raise NotADetectorError(
            f"{str(folder)!r} holds no {RECORD_FILE}; give a folder that `valuenet train detector` has written"
        ) from None
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise NotADetectorError(
            f"{str(path)!r} does not read ({place or 'the file'}: {error.errors()[0]['msg']}); train it again"
        ) from None


def write_detector_record(record: DetectorRecord, folder: Path) -> None:
    """Write ``record`` into ``folder``, keys in their order."""
    text = json.dumps(record.model_dump(mode="json"), indent=2, ensure_ascii=False)
    (folder / RECORD_FILE).write_text(text + "\n", encoding="utf-8")
