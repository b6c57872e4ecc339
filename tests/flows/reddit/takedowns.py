"""Take-downs as the tests make them, and what is looked at afterwards."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import valuenet.flows.reddit.takedown as takedown
from valuenet.flows.reddit.takedown import withdraw_requests
from valuenet.flows.reddit.takedown_report import TakedownReport
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.reddit_tables import (
    Comments,
    Exchanges,
    OtherReplies,
    Posts,
    Preferences,
    Repeats,
    SupportExamples,
    TextScores,
    Withdrawals,
)
from valuenet.warehouse.store import Warehouse

LIST = "t1_p1c4\nt3_p2\nu-rejected-r9\n"
DAY = takedown.dt.datetime(2026, 11, 22, 9, 30, tzinfo=takedown.dt.UTC)


def withdraw(settings: ValuenetSettings, text: str = "t1_p1c4\nt3_p2\n", day: Any = DAY) -> TakedownReport:
    return withdraw_requests(settings, takedown.read_requests(text), day)


def everything_in(folder: Path) -> str:
    """Every byte of every file, Parquet files as their rows."""
    said = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        said.append(pq.read_table(path).to_pandas().to_string() if path.suffix == ".parquet" else "")
        said.append(path.read_bytes().decode("latin-1"))
    return "\n".join(said)


def contents(store: Warehouse) -> dict[str, Any]:
    tables = (Posts, Comments, Repeats, Exchanges, OtherReplies, SupportExamples, Preferences, TextScores, Withdrawals)
    return {table.table_name(): store.state(table) for table in tables}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
