"""Which texts are nearly the same: every pair, none guessed, without comparing each text with each other.

Two texts are near-duplicates when the Jaccard index of their sets of words (case folded, punctuation taken out)
reaches a threshold; the same words in another order are near-duplicates at any threshold. Two similar sets must share
one of their rarest words, so only texts that do are looked at (prefix filter: Chaudhuri et al. 2006; Bayardo et al.
2007), and a 64-bit signature of the words turns most of those away before their words are compared.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Indices = NDArray[np.int64]

_APOSTROPHES = re.compile("['`\u2019\u02bc]")
_WORD = re.compile(r"\w+")
_SLACK = 1e-9  # 0.8 * 5 is a little more than 4 in floating point
_CHUNK = 1_000_000


class WordSets(NamedTuple):
    """Distinct sets of words, smallest first; within a set the rarest word comes first.

    ``set_of`` (texts,) which set each text has; ``words`` (total,) word ids laid end to end, ascending in each set;
    ``starts`` (sets + 1,) where each begins; ``signatures`` (sets,) one bit per word, by its id modulo 64.
    """

    set_of: Indices
    words: Indices
    starts: Indices
    signatures: NDArray[np.uint64]

    @property
    def sizes(self) -> Indices:
        """Return the number of words of each set, as (sets,)."""
        return np.diff(self.starts)


def words_of(text: str) -> frozenset[str]:
    """Return the words of ``text``, case folded, without punctuation (``Don't!`` and ``dont`` are one word)."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return frozenset(_WORD.findall(_APOSTROPHES.sub("", folded)))


def near_duplicate_pairs(texts: Sequence[str], threshold: float) -> Indices:
    """Return every pair of near-duplicates that ties the texts together, as (pairs, 2) positions in ``texts``.

    Texts with equal sets of words are tied to the first of them only; of two different sets the first texts stand for
    the others. So the connected components, and who has a near-duplicate at all, come out whole.
    """
    sets = encode_words(texts)
    first = pd.Series(np.arange(len(texts))).groupby(sets.set_of).first().to_numpy(dtype=np.int64)
    later = np.flatnonzero(first[sets.set_of] != np.arange(len(texts)))
    same = np.column_stack((first[sets.set_of[later]], later))
    return np.concatenate((same, first[_similar_sets(sets, threshold)])).astype(np.int64)


def near_duplicate_groups(texts: Sequence[str], threshold: float) -> Indices:
    """Return the number of the connected component of near-duplicates each text belongs to, as (texts,)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left, right = near_duplicate_pairs(texts, threshold).T
    graph = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(len(texts), len(texts)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def stand_near(texts: Sequence[str], others: Sequence[str], threshold: float) -> NDArray[np.bool_]:
    """Return, for each of ``texts``, whether any of ``others`` is a near-duplicate of it, as (texts,)."""
    sets = encode_words([*texts, *others])
    among_others = np.zeros(len(sets.sizes), dtype=bool)
    among_others[sets.set_of[len(texts) :]] = True
    near = among_others.copy()
    left, right = _similar_sets(sets, threshold).T
    near[left[among_others[right]]] = True
    near[right[among_others[left]]] = True
    return near[sets.set_of[: len(texts)]]


def encode_words(texts: Iterable[str]) -> WordSets:
    """Return the distinct sets of words of ``texts`` as arrays; a word's id is its rank, rarest first."""
    keys, distinct = pd.factorize(np.array([" ".join(sorted(words_of(text))) for text in texts], dtype=object))
    split = [key.split() for key in distinct]
    sizes = np.fromiter(map(len, split), dtype=np.int64, count=len(split))
    order = np.argsort(sizes, kind="stable")
    counts = Counter(chain.from_iterable(split))
    ranks = {word: rank for rank, word in enumerate(sorted(counts, key=lambda word: (counts[word], word)))}
    words = np.fromiter((ranks[word] for row in order for word in split[row]), np.int64, int(sizes.sum()))
    starts = np.concatenate(([0], np.cumsum(sizes[order]))).astype(np.int64)
    owner = np.repeat(np.arange(len(order)), sizes[order])
    words = words[np.lexsort((words, owner))]
    signatures = np.zeros(len(order), dtype=np.uint64)
    np.bitwise_or.at(signatures, owner, np.uint64(1) << (words % 64).astype(np.uint64))
    return WordSets(np.argsort(order)[keys].astype(np.int64), words, starts, signatures)


def _similar_sets(sets: WordSets, threshold: float) -> Indices:
    """Return the pairs of sets whose Jaccard index is ``threshold`` or more, as (pairs, 2), each once."""
    pairs_above = [_verified(sets, pairs, threshold) for pairs in _candidates(sets, threshold)]
    return np.unique(np.concatenate([np.empty((0, 2), np.int64), *pairs_above]), axis=0)


def _candidates(sets: WordSets, threshold: float) -> Iterator[Indices]:
    """Yield pairs (smaller, larger set) that share a word of their prefixes and are not too different in size."""
    owner, words = _prefixes(sets, threshold)
    order = np.lexsort((owner, words))  # sets are numbered by size, so partners of fitting size stand together
    owner, words = owner[order], words[order]
    most = np.floor(sets.sizes / threshold + _SLACK).astype(np.int64)
    last_fitting = np.searchsorted(sets.sizes, most[owner], side="right")
    many = len(sets.sizes) + 1
    ends = np.searchsorted(words * many + owner, words * many + last_fitting, side="left")
    partners = ends - np.arange(len(owner)) - 1
    for part in np.split(np.arange(len(owner)), np.flatnonzero(np.diff(np.cumsum(partners) // _CHUNK)) + 1):
        left = np.repeat(part, partners[part])
        within = np.arange(len(left)) - np.repeat(np.cumsum(partners[part]) - partners[part], partners[part])
        yield np.column_stack((owner[left], owner[left + 1 + within]))


def _prefixes(sets: WordSets, threshold: float) -> tuple[Indices, Indices]:
    """Return set and word of each posting: of n words the rarest n - ceil(threshold * n) + 1."""
    sizes = sets.sizes
    keep = np.where(sizes > 0, sizes - np.ceil(threshold * sizes - _SLACK).astype(np.int64) + 1, 0)
    owner = np.repeat(np.arange(len(sizes)), keep)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(keep) - keep, keep)
    return owner, sets.words[sets.starts[owner] + within]


def _verified(sets: WordSets, pairs: Indices, threshold: float) -> Indices:
    """Return the pairs that hold: first by signature (an upper bound of the overlap), then by the words themselves."""
    left, right = pairs.T
    needed = np.ceil(threshold / (1 + threshold) * (sets.sizes[left] + sets.sizes[right]) - _SLACK)
    absent = np.bitwise_count(sets.signatures[left] & ~sets.signatures[right])
    likely = np.flatnonzero(sets.sizes[left] - absent >= needed)
    close = pairs[likely]
    return np.asarray(close[_overlaps(sets, close) >= needed[likely]])


def _overlaps(sets: WordSets, pairs: Indices) -> Indices:
    """Return the number of words both sets of each pair have, as (pairs,)."""
    left, right = pairs.T
    sizes = sets.sizes[left]
    pair = np.repeat(np.arange(len(pairs)), sizes)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    many = int(sets.words.max(initial=0)) + 1
    held = np.repeat(np.arange(len(sets.sizes)), sets.sizes) * many + sets.words  # ascending
    wanted = right[pair] * many + sets.words[sets.starts[left[pair]] + within]
    position = np.minimum(np.searchsorted(held, wanted), max(len(held) - 1, 0))
    return np.bincount(pair, weights=held[position] == wanted, minlength=len(pairs)).astype(np.int64)
