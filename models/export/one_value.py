"""A model of all ten values cut down to one: a plain text classifier that any `transformers.pipeline` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from valuenet.models.values.companion import refuse_companion
from valuenet.models.values.encoder import head_config, outputs_per_value
from valuenet.models.values.model import EncoderModel
from valuenet.models.values.pair_scorer import PairScorer
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import VALUES, parse_value


class OneValueError(InputError):
    """A model cannot be cut down to one value."""


def write_one_value(model: PairScorer, value: str, folder: Path) -> Path:
    """Return ``folder`` with config, weights and tokenizer of a classifier that judges texts under ``value`` alone.

    Its outputs are exactly those that ``model`` gives for this value: no, unrelated, yes, or one utility.

    Raises:
        OneValueError: if the model is told the value in its input, so that its own folder serves a pipeline as it is;
            if it has no encoder; or if there is something in ``folder``.
        UnknownValueError: if ``value`` is not one of the ten.
        MainModelAloneError: if the model has a companion.
    """
    name, settings = parse_value(value), model.record.settings
    if not isinstance(model, EncoderModel):
        raise OneValueError("a fastText model is no classifier of transformers; take one trained on an encoder")
    refuse_companion(model.companion, "the classifier")
    if settings.style != "none":
        raise OneValueError(
            f"this model is told the value in its input (prompt {settings.style!r}); give the pipeline its own folder"
        )
    if folder.exists() and any(folder.iterdir()):
        raise OneValueError(f"{str(folder)!r} is not empty; give another folder")
    _cut_model(model, name).save_pretrained(folder)
    model.tokenizer.save_pretrained(folder)
    return folder


def _cut_model(model: EncoderModel, value: str) -> Any:
    """Return a copy of the classifier of which only the outputs of ``value`` are left."""
    import torch

    head, column = model.record.settings.head, VALUES.index(value)
    wide = outputs_per_value(head)
    config = type(model.model.config)(**{**model.model.config.to_dict(), **head_config(head)})
    made = type(model.model)(config)
    weights = dict(model.model.state_dict())
    wanted = made.state_dict()
    for name, tensor in weights.items():
        if tensor.shape != wanted[name].shape:
            weights[name] = tensor[column * wide : (column + 1) * wide]
    with torch.no_grad():
        made.load_state_dict(weights)
    return made.eval()
