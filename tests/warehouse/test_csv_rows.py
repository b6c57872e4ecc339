"""The strict reader of CSV: nothing is swallowed, halved or pushed aside."""

import pytest

from valuenet.warehouse.csv_rows import CsvRowsError, read_records, read_rows

HEADER = "id,text\n"


def written(folder, content):
    path = folder / "rows.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_rows_come_with_the_line_on_which_they_begin(tmp_path):
    path = written(tmp_path, 'id,text\n1,"two\nlines"\n\n2,"a ""quote"""\n')
    assert list(read_rows(path, ("id", "text"))) == [
        (2, {"id": "1", "text": "two\nlines"}),
        (5, {"id": "2", "text": 'a "quote"'}),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEADER + '1,"open\n2,b\n3,c\n', "line 2: a quote is opened and not closed up to line 4"),
        (HEADER + '1,a\n2,"cut he', "line 3: a quote is opened and not closed"),
        (HEADER + '1,"open\n2,"b"\n', "line 2: text stands behind a closing quote"),
        (HEADER + '1,"a" b\n', "line 2: text stands behind a closing quote"),
        (HEADER + "1,a,b\n", "line 2: 3 fields stand where 2 are wanted"),
        (HEADER + "1,a\n2\n", "line 3: 1 fields stand where 2 are wanted"),
        (HEADER.encode() + b"1,caf\xe9\n", "byte 0xe9 is not UTF-8 text"),
        (HEADER.encode() + b"1,a\x00b\n", "line 2: holds a NUL byte"),
        (HEADER.encode("utf-16"), "is not UTF-8 text"),
        ("id,id,text\n", "line 1: has twice 'id'"),
        ("id,label\n", r"line 1: lacks column\(s\) 'text'"),
        ("", "line 1: lacks column"),
        (HEADER + '1,"' + "x" * 200_000 + "\n", "line 2: a quote is opened and not closed"),
    ],
)
def test_what_is_broken_is_named_by_its_line(tmp_path, content, message):
    with pytest.raises(CsvRowsError, match=message):
        list(read_rows(written(tmp_path, content), ("id", "text")))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_ends_a_line(tmp_path, end):
    path = written(tmp_path, end.join(["id,text", "1,a", "2,b", ""]))
    assert [row["text"] for _, row in read_rows(path, ("id", "text"))] == ["a", "b"]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    path = written(tmp_path, b"\xef\xbb\xbfid,text\n1,a\n")
    assert next(read_rows(path, ("id", "text")))[1] == {"id": "1", "text": "a"}


def test_in_a_file_without_quoting_a_quote_is_a_character(tmp_path):
    path = written(tmp_path, 'id\ttext\n1\t"open\n2\tb"c\n')
    rows = read_rows(path, ("id", "text"), delimiter="\t", quotes=False)
    assert [row["text"] for _, row in rows] == ['"open', 'b"c']


def test_unknown_columns_are_refused_where_they_are_not_wanted(tmp_path):
    path = written(tmp_path, "id,text,more\n1,a,b\n")
    assert next(read_rows(path, ("id",)))[1]["more"] == "b"
    with pytest.raises(CsvRowsError, match="has the unknown 'more'"):
        next(read_rows(path, ("id", "text"), others=False))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CsvRowsError, match=r"none\.csv: cannot be read"):
        next(read_records(tmp_path / "none.csv"))
