"""Where keywords stand in tokenised texts, by lemma or stem: a bit mask over words first, then each occurrence.

A keyword is one word or several: ``self-reliance`` and ``human rights`` are consecutive words of which each is equal in
lemma or stem. Between them stand only blanks or one hyphen, so a phrase never spans a comma or the end of a sentence.
"""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuenet.curation.tokens import APOSTROPHES, Tokens, tokenise, word_forms
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import FORMS

_JOINT = rf"[{APOSTROPHES}]?(?:\s+|\s*[-_‐‑‒–]\s*)[{APOSTROPHES}]?"  # noqa: RUF001 - hyphens as people type them


class WordlessKeywordError(InputError):
    """A keyword has no letter or digit."""


class Patterns(NamedTuple):
    """What each word of a vocabulary is a part of.

    ``lengths``: (keywords,) words of each keyword. ``parts``: one row per keyword, part (0 is its first word) and word
    of the vocabulary that is equal to that part, with the index of the clearest form in ``FORMS``.
    """

    lengths: NDArray[np.int64]
    parts: pd.DataFrame


def compile_patterns(keywords: Sequence[str], words: Sequence[str], forms: Collection[str] = FORMS) -> Patterns:
    """Return which of ``words`` are equal to which part of which keyword, in one of ``forms``.

    Raises:
        WordlessKeywordError: naming the keyword.
    """
    written = tokenise(keywords)
    lengths = np.diff(written.offsets)
    for index in np.flatnonzero(lengths == 0):
        raise WordlessKeywordError(
            f"keyword {keywords[int(index)]!r} has no letter or digit; correct it or take it out"
        )
    wanted = pd.DataFrame(word_forms(written.words)._asdict()).iloc[written.token_ids]
    wanted = wanted.assign(keyword=np.repeat(np.arange(len(keywords)), lengths))
    wanted["part"] = wanted.groupby("keyword").cumcount()
    words_and_forms = pd.DataFrame(word_forms(words)._asdict()).assign(word=np.arange(len(words)))
    equal = [
        wanted.merge(words_and_forms, on=f"{form}s").assign(form=rank)[["keyword", "part", "word", "form"]]
        for rank, form in enumerate(FORMS)
        if form in forms
    ]
    return Patterns(lengths, pd.concat(equal).drop_duplicates(["keyword", "part", "word"], ignore_index=True))


def value_bits(patterns: Patterns, keyword_values: NDArray[np.int64], vocabulary: int) -> NDArray[np.uint16]:
    """Return (vocabulary,) masks: bit k is set where a keyword of value k begins with the word.

    ``keyword_values``: (keywords,) index of each keyword's value, 0 to 9.
    """
    bits = np.zeros(vocabulary, dtype=np.uint16)
    first = patterns.parts[patterns.parts["part"] == 0]
    own = np.left_shift(1, keyword_values[first["keyword"].to_numpy()]).astype(np.uint16)
    np.bitwise_or.at(bits, first["word"].to_numpy(), own)
    return bits


def match_values(
    token_ids: NDArray[np.int32], offsets: NDArray[np.int64], bits: NDArray[np.uint16]
) -> NDArray[np.uint16]:
    """Return, for each text, the set of values its words speak of, as a 10-bit mask; an empty text gets 0.

    Args:
        token_ids: (tokens,) ids into the vocabulary, texts laid end to end.
        offsets: (texts + 1,) where each text starts; the last entry is ``len(token_ids)``.
        bits: (vocabulary,) bit k set where the word is, or begins, a keyword of value k.
    """
    masks = np.zeros(len(offsets) - 1, dtype=np.uint16)
    filled = np.flatnonzero(np.diff(offsets))  # reduceat would give an empty text the mask of its neighbour
    if len(filled):
        masks[filled] = np.bitwise_or.reduceat(bits[token_ids], offsets[filled])
    return masks


def find_keywords(tokens: Tokens, texts: "pd.Series[str]", patterns: Patterns) -> pd.DataFrame:
    """Return one row per text and keyword in it: ``text``, ``keyword``, ``form``, ``position``, ``matched``.

    ``text`` and ``keyword`` are indices, ``form`` the index in ``FORMS``, ``matched`` the words as written;
    ``position`` orders the places of one keyword in one text. Of several places the clearest form, then the first.
    """
    openings = _openings(tokens, patterns.parts[patterns.parts["part"] == 0])
    openings["matched"] = np.array(tokens.words, dtype=object)[tokens.token_ids[openings["token"]]]
    several = patterns.lengths[openings["keyword"]] > 1
    phrases = _follow(openings[several], tokens, patterns)
    single = openings[~several].rename(columns={"token": "position"})
    openings = pd.concat([single, _as_written(phrases, texts)])
    best = openings.sort_values(["text", "keyword", "form", "position"]).drop_duplicates(["text", "keyword"])
    return best[["text", "keyword", "form", "position", "matched"]].reset_index(drop=True)


def _openings(tokens: Tokens, first: pd.DataFrame) -> pd.DataFrame:
    """Every token that is the first word of a keyword, once per keyword."""
    opens = np.zeros(len(tokens.words), dtype=bool)
    opens[first["word"]] = True
    places = np.flatnonzero(opens[tokens.token_ids])
    met = pd.DataFrame({"token": places, "word": tokens.token_ids[places]})
    met["text"] = np.searchsorted(tokens.offsets, places, side="right") - 1
    return met.merge(first[["keyword", "word", "form"]], on="word")[["text", "keyword", "form", "token"]]


def _follow(phrases: pd.DataFrame, tokens: Tokens, patterns: Patterns) -> pd.DataFrame:
    """Those of ``phrases`` whose further words follow; the form is the weakest of the words'."""
    for part in range(1, int(patterns.lengths.max(initial=1))):
        longer = patterns.lengths[phrases["keyword"]] > part
        going, done = phrases[longer], phrases[~longer]
        going = going[going["token"] + part < tokens.offsets[going["text"] + 1]]
        going = going.assign(word=tokens.token_ids[going["token"] + part])
        nexts = patterns.parts[patterns.parts["part"] == part][["keyword", "word", "form"]]
        going = going.merge(nexts, on=["keyword", "word"], suffixes=("", "_next"))
        going["form"] = np.maximum(going["form"], going["form_next"])
        going["matched"] += "\x1f" + np.array(tokens.words, dtype=object)[going["word"]]
        phrases = pd.concat([done, going[done.columns]])
    return phrases


def _as_written(phrases: pd.DataFrame, texts: "pd.Series[str]") -> pd.DataFrame:
    """``phrases`` with the piece of text each stands for, without those whose words a comma or the like parts."""
    pairs = zip(phrases["matched"], texts.iloc[phrases["text"]], strict=True)
    matches = [_phrase(words.split("\x1f")).search(text) for words, text in pairs]
    standing = phrases[np.array([match is not None for match in matches], dtype=bool)]
    pieces, places = [m.group() for m in matches if m], [m.start() for m in matches if m]
    return standing.assign(matched=np.array(pieces, dtype=object), position=np.array(places, dtype=np.int64))


def _phrase(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){_JOINT.join(map(re.escape, words))}(?![^\W_])")
