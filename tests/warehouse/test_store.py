"""The warehouse loses nothing, doubles nothing and never holds half a table."""

import multiprocessing as mp
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from valuenet.warehouse.crowd_tables import Gold
from valuenet.warehouse.store import StorageError, TableMissingError, Warehouse
from valuenet.warehouse.store_errors import DamagedTableError, OutrunError
from valuenet.warehouse.tables import ContractError, Scenarios


def scenarios(count: int, text: str = "a text") -> pd.DataFrame:
    return Scenarios.frame(
        [{"scenario_id": f"s-{i:04}", "text": text, "corpus": "c", "area": "a"} for i in range(count)]
    )


def gold(start: int, stop: int, label: str = "yes") -> pd.DataFrame:
    rows = [{"scenario_id": f"s-{i:04}", "value": "POWER", "text": "t", "label": label} for i in range(start, stop)]
    return Gold.frame(rows)


@pytest.fixture
def store(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "warehouse")


def test_what_was_written_is_read_back_in_key_order(store: Warehouse) -> None:
    store.write(Scenarios, scenarios(50).sample(frac=1, random_state=3), recipe="r")
    assert store.read(Scenarios)["scenario_id"].tolist() == sorted(scenarios(50)["scenario_id"])


def test_the_same_rows_by_the_same_recipe_are_not_committed_again(store: Warehouse) -> None:
    first = store.write(Scenarios, scenarios(5), recipe="r")
    assert store.write(Scenarios, scenarios(5).iloc[::-1], recipe="r") == first
    assert store.write(Scenarios, scenarios(5), recipe="another").version == first.version + 1


def test_any_version_can_be_read_by_number_or_by_content(store: Warehouse) -> None:
    old = store.write(Scenarios, scenarios(5), recipe="r")
    store.write(Scenarios, scenarios(9), recipe="r")
    assert len(store.read(Scenarios, old.version)) == 5
    assert len(store.read(Scenarios, old.content[:12])) == 5
    assert len(store.read(Scenarios)) == 9


@pytest.mark.parametrize("version", [7, "7", "deadbeef"])
def test_a_version_that_is_not_there_is_named_with_those_that_are(store: Warehouse, version: int | str) -> None:
    store.write(Scenarios, scenarios(5), recipe="r")
    with pytest.raises(TableMissingError, match="versions 0 to 0"):
        store.read(Scenarios, version)


def test_a_missing_table_says_what_makes_it(store: Warehouse) -> None:
    with pytest.raises(TableMissingError, match="valuenet build"):
        store.read(Scenarios)
    assert store.read_or_empty(Scenarios).empty
    assert store.state(Scenarios) is None
    assert store.tables() == []


def test_rows_that_break_the_contract_are_not_stored(store: Warehouse) -> None:
    with pytest.raises(ContractError, match="scenario_id"):
        store.write(Scenarios, scenarios(3).assign(scenario_id="no prefix"), recipe="r")
    assert store.state(Scenarios) is None


def test_a_raw_table_grows_by_key_and_keeps_the_first_answer(store: Warehouse) -> None:
    assert store.append(Gold, gold(0, 5)) == 5
    assert store.append(Gold, gold(3, 8, label="no")) == 3
    assert store.append(Gold, gold(0, 8)) == 0
    assert store.read(Gold)["label"].tolist() == ["yes"] * 5 + ["no"] * 3
    assert [c["rows"] for c in store.history(Gold)] == [3, 5]


def test_the_content_hash_of_a_grown_table_does_not_depend_on_the_steps(tmp_path: Path) -> None:
    one, two = Warehouse(tmp_path / "one"), Warehouse(tmp_path / "two")
    one.append(Gold, gold(0, 8))
    two.append(Gold, gold(4, 8))
    two.append(Gold, gold(0, 6))
    states = one.state(Gold), two.state(Gold)
    assert len({state.content for state in states if state is not None}) == 1


def test_history_names_both_hashes(store: Warehouse) -> None:
    state = store.write(Scenarios, scenarios(4), recipe="recipe-1")
    [commit] = store.history(Scenarios)
    assert (commit["recipe"], commit["content"], commit["rows"]) == ("recipe-1", state.content, 4)


def _append_in_a_process(uri: str, start: int) -> None:
    Warehouse(uri).append(Gold, gold(start, start + 10))


