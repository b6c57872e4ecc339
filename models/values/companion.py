"""A second, frozen encoder beside a value model: half of every probability is that of small heads on its vectors.

The two have different faults, so their mean is nearer to the truth than either (docs/quality.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuenet.models.encoding.encoders import encoder_content
from valuenet.models.encoding.packaged import EncoderNotFoundError, how_to_install
from valuenet.models.encoding.text_vectors import TextVectors
from valuenet.models.values.companion_head import Weights, judge_values, read_vectors
from valuenet.models.values.heads import read_logits
from valuenet.models.values.record import CompanionRecord, ModelRecord, NotAValueModelError
from valuenet.warehouse.errors import InputError

if TYPE_CHECKING:
    from valuenet.models.values.model import ValueModel

COMPANION_FILE = "companion.safetensors"
#: Length of a layer's vector as the heads take it.
_LENGTH = 5.0
#: Least probability whose logarithm is taken.
_LEAST = 1e-12
#: The tensors of a head.
_NAMES = ("down.weight", "down.bias", "told.weight", "out.weight", "out.bias", "bias.weight")


class CompanionMissingError(InputError):
    """The second encoder that a model stands on is not on this machine."""


class MainModelAloneError(InputError):
    """A model of two encoders is asked for what only its main model knows."""


class Companion:
    """A frozen encoder and the heads on it. It keeps to the threads that torch has been given."""

    def __init__(self, encoder: TextVectors, heads: Sequence[Weights], weight: float) -> None:
        self.encoder, self.heads, self.weight = encoder, list(heads), weight

    def mix_in(self, logits: NDArray[np.float32], values: Sequence[int], texts: Sequence[str]) -> NDArray[np.float32]:
        """Return logits (n, 3) whose softmax is the mixture: ``weight`` from the heads, the rest from ``logits``.

        Args:
            logits: (n, 3) of the main model.
            values: (n,) places in ``VALUES``.
            texts: (n,) the text beside each; the vectors of one that occurs often are computed once.
        """
        own = read_logits(logits, "classes").probabilities
        mixed = (1 - self.weight) * np.asarray(own) + self.weight * self.probabilities(values, texts)
        return np.asarray(np.log(np.maximum(mixed, _LEAST)), dtype=np.float32)

    def probabilities(self, values: Sequence[int], texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the probabilities (n, 3) of no, unrelated, yes: the mean over the heads."""
        import torch

        place = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        where, asked = torch.tensor([place[text] for text in texts]), torch.tensor(list(values))
        vectors = vectors_of(self.encoder, list(place))
        with torch.inference_mode():
            answers = [judge_values(head, read_vectors(head, vectors)[where], asked).softmax(1) for head in self.heads]
            shares: NDArray[np.float32] = torch.stack(answers).mean(0).numpy()
        return shares


def vectors_of(encoder: TextVectors, texts: Sequence[str]) -> Any:
    """Return the tensor (n, width) that the heads take: the vectors of the layers side by side, each of length 5."""
    import torch

    return _LENGTH * torch.from_numpy(encoder.vectors(texts))


def load_companion(folder: Path, record: ModelRecord, *, bf16: bool, batch_size: int) -> Companion | None:
    """Return the companion of the model in ``folder``; None where it was trained without one.

    Raises:
        CompanionMissingError: if its encoder is not there; the message says how to get it.
        NotAValueModelError: if the heads do not load, or the encoder is not the one they were learned on.
    """
    found = record.companion
    if found is None:
        return None
    troubles = Troubles(CompanionMissingError, NotAValueModelError, "the model", "ValueModel")
    loading = {"max_length": record.settings.max_length, "bf16": bf16, "batch_size": batch_size}
    encoder, heads = load_frozen(folder, found, _NAMES, troubles, **loading)
    return Companion(encoder, heads, found.weight)


class Troubles(NamedTuple):
    """What to raise, and how to name what is loaded, where a companion does not load."""

    missing: type[InputError]
    spoiled: type[InputError]
    what: str
    loader: str


def load_frozen(
    folder: Path, found: CompanionRecord, names: Sequence[str], troubles: Troubles, **loading: Any
) -> tuple[TextVectors, list[Weights]]:
    """Return the frozen encoder that ``found`` names, and the heads on it that lie in ``folder``.

    Args:
        folder: the model's.
        found: what its record says of them.
        names: the tensors of a head.
        troubles: what to raise.
        loading: how ``TextVectors`` is loaded.

    Raises:
        troubles.missing: if the encoder is not there; the message says how to get it.
        troubles.spoiled: if the heads do not load, or the encoder is not the one they were learned on.
    """
    try:
        encoder = TextVectors.load(found.encoder, **loading)
    except EncoderNotFoundError:
        raise troubles.missing(
            f"{troubles.what} in {str(folder)!r} also needs the encoder {found.encoder!r}, which does not load here; "
            f"{how_to_install(found.encoder)}, or take its main model alone: "
            f"{troubles.loader}.load(folder, companion=False)"
        ) from None
    encoder.layers = found.layers
    heads = _read_heads(folder, found, names, troubles.spoiled)
    if encoder_content(found.encoder) != found.content or heads[0]["down.weight"].shape[1] != encoder.width:
        raise troubles.spoiled(
            f"the encoder {found.encoder!r} is not the one {str(folder)!r} was trained beside; train the model again"
        )
    return encoder, heads


def refuse_companion(model: ValueModel, wanted: str) -> None:
    """Refuse ``wanted``, which only an encoder with its own head can give, for a model that mixes two.

    Raises:
        MainModelAloneError: saying how to have it of the main model alone.
    """
    if getattr(model, "companion", None) is not None:
        raise MainModelAloneError(
            f"this model mixes two encoders, and {wanted} would show its main model alone; "
            "if that is what you want, load it by ValueModel.load(folder, companion=False)"
        )


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
