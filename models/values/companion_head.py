"""A small head on the vectors of a frozen encoder: one hidden layer that hears the value, three outputs per value."""

from __future__ import annotations

from typing import Any

from valuenet.models.encoding.frozen_heads import Weights
from valuenet.warehouse.vocabulary import LABELS, VALUES

_HIDDEN = 256


def new_head(width: int) -> Weights:
    """Return new weights, drawn by torch's seed, for vectors of ``width`` numbers."""
    from torch import nn

    down, embedding = nn.Linear(width, _HIDDEN), nn.Embedding(len(VALUES), _HIDDEN)
    out, bias = nn.Linear(_HIDDEN, len(VALUES) * len(LABELS)), nn.Embedding(len(VALUES), len(LABELS))
    layers = {"down": down, "told": embedding, "out": out, "bias": bias}
    return {f"{name}.{part}": tensor for name, layer in layers.items() for part, tensor in layer.named_parameters()}


def read_vectors(head: Weights, vectors: Any, *, drop: float = 0.0) -> Any:
    """Return what the head makes of vectors (n, width) before it hears a value, as (n, 256)."""
    from torch.nn.functional import dropout, linear

    return linear(dropout(vectors, drop, training=drop > 0), head["down.weight"], head["down.bias"])


def judge_values(head: Weights, read: Any, values: Any, *, drop: float = 0.0) -> Any:
    """Return logits (n, 3) of no, unrelated, yes.

    Args:
        head: its weights.
        read: (n, 256) from ``read_vectors``.
        values: (n,) places in ``VALUES``.
        drop: share of the inputs left out while it learns.
    """
    import torch
    from torch.nn.functional import dropout, gelu, linear

    hidden = dropout(gelu(read + head["told.weight"][values]), drop, training=drop > 0)
    outputs = linear(hidden, head["out.weight"], head["out.bias"]).view(-1, len(VALUES), len(LABELS))
    return outputs[torch.arange(len(values)), values] + head["bias.weight"][values]