def test_writers_at_once_lose_nothing_and_double_nothing(store: Warehouse) -> None:
    context = mp.get_context("spawn")
    workers = [context.Process(target=_append_in_a_process, args=(store.uri, 5 * i)) for i in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [w.exitcode for w in workers] == [0, 0, 0, 0]
    assert store.read(Gold)["scenario_id"].tolist() == [f"s-{i:04}" for i in range(25)]


def _overwrite_in_a_process(uri: str, count: int) -> None:
    for _ in range(3):
        Warehouse(uri).write(Scenarios, scenarios(count), recipe=f"r{count}")


def test_two_who_replace_a_table_leave_one_of_the_two_whole(store: Warehouse) -> None:
    context = mp.get_context("spawn")
    workers = [context.Process(target=_overwrite_in_a_process, args=(store.uri, n)) for n in (300, 400)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [w.exitcode for w in workers] == [0, 0]
    state = store.state(Scenarios)
    assert state is not None
    assert len(store.read(Scenarios)) == int(state.recipe[1:])


_FULL_DISK = """
import resource, sys
from tests.warehouse.test_store import scenarios
from valuenet.warehouse.store import StorageError, Warehouse
from valuenet.warehouse.tables import Scenarios
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
try:
    Warehouse(sys.argv[1]).write(Scenarios, scenarios(5_000), recipe="big")
except StorageError as error:
    print(error)
    sys.exit(3)
"""


def run_python(code: str, *args: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(
        [sys.executable, "-c", code, *args], cwd=root, env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_full_disk_leaves_the_table_as_it_was(store: Warehouse) -> None:
    store.write(Scenarios, scenarios(5), recipe="small")
    done = run_python(_FULL_DISK, store.uri)
    assert done.returncode == 3, done.stderr
    assert "run the same command again" in done.stdout
    assert len(store.read(Scenarios)) == 5
    store.write(Scenarios, scenarios(5_000), recipe="big")
    assert len(store.read(Scenarios)) == 5_000


_WRITE_FOR_EVER = """
import sys
from tests.warehouse.test_store import scenarios
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Scenarios
store = Warehouse(sys.argv[1])
for n in range(100, 10_000):
    store.write(Scenarios, scenarios(n), recipe=str(n))
    print(n, flush=True)
"""


@pytest.mark.parametrize("delay", [0.0, 0.013, 0.037])
def test_a_writer_killed_at_any_moment_leaves_a_whole_table(store: Warehouse, delay: float) -> None:
    root = Path(__file__).resolve().parents[2]
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITE_FOR_EVER, store.uri], cwd=root, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert writer.stdout is not None
    writer.stdout.readline()
    time.sleep(delay)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    state = store.state(Scenarios)
    assert state is not None
    assert len(store.read(Scenarios)) == int(state.recipe)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageError, match="scenarios"):
        Warehouse(tmp_path / "file").write(Scenarios, scenarios(2), recipe="r")


def test_file_size_limit_of_this_process_is_untouched() -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def _files(store: Warehouse, pattern: str) -> list[Path]:
    return sorted((Path(store.uri) / "scenarios").glob(pattern))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGES = {
    "a commit is missing": lambda store: _files(store, "_delta_log/*.json")[0].unlink(),
    "a commit is empty": lambda store: _files(store, "_delta_log/*.json")[-1].write_bytes(b""),
    "a commit is no JSON": lambda store: _files(store, "_delta_log/*.json")[-1].write_text("{"),
    "a commit is cut": lambda store: _cut(_files(store, "_delta_log/*.json")[-1]),
    "a data file is cut": lambda store: [_cut(file) for file in _files(store, "*.parquet")],
    "a data file is empty": lambda store: [file.write_bytes(b"") for file in _files(store, "*.parquet")],
    "a data file is missing": lambda store: [file.unlink() for file in _files(store, "*.parquet")],
    "a data file is another": lambda store: [file.write_text("no Parquet") for file in _files(store, "*.parquet")],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_table_is_one_sentence_with_what_to_do(store: Warehouse, damage: str) -> None:
    store.write(Scenarios, scenarios(5), recipe="r")
    store.write(Scenarios, scenarios(9), recipe="s")
    DAMAGES[damage](store)
    with pytest.raises(StorageError) as found:
        store.read(Scenarios)
    message = str(found.value)
    assert "table 'scenarios'" in message
    assert "\n" not in message
    assert "bring its folder back" in message or "run the same command again" in message


def test_a_damaged_table_that_people_filled_is_never_told_to_be_removed(store: Warehouse) -> None:
    store.append(Gold, gold(0, 3))
    for file in (Path(store.uri) / "gold").glob("*.parquet"):
        file.unlink()
    with pytest.raises(DamagedTableError, match="cannot be made again: bring its folder back from a copy"):
        store.read(Gold)


@pytest.mark.parametrize("act", ["write", "append", "write_part"])
def test_a_write_that_others_outran_each_time_is_an_error_and_no_success(
    store: Warehouse, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Warehouse, "_try", lambda *_: False)
    monkeypatch.setattr("valuenet.warehouse.store.part_column", lambda _: "scenario_id")
    calls = {
        "write": lambda: store.write(Scenarios, scenarios(3), recipe="r"),
        "append": lambda: store.append(Gold, gold(0, 3)),
        "write_part": lambda: store.write_part(Scenarios, "s-0000", scenarios(1), recipe="r"),
    }
    with pytest.raises(OutrunError, match="other writers were faster 20 times and nothing of this run is in it"):
        calls[act]()


def test_the_state_of_another_writer_is_not_returned_as_one_s_own(store: Warehouse, monkeypatch) -> None:
    theirs = store.write(Scenarios, scenarios(2), recipe="theirs")
    monkeypatch.setattr(Warehouse, "_try", lambda *_: False)
    with pytest.raises(OutrunError):
        store.write(Scenarios, scenarios(7), recipe="ours")
    assert store.state(Scenarios) == theirs
