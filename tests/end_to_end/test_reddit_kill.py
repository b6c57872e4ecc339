"""A build of support threads, killed after commits and between buckets, ends with the contents of one left alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.curation.reddit.community import store_month
from tests.end_to_end.dying_reddit_builds import SMALL
from valuenet.flows.reddit.build import build_reddit
from valuenet.flows.settings.valuenet import load_settings
from valuenet.warehouse.reddit_tables import (
    ExamplesSetAside,
    Exchanges,
    Orphans,
    OtherReplies,
    Preferences,
    Repeats,
    SupportExamples,
    TextScores,
)
from valuenet.warehouse.store import Warehouse

ROOT = Path(__file__).resolve().parents[2]
MADE = (Repeats, Orphans, Exchanges, OtherReplies, TextScores, SupportExamples, ExamplesSetAside, Preferences)
SHARDS = 3


@pytest.mark.slow
def test_a_build_of_support_threads_killed_anywhere_ends_with_the_same_contents(prefect_server, tmp_path):
    killed, whole, at_once = (tmp_path / name / "warehouse" for name in ("killed", "whole", "at once"))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for warehouse in (killed, whole, at_once):
        store_month(Warehouse(warehouse), "2020-05", 0, 30)
        store_month(Warehouse(warehouse), "2020-06", 30, 10)
    command = [sys.executable, "-m", "tests.end_to_end.dying_reddit_builds", str(killed), str(SHARDS)]
    env = {**os.environ, "TMPDIR": str(temporary)}
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=900)
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert list(temporary.iterdir()) == []

    names = [table.table_name() for table in MADE]
    deaths = (killed.parent / "deaths").read_text().splitlines()
    commits = [name for name in deaths if name in names]
    assert commits == [name for name in names for _ in range(SHARDS if name == "text_scores" else 1)]
    between = [f"between buckets of {name}" for name in ("exchanges", "other_replies", "drafts")]
    assert sorted(set(deaths) - set(names)) == sorted([*between, "all rows but the end"])

    build_reddit(load_settings(None, {"reddit.scoring.shards": SHARDS, **SMALL}, warehouse=str(whole)))
    build_reddit(load_settings(None, {"reddit.scoring.shards": SHARDS}, warehouse=str(at_once)))
    for table in MADE:
        left, alone, large = (Warehouse(place).state(table) for place in (killed, whole, at_once))
        assert (left.recipe, left.content) == (alone.recipe, alone.content)
        assert large.content == alone.content
    assert len(Warehouse(killed).read(SupportExamples)) == 40
