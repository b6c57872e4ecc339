"""Working tables on Delta Lake, in a folder or at an ``s3://`` URI.

Delta gives atomic commits, history and merge; this layer adds the contract on every read and write, the two hashes in
the commit metadata (*recipe*: how the rows were made, *content*: what they are), and the rule that nothing is
committed which changes neither. Keys of object stores come from the environment (``AWS_*``), never from here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.catalog import TABLES
from valuenet.warehouse.commits import (
    CONTENT,
    PART,
    RECIPE,
    Seen,
    TableState,
    combine_parts,
    commit_row,
    equals,
    names_commit,
    newest_parts,
    part_column,
    part_value,
    rows_not_in,
    state_of,
    to_arrow,
)
from valuenet.warehouse.errors import StorageError
from valuenet.warehouse.hashing import content_hash
from valuenet.warehouse.held_rows import HeldRows, hold
from valuenet.warehouse.past_files import remove_past_files
from valuenet.warehouse.store_errors import TableMissingError, changed, damaged, guarded, is_conflict, outrun, unusable
from valuenet.warehouse.tables import ContractError, Table

if TYPE_CHECKING:
    import pyarrow.dataset
    from deltalake import DeltaTable

__all__ = ["Seen", "StorageError", "TableMissingError", "TableState", "Version", "Warehouse"]

T = TypeVar("T", bound=Table)
Version = int | str

_TRIES = 20
#: The states of parts are read from the log, so its entries never expire; therefore it holds no text (no statistics).
_LOG = {"delta.logRetentionDuration": "interval 36500 days", "delta.dataSkippingNumIndexedCols": "0"}
_WHOLE: dict[str, Any] = {"mode": "overwrite", "schema_mode": "overwrite", "configuration": _LOG}
#: "error" lets only one of two first writers create the table; the other then adds what it has.
_FIRST: dict[str, Any] = {"mode": "error", "configuration": _LOG}


class Warehouse:
    """Every working table under one URI, read and written whole or grown by key."""

    def __init__(self, uri: str | Path, storage_options: Mapping[str, str] | None = None) -> None:
        self.uri = str(uri).rstrip("/")
        self._options = dict(storage_options or {})

    def state(self, table: type[Table]) -> TableState | None:
        """Return the newest version with its hashes; None where the table was never written."""
        delta = self._open(table)
        if delta is None:
            return None
        if table.partition() is not None:
            return combine_parts(self.parts(table), int(delta.version()))
        commit = self._guard(table, lambda: delta.history(1)[0])
        return state_of({**commit, "version": delta.version()})

    def read(self, table: type[T], version: Version | None = None) -> DataFrame[T]:
        """Return a table, sorted by its key, as it is now or was at ``version`` (number or start of a content hash).

        Raises:
            TableMissingError: if there is no such table or version.
        """
        delta = self._existing(table)
        if version is not None:
            number = self._number_of(table, version)
            self._guard(table, lambda: delta.load_as_version(number))
        return self._rows(table, delta)

    def read_or_empty(self, table: type[T]) -> DataFrame[T]:
        """Return a table, or an empty frame of its shape where it was never written."""
        return table.frame() if self._open(table) is None else self.read(table)

    def write(self, table: type[Table], rows: pd.DataFrame | Iterable[pd.DataFrame], *, recipe: str) -> TableState:
        """Replace a derived table whole. The same rows by the same recipe are not committed again.

        Rows larger than memory come as frames in the order of the key; the table has all of them or none.

        Raises:
            ContractError: if the rows do not keep the contract.
            StorageError: if they cannot be stored; the table is as it was before.
        """
        held = hold(table, rows)
        for attempt in range(_TRIES):
            now = self.state(table)
            if now is not None and (now.recipe, now.content) == (recipe, held.content):
                return now
            if self._try(table, partial(self._overwrite, table, held, recipe), attempt):
                return self._written(table)
        raise outrun(table, self.uri, _TRIES)

    def append(self, table: type[Table], frame: pd.DataFrame) -> int:
        """Add the rows whose key is new to a raw table and return their number; known keys keep their first row.

        Raises:
            ContractError, StorageError: as for ``write``.
        """
        checked = table.check(frame)
        for attempt in range(_TRIES):
            delta = self._open(table)
            known = table.frame() if delta is None else self._rows(table, delta)
            fresh = rows_not_in(checked, known, table.key())
            if fresh.empty and delta is not None:
                return 0
            content = content_hash(pd.concat([known, fresh]), table.key())
            if self._try(table, partial(self._grow, table, delta, fresh, content), attempt):
                return len(fresh)
        raise outrun(table, self.uri, _TRIES)

    def parts(self, table: type[Table]) -> dict[str, TableState]:
        """Return the newest state of every part of a table that is written in parts, in the order of their names."""
        return self._parts_in(table, self._open(table))

    def read_part(self, table: type[T], part: str) -> DataFrame[T]:
        """Return one part, sorted by the key; an empty frame where it was never written."""
        delta = self._open(table)
        if delta is None:
            return table.frame()
        wanted = [(part_column(table), "=", part_value(table, part))]
        arrow = self._guard(table, lambda: delta.to_pyarrow_table(partitions=wanted))
        return table.frame(arrow.to_pandas().sort_values(table.key(), kind="stable"))

    def write_part(
        self, table: type[Table], part: str, frame: pd.DataFrame, *, recipe: str, seen: Seen | None = None
    ) -> TableState:
        """Replace one part of a table, others left alone. The same rows by the same recipe are not committed again.

        ``seen`` is the state of the part the rows were made of; where another writer has changed it since, it stays.

        Raises:
            ContractError: if the rows do not keep the contract, or belong to another part.
            PartChangedError: if the part is no longer what was ``seen``.
            StorageError: if they cannot be stored; the part is as it was before.
        """
        column, held = part_column(table), hold(table, frame)
        if not (frame[column].astype("str") == part).all():
            raise ContractError(
                f"table {table.table_name()!r}: rows of another {column} than {part!r}; write each apart"
            )
        for attempt in range(_TRIES):
            delta = self._open(table)
            now = self._parts_in(table, delta).get(part)
            if now is not None and (now.recipe, now.content) == (recipe, held.content):
                return now
            if seen is not None and seen.state != now:
                raise changed(table, self.uri, part)
            # On the version that was looked at: a commit since that touches the part is a conflict.
            if self._try(table, partial(self._overwrite, table, held, recipe, part, delta), attempt):
                return self.parts(table)[part]
        raise outrun(table, self.uri, _TRIES)

    def forget_past(self, table: type[Table]) -> int:
        """Remove the files of all versions but the newest and return their number: what was withdrawn is gone then."""
        delta = self._open(table)
        if delta is None:
            return 0
        return int(self._guard(table, lambda: remove_past_files(delta)))

    def history(self, table: type[Table]) -> list[dict[str, Any]]:
        """Return every commit, newest first: version, time (UTC), rows, recipe and content."""
        commits = self._guard(table, self._existing(table).history)
        return [commit_row(commit) for commit in commits]

    def tables(self) -> list[type[Table]]:
        """Return the tables that have been written."""
        return [table for table in TABLES.values() if self._open(table) is not None]

    def arrow(self, table: type[Table]) -> pyarrow.dataset.Dataset:
        """Return the newest version as an Arrow dataset, for what is larger than memory."""
        dataset: pyarrow.dataset.Dataset = self._guard(table, self._existing(table).to_pyarrow_dataset)
        return dataset

    # ------------------------------------------------------------------ Delta

    def _path(self, table: type[Table]) -> str:
        return f"{self.uri}/{table.table_name()}"

    def _open(self, table: type[Table]) -> DeltaTable | None:
        from deltalake import DeltaTable
        from deltalake.exceptions import TableNotFoundError

        try:
            delta: DeltaTable = self._guard(table, lambda: DeltaTable(self._path(table), storage_options=self._options))
        except TableNotFoundError:
            return None
        if not self._guard(table, lambda: delta.history(1)):  # Delta reads on over it, and gives older rows
            raise damaged(table, self._path(table), ValueError("its newest commit is empty"))
        return delta

    def _existing(self, table: type[Table]) -> DeltaTable:
        delta = self._open(table)
        if delta is None:
            name = table.table_name()
            raise TableMissingError(f"table {name!r} is not in {self.uri} yet; `valuenet build` makes it")
        return delta

    def _number_of(self, table: type[Table], version: Version) -> int:
        commits = self.history(table)
        for commit in commits:
            named = commit["version"] == version if isinstance(version, int) else names_commit(version, commit)
            if named:
                return int(commit["version"])
        there = f"versions 0 to {commits[0]['version']}"
        raise TableMissingError(f"table {table.table_name()!r} has no version {version!r}; there are {there}")

    def _parts_in(self, table: type[Table], delta: DeltaTable | None) -> dict[str, TableState]:
        return {} if delta is None else newest_parts(self._guard(table, delta.history))

    def _overwrite(
        self, table: type[Table], held: HeldRows, recipe: str, part: str | None = None, on: DeltaTable | None = None
    ) -> None:
        from deltalake import CommitProperties, WriterProperties, write_deltalake

        marks: dict[str, str] = {RECIPE: recipe, CONTENT: held.content}
        more = _WHOLE
        if part is not None:
            column = part_column(table)
            marks[PART] = part
            more = {"mode": "overwrite", "partition_by": [column]}
            more["predicate"] = equals(column, part_value(table, part))
            if on is None:
                more = {**_FIRST, "partition_by": [column]}
        write_deltalake(
            on or self._path(table),
            held.begin(),
            storage_options=self._options,
            commit_properties=CommitProperties(custom_metadata=marks),
            writer_properties=WriterProperties(compression="SNAPPY", max_row_group_size=held.together),
            **more,
        )

    def _rows(self, table: type[T], delta: DeltaTable) -> DataFrame[T]:
        arrow = self._guard(table, delta.to_pyarrow_table)
        return table.frame(arrow.to_pandas().sort_values(table.key(), kind="stable"))

    def _grow(self, table: type[Table], delta: DeltaTable | None, frame: pd.DataFrame, content: str) -> None:
        from deltalake import CommitProperties, write_deltalake

        # No silent retry: a commit on another version than the one read would carry a wrong content hash.
        marked = CommitProperties(custom_metadata={CONTENT: content}, max_commit_retries=0)
        rows = to_arrow(frame)
        if delta is None:
            more = {"storage_options": self._options, "commit_properties": marked, **_FIRST}
            write_deltalake(self._path(table), rows, **more)
            return
        same = " AND ".join(f"old.{name} = new.{name}" for name in table.key())
        merge = delta.merge(rows, same, source_alias="new", target_alias="old", commit_properties=marked)
        merge.when_not_matched_insert_all().execute()

    # ------------------------------------------------------------------ trouble

    def _written(self, table: type[Table]) -> TableState:
        written = self.state(table)
        if written is None:
            raise StorageError(f"table {table.table_name()!r} vanished from {self.uri} while it was written; run again")
        return written

    def _try(self, table: type[Table], commit: Callable[[], None], attempt: int) -> bool:
        """Run ``commit``; False where another writer was faster and it should be tried on the new state."""
        from deltalake.exceptions import CommitFailedError, DeltaError

        try:
            self._guard(table, commit)
        except CommitFailedError:
            pass
        except DeltaError as error:
            if not is_conflict(error):
                raise unusable(table, self.uri, error) from None
        else:
            return True
        time.sleep(min(0.02 * 2**attempt, 1.0))
        return False

    def _guard(self, table: type[Table], action: Callable[[], Any]) -> Any:
        return guarded(table, self._path(table), action)
