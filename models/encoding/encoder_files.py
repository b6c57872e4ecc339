"""The files of an encoder (weights, tokenizer, configuration), each by its hash, and its revision on the hub."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from valuenet.models.encoding.encoders import FASTTEXT
from valuenet.models.encoding.packaged import PACKAGED_ENCODERS, EncoderNotFoundError, packaged_encoder

_KEPT = ("*.json", "*.txt", "*.model", "*.safetensors", "*.bin")
_DIGITS = 16


def encoder_inputs(name_or_path: str) -> dict[str, str | None]:
    """Return what decides what an encoder computes: ``NAME/FILE`` -> hash, and of a hub encoder its revision.

    An encoder of the hub is downloaded for it, as training would do a moment later. One that is not to be had gives
    its name with None; loading it says what to do.
    """
    if name_or_path == FASTTEXT:
        return {}
    folder = _folder(name_or_path)
    if folder is None:
        return {name_or_path: None}
    files = sorted(path for pattern in _KEPT for path in folder.glob(pattern) if path.is_file())
    hashes: dict[str, str | None] = {f"{name_or_path}/{path.name}": _hash(path) for path in files}
    if folder.parent.name == "snapshots":
        hashes[f"{name_or_path} revision"] = folder.name
    return hashes


def _folder(name_or_path: str) -> Path | None:
    if name_or_path in PACKAGED_ENCODERS:
        try:
            return packaged_encoder(name_or_path)
        except EncoderNotFoundError:
            return None
    folder = Path(name_or_path).expanduser()
    return folder if folder.is_dir() else _snapshot(name_or_path)


def _snapshot(name: str) -> Path | None:
    """Return the folder in the hub's cache that ``from_pretrained`` reads; None where hub and cache lack it."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    for patterns in (_KEPT[:-1], _KEPT):  # weights in the old format only where there are no others
        try:
            folder = Path(snapshot_download(name, allow_patterns=list(patterns)))
        except (OSError, ValueError, HfHubHTTPError, HFValidationError):
            return None
        if any(folder.glob("*.safetensors")):
            break
    return folder


def _hash(path: Path) -> str:
    state = path.stat()
    return _hash_as_of(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1024)
def _hash_as_of(path: Path, _changed: int, _size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:_DIGITS]
