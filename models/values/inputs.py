"""Labelled rows as a Trainer takes them: model inputs and what is to be learned from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.models.values.all_values import add_taught, targets_by_text
from valuenet.models.values.heads import training_targets
from valuenet.models.values.prompts import encode_prompts
from valuenet.models.values.settings import ValueTrainingSettings
from valuenet.models.values.targets import soft_targets


def count_inputs(rows: pd.DataFrame, settings: ValueTrainingSettings) -> int:
    """Return how many inputs ``rows`` make: one per pair of value and text, or per text for a multi-task head."""
    return int(rows["scenario"].nunique()) if settings.style == "none" else len(rows)


def encode_rows(
    tokenizer: Any,
    rows: pd.DataFrame,
    settings: ValueTrainingSettings,
    *,
    votes: bool,
    teacher: Callable[[list[str]], NDArray[np.float32]] | None = None,
) -> list[dict[str, Any]]:
    """Return one dictionary of model inputs and ``labels`` per pair, or per text for a multi-task head.

    Args:
        tokenizer: that of the encoder.
        rows: value, scenario, utility, and the votes where they should be learned.
        settings: head, prompt and longest input.
        votes: whether the shares of the votes are learned, not the agreed label.
        teacher: what says the probabilities (n, 10, 3) of texts, for the values they are not labelled under.
    """
    if settings.style == "none":
        texts, by_text = targets_by_text(rows, settings.head, votes=votes)
        by_text = by_text if teacher is None else add_taught(by_text, teacher(texts))
        values, targets = [""] * len(texts), by_text.tolist()
    else:
        texts, values = rows["scenario"].tolist(), rows["value"].tolist()
        targets = soft_targets(rows, settings.head) if votes else training_targets(rows["utility"], settings.head)
    inputs = encode_prompts(tokenizer, values, texts, settings.style, settings.max_length)
    return [{**row, "labels": target} for row, target in zip(inputs, targets, strict=True)]
