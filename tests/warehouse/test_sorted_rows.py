"""Rows larger than memory: put aside, cut into portions, sorted, and written with the hash a frame would have."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from valuenet.warehouse.hashing import ContentHash, content_hash
from valuenet.warehouse.reddit_tables import ExamplesSetAside, OtherReplies
from valuenet.warehouse.sorted_rows import SortedRows
from valuenet.warehouse.spool import Spool, SpoolError, cells_for
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import ContractError

RNG = np.random.default_rng(0)


def set_aside(count: int) -> pd.DataFrame:
    """Return replies, three of an exchange."""
    named = [{"exchange_id": f"x-{k // 3:016x}", "turn": 2 * (k % 3) + 2, "reason": "crisis"} for k in range(count)]
    return ExamplesSetAside.frame(named)


def sorted_rows(frame: pd.DataFrame, at_once: int, portion: int) -> SortedRows:
    mixed = frame.sample(frac=1, random_state=5)
    rows = SortedRows(ExamplesSetAside, at_once)
    for start in range(0, len(mixed), portion):
        rows.add(pa.Table.from_pandas(mixed.iloc[start : start + portion], preserve_index=False))
    return rows


@pytest.mark.parametrize("at_once", [1, 10, 100, 1000])
def test_rows_come_in_the_order_of_their_key_in_frames_of_about_the_size_asked(at_once):
    frame = set_aside(600)
    frames = list(sorted_rows(frame, at_once, 70))
    assert pd.concat(frames, ignore_index=True).equals(frame)
    assert max(map(len, frames)) <= max(at_once, 3 * 16 * 2)  # a sample of one in sixteen tells where to cut
    assert at_once < 1000 or len(frames) == 1


def test_rows_may_be_gone_through_again_and_none_are_none():
    rows = sorted_rows(set_aside(30), 10, 7)
    assert pd.concat(list(rows)).equals(pd.concat(list(rows)))
    assert list(SortedRows(ExamplesSetAside)) == []
    assert SortedRows(ExamplesSetAside).whole().equals(ExamplesSetAside.frame())


def test_a_spool_gives_each_cell_back_in_portions_that_are_full_but_not_over():
    spool = Spool(pa.schema([("k", pa.int64()), ("t", pa.string())]))
    numbers = RNG.permutation(1000)
    cells = numbers % 37
    for part in np.array_split(np.arange(1000), 9):
        texts = [f"text {k}" for k in numbers[part]]
        spool.add(pa.table({"t": texts, "left out": texts, "k": numbers[part]}), cells[part])
    portions = list(spool.portions(100))
    assert [cell for cells in portions for cell in cells] == list(range(37))
    for cells in portions:
        rows = spool.read(cells)
        assert 70 < len(rows) <= 100 or cells == portions[-1]
        assert {k % 37 for k in rows["k"].to_pylist()} == set(cells)
        assert rows["t"].to_pylist() == [f"text {k}" for k in rows["k"].to_pylist()]
    assert list(spool.portions(5)) == [[cell] for cell in range(37)]
    assert len(spool.read([99])) == 0


def test_a_spool_has_no_name_that_a_killed_process_could_leave(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    spool = Spool(pa.schema([("t", pa.string())]))
    spool.add(pa.table({"t": ["a text"]}), np.zeros(1, dtype=int))
    assert list(tmp_path.iterdir()) == []
    assert spool.read([0])["t"].to_pylist() == ["a text"]


def test_no_room_for_temporary_files_is_said_with_what_to_do(monkeypatch):
    spool = Spool(pa.schema([("t", pa.string())]))

    class FullDisk:
        def seek(self, *_: int) -> int:
            return 0

        def write(self, _: object) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool, "_file", FullDisk())
    with pytest.raises(SpoolError, match=r"No space left on device.*TMPDIR"):
        spool.add(pa.table({"t": ["a text"]}), np.zeros(1, dtype=int))


def test_there_are_as_many_cells_as_make_portions_nearly_full():
    assert cells_for(0, 100) == cells_for(100, 100) == 4
    assert cells_for(101, 100) == 8
    assert cells_for(10**9, 1) == 4096


def test_frames_one_by_one_are_the_table_that_one_frame_is(tmp_path):
    frame = set_aside(100)
    one, some = Warehouse(tmp_path / "one"), Warehouse(tmp_path / "some")
    written = one.write(ExamplesSetAside, frame, recipe="r")
    assert some.write(ExamplesSetAside, sorted_rows(frame, 20, 30), recipe="r").content == written.content
    assert some.read(ExamplesSetAside).equals(one.read(ExamplesSetAside))
    again = some.write(ExamplesSetAside, iter([frame[:40], frame[40:40], frame[40:]]), recipe="r")
    assert again.version == 0  # the same rows: nothing to commit
    assert some.write(ExamplesSetAside, [], recipe="none").content == content_hash(set_aside(0), [])
    assert some.read(ExamplesSetAside).empty


def test_a_hash_taken_frame_by_frame_is_that_of_the_whole():
    frame = set_aside(50)
    content = ContentHash(frame[:0])
    for part in (frame[:7], frame[7:8], frame[8:]):
        content.add(part)
    assert content.hexdigest() == content_hash(frame, ExamplesSetAside.key())


def test_frames_that_overlap_or_break_the_contract_leave_the_table_as_it_was(tmp_path):
    store, frame = Warehouse(tmp_path), set_aside(30)
    store.write(ExamplesSetAside, frame, recipe="r")
    for parts in ([frame[:10], frame[9:]], [frame[10:], frame[:10]]):
        with pytest.raises(ContractError, match="follows one that ends with"):
            store.write(ExamplesSetAside, parts, recipe="r2")
    with pytest.raises(ContractError):
        store.write(ExamplesSetAside, [frame[:10], OtherReplies.frame()[:0], frame[10:].assign(turn=-1)], recipe="r2")
    assert store.state(ExamplesSetAside).recipe == "r"
    assert store.read(ExamplesSetAside).equals(frame)
