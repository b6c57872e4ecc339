"""What a detector's folder says of itself: `detector.json`, beside the weights that plain transformers loads."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from valuenet.models.detector.metrics import DetectionMetrics
from valuenet.models.detector.settings import DetectorSettings
from valuenet.models.encoding.frozen_heads import CompanionRecord
from valuenet.models.encoding.model_folder import read_folder_record, write_folder_record
from valuenet.warehouse.errors import InputError

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
    """On the conclusions that chose epoch and threshold: optimistically biased."""
    metrics: DetectionMetrics
    """On the validation part, which chose nothing."""
    plain: DetectionMetrics
    """The same with the premise alone, without stance and conclusion."""
    baselines: dict[str, DetectionMetrics]
    companion: CompanionRecord | None = None


def read_detector_record(folder: Path) -> DetectorRecord:
    """Return the record of the detector in ``folder``.

    Raises:
        NotADetectorError: if there is none, or it does not read.
    """
    return read_folder_record(
        DetectorRecord, folder / RECORD_FILE, NotADetectorError, command="valuenet train detector"
    )


def write_detector_record(record: DetectorRecord, folder: Path) -> None:
    """Write ``record`` into ``folder``, keys in their order."""
    write_folder_record(record, folder / RECORD_FILE)
