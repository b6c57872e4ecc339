"""Heads on a frozen encoder that stand beside a trained model: their file, their record, and how they are loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from valuenet.models.encoding.encoders import encoder_content
from valuenet.models.encoding.packaged import EncoderNotFoundError, how_to_install
from valuenet.models.encoding.text_vectors import TextVectors
from valuenet.warehouse.errors import InputError

#: Tensors by name, as they stand in a safetensors file.
Weights = dict[str, Any]

COMPANION_FILE = "companion.safetensors"
#: Length of a layer's vector as the heads take it.
_LENGTH = 5.0


class CompanionRecord(BaseModel):
    """A second, frozen encoder: which, the layers whose means are taken, the heads on them and what they count."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    encoder: str
    content: str
    layers: tuple[int, ...]
    heads: int
    weight: float

    def describe(self) -> str:
        """Return the sentence of a model card."""
        layers = ", ".join(map(str, self.layers))
        return (
            f"an ensemble with {self.heads} MLP heads on the frozen encoder `{self.encoder}` (mean vectors of "
            f"its layers {layers}); the heads have weight {self.weight:g} in each probability"
        )


class LoadErrors(NamedTuple):
    """The errors to raise where a companion does not load, and the names they use for what is loaded."""

    missing: type[InputError]
    spoiled: type[InputError]
    what: str
    loader: str


def vectors_of(encoder: TextVectors, texts: Sequence[str]) -> Any:
    """Return the tensor (n, width) that the heads take: the vectors of the layers side by side, each of length 5."""
    import torch

    return _LENGTH * torch.from_numpy(encoder.vectors(texts))


def load_frozen(
    folder: Path, record: CompanionRecord, names: Sequence[str], errors: LoadErrors, **loading: Any
) -> tuple[TextVectors, list[Weights]]:
    """Return the frozen encoder that ``record`` names, and the heads on it that lie in ``folder``.

    Args:
        folder: the model's.
        record: what the model's record says of them.
        names: the tensors of a head.
        errors: the errors to raise.
        loading: how ``TextVectors`` is loaded.

    Raises:
        errors.missing: if the encoder is not there; the message says how to get it.
        errors.spoiled: if the heads do not load, or the encoder is not the one they were learned on.
    """
    try:
        encoder = TextVectors.load(record.encoder, **loading)
    except EncoderNotFoundError:
        raise errors.missing(
            f"{errors.what} in {str(folder)!r} also needs the encoder {record.encoder!r}, which does not load here; "
            f"{how_to_install(record.encoder)}, or take its main model alone: "
            f"{errors.loader}.load(folder, companion=False)"
        ) from None
    encoder.layers = record.layers
    heads = _read_heads(folder, record, names, errors.spoiled)
    if encoder_content(record.encoder) != record.content or heads[0]["down.weight"].shape[1] != encoder.width:
        raise errors.spoiled(
            f"the encoder {record.encoder!r} is not the one {str(folder)!r} was trained beside; train the model again"
        )
    return encoder, heads


def _read_heads(
    folder: Path, record: CompanionRecord, names: Sequence[str], spoiled: type[InputError]
) -> list[Weights]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = load_file(folder / COMPANION_FILE)
        return [{name: tensors[f"{at}.{name}"] for name in names} for at in range(record.heads)]
    except (OSError, KeyError, SafetensorError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise spoiled(f"{COMPANION_FILE} in {str(folder)!r} does not load ({reason}); train it again") from None
