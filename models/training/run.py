"""Where a training run keeps what it has reached, so that a killed one goes on; and the folder it ends as."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from safetensors import SafetensorError

from valuenet.models.training.processes import is_first, process_count, wait_for_all
from valuenet.models.training.recipe import changes_since, recipe_id
from valuenet.models.training.weight_average import AVERAGED
from valuenet.warehouse.errors import InputError, StorageError
from valuenet.warehouse.recipes.recipe import Recipe
from valuenet.warehouse.whole_files import write_whole

_STATE = "trainer_state.json"
_NOT_WRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM}
#: What torch and safetensors say of a write that failed.
_NOT_WRITTEN_SAYS = re.compile(r"\(os error \d+\)|inline_container|PytorchStreamWriter|iostream error")
_WATCHED = 0.33  # seconds: less is noise, more is felt
_KEPT = ("config.json", "model.safetensors", "*.index.json", "model-*.safetensors", "tokenizer*", "special_tokens_map*")
_VOCABULARIES = ("vocab.*", "merges.txt", "added_tokens.json", "*.model")


class ModelExistsError(InputError):
    """The folder for a new model holds something already."""


class TrainingBusyError(InputError):
    """Another process is training into the same folder."""


class _Recorded(Protocol):
    @property
    def recipe(self) -> str: ...


class Reached(NamedTuple):
    """The newest whole checkpoint of a run: epochs done, and which epoch is the best so far."""

    checkpoint: Path
    epochs: int
    best: Path
    best_epoch: int


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Keep every other run from training into ``out``; the lock ends with the process, however it ends.

    Of several processes of one run the first holds the lock.

    Raises:
        TrainingBusyError: if another one holds it.
        StorageError: if the disk is full or closed to us.
    """
    from filelock import FileLock, Timeout

    if not is_first():
        yield
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    file = out.with_name(f".{out.name}.lock")
    lock = FileLock(file, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise TrainingBusyError(
            f"another process is training into {str(out)!r}; wait for it, or give another --out"
        ) from None
    try:
        with _stored(out):
            yield
    finally:
        file.unlink(missing_ok=True)  # while it is held, so that nobody else's is taken away
        lock.release()


@contextmanager
def _stored(out: Path) -> Iterator[None]:
    """Say in one sentence that something of a training cannot be written; torch and safetensors have their own errors.

    Raises:
        StorageError: if so; the checkpoints that were written whole are still there.
    """
    try:
        yield
    except StorageError:
        raise
    except (OSError, RuntimeError, SafetensorError) as error:
        full = isinstance(error, OSError) and error.errno in _NOT_WRITTEN
        if not full and not _NOT_WRITTEN_SAYS.search(str(error)):
            raise
        reason = (isinstance(error, OSError) and error.strerror) or str(error).splitlines()[0]
        raise StorageError(
            f"the training into {str(out)!r} cannot be written ({reason}); free space or mend access, then run the "
            "same command again: it goes on from its last whole checkpoint"
        ) from None


def is_current(out: Path, recipe: Recipe, read: Callable[[Path], _Recorded]) -> bool:
    """Return whether ``out`` holds the model of this ``recipe`` already, by the record that ``read`` finds there.

    Raises:
        ModelExistsError: if it holds anything else, naming what differs.
    """
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return False
    reasons: tuple[str, ...] = ()
    try:
        if read(out).recipe == recipe_id(recipe):
            return True
        reasons = changes_since(out, recipe)
    except InputError:
        pass
    more = f"; and {len(reasons) - 3} more changes" if len(reasons) > 3 else ""
    why = f" ({'; '.join(reasons[:3])}{more})" if reasons else ""
    raise ModelExistsError(
        f"{str(out)!r} exists and was not made from this data, these settings and this code{why}; give another --out "
        "or remove it"
    )


def open_run(out: Path, recipe: str) -> Path:
    """Return the folder of checkpoints for ``recipe`` beside ``out``; a run of another recipe there is thrown away."""
    run = out.with_name(f".{out.name}.training")
    note = run / "recipe"
    wait_for_all()  # none may look for checkpoints of another recipe before they are thrown away
    if is_first() and (not note.is_file() or note.read_text(encoding="utf-8") != recipe):
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir(parents=True)
        write_whole(note, recipe)
    wait_for_all()
    return run


def newest_checkpoint(run: Path, steps_per_epoch: int) -> Reached | None:
    """Return what ``run`` has reached, None where no epoch was finished; half-written checkpoints are removed."""
    for folder in sorted(run.glob("checkpoint-*"), key=_step, reverse=True):
        try:
            state = json.loads((folder / _STATE).read_text(encoding="utf-8"))
            best = run / f"checkpoint-{state['best_global_step']}"
        except (OSError, ValueError, KeyError):
            if is_first():
                shutil.rmtree(folder)
            continue
        if best.is_dir():
            return Reached(folder, _step(folder) // steps_per_epoch, best, _step(best) // steps_per_epoch)
    return None


def copy_model(checkpoint: Path, folder: Path) -> None:
    """Copy config, tokenizer and weights (their mean where there is one); what only training needs stays behind."""
    sources = [checkpoint, *([checkpoint / AVERAGED] if (checkpoint / AVERAGED).is_dir() else [])]
    for source in sources:
        for pattern in (*_KEPT, *_VOCABULARIES):
            for path in sorted(source.glob(pattern)):
                if path.name != _STATE:
                    shutil.copyfile(path, folder / path.name)


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """Give a folder to write into, which takes the name ``out`` only when all of it is there."""
    draft = out.with_name(f".{out.name}.writing")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        yield draft
        if out.is_dir():
            out.rmdir()  # an empty folder that the user made; anything else was refused before
        os.replace(draft, out)  # noqa: PTH105  the one call that is atomic on every system
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def close_run(out: Path) -> None:
    """Remove the checkpoints of the run that became ``out``."""
    if is_first():
        shutil.rmtree(out.with_name(f".{out.name}.training"), ignore_errors=True)


def _step(folder: Path) -> int:
    tail = folder.name.rsplit("-", 1)[1]
    return int(tail) if tail.isdigit() else 0


@contextmanager
def given_threads(wanted: int | None) -> Iterator[None]:
    """Let torch have ``wanted`` threads for a while; None: as many as cores are idle now (``idle_threads``)."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(wanted or idle_threads(before))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def idle_threads(most: int) -> int:
    """Return how many of ``most`` threads (1 or more) find an idle core; ``most`` where OMP_NUM_THREADS is set.

    Threads of one computation wait for the slowest of them. On two cores beside two busy processes, training with two
    threads took more than one and a half times as long as with one. Takes a third of a second.
    """
    if most == 1 or "OMP_NUM_THREADS" in os.environ or process_count() > 1:
        return most
    import psutil

    cores = psutil.cpu_count() or most
    idle: float = cores * (1 - psutil.cpu_percent(interval=_WATCHED) / 100)
    return max(1, min(most, round(idle)))
