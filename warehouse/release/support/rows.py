"""Rows of a release of support threads, from the tables: Arrow, nested, whole columns at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pandera.typing import DataFrame

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.reddit_tables import Exchanges, Preferences, SupportExamples
from valuenet.warehouse.release.support.schema import MESSAGE, UNASSIGNED, arrow_schema, key_of

#: Who speaks, in the words of chat models.
_ROLES = {"poster": "user", "commenter": "assistant"}
_CATEGORIES = ["category_1", "category_2", "category_3"]
_PROBABILITIES = ["probability_1", "probability_2", "probability_3"]

Rows = dict[tuple[str, str], pa.Table]
"""Rows of each config and split that has some."""


class SupportRowsError(InputError):
    """Tables of a community do not fit one another."""


class Turns(NamedTuple):
    """Every turn of some exchanges, those of one together and in order.

    ``messages`` (n,) role and content; ``first`` exchange_id -> its first row; ``frame`` the turns themselves.
    """

    messages: pa.StructArray
    first: pd.Series[int]
    frame: pd.DataFrame

    def between(self, first: NDArray[np.int64], counts: NDArray[np.int64]) -> pa.ListArray:
        """Return ``counts`` messages from each row of ``first`` on, as (m,) lists."""
        offsets = np.concatenate([[0], np.cumsum(counts)])
        rows = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], counts)
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), self.messages.take(pa.array(rows, pa.int64())))


def order_turns(exchanges: DataFrame[Exchanges]) -> Turns:
    """Return the turns in order, ready to be made into messages."""
    frame = exchanges.sort_values(["exchange_id", "turn"], ignore_index=True)
    roles, contents = (pa.array(list(column), pa.string()) for column in (frame["role"].map(_ROLES), frame["text"]))
    starts = frame.index[frame["turn"] == 1]
    first = pd.Series(starts.to_numpy(), index=frame.loc[starts, "exchange_id"], dtype="int64")
    return Turns(pa.StructArray.from_arrays([roles, contents], fields=list(MESSAGE)), first, frame)


def exchange_rows(turns: Turns, *, config: str = "exchanges") -> pa.Table:
    """Return one row per exchange; ``safety_evaluation`` has the kind of crisis of each turn too."""
    frame, first = turns.frame, turns.first
    offsets = pa.array([*first, len(frame)], pa.int32())
    things = ("t1_" + frame["comment_id"]).where(frame["comment_id"].notna(), "t3_" + frame["post_id"])
    columns: dict[str, Any] = {
        "exchange_id": list(first.index),
        "post_id": list(frame.loc[first, "post_id"]),
        "depth": list(frame.loc[first, "depth"]),
        "messages": pa.ListArray.from_arrays(offsets, turns.messages),
        "ids": _lists(offsets, things, pa.string()),
        "times": _lists(offsets, frame["created_at"], pa.timestamp("us", tz="UTC")),
        "scores": _lists(offsets, frame["score"], pa.int64()),
        "filtered": _lists(offsets, _nulls(frame["filtered"]), pa.string()),
        "crisis": _lists(offsets, _nulls(frame["crisis"]), pa.string()),
    }
    return _table(columns, config)


def example_rows(examples: DataFrame[SupportExamples], turns: Turns) -> pa.Table:
    """Return one row per support example, prompt and reply taken from its exchange.

    Raises:
        SupportRowsError: if an example's exchange is missing, or has no turn after the reply.
    """
    rows = examples.sort_values("example_id", ignore_index=True)
    start, turn = _places(rows, turns), rows["turn"].to_numpy(dtype=np.int64)
    columns = {
        **{name: list(rows[name]) for name in ("example_id", "exchange_id", "post_id", "turn")},
        "prompt": turns.between(start, turn - 1),
        "completion": turns.between(start + turn - 1, np.ones_like(turn)),
        "next_turn": turns.messages.field("content").take(pa.array(start + turn, pa.int64())),
        "target_values": _matrix(rows, _CATEGORIES, pa.string()),
        "target_probabilities": _matrix(rows, _PROBABILITIES, pa.float64()),
        **{name: list(rows[name]) for name in ("intensity_before", "intensity_after", "valence_after")},
    }
    return _table(columns, "support_examples")


def preference_rows(
    preferences: DataFrame[Preferences], examples: DataFrame[SupportExamples], turns: Turns
) -> pa.Table:
    """Return one row per pair; prompt and chosen reply are its example's.

    Raises:
        SupportRowsError: if an example is missing.
    """
    rows = preferences.sort_values("preference_id", ignore_index=True)
    targets = rows[["example_id"]].merge(examples[["example_id", "exchange_id", "turn", *_CATEGORIES]], how="left")
    if targets["turn"].isna().any():
        name = targets.loc[targets["turn"].isna(), "example_id"].iloc[0]
        raise SupportRowsError(f"pairs name example {name!r}, which is missing; `valuenet reddit build` makes both")
    start, turn = _places(targets, turns), targets["turn"].to_numpy(dtype=np.int64)
    columns = {
        **{name: list(rows[name]) for name in ("preference_id", "example_id", "post_id")},
        "rejected_id": list("t1_" + rows["rejected_id"]),
        "prompt": turns.between(start, turn - 1),
        "chosen": turns.between(start + turn - 1, np.ones_like(turn)),
        "rejected": [[{"role": "assistant", "content": text}] for text in rows["rejected_text"]],
        "target_values": _matrix(targets, _CATEGORIES, pa.string()),
        "rejected_values": _matrix(rows, _CATEGORIES, pa.string()),
    }
    return _table(columns, "preferences")


def by_split(table: pa.Table, config: str, split_of: dict[str, str]) -> Rows:
    """Return the rows of each split; those with none known are ``unassigned``."""
    splits = np.array([split_of.get(name, UNASSIGNED) for name in table[key_of(config)].to_pylist()])
    return {(config, split): table.filter(pa.array(splits == split)) for split in sorted(set(splits.tolist()))}


def _places(rows: pd.DataFrame, turns: Turns) -> NDArray[np.int64]:
    """Return the first row of each example's exchange, which must go on after the reply."""
    start = rows["exchange_id"].map(turns.first)
    last = rows["exchange_id"].map(turns.frame.groupby("exchange_id")["turn"].max())
    wrong = start.isna() | (rows["turn"] + 1 > last)
    if wrong.any():
        name = rows.loc[wrong, "exchange_id"].iloc[0]
        raise SupportRowsError(
            f"exchange {name!r} is missing or too short for its example; `valuenet reddit build` makes both anew"
        )
    return np.asarray(start, dtype=np.int64)


def _lists(offsets: Any, values: pd.Series[Any], kind: Any) -> pa.ListArray:
    return pa.ListArray.from_arrays(offsets, pa.array(list(values), kind))


def _matrix(rows: pd.DataFrame, names: list[str], kind: Any) -> pa.ListArray:
    flat = pa.array(rows[names].to_numpy(dtype=object).ravel().tolist(), kind)
    return pa.ListArray.from_arrays(pa.array(np.arange(len(rows) + 1) * len(names), pa.int32()), flat)


def _nulls(column: pd.Series[str]) -> pd.Series[Any]:
    return column.astype("object").where(column.notna(), None)


def _table(columns: dict[str, Any], config: str) -> pa.Table:
    schema = arrow_schema(config)
    return pa.table([pa.array(columns[name], kind) if isinstance(columns[name], list) else columns[name]
                     for name, kind in zip(schema.names, schema.types, strict=True)], schema=schema)  # fmt: skip
