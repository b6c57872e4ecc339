"""What the folder of a reader of feeling says of itself: `emotion.json`, beside the weights of its regression."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from valuenet.models.emotion.metrics import EmotionMetrics
from valuenet.models.emotion.settings import EmotionSettings
from valuenet.models.encoding.model_folder import read_folder_record, write_folder_record
from valuenet.warehouse.errors import InputError

RECORD_FILE = "emotion.json"


class NotAnEmotionModelError(InputError):
    """A folder is not one that ``train_emotion`` has written."""


class EmotionRecord(BaseModel):
    """How a reader of feeling was made and how good it is. Nothing in it depends on the day or the machine's paths."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int = 1
    recipe: str
    settings: EmotionSettings
    encoder_content: str
    """What tells the encoder it learned on from others; a folder of the same name may hold another one later."""
    penalties: dict[str, float]
    """Dimension -> the penalty that was chosen."""
    data: dict[str, int]
    """Part -> texts."""
    content: str
    metrics: EmotionMetrics
    """On the development part, which chose the penalties: slightly optimistically biased."""
    baselines: dict[str, EmotionMetrics]


def read_emotion_record(folder: Path) -> EmotionRecord:
    """Return the record of the reader in ``folder``.

    Raises:
        NotAnEmotionModelError: if there is none, or it does not read.
    """
    path = folder / RECORD_FILE
    return read_folder_record(EmotionRecord, path, NotAnEmotionModelError, command="valuenet train emotion")


def write_emotion_record(record: EmotionRecord, folder: Path) -> None:
    """Write ``record`` into ``folder``, keys in their order."""
    write_folder_record(record, folder / RECORD_FILE)
