"""The encoder of a value model: its outputs, its prompt tokens, and what a new head starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from valuenet.models.encoding.encoders import PACKAGED, Encoder, load_classifier
from valuenet.models.values.prompts import PromptStyle, add_value_tokens
from valuenet.warehouse.vocabulary import LABELS, VALUES

#: ``classes``: three logits (no, unrelated, yes). ``regression``: one logit x, utility 2*sigmoid(x) - 1.
Head = Literal["classes", "regression"]


def load_encoder(
    name_or_path: str | Path = PACKAGED, *, head: Head = "classes", prompt: PromptStyle = "pair"
) -> Encoder:
    """Return tokenizer and classifier of ``name_or_path``, its head new (torch's seed decides its weights).

    Raises:
        EncoderNotFoundError: if it is not there; the message says where encoders may come from.
    """
    encoder = load_classifier(name_or_path, all_values_config(head) if prompt == "none" else head_config(head))
    if prompt == "none":
        _renew_pooler(encoder.model)
    if prompt == "token":
        add_value_tokens(encoder.tokenizer, encoder.model)
    return encoder


def head_config(head: Head) -> dict[str, Any]:
    """Return the entries of a model's config that say what its outputs mean."""
    if head == "regression":
        return {"num_labels": 1, "id2label": {0: "utility"}, "label2id": {"utility": 0}, "problem_type": "regression"}
    return {
        "num_labels": len(LABELS),
        "id2label": dict(enumerate(LABELS)),
        "label2id": {label: index for index, label in enumerate(LABELS)},
        "problem_type": "single_label_classification",
    }


def outputs_per_value(head: Head) -> int:
    """Return the outputs that a value has: three classes, or one utility."""
    return 1 if head == "regression" else len(LABELS)


def all_values_config(head: Head) -> dict[str, Any]:
    """Return the same for a model with a multi-task head: the outputs of the first value, of the second, and so on."""
    single = head_config(head)
    names = [f"{value} {single['id2label'][index]}" for value in VALUES for index in range(outputs_per_value(head))]
    return {
        "num_labels": len(names),
        "id2label": dict(enumerate(names)),
        "label2id": {name: index for index, name in enumerate(names)},
        "problem_type": single["problem_type"],
    }


def _renew_pooler(model: Any) -> None:
    """Give a pooler that stands between encoder and outputs new weights.

    That of a sentence encoder was never used and has shrunk to almost nothing: what it gives carries no signal.
    """
    pooler = getattr(model.base_model, "pooler", None)
    if pooler is not None and hasattr(pooler, "dense"):
        pooler.dense.reset_parameters()
