"""The bit mask over words, patterns of one and several words, and what the rule of lemma or stem lets in."""

import numpy as np
import pandas as pd
import pytest

from valuenet.curation.matching import WordlessKeywordError, compile_patterns, find_keywords, match_values, value_bits
from valuenet.curation.tokens import tokenise
from valuenet.warehouse.vocabulary import FORMS


def find(keyword: str, text: str, forms: tuple[str, ...] = FORMS) -> tuple[str, str] | None:
    tokens = tokenise([text])
    found = find_keywords(tokens, pd.Series([text]), compile_patterns([keyword], tokens.words, forms))
    return None if found.empty else (FORMS[found["form"][0]], found["matched"][0])


def test_the_mask_of_a_text_is_the_union_of_its_words_and_an_empty_text_gets_0() -> None:
    bits = np.array([0b0, 0b1, 0b1000000000], dtype=np.uint16)
    token_ids = np.array([0, 1, 2, 0, 0], dtype=np.int32)
    offsets = np.array([0, 0, 3, 3, 5, 5], dtype=np.int64)
    masks = match_values(token_ids, offsets, bits)
    assert masks.tolist() == [0, 0b1000000001, 0, 0, 0]
    assert masks.dtype == np.uint16
    assert match_values(token_ids[:0], np.zeros(1, dtype=np.int64), bits).tolist() == []


def test_a_word_of_two_values_sets_both_bits() -> None:
    patterns = compile_patterns(["beauty", "beauty", "joy"], ["beautiful", "joy", "tree"])
    assert value_bits(patterns, np.array([2, 9, 2]), 3).tolist() == [0b1000000100, 0b100, 0]


@pytest.mark.parametrize(
    ("keyword", "text", "found"),
    [
        ("work", "I WORKED late", ("lemma", "WORKED")),
        ("family", "my Family\u2019s farm", ("lemma", "Family\u2019s")),
        ("beauty", "a (beautiful) day", ("stem", "beautiful")),
        ("support", "supportive of her support", ("lemma", "support")),
        ("self-reliance", "teaching Self-Reliance", ("lemma", "Self-Reliance")),
        ("self-reliance", "teaching self reliance", ("lemma", "self reliance")),
        ("self reliance", "self\u2011reliance", ("lemma", "self\u2011reliance")),
        ("self-reliance", "not myself. Reliance on self, reliance", None),
        ("self-reliance", "reliance self", None),
        ("human rights", "a human right to rest", ("lemma", "human right")),
        ("human rights", "humans' rights", ("lemma", "humans' rights")),
        ("human rights", "humane rights", ("stem", "humane rights")),
        ("human rights", "human rightfully", ("stem", "human rightfully")),
        ("mental health care", "mental health cares", ("lemma", "mental health cares")),
        ("mental health care", "mental health", None),
        ("christian", "non-Christian friends", ("lemma", "Christian")),
        ("work", "homework, workshop, artwork", None),
    ],
)
def test_a_keyword_is_found_as_whole_words_by_lemma_or_stem(keyword: str, text: str, found: object) -> None:
    assert find(keyword, text) == found


def test_a_phrase_never_runs_over_the_end_of_a_text() -> None:
    texts = pd.Series(["all my self", "reliance is all"])
    tokens = tokenise(texts)
    assert find_keywords(tokens, texts, compile_patterns(["self-reliance"], tokens.words)).empty


def test_the_first_place_where_a_phrase_really_stands_is_told() -> None:
    assert find("self-reliance", "self, reliance. Self-reliance; self reliance") == ("lemma", "Self-reliance")


def test_only_the_forms_asked_for_count() -> None:
    assert find("respect", "respectful", ("lemma",)) is None
    assert find("understanding", "he understood", ("stem",)) is None
    assert find("respect", "respected", ("stem",)) == ("stem", "respected")


@pytest.mark.parametrize(
    ("keyword", "word"),
    [
        ("positive", "position"),
        ("politeness", "politics"),
        ("compassion", "compass"),
        ("authority", "author"),
        ("responsible", "response"),
        ("moderate", "moderator"),
        ("production", "productive"),
        ("possibilities", "possible"),
        ("kindness", "kinds"),
        ("humanity", "humans"),
        ("public", "publication"),
        ("respectful", "respect"),
        ("integrity", "integrate"),
        ("universal", "university"),
    ],
)
def test_snowball_gives_these_words_one_stem_whatever_they_mean(keyword: str, word: str) -> None:
    """The rule of the paper lets them in; the keyword report shows it, and ``forms=("lemma",)`` shuts them out."""
    assert find(keyword, word) == ("stem", word)
    assert find(keyword, word, ("lemma",)) is None


@pytest.mark.parametrize(
    ("keyword", "word"),
    [
        ("interests", "interesting"),
        ("stable", "stables"),
        ("concerning", "concerned"),
        ("rights", "right"),
        ("good", "well"),
    ],
)
def test_the_lookup_lemma_knows_no_part_of_speech(keyword: str, word: str) -> None:
    assert find(keyword, word) == ("lemma", word)


@pytest.mark.parametrize(
    ("keyword", "word"),
    [
        ("mighty", "might"),
        ("sex", "sexual"),
        ("healthy", "health"),
        ("wisdom", "wise"),
        ("behavior", "behaviour"),
        ("religion", "religious"),
        ("democracy", "democratic"),
        ("self-reliance", "self-reliant"),
        ("self-reliance", "selfreliance"),
    ],
)
def test_these_words_are_not_found_though_a_reader_might_expect_it(keyword: str, word: str) -> None:
    assert find(keyword, word) is None


def test_a_keyword_without_a_letter_is_an_error_that_names_it() -> None:
    with pytest.raises(WordlessKeywordError, match=r"'!!' has no letter or digit"):
        compile_patterns(["joy", "!!"], ["joy"])
