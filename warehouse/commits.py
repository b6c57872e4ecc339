"""What the commits of a working table say, and the small conversions between frames and Delta."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from valuenet.warehouse.tables import ContractError, Table

if TYPE_CHECKING:
    import pyarrow as pa

RECIPE, CONTENT, PART = "valuenet.recipe", "valuenet.content", "valuenet.part"


class TableState(NamedTuple):
    """What the newest commit of a table, or of a part of it, says of itself."""

    version: int
    recipe: str
    content: str


class Seen(NamedTuple):
    """What a part was when its new rows were made; the state is None where it was not there."""

    state: TableState | None


def state_of(commit: Mapping[str, Any]) -> TableState:
    """Return what a commit says of itself."""
    return TableState(int(commit.get("version", 0)), commit.get(RECIPE, ""), commit.get(CONTENT, ""))


def newest_parts(commits: Sequence[Mapping[str, Any]]) -> dict[str, TableState]:
    """Return the newest state of every part of a table, from its commits (newest first); removed parts are left out."""
    newest: dict[str, TableState] = {}
    for commit in commits:
        part = commit.get(PART)
        if part is not None and part not in newest:
            newest[part] = state_of(commit)
    return {part: newest[part] for part in sorted(newest) if newest[part].content}


def combine_parts(parts: Mapping[str, TableState], version: int) -> TableState:
    """Return the state of a whole table that is written in parts: hashes over those of its parts."""
    recipe, content = hashlib.sha256(), hashlib.sha256()
    for part, state in sorted(parts.items()):
        recipe.update(f"{part}\x1f{state.recipe}\x1f".encode())
        content.update(f"{part}\x1f{state.content}\x1f".encode())
    return TableState(version, recipe.hexdigest(), content.hexdigest())


def equals(column: str, part: str | int) -> str:
    """Return the predicate that picks one part."""
    return f"{column} = '{part}'" if isinstance(part, str) else f"{column} = {part}"


def rows_not_in(frame: pd.DataFrame, known: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return the rows of ``frame`` whose key is not among the known, in the order of their key."""
    seen = frame[key].merge(known[key], how="left", on=key, indicator=True)["_merge"] == "both"
    return frame[~seen.to_numpy()].sort_values(key, kind="stable")


def names_commit(version: str, commit: Mapping[str, Any]) -> bool:
    """Return whether ``version`` (a number, or the start of a content hash) names the commit."""
    if version.isdigit() and commit["version"] == int(version):
        return True
    return len(version) >= 6 and str(commit["content"]).startswith(version)


def commit_row(commit: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `valuenet history` shows of a commit."""
    metrics = commit.get("operationMetrics", {})
    rows = metrics.get("num_added_rows", metrics.get("num_target_rows_inserted"))
    return {
        "version": int(commit["version"]),
        "time": pd.Timestamp(commit["timestamp"], unit="ms", tz="UTC"),
        "operation": str(commit.get("operation", "")).lower(),
        "rows": None if rows is None else int(rows),
        "recipe": commit.get(RECIPE, ""),
        "content": commit.get(CONTENT, ""),
    }


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Return a frame as an Arrow table without what pandas adds to its schema."""
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)


def part_column(table: type[Table]) -> str:
    """Return the column whose values are the parts of a table.

    Raises:
        ContractError: if the table is written whole.
    """
    column = table.partition()
    if column is None:
        raise ContractError(f"table {table.table_name()!r} is written whole, not in parts")
    return column


def part_value(table: type[Table], part: str) -> str | int:
    """Return the name of a part as it stands in the column."""
    dtype = str(table.to_schema().columns[part_column(table)].dtype)
    return int(part) if dtype == "int64" else part
