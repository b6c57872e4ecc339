"""The twenty value categories read from words that stand for them: no training, no encoder."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from valuenet.warehouse.vocabulary import CATEGORIES

_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")
#: Words of a text beyond which more hits are needed to say as much: about the length of an argument.
_USUAL_WORDS = 25
_PER_HIT = 0.5
_REMEMBERED = 500_000


class CategoryWords:
    """Categories by different words of theirs in a text: p = 1 - exp(-hits / 2 / max(1, sqrt(words / 25))).

    On the validation part of ValueEval'23 (premises alone, threshold chosen on the training part) macro-F1 is 0.32;
    every category always gets 0.27, a detector that `valuenet train detector` makes 0.42. Cosines of MiniLM with a
    description of each category got 0.32 to 0.33 at a fiftieth of the speed, so words it is. A text without any of
    the words has probability 0 throughout.
    """

    #: Chosen on the training part of ValueEval'23, as a detector's is: mostly, one word of a category is enough.
    threshold = 0.12

    def __init__(self) -> None:
        source = files("valuenet.models.detector").joinpath("data", "category_words.toml").read_text(encoding="utf-8")
        self._source = hashlib.sha256(source.encode()).hexdigest()[:16]
        parsed = tomllib.loads(source)
        entries = [(word, at) for at, category in enumerate(CATEGORIES) for word in parsed[category]["words"]]
        self._words: dict[str, set[int]] = {}
        self._phrases: dict[str, list[tuple[list[str], int]]] = {}
        for entry, at in entries:
            first, *rest = entry.split()
            if rest:
                self._phrases.setdefault(first, []).append((rest, at))
            else:
                self._words.setdefault(first, set()).add(at)
        self._known: dict[str, tuple[int, ...]] = {}

    @property
    def fingerprint(self) -> str:
        """A hash of the words and the version of the formula."""
        return f"words-{self._source}-1"

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return (n, 20) in [0, 1], categories in the order of ``CATEGORIES``."""
        hits, lengths = np.zeros((len(texts), len(CATEGORIES))), np.zeros(len(texts))
        for at, text in enumerate(texts):
            words = _WORD.findall(text.lower().replace("\u2019", "'"))
            hits[at], lengths[at] = self._count(words), len(words)
        longer = np.maximum(1.0, np.sqrt(lengths / _USUAL_WORDS))
        return np.asarray(-np.expm1(-_PER_HIT * hits / longer[:, None]))

    def _count(self, words: list[str]) -> list[int]:
        """Return the different words and phrases of each category among ``words``."""
        counts = [0] * len(CATEGORIES)
        distinct = set(words)
        for word in distinct:
            for at in self._categories(word):
                counts[at] += 1
        if not distinct.isdisjoint(self._phrases):
            for at in self._phrases_in(words):
                counts[at] += 1
        return counts

    def _categories(self, word: str) -> tuple[int, ...]:
        known = self._known.get(word)
        if known is None:
            entries = [word, *(f"{word[:size]}*" for size in range(1, len(word) + 1))]
            known = tuple(sorted({at for entry in entries for at in self._words.get(entry, ())}))
            if len(self._known) < _REMEMBERED:
                self._known[word] = known
        return known

    def _phrases_in(self, words: list[str]) -> list[int]:
        """Return the category of every different phrase among ``words``."""
        phrases = {
            (" ".join(rest), first, at)
            for index, first in enumerate(words)
            for rest, at in self._phrases.get(first, ())
            if _follows(rest, words[index + 1 : index + 1 + len(rest)])
        }
        return [at for _, _, at in phrases]


def _follows(rest: list[str], following: list[str]) -> bool:
    return len(rest) == len(following) and all(
        _stands_for(word, one) for word, one in zip(rest, following, strict=True)
    )


def _stands_for(word: str, written: str) -> bool:
    return written.startswith(word[:-1]) if word.endswith("*") else written == word
