"""Dump files decoded by us, by `json` line by line and by DuckDB, in one run. Not part of ``make test``.

Peers build the same frame from the same lines, but check nothing. DuckDB cannot unpack a window of 2 GiB, so it reads
files packed again with the usual one, which is easier; it runs on one thread, as the others do. Times are processor
seconds of the best of three rounds. The dump is a made one of three months; ``VALUENET_BENCHMARK_DUMP`` names another
(the README's numbers come from one of 100,000 posts and a million comments).
"""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import zstandard

from curation.reddit.decoding import DecodingSettings, decode_dump
from curation.reddit.dump_files import POSTS, Dump, DumpFile
from curation.reddit.dump_lines import COMMENT_COLUMNS, POST_COLUMNS
from curation.reddit.line_checks import _plain

WRITTEN = ("title", "selftext", "body", "url")
TYPES = {"score": "BIGINT", "stickied": "BOOLEAN", "is_self": "BOOLEAN", "_meta": "STRUCT(was_deleted_later BOOLEAN)"}


@pytest.fixture(scope="module")
def dump(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Dump:
    if "VALUENET_BENCHMARK_DUMP" in os.environ:
        return Dump(os.environ["VALUENET_BENCHMARK_DUMP"])
    out = tmp_path_factory.mktemp("dump")
    maker = shared / "tools" / "make_offmychest_dump.py"
    command = [sys.executable, str(maker), "--out", str(out), "--posts", "6000", "--months", "2021-01:2021-03"]
    subprocess.run(command, check=True, capture_output=True)
    return Dump(out)


def ours(dump: Dump, file: DumpFile) -> pd.DataFrame:
    with dump.open(file) as stream:
        return decode_dump(stream, DecodingSettings(), name=file.name, kind=file.kind, month=file.month).raw


def line_by_line(dump: Dump, file: DumpFile) -> pd.DataFrame:
    columns = POST_COLUMNS if file.kind == POSTS else COMMENT_COLUMNS
    rows = []
    with dump.open(file) as stream:
        unpacked = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(stream, read_across_frames=True)
        for number, line in enumerate(io.TextIOWrapper(unpacked, encoding="utf-8"), 1):
            found = json.loads(line)
            found["created_utc"] = int(float(found["created_utc"]))
            found["deleted_later"] = (found.get("_meta") or {}).get("was_deleted_later") is True
            found["line"] = number
            for name in WRITTEN:
                if "&" in (found.get(name) or ""):
                    found[name] = _plain(found[name])
            rows.append([found.get(name) for name in columns])
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


def by_duckdb(connection: duckdb.DuckDBPyConnection, packed: Path, file: DumpFile) -> pd.DataFrame:
    columns = [name for name in (POST_COLUMNS if file.kind == POSTS else COMMENT_COLUMNS) if name != "line"]
    read = ["_meta" if name == "deleted_later" else name for name in columns]
    types = ", ".join(f"'{name}': '{TYPES.get(name, 'VARCHAR')}'" for name in read)
    taken = {
        "created_utc": "CAST(created_utc AS DOUBLE)::BIGINT AS created_utc",
        "deleted_later": "coalesce(_meta.was_deleted_later, false) AS deleted_later",
    }
    for name in WRITTEN:
        taken[name] = f"replace(replace(replace({name}, '&lt;', '<'), '&gt;', '>'), '&amp;', '&') AS {name}"
    wanted = ", ".join(taken.get(name, name) for name in columns)
    source = f"read_json('{packed}', format='newline_delimited', compression='zstd', columns={{{types}}})"
    return connection.sql(f"SELECT {wanted} FROM {source}").df()


def seconds(work: Callable[[], Any], rounds: int = 3) -> float:
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def packed_again(dump: Dump, file: DumpFile, folder: Path) -> Path:
    path = folder / f"{file.name}.zst"
    with dump.open(file) as stream, path.open("wb") as out:
        reader = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(stream, read_across_frames=True)
        zstandard.ZstdCompressor(level=3).copy_stream(reader, out)
    return path


def test_decoding_is_faster_than_its_peers(dump: Dump, tmp_path: Path, benchmark: Any) -> None:
    files = [file for file in dump.files() if file.size > 100_000] or dump.files()
    packed = [packed_again(dump, file, tmp_path) for file in files]
    connection = duckdb.connect(config={"threads": 1})
    own = seconds(lambda: [ours(dump, file) for file in files])
    plain = seconds(lambda: [line_by_line(dump, file) for file in files])
    duck = seconds(lambda: [by_duckdb(connection, *pair) for pair in zip(packed, files, strict=True)])
    rows = sum(len(ours(dump, file)) for file in files)
    benchmark.pedantic(lambda: [ours(dump, file) for file in files], rounds=1)
    benchmark.extra_info |= {
        "rows": rows,
        "rows_per_second": round(rows / own),
        "ratio_json": round(plain / own, 2),
        "ratio_duckdb": round(duck / own, 2),
    }
    print(f"\n{benchmark.extra_info}")
    assert plain / own >= 4
    assert duck / own >= 1.5


def test_peers_build_the_same_rows(dump: Dump, tmp_path: Path) -> None:
    connection = duckdb.connect(config={"threads": 1})
    for file in dump.files()[:2]:
        own = ours(dump, file)
        for peer in (line_by_line(dump, file), by_duckdb(connection, packed_again(dump, file, tmp_path), file)):
            same = ["id", "author", "created_utc", "score"]
            assert own[same].astype("str").equals(peer[same].astype("str"))
