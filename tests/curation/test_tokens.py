"""Words of texts as ids, and what a word is looked up as."""

import numpy as np
import pandas as pd
import pytest

from valuenet.curation.tokens import fold_word, tokenise, word_forms


def words_of(text: str) -> list[str]:
    tokens = tokenise([text])
    return [tokens.words[i] for i in tokens.token_ids]


def test_texts_lie_end_to_end_and_the_vocabulary_is_sorted() -> None:
    tokens = tokenise(["b a b", "c a"])
    assert tokens.words == ["a", "b", "c"]
    assert tokens.token_ids.tolist() == [1, 0, 1, 2, 0]
    assert tokens.offsets.tolist() == [0, 3, 5]
    assert (tokens.token_ids.dtype, tokens.offsets.dtype) == (np.int32, np.int64)


def test_an_empty_a_null_and_a_wordless_text_have_no_token() -> None:
    tokens = tokenise(["", None, " ... '' — ", "a"])
    assert tokens.offsets.tolist() == [0, 0, 0, 0, 1]
    assert tokenise([]).offsets.tolist() == [0]
    assert tokenise(pd.Series(["a", None], dtype="str")).offsets.tolist() == [0, 1, 1]


def test_a_part_of_a_longer_column_is_read_from_where_it_starts() -> None:
    tokens = tokenise(pd.Series(["x, y", "caf\u00e9\u2014b", "a/c"], dtype="str").iloc[1:])
    assert tokens.words == ["a", "b", "c", "caf\u00e9"]
    assert (tokens.token_ids.tolist(), tokens.offsets.tolist()) == ([3, 1, 0, 2], [0, 2, 4])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("My family's self-reliance, really!", ["My", "family's", "self", "reliance", "really"]),
        ("He said 'love' and \u2018hate\u2019.", ["He", "said", "love", "and", "hate"]),
        ("rock 'n' roll_over 5'10 and/or", ["rock", "n", "roll", "over", "5'10", "and", "or"]),
        ("naïve cafe\u0301 — Straße", ["naïve", "cafe\u0301", "Straße"]),
        ("work.Work…WORK", ["work", "Work", "WORK"]),
    ],
)
def test_a_word_is_letters_and_digits_with_apostrophes_inside(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Family's", "family"),
        ("family\u2019s", "family"),
        ("FAMILY\u02bcS", "family"),
        ("parents\u2019", "parents"),
        ("I'm", "i"),
        ("they've", "they"),
        ("don't", "don't"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("cafe\u0301", "café"),
    ],
)
def test_case_possessives_and_kinds_of_apostrophe_make_no_difference(written: str, kind: str) -> None:
    assert fold_word(written) == kind


def test_lemma_and_stem_stand_in_the_order_of_the_words() -> None:
    forms = word_forms(["Families", "worked", "RESPECTFUL", "Family's"])
    assert forms.lemmas == ["family", "work", "respectful", "family"]
    assert forms.stems == ["famili", "work", "respect", "famili"]
    assert word_forms([]) == ([], [])


def test_lemmas_are_those_of_spacys_lookup_lemmatizer() -> None:
    spacy = pytest.importorskip("spacy")
    kinds = ["might", "better", "belongings", "rights", "understood", "changing", "x", "don't", "us"]
    lemmatizer = spacy.blank("en").add_pipe("lemmatizer", config={"mode": "lookup"})
    lemmatizer.initialize()
    doc = lemmatizer(spacy.tokens.Doc(lemmatizer.vocab, words=kinds))
    assert word_forms(kinds).lemmas == [token.lemma_ for token in doc]
