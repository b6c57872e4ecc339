"""One shard of texts to one shard of scores. A shard appears under its name only when it is whole."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from valuenet.models.scoring.source import ScoringSourceError, Shard, Source
from valuenet.models.values.scoring import ScoringSettings
from valuenet.warehouse.errors import InputError, StorageError
from valuenet.warehouse.filesystems import open_filesystem
from valuenet.warehouse.hashing import hash_id
from valuenet.warehouse.recipes.recipe import make_recipe
from valuenet.warehouse.vocabulary import VALUES

if TYPE_CHECKING:
    from valuenet.models.values.pair_scorer import PairScorer

RECORD = "scoring.json"


class ScoresExistError(InputError):
    """The place for scores holds those of another model, other texts or other settings."""


class ScoringJob(NamedTuple):
    """What is scored by what, and where to. Small enough to be sent to any process."""

    source: str
    model: str
    out: str
    settings: ScoringSettings


class ShardReport(NamedTuple):
    """What became of the texts of one shard."""

    number: int
    texts: int
    rejected: int


def begin_scoring(job: ScoringJob) -> tuple[list[Shard], list[Shard]]:
    """Return all shards of the job and those still to be scored; the place remembers what it is for.

    Raises:
        ScoringSourceError: if the texts cannot be read.
        NotAValueModelError: if there is no model.
        ScoresExistError: if other scores lie there.
        StorageError: if nothing can be written there.
    """
    from valuenet.models.values.record import read_record

    record = read_record(Path(job.model))
    source = Source(job.source)
    shards = source.shards(job.settings.shard_rows)
    decides = job.settings.model_dump_json(exclude={"processes"}) + str(job.settings.uses_bf16())
    code = make_recipe([score_shard], {}, {}, step="score texts").key()
    recipe = hash_id("x-", record.recipe, source.content(), decides, code)
    folder = _Place(job.out)
    folder.remove_drafts()
    description = json.dumps({"recipe": recipe, "model": record.recipe, "shards": len(shards)}, indent=2) + "\n"
    names = folder.names()
    if RECORD in names:
        if folder.read(RECORD) != description:
            raise ScoresExistError(
                f"{job.out} holds scores of another model, texts, settings or code; give another --out"
            )
    elif names:
        raise ScoresExistError(f"{job.out} is not empty and holds no scores ({sorted(names)[0]}); give another --out")
    else:
        folder.write_text(RECORD, description)
    return shards, [shard for shard in shards if shard.name("scores") not in names]


def score_shard(job: ScoringJob, shard: Shard) -> ShardReport:
    """Score the texts of ``shard``: columns file, row (from 1), text and ten utilities; rejects with their reason.

    Memory holds one chunk of texts, however long the shard. The rejects are in place before the scores are.

    Raises:
        StorageError: if the scores cannot be written.
    """
    model, output = open_model(job.model, job.settings), _Place(job.out)
    with _one_thread(), tempfile.TemporaryDirectory() as folder:
        scores, rejects = Path(folder) / "scores", Path(folder) / "rejects"
        counts = _write(Source(job.source), shard, model, job.settings, scores, rejects)
        if counts.rejected:
            output.take(rejects, shard.name("rejects"))
        output.take(scores, shard.name("scores"))
    return counts


@contextmanager
def _one_thread() -> Iterator[None]:
    """Compute with one thread: shards are what runs in parallel, and the bytes must not depend on the machine."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@lru_cache(maxsize=1)
def open_model(folder: str, settings: ScoringSettings) -> PairScorer:
    """Return the model, loaded once per process, computing as ``settings`` say."""
    import torch

    from valuenet.models.values.loading import load_value_model
    from valuenet.models.values.model import EncoderModel

    model = load_value_model(folder, bf16=settings.uses_bf16(), batch_size=settings.rows_at_once())
    if settings.compile and isinstance(model, EncoderModel):
        model.model = torch.compile(model.model, dynamic=True)
    return model


def _write(
    source: Source, shard: Shard, model: PairScorer, settings: ScoringSettings, scores: Path, rejects: Path
) -> ShardReport:
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = [pa.field("file", pa.string()), pa.field("row", pa.int64()), pa.field("text", pa.string())]
    good = pa.schema([*fields, *(pa.field(value, pa.float32()) for value in VALUES)])
    bad = pa.schema([*fields, pa.field("reason", pa.string())])
    row, rejected = shard.first, 0
    with pq.ParquetWriter(scores, good, compression="zstd") as kept, pq.ParquetWriter(rejects, bad) as left:
        for texts in source.chunks(shard, settings.chunk):
            rows = [(shard.file, row + at, text, _reason(text, settings)) for at, text in enumerate(texts, 1)]
            judged = [scored[:3] for scored in rows if scored[3] is None]
            refused = [scored for scored in rows if scored[3] is not None]
            utilities = model.predict([str(text) for _, _, text in judged])
            kept.write_table(_table([*_columns(judged, 3), *utilities.T], good))
            left.write_table(_table(_columns(refused, 4), bad))
            row, rejected = row + len(texts), rejected + len(refused)
    return ShardReport(shard.number, row - shard.first, rejected)


def _table(columns: list[Any], schema: Any) -> Any:
    import pyarrow as pa

    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _reason(text: str | None, settings: ScoringSettings) -> str | None:
    """Return why a text is not scored; None where it is."""
    if text is None or not text.strip():
        return "blank"
    return "too long" if len(text) > settings.max_characters else None


def _columns(rows: list[Any], wide: int) -> list[list[Any]]:
    return [[row[at] for row in rows] for at in range(wide)]


class _Place:
    """A folder or prefix that takes whole files."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._files, self._root = open_filesystem(uri, ScoringSourceError)

    def names(self) -> set[str]:
        """Return the files that are whole."""
        import pyarrow.fs

        entries = self._files.get_file_info(pyarrow.fs.FileSelector(self._root, allow_not_found=True))
        return {info.base_name for info in entries if not info.base_name.startswith(".")}

    def remove_drafts(self) -> None:
        """Take away what a killed run had begun to write."""
        import pyarrow.fs

        for info in self._files.get_file_info(pyarrow.fs.FileSelector(self._root, allow_not_found=True)):
            if info.base_name.startswith(".") and info.base_name.endswith(".writing"):
                self._files.delete_file(info.path)

    def read(self, name: str) -> str:
        """Return the text of a file."""
        with self._files.open_input_stream(f"{self._root}/{name}") as stream:
            return bytes(stream.read()).decode()

    def write_text(self, name: str, text: str) -> None:
        """Write a small file."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / name
            file.write_text(text, encoding="utf-8")
            self.take(file, name)

    def take(self, file: Path, name: str) -> None:
        """Copy a local file here; it gets its name when all of it is there (an object store does so by itself)."""
        local = self._files.type_name == "local"
        draft = f"{self._root}/.{name}.{os.getpid()}.writing" if local else f"{self._root}/{name}"
        try:
            if local:
                self._files.create_dir(self._root, recursive=True)
            with file.open("rb") as data, self._files.open_output_stream(draft, compression=None) as stream:
                shutil.copyfileobj(data, stream)
            if local:
                self._files.move(draft, f"{self._root}/{name}")
        except OSError as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise StorageError(f"{self.uri} cannot be written ({reason}); mend it and run the same again") from None
