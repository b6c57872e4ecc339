"""Labelled rows as a Trainer takes them: model inputs and what is to be learned from them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from models.all_values import targets_by_text
from models.prompts import encode_prompts
from models.soft_targets import soft_targets
from models.utility_heads import training_targets
from models.value_settings import ValueTrainingSettings


def count_inputs(rows: pd.DataFrame, settings: ValueTrainingSettings) -> int:
    """Return how many inputs ``rows`` make: one per pair of value and text, or per text where no value is told."""
    return int(rows["scenario"].nunique()) if settings.prompt == "none" else len(rows)


def encode_rows(
    tokenizer: Any, rows: pd.DataFrame, settings: ValueTrainingSettings, *, votes: bool
) -> list[dict[str, Any]]:
    """Return one dictionary of model inputs and ``labels`` per pair, or per text where no value is told.

    Args:
        tokenizer: that of the encoder.
        rows: value, scenario, utility, and the votes where they should be learned.
        settings: head, prompt and longest input.
        votes: whether the shares of the votes are learned, not the agreed label.
    """
    if settings.prompt == "none":
        texts, by_text = targets_by_text(rows, settings.head, votes=votes)
        values, targets = [""] * len(texts), by_text.tolist()
    else:
        texts, values = rows["scenario"].tolist(), rows["value"].tolist()
        targets = soft_targets(rows, settings.head) if votes else training_targets(rows["utility"], settings.head)
    inputs = encode_prompts(tokenizer, values, texts, settings.prompt, settings.max_length)
    return [{**row, "labels": target} for row, target in zip(inputs, targets, strict=True)]
