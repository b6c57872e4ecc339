"""Contracts of what an already published data set brings: its pairs with their labels, and the rows not taken over."""

from __future__ import annotations

from typing import ClassVar

from pandera.typing import Series

from valuenet.warehouse import columns as c
from valuenet.warehouse.tables import Table


class UpstreamPairs(Table):
    """Published pairs with their label (one row per scenario and value)."""

    scenario_id: Series[str] = c.SCENARIO_ID
    value: Series[str] = c.VALUE
    uid: Series[str] = c.UID
    text: Series[str] = c.TEXT
    label: Series[str] = c.LABEL
    utility: Series[int] = c.UTILITY
    split: Series[str] = c.UPSTREAM_SPLIT

    class Config(Table.Config):
        name = "upstream_pairs"
        unique: ClassVar = ["scenario_id", "value"]


class UpstreamRejected(Table):
    """Published rows that were not taken over, with the reason."""

    source_file: Series[str] = c.SOURCE_FILE
    source_line: Series[int] = c.SOURCE_LINE
    reason: Series[str] = c.UPSTREAM_REASON
    detail: Series[str] = c.DETAIL

    class Config(Table.Config):
        name = "upstream_rejected"
        unique: ClassVar = ["source_file", "source_line"]
        metadata: ClassVar = {"kind": "rejects"}


ALL_UPSTREAM_TABLES: tuple[type[Table], ...] = (UpstreamPairs, UpstreamRejected)
