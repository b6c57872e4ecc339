"""How an argument becomes one input: the premise, and what it is for or against as a second segment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

Row = dict[str, Any]


def second_segments(rows: pd.DataFrame) -> list[str]:
    """Return stance and conclusion of each argument (columns stance, conclusion) as one text."""
    return [f"{stance} {end}" for stance, end in zip(rows["stance"], rows["conclusion"], strict=True)]


def join_segments(texts: Sequence[str], seconds: Sequence[str | None] | None) -> list[str]:
    """Return each text with its second segment behind it, for an encoder that takes one text."""
    ends = seconds if seconds is not None else [None] * len(texts)
    return [text if end is None else f"{text} {end}" for text, end in zip(texts, ends, strict=True)]


def encode_texts(
    tokenizer: Any, texts: Sequence[str], seconds: Sequence[str | None] | None, max_length: int
) -> list[Row]:
    """Return model inputs per text, unpadded; a text without a second segment (None) stands alone.

    What is too long is cut token by token from whichever segment is the longer one.
    """
    encoded_rows: list[Row] = [{}] * len(texts)
    pairs = list(seconds) if seconds is not None else [None] * len(texts)
    alone = [i for i, second in enumerate(pairs) if second is None]
    paired = [i for i, second in enumerate(pairs) if second is not None]
    cut: dict[str, Any] = {"truncation": "longest_first", "max_length": max_length}
    if alone:
        _fill(encoded_rows, alone, tokenizer([texts[i] for i in alone], **cut))
    if paired:
        _fill(encoded_rows, paired, tokenizer([texts[i] for i in paired], [pairs[i] for i in paired], **cut))
    return encoded_rows


def _fill(encoded_rows: list[Row], places: Sequence[int], encoded: Any) -> None:
    names = list(encoded.keys())
    for index, values in zip(places, zip(*(encoded[name] for name in names), strict=True), strict=True):
        encoded_rows[index] = dict(zip(names, values, strict=True))
