"""The lower layers of an encoder kept as they were pretrained: a large encoder then trains in half the time."""

from __future__ import annotations

import re
from typing import Any


def layer_height(name: str, depth: int) -> int:
    """Return where a parameter stands by its ``name``: 0 for embeddings, 1..depth for the layers, above them depth + 1.

    What all layers share, as MPNet's bias of relative positions, stands at 0 too.
    """
    layer = re.search(r"\.(?:layer|layers|h)\.(\d+)\.", name)
    if layer:
        return int(layer.group(1)) + 1
    return 0 if "embed" in name or "relative_attention_bias" in name else depth + 1


def freeze_layers(model: Any, layers: int) -> int:
    """Keep the embeddings and the lowest ``layers`` layers of ``model`` as they are; 0 frees all.

    Returns:
        How many parameters (single numbers) are still trained.
    """
    depth = int(model.config.num_hidden_layers)
    for name, parameter in model.named_parameters():
        parameter.requires_grad = not layers or layer_height(name, depth) > layers
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
