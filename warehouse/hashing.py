"""Ids, pseudonyms, draws and content hashes: the same input gives the same bytes on every machine."""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_BETWEEN = "\x1f"


def fold_space(text: str) -> str:
    """Return ``text`` in Unicode normal form C with every run of white space as one blank."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def hash_id(prefix: str, *parts: object) -> str:
    """Return ``prefix`` and 16 hex digits (64 bits) of SHA-256 over ``parts``."""
    return f"{prefix}{_digest(parts).hex()[:16]}"


def scenario_id(text: str) -> str:
    """Return the id of a scenario's text; white space makes no difference."""
    return hash_id("s-", fold_space(text))


def text_id(text: str) -> str:
    """Return the id a text is scored under; white space makes no difference."""
    return hash_id("t-", fold_space(text))


def draw(*parts: object) -> float:
    """Return a number in [0, 1) that depends on ``parts`` alone."""
    return int.from_bytes(_digest(parts)[:7], "big") / 2**56


def draws(keys: Iterable[str], *salt: object) -> NDArray[np.float64]:
    """Return ``draw(*salt, key)`` for every key, as (n,) float64."""
    return np.fromiter((draw(*salt, key) for key in keys), dtype=np.float64)


def pseudonym(name: str, key: bytes) -> str:
    """Return a worker's pseudonym: HMAC-SHA-256 of ``name`` under the secret ``key``, 16 hex digits."""
    return f"w-{hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:16]}"


def content_hash(frame: pd.DataFrame, key: Sequence[str]) -> str:
    """Return a hash of names, types and rows of ``frame``; the order of its rows makes no difference."""
    ordered = frame.sort_values(list(key), kind="stable") if key else frame
    content = ContentHash(frame)
    content.add(ordered)
    return content.hexdigest()


class ContentHash:
    """The content hash of rows that are seen a frame at a time, in the order of their key."""

    def __init__(self, like: pd.DataFrame) -> None:
        """Begin with the names and types of ``like``, a frame of any rows."""
        self._digest = hashlib.sha256(_BETWEEN.join(f"{n}:{t}" for n, t in like.dtypes.items()).encode())

    def add(self, ordered: pd.DataFrame) -> None:
        """Add the next rows."""
        self._digest.update(pd.util.hash_pandas_object(ordered, index=False).to_numpy().tobytes())

    def hexdigest(self) -> str:
        """Return the hash of all rows so far, 64 hex digits."""
        return self._digest.hexdigest()


def _digest(parts: Iterable[object]) -> bytes:
    return hashlib.sha256(_BETWEEN.join(map(str, parts)).encode()).digest()
