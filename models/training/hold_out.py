"""Rows held out of training, for choosing the epoch where a data set has no validation part of its own."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from valuenet.warehouse.hashing import draws, fold_space


class HeldOut(NamedTuple):
    """Two parts of the same rows that share no text."""

    train: pd.DataFrame
    validation: pd.DataFrame


def hold_out(rows: pd.DataFrame, share: float, seed: int) -> HeldOut:
    """Return ``rows`` in two: all rows of a text, whatever their value, fall on the same side by its hash.

    About ``share`` of the texts become validation. Case and white space make no difference between texts.
    """
    texts = (fold_space(text).lower() for text in rows["scenario"])
    out = draws(texts, "hold-out", seed) < share
    return HeldOut(rows.loc[~out].reset_index(drop=True), rows.loc[out].reset_index(drop=True))
