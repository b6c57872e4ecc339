"""Files of JSON: lines end at a line feed and nowhere else."""

import pytest

from valuenet.warehouse.json_lines import JsonFileError, read_json, read_json_lines


@pytest.mark.parametrize("inside", ["\u2028", "\u2029", "\u0085", "\x1c", "\x0b", "\x0c"])
def test_a_separator_inside_a_text_does_not_end_its_line(tmp_path, inside):
    path = tmp_path / "a.jsonl"
    escaped = inside if ord(inside) > 31 else f"\\u{ord(inside):04x}"
    path.write_text(f'{{"t": "one{escaped}two"}}\n\n{{"t": "three"}}\r\n', encoding="utf-8", newline="")
    assert list(read_json_lines(path)) == [(1, {"t": f"one{inside}two"}), (3, {"t": "three"})]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"a": 1}\n{"a": ', "line 2 is not JSON"),
        (b'{"a": 1, "a": 2}\n', "key 'a' stands twice"),
        (b'{"a": NaN}\n', "NaN is no number"),
        (b'{"a": "\xe9"}\n', "byte 7 is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_broken_is_named_by_its_line(tmp_path, content, message):
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with pytest.raises(JsonFileError, match=message):
        list(read_json_lines(path))


def test_a_byte_order_mark_is_passed_over(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf[1]")
    assert read_json(path) == [1]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(JsonFileError, match=r"none\.json: cannot be read"):
        read_json(tmp_path / "none.json")
