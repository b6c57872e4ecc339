"""Near-duplicates are all found, and only they: held against comparing each text with each other."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuenet.warehouse.release.near_duplicates import (
    encode_words,
    near_duplicate_groups,
    near_duplicate_pairs,
    stand_near,
    words_of,
)

TEXTS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=8).map(" ".join), max_size=25)
THRESHOLDS = st.sampled_from([0.3, 0.5, 0.6, 0.75, 0.8, 1.0])


def _near(left, right, threshold):
    one, two = words_of(left), words_of(right)
    return one == two or len(one & two) >= threshold * len(one | two) - 1e-9


def _groups_the_slow_way(texts, threshold):
    group = list(range(len(texts)))
    for left, right in combinations(range(len(texts)), 2):
        if _near(texts[left], texts[right], threshold):
            group = [group[left] if name == group[right] else name for name in group]
    return group


def _as_sets(groups):
    return {frozenset(np.flatnonzero(np.asarray(groups) == name).tolist()) for name in set(groups)}


@given(TEXTS, THRESHOLDS)
@settings(max_examples=200, deadline=None)
def test_groups_are_those_of_comparing_every_pair(texts, threshold):
    assert _as_sets(near_duplicate_groups(texts, threshold).tolist()) == _as_sets(
        _groups_the_slow_way(texts, threshold)
    )


@given(TEXTS, TEXTS, THRESHOLDS)
@settings(max_examples=100, deadline=None)
def test_a_text_stands_near_others_exactly_when_one_of_them_is_near(texts, others, threshold):
    expected = [any(_near(text, other, threshold) for other in others) for text in texts]
    assert stand_near(texts, others, threshold).tolist() == expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Don\u2019t know what to do...", "DONT know what to do"),
        ("my dog bit my cat", "My cat bit my dog!"),
        ("ﬁne  day", "Fine day"),
    ],
)
def test_case_punctuation_order_and_typography_make_no_difference(left, right):
    assert near_duplicate_pairs([left, right], 1.0).tolist() == [[0, 1]]


def test_eight_words_of_ten_are_near_at_0_8_and_not_above():
    nine = "one two three four five six seven eight nine"
    texts = [nine, "one two three four five six seven eight ten", "one two three four five six seven eleven ten"]
    assert near_duplicate_pairs(texts, 0.8).tolist() == [[0, 1], [1, 2]]
    assert near_duplicate_groups(texts, 0.81).tolist() == [0, 1, 2]


def test_chains_of_near_duplicates_are_one_group():
    texts = ["a b c d e", "a b c d f", "a b c g f", "x y"]
    groups = near_duplicate_groups(texts, 0.6).tolist()
    assert groups[0] == groups[1] == groups[2] != groups[3]


def test_texts_without_a_word_are_one_another_s_duplicates_only():
    groups = near_duplicate_groups(["?!", "...", "word"], 0.5).tolist()
    assert groups[0] == groups[1] != groups[2]


def test_no_texts_have_no_pairs():
    assert near_duplicate_pairs([], 0.8).shape == (0, 2)
    assert len(near_duplicate_groups([], 0.8)) == 0


def test_words_are_numbered_from_the_rarest_and_sets_from_the_smallest():
    sets = encode_words(["b a", "a", "A b c"])
    assert sets.sizes.tolist() == [1, 2, 3]
    assert sets.set_of.tolist() == [1, 0, 2]
    assert sets.words.tolist() == [2, 1, 2, 0, 1, 2]  # c once, b twice, a three times


def test_real_texts_are_compared_as_the_slow_way_does(shared):
    texts = pd.read_csv(shared / "data/valuenet/eval.csv")["scenario"].drop_duplicates().tolist()
    words = [words_of(text) for text in texts]
    fast = near_duplicate_groups(texts, 0.8)
    one = words.index(next(word for word in words if len(word) >= 8))
    alike = [k for k, other in enumerate(words) if len(words[one] & other) >= 0.8 * len(words[one] | other)]
    assert set(alike) <= set(np.flatnonzero(fast == fast[one]).tolist())
    assert 3_000 < len(set(fast.tolist())) < len(texts) == 3_126
