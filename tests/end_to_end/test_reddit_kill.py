"""A build of support threads that is killed after every commit ends with the contents of one that was left alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from flows.reddit_build import build_reddit
from flows.settings import load_settings
from tests.curation.reddit.community import store_month
from warehouse.reddit_tables import (
    ExamplesSetAside,
    Exchanges,
    Orphans,
    OtherReplies,
    Preferences,
    SupportExamples,
    TextScores,
)
from warehouse.store import Warehouse

ROOT = Path(__file__).resolve().parents[2]
MADE = (Orphans, Exchanges, OtherReplies, TextScores, SupportExamples, ExamplesSetAside, Preferences)
SHARDS = 3


@pytest.mark.slow
def test_a_build_of_support_threads_killed_after_every_commit_ends_with_the_same_contents(prefect_server, tmp_path):
    killed, whole = tmp_path / "killed" / "warehouse", tmp_path / "whole" / "warehouse"
    for warehouse in (killed, whole):
        store_month(Warehouse(warehouse), "2020-05", 0, 30)
        store_month(Warehouse(warehouse), "2020-06", 30, 10)
    command = [sys.executable, "-m", "tests.end_to_end.dying_reddit_builds", str(killed), str(SHARDS)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)
    assert ended.returncode == 0, ended.stderr[-3000:]

    names = [table.table_name() for table in MADE]
    deaths = (killed.parent / "deaths").read_text().splitlines()
    assert deaths == [name for name in names for _ in range(SHARDS if name == "text_scores" else 1)]

    build_reddit(load_settings(None, warehouse=str(whole), reddit_scoring={"shards": SHARDS}))
    for table in MADE:
        left, alone = Warehouse(killed).state(table), Warehouse(whole).state(table)
        assert (left.recipe, left.content) == (alone.recipe, alone.content)
    assert len(Warehouse(killed).read(SupportExamples)) == 40
