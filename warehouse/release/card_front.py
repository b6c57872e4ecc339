"""Lines of a card's front matter that all kinds of release share. Values are JSON, which YAML contains."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from valuenet.warehouse.release.rows import file_name

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def size_line(rows: int) -> str:
    """Return the line that tells the hub how large the data set is."""
    return f"size_categories: {as_json([next((name for below, name in _SIZES if rows < below), 'n>1M')])}"


def config_lines(splits: Mapping[str, Sequence[str]], default: str) -> Iterator[str]:
    """Yield the configs with their files, by which `datasets` loads them; ``default`` is the one without a name."""
    yield "configs:"
    for config, parts in splits.items():
        yield f"- config_name: {as_json(config)}"
        if config == default:
            yield "  default: true"
        yield "  data_files:"
        yield from (f"  - {as_json({'split': split, 'path': file_name(config, split)})}" for split in parts)


def info_lines(config: str, splits: Sequence[str], files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what `datasets` keeps of a config beside its columns: a hash of its contents, rows and bytes.

    Its cache names a data set by the name of its folder and a hash of this front matter. Without the contents in it,
    another release of the same name would be answered with the rows of the first.

    Args:
        config: the config.
        splits: its splits, in order.
        files: the files of the release, name -> bytes; those that are not there are left out.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    there = {split: files[name] for split in splits if (name := file_name(config, split)) in files}
    if not there:
        return
    digest = hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in there.values()))
    yield f"  description: {as_json(f'contents sha256:{digest.hexdigest()}')}"
    yield "  splits:"
    total = 0
    for split, data in there.items():
        table = pq.read_table(pa.BufferReader(data))
        total += table.nbytes
        yield f"  - {as_json({'name': split, 'num_bytes': table.nbytes, 'num_examples': table.num_rows})}"
    yield f"  download_size: {sum(map(len, there.values()))}"
    yield f"  dataset_size: {total}"


def as_json(value: Any) -> str:
    """Return ``value`` on one line; so ``no`` stays a word."""
    return json.dumps(value, ensure_ascii=False)
