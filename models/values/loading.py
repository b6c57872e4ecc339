"""From a model's folder to a model that answers, whichever kind its record names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from valuenet.models.encoding.encoders import FASTTEXT, bf16_available
from valuenet.models.encoding.model_folder import load_folder
from valuenet.models.values.companion import load_companion
from valuenet.models.values.fasttext_model import FastTextModel, load_fasttext
from valuenet.models.values.model import EncoderModel
from valuenet.models.values.record import ModelRecord, NotAValueModelError, read_record


def load_value_model(
    path: str | Path, *, bf16: bool | None = None, batch_size: int = 64, companion: bool = True
) -> EncoderModel | FastTextModel:
    """Return the model in the folder ``path``; bfloat16 where the processor has it, unless ``bf16`` says.

    A model with a companion answers with both, unless ``companion`` is False: then its main model answers alone, and
    not as the folder's card says.

    Raises:
        CompanionMissingError: if the companion's encoder is not on this machine.
        NotAValueModelError: if the folder was not written by ``train_value``, or its weights do not load.
    """
    record = read_record(Path(path))
    if record.settings.encoder == FASTTEXT:
        return load_fasttext(Path(path), record)
    return _load_encoder_model(Path(path), record, bf16=bf16, batch_size=batch_size, companion=companion)


def _load_encoder_model(
    folder: Path, record: ModelRecord, *, bf16: bool | None, batch_size: int, companion: bool
) -> EncoderModel:
    options: dict[str, Any] = {"bf16": bf16_available() if bf16 is None else bf16, "batch_size": batch_size}
    beside = load_companion(folder, record, **options) if companion else None
    tokenizer, model = load_folder(folder, NotAValueModelError)
    return EncoderModel(tokenizer, model, record, companion=beside, **options)
