"""The models of the paper by their names, and how any other is named: ``encoder[:head[:prompt]]``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_args

from pydantic import ValidationError

from valuenet.models.encoding.encoders import FASTTEXT, PACKAGED
from valuenet.models.encoding.packaged import MPNET
from valuenet.models.values.encoder import Head
from valuenet.models.values.prompts import PromptStyle
from valuenet.models.values.settings import TOLD_A_VALUE, ValueTrainingSettings, paper_preset
from valuenet.warehouse.errors import InputError

#: What the paper's Table 2 calls its models, and where the hub has their encoders.
HUB_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "bert": "bert-base-uncased",
        "distilbert": "distilbert-base-uncased",
        "roberta": "roberta-base",
        "bart": "facebook/bart-base",
    }
)

AT_ONCE = "one-pass"
PAIR = "pair"
MIXTURE = "mixture"
TAUGHT = "taught"

#: ``default``: the settings given; ``paper``: the paper's BERT; the others as the paper trained them, and MiniLM.
#: ``one-pass``: MiniLM that answers for all ten values at once; ``pair``: MiniLM that hears the value's name before the
#: text; ``taught``: one pass, that learns from heads on a frozen MPNet too; ``mixture``: one pass, half of each
#: probability from such heads; ``mpnet``: one pass of a larger encoder, trained (docs/quality.md).
PRESETS = ("default", "paper", PACKAGED, AT_ONCE, PAIR, TAUGHT, MIXTURE, MPNET, FASTTEXT, *HUB_NAMES)

_ALONE = {"encoder": PACKAGED, "companion": None, "teacher": None}
_AT_ONCE_CHANGES: Mapping[str, Any] = MappingProxyType({**_ALONE, "prompt": "none"})
#: With a teacher that speaks of every value, larger steps at a higher rate lose nothing.
_FAST = {"learning_rate": 1e-4, "batch_size": 48, "head_factor": 5.0}
_CHANGES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        AT_ONCE: _AT_ONCE_CHANGES,
        PAIR: {**_ALONE, "prompt": "pair"},
        TAUGHT: {**_AT_ONCE_CHANGES, "head": "classes", "teacher": MPNET, **_FAST},
        MIXTURE: {**_AT_ONCE_CHANGES, "head": "classes", "companion": MPNET},
        MPNET: {**_AT_ONCE_CHANGES, "encoder": MPNET, "frozen_layers": 6, "epochs": 2, "learning_rate": 6e-5},
    }
)


class UnknownVariantError(InputError):
    """A variant of the value model is named that cannot be made."""


def named_preset(name: str, start: ValueTrainingSettings | None = None) -> ValueTrainingSettings:
    """Return the settings that ``name`` (one of ``PRESETS``) stands for.

    Args:
        name: BERT, DistilBERT and RoBERTa are trained as the paper did, with one utility 2*sigmoid(x)-1 and squared
            error; BART with three classes and cross-entropy; each is told the value by a special token, for 40 epochs
            at 5e-6. MiniLM and fastText take everything else from ``start``; the one-pass MiniLM has a multi-task head,
            may be taught by a frozen MPNet, and in the mixture it has it for a companion; MPNet alone learns for two
            epochs, its lower half frozen; the pair is told the value's name.
        start: what ``default``, ``minilm`` and ``fasttext`` begin from; the project's defaults unless given.

    Raises:
        UnknownVariantError: listing the presets.
    Source: Qiu et al. 2022, "Value Modeling" and Table 2.
    """
    given = start or ValueTrainingSettings()
    if name not in PRESETS:
        raise UnknownVariantError(f"unknown preset {name!r}; there are {', '.join(PRESETS)}")
    if name == "default":
        return given
    if name == PACKAGED:
        return changed(given, encoder=PACKAGED)
    if name == FASTTEXT:
        return given.model_copy(update={**_ALONE, "encoder": FASTTEXT, "head": "classes", "prompt": "pair"})
    if name in _CHANGES:
        # What depends on the prompt is as if nobody had said it, unless the preset does.
        kept = given.model_dump(exclude_unset=True, exclude=set(TOLD_A_VALUE))
        return ValueTrainingSettings.model_validate(kept | dict(_CHANGES[name]))
    made = paper_preset(HUB_NAMES["bert" if name == "paper" else name])
    return made.model_copy(update={"head": "classes"}) if name == "bart" else made


def parse_variant(text: str, start: ValueTrainingSettings | None = None, **changes: Any) -> ValueTrainingSettings:
    """Return the settings of a variant written as ``encoder[:head[:prompt]]``.

    The encoder is a preset, a folder or a name on the hub; one that is no preset takes the rest from ``start``. So
    ``minilm:regression:token`` is MiniLM with the paper's head and prompt, ``roberta`` the paper's RoBERTa,
    ``roberta-base:classes`` the same encoder trained by ``start``. ``changes`` overrides single settings.

    Raises:
        UnknownVariantError: naming the part that is wrong.
    """
    name, *rest = text.strip().split(":")
    if not name or len(rest) > 2:
        raise UnknownVariantError(f"cannot read variant {text!r}; write encoder, encoder:head or encoder:head:prompt")
    given = start or ValueTrainingSettings()
    made = named_preset(name, given) if name in PRESETS else changed(given, encoder=name)
    parts = {key: part for key, part in zip(("head", "prompt"), rest, strict=False) if part}
    for key, allowed in (("head", get_args(Head)), ("prompt", get_args(PromptStyle))):
        if key in parts and parts[key] not in allowed:
            raise UnknownVariantError(f"variant {text!r}: {key} {parts[key]!r} is none of {', '.join(allowed)}")
    return changed(made, **parts, **changes)


def changed(settings: ValueTrainingSettings, **changes: Any) -> ValueTrainingSettings:
    """Return ``settings`` with ``changes``; None changes nothing, and ``epochs`` sets ``min_steps`` to 0.

    Raises:
        UnknownVariantError: if the settings do not go together.
    """
    kept = {key: value for key, value in changes.items() if value is not None}
    if "epochs" in kept:
        kept["min_steps"] = 0
    try:
        return ValueTrainingSettings.model_validate(settings.model_dump(exclude_unset=True) | kept)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UnknownVariantError(f"encoder {settings.encoder!r}: {reason}") from None
