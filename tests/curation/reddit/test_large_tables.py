"""Tables larger than memory are read a batch at a time, and answered a batch at a time."""

import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from valuenet.curation.reddit.buckets import Asked, answers, hold_ids, put_aside
from valuenet.curation.reddit.large_tables import open_tables, read_batches

FILES, ROWS, LETTERS = 30, 2_000, 1_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> ds.Dataset:
    """Sixty megabytes of texts in files of two."""
    folder: Path = tmp_path_factory.mktemp("large")
    for number in range(FILES):
        texts = pa.array([f"{number:02} {row:04} {'x' * LETTERS}" for row in range(ROWS)])
        table = pa.table({"post_id": [f"p{number}x{row % 50}" for row in range(ROWS)], "text": texts})
        pq.write_table(table, folder / f"{number:02}.parquet", use_dictionary=False)
    return ds.dataset(folder)


def test_nothing_is_read_ahead_of_a_slow_reader_but_the_rest_of_a_file(large):
    pool = pa.default_memory_pool()
    before, most = pool.bytes_allocated(), 0
    for _ in read_batches(large):
        time.sleep(0.02)
        most = max(most, pool.bytes_allocated() - before)
    assert most < 8 * ROWS * LETTERS  # of 30 files; left to itself, Arrow would have nearly all of them waiting


def test_every_row_is_read_once(large):
    texts = [text for batch in read_batches(large) for text in batch.column("text").to_pylist()]
    assert len(texts) == len(set(texts)) == FILES * ROWS


def test_a_query_is_answered_as_if_it_were_asked_of_the_whole_table(large):
    asked = Asked(large, "rows_of_it", "SELECT post_id FROM rows_of_it WHERE post_id LIKE '%x7'")
    with open_tables() as tables:
        assert sum(len(answer) for answer in answers(tables, asked)) == FILES * ROWS // 50
        hold_ids(tables, "sevens", asked)
        assert tables.sql("SELECT count(DISTINCT post_id) FROM sevens").fetchall() == [(FILES,)]


def test_rows_put_aside_by_post_are_together_and_all_there(large):
    asked = Asked(large, "said", "SELECT post_id, left(text, 7) AS name FROM said")
    with open_tables() as tables:
        spool = put_aside(tables, "post_id", 9_000, asked)
    seen: dict[str, int] = {}
    for number, cells in enumerate(spool.portions(9_000)):
        rows = spool.read(cells)
        assert len(rows) <= 9_000
        for post in np.unique(rows["post_id"].to_numpy()):
            assert seen.setdefault(post, number) == number
    assert sum(spool.rows.values()) == FILES * ROWS
    assert len(seen) == FILES * 50


def test_a_table_without_rows_has_answers_without_rows():
    empty = ds.dataset(pa.table({"post_id": pa.array([], pa.string())}))
    with open_tables() as tables:
        assert len(put_aside(tables, "post_id", 10, Asked(empty, "none", "SELECT * FROM none")).rows) == 0
