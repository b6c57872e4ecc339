"""Contracts of what a release holds: the examples of each variant, and the judgements behind them."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd
from pandera.typing import Series

from valuenet.warehouse import columns as c
from valuenet.warehouse.tables import Table


class Examples(Table):
    """Labelled pairs of one variant (one row per scenario and value)."""

    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    scenario: Series[str] = c.SCENARIO
    label: Series[str] = c.LABEL
    utility: Series[int] = c.UTILITY
    split: Series[str] = c.SPLIT
    agreement_count: Series[pd.Int64Dtype] = c.RELEASED_AGREEMENT_COUNT

    class Config(Table.Config):
        name = "examples"
        unique: ClassVar = ["scenario_id", "value"]


class Annotations(Table):
    """Judgements behind a release (one row per answer to a formal or filler question; hidden checks never)."""

    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    scenario: Series[str] = c.SCENARIO
    worker: Series[str] = c.WORKER
    label: Series[str] = c.LABEL
    round: Series[int] = c.ROUND
    assignment_id: Series[str] = c.ASSIGNMENT_ID
    position: Series[int] = c.POSITION
    counted: Series[bool] = c.COUNTED
    set_aside_reason: Series[str] = c.RELEASED_SET_ASIDE_REASON
    codebook_version: Series[str] = c.CODEBOOK_VERSION
    platform: Series[str] = c.PLATFORM

    class Config(Table.Config):
        name = "annotations"
        unique: ClassVar = ["assignment_id", "position"]


class Leakage(Table):
    """What two splits of a variant share (one row per variant and pair of splits)."""

    variant: Series[str] = c.VARIANT
    split: Series[str] = c.SPLIT
    other_split: Series[str] = c.OTHER_SPLIT
    rows: Series[int] = c.SPLIT_ROWS
    texts: Series[int] = c.SPLIT_TEXTS
    exact_texts: Series[int] = c.EXACT_TEXTS
    near_texts: Series[int] = c.NEAR_TEXTS
    other_value_texts: Series[int] = c.OTHER_VALUE_TEXTS
    leaked_rows: Series[int] = c.LEAKED_ROWS
    known_rows: Series[int] = c.KNOWN_ROWS

    class Config(Table.Config):
        name = "leakage"
        unique: ClassVar = ["variant", "split", "other_split"]


ALL_RELEASE_TABLES: tuple[type[Table], ...] = (Examples, Annotations, Leakage)
