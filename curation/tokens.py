"""Texts as token ids over one vocabulary, and the lemma and stem of each word of it.

A word is a run of letters and digits with apostrophes inside it; all else stands between words, hyphens too. What has
to be thought about per word (case, clitics, lemma, stem) is done once for each *type*: a full corpus of 3.7 million
tokens has only some 30,000. Cutting and counting are Arrow kernels and make no Python string per token.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, cast
from unicodedata import normalize

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

#: What people type for an apostrophe, and for single quotes.
APOSTROPHES = "'’‘ʼ＇`´"  # noqa: RUF001
_BETWEEN_WORDS = rf"[^\p{{L}}\p{{M}}\p{{N}}{APOSTROPHES}]+"
_ASCII_SPACED = np.array(
    [n if n > 127 or chr(n).isalnum() or chr(n) in APOSTROPHES else 32 for n in range(256)], np.uint8
)
_TO_PLAIN = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_CLITIC = re.compile(r"'(?:s|d|m|ll|re|ve)$")


class Tokens(NamedTuple):
    """Texts laid end to end, each word an id.

    ``words``: the vocabulary, distinct words as written, sorted by code point. ``token_ids``: (tokens,) indices into
    it. ``offsets``: (texts + 1,) where each text starts in ``token_ids``; the last entry is ``len(token_ids)``.
    """

    words: list[str]
    token_ids: NDArray[np.int32]
    offsets: NDArray[np.int64]


class WordForms(NamedTuple):
    """Lemma and stem of each word, in the order of the words."""

    lemmas: list[str]
    stems: list[str]


def tokenise(texts: "Sequence[str | None] | pd.Series[str]") -> Tokens:
    """Return the words of ``texts`` as ids; null and wordless texts have none. Give distinct texts: it costs per text.

    Quotes around a word are not part of it (``'love'``), apostrophes in it are (``family's``).
    """
    parts = pc.ascii_split_whitespace(_spaced(_column(texts)))
    encoded = pc.dictionary_encode(parts.flatten())
    bare = np.array([word.strip(APOSTROPHES) for word in encoded.dictionary.to_pylist()], dtype=object)
    word_ids, words = pd.factorize(bare, sort=True)
    empty = int(len(words) and words[0] == "")  # sorts first; between two separators, or nothing but quotes
    token_ids = (word_ids.astype(np.int32) - empty)[encoded.indices.to_numpy()]
    kept = np.concatenate([[0], np.cumsum(token_ids >= 0)]).astype(np.int64)
    return Tokens(list(words[empty:]), token_ids[token_ids >= 0], kept[parts.offsets.to_numpy()])


def fold_word(word: str) -> str:
    """Return the type of a word as written: case folded, composed (NFC), without a possessive or clitic.

    ``Family's`` gives ``family``, ``parents'`` ``parents``, ``I'm`` ``i``; ``don't`` stays.
    """
    if word.isascii() and word.isalnum():  # nearly all, and ten times as fast
        return word.lower()
    plain = normalize("NFC", word.translate(_TO_PLAIN).casefold()).strip("'")
    return _CLITIC.sub("", plain).strip("'")


def word_forms(words: Iterable[str]) -> WordForms:
    """Return spaCy's lookup lemma and NLTK's Snowball stem of every word's type; each type is looked up once.

    The lookup table knows no part of speech: ``working`` always gives ``work``, ``might`` always ``may``.
    """
    types = [fold_word(word) for word in words]
    distinct = sorted(set(types) - {""})
    table, stemmer = _lemma_table(), _stemmer()
    lemma = {kind: table.get(kind, kind) for kind in distinct}
    stem = {kind: stemmer.stem(kind) for kind in distinct}
    return WordForms([lemma.get(kind, "") for kind in types], [stem.get(kind, "") for kind in types])


def _column(texts: "Sequence[str | None] | pd.Series[str]") -> Any:
    column = pa.array(texts, type=pa.large_string(), from_pandas=True)
    return pc.fill_null(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column, "")


def _spaced(column: Any) -> Any:
    """``column`` with blanks between words: ASCII by a table over its bytes, the few other texts by pattern."""
    _, starts, data = column.buffers()
    blanked = _ASCII_SPACED[np.frombuffer(data or b"", dtype=np.uint8)]
    spaced = pa.LargeStringArray.from_buffers(len(column), starts, pa.py_buffer(blanked), offset=column.offset)
    other = pc.invert(pc.string_is_ascii(spaced))
    rest = pc.replace_substring_regex(spaced.filter(other), _BETWEEN_WORDS, " ")
    return pc.replace_with_mask(spaced, other, rest)


@cache
def _lemma_table() -> Mapping[str, str]:
    from spacy.lookups import load_lookups

    return cast("Mapping[str, str]", load_lookups("en", ["lemma_lookup"]).get_table("lemma_lookup"))


@cache
def _stemmer() -> Any:
    from nltk.stem.snowball import SnowballStemmer

    return SnowballStemmer("english")
