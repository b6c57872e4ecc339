"""Tables written in parts: each part replaced alone, states told by part, the past forgotten on request."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from valuenet.warehouse.crowd_tables import Labels
from valuenet.warehouse.reddit_tables import Preferences, RedditRejected, TextScores
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import ContractError


def _rejected(month: str, lines: int, detail: str = "no JSON") -> Any:
    row = {"source_file": f"RS_{month}.zst", "month": month, "reason": "not-json", "detail": detail}
    return RedditRejected.frame([{**row, "source_line": line} for line in range(1, lines + 1)])


@pytest.fixture
def store(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


def test_a_part_is_replaced_and_the_others_stay(store: Warehouse) -> None:
    store.write_part(RedditRejected, "2019-01", _rejected("2019-01", 3), recipe="r1")
    store.write_part(RedditRejected, "2019-02", _rejected("2019-02", 2), recipe="r1")
    store.write_part(RedditRejected, "2019-01", _rejected("2019-01", 1), recipe="r2")
    assert store.read(RedditRejected)["month"].tolist() == ["2019-01", "2019-02", "2019-02"]
    assert {part: state.recipe for part, state in store.parts(RedditRejected).items()} == {
        "2019-01": "r2",
        "2019-02": "r1",
    }


def test_the_same_rows_by_the_same_recipe_are_not_committed_again(store: Warehouse) -> None:
    first = store.write_part(RedditRejected, "2019-01", _rejected("2019-01", 3), recipe="r1")
    assert store.write_part(RedditRejected, "2019-01", _rejected("2019-01", 3), recipe="r1") == first


def test_an_empty_part_is_known_as_written(store: Warehouse) -> None:
    store.write_part(RedditRejected, "2019-01", _rejected("2019-01", 0), recipe="r1")
    store.write_part(RedditRejected, "2019-02", _rejected("2019-02", 0), recipe="r1")
    assert list(store.parts(RedditRejected)) == ["2019-01", "2019-02"]
    assert store.read_part(RedditRejected, "2019-02").empty


def test_parts_written_at_once_are_all_there(store: Warehouse) -> None:
    months = [f"2020-{month:02d}" for month in range(1, 9)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda m: store.write_part(RedditRejected, m, _rejected(m, 2), recipe="r"), months))
    assert list(store.parts(RedditRejected)) == months
    assert len(store.read(RedditRejected)) == 16


def test_the_state_of_the_whole_changes_with_any_part_and_not_with_their_order(tmp_path: Path) -> None:
    contents = []
    for order in (("2019-01", "2019-02"), ("2019-02", "2019-01")):
        store = Warehouse(tmp_path / order[0])
        for month in order:
            store.write_part(RedditRejected, month, _rejected(month, 2), recipe="r")
        state = store.state(RedditRejected)
        assert state is not None
        contents.append(state.content)
    assert contents[0] == contents[1]
    store.write_part(RedditRejected, "2019-02", _rejected("2019-02", 3), recipe="r")
    changed = store.state(RedditRejected)
    assert changed is not None
    assert changed.content != contents[0]


def test_rows_of_another_part_are_refused(store: Warehouse) -> None:
    with pytest.raises(ContractError, match="another month than '2019-02'"):
        store.write_part(RedditRejected, "2019-02", _rejected("2019-01", 1), recipe="r")


def test_a_table_that_is_written_whole_has_no_parts(store: Warehouse) -> None:
    with pytest.raises(ContractError, match="written whole"):
        store.write_part(Labels, "2019-02", Labels.frame(), recipe="r")


def test_parts_may_be_numbers(store: Warehouse) -> None:
    row = {"valence": 3.0, "intensity": 1.0}
    row |= {f"category_{n}": "Face" for n in (1, 2, 3)} | {f"probability_{n}": 0.5 for n in (1, 2, 3)}  # type: ignore[dict-item]
    for shard in (1, 12):
        frame = TextScores.frame([{**row, "text_id": f"t-{shard}", "shard": shard}])
        store.write_part(TextScores, str(shard), frame, recipe="r")
    assert store.read_part(TextScores, "12")["text_id"].tolist() == ["t-12"]


def test_what_was_replaced_is_gone_from_the_disk_once_the_past_is_forgotten(store: Warehouse, tmp_path: Path) -> None:
    store.write_part(RedditRejected, "2019-01", _rejected("2019-01", 1, "to be withdrawn"), recipe="r1")
    store.write_part(RedditRejected, "2019-01", _rejected("2019-01", 1, "withdrawn"), recipe="r2")
    files = tmp_path / "warehouse" / "reddit_rejected"
    assert len(list(files.rglob("*.parquet"))) == 2
    assert store.forget_past(RedditRejected) == 1
    assert len(list(files.rglob("*.parquet"))) == 1
    assert store.read(RedditRejected)["detail"].tolist() == ["withdrawn"]


def test_the_log_of_a_table_holds_no_text_of_its_rows(store: Warehouse) -> None:
    store.write_part(RedditRejected, "2019-01", _rejected("2019-01", 2, detail="a secret"), recipe="r")
    store.write_part(RedditRejected, "2019-01", _rejected("2019-01", 2, detail="something else"), recipe="r")
    assert store.forget_past(RedditRejected) == 1
    written = [path.read_bytes() for path in Path(store.uri).rglob("*") if path.is_file()]
    assert not any(b"a secret" in data for data in written)


def test_forgetting_the_past_commits_nothing_and_takes_along_what_killed_writers_left(store: Warehouse) -> None:
    for recipe in ("r1", "r2"):
        store.write(Preferences, Preferences.frame(), recipe=recipe)
    folder = Path(store.uri) / "preferences"
    for name, age in (("left.parquet", 2), ("at-work.parquet", 0)):
        (folder / name).write_bytes(b"rows")
        os.utime(folder / name, (time.time() - 3600 * age,) * 2)
    state, kept = store.state(Preferences), len(list(folder.glob("*.parquet")))
    removed = store.forget_past(Preferences)
    assert removed >= 1
    assert not (folder / "left.parquet").exists()
    assert len(list(folder.glob("*.parquet"))) == kept - removed
    assert (folder / "at-work.parquet").exists()
    assert store.state(Preferences) == state
    assert store.forget_past(Preferences) == 0
