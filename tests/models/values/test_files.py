import io

import numpy as np
import pandas as pd
import pytest

from valuenet.models.values.files import ValueFileError, read_labelled, read_release_split, read_texts, write_utilities
from valuenet.models.values.rows import TrainingRowsError
from valuenet.warehouse.vocabulary import VALUES


def _file(folder, text, name="rows.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_labelled_rows_are_read_with_values_in_their_code_and_other_columns_left_out(tmp_path):
    path = _file(tmp_path, 'uid,value,scenario,label\n7,[BENEVOLENCE],"I miss, mom",1\n8,self direction,alone,-1.0\n')
    found = read_labelled(path)
    assert found.to_dict("list") == {
        "value": ["BENEVOLENCE", "SELF-DIRECTION"],
        "scenario": ["I miss, mom", "alone"],
        "utility": [1, -1],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("value,scenario\nPOWER,x\n", r"rows.csv, line 1: lacks column\(s\) 'label'"),
        ("", "line 1: lacks column"),
        ("value,scenario,label\nPOWER,x,0\nFAME,y,1\n", "line 3: unknown value 'FAME'"),
        (
            'value,scenario,label\nPOWER,"two\nlines",0\nPOWER,y,2\n',
            "line 4: label is '2', wanted one of -1, 0, 1; correct it",
        ),
        ("value,scenario,label\nPOWER, ,1\n", "line 2: the scenario is blank"),
        ("value,scenario,label\nPOWER,x\n", "fields stand where 3 are wanted"),
        ("value,scenario,label\nPOWER,x,1,more\n", "fields stand where 3 are wanted"),
        ("value,scenario,label\n", "holds no row"),
    ],
)
def test_a_wrong_file_is_refused_with_the_line(tmp_path, text, message):
    with pytest.raises(ValueFileError, match=message):
        read_labelled(_file(tmp_path, text))


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path):
    with pytest.raises(ValueFileError, match=r"none.csv: cannot be read"):
        read_labelled(tmp_path / "none.csv")
    (tmp_path / "zip.csv").write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(ValueFileError, match=r"zip.csv: byte 0xff is not UTF-8 text"):
        read_labelled(tmp_path / "zip.csv")


def test_a_split_of_a_release_is_read_from_one_file_or_from_shards(tmp_path):
    folder = tmp_path / "balanced"
    folder.mkdir()
    rows = pd.DataFrame({"value": ["POWER"], "scenario": ["a"], "utility": [1], "label": [2]})
    rows.to_parquet(folder / "test.parquet")
    rows.to_parquet(folder / "train-00000-of-00002.parquet")
    rows.assign(scenario="b").to_parquet(folder / "train-00001-of-00002.parquet")
    assert read_release_split(tmp_path, "balanced", "test").columns.tolist() == ["value", "scenario", "utility"]
    assert read_release_split(tmp_path, "balanced", "train")["scenario"].tolist() == ["a", "b"]


def test_a_release_without_the_split_or_with_other_columns_is_refused(tmp_path):
    with pytest.raises(ValueFileError, match=r"holds no original/train\*\.parquet"):
        read_release_split(tmp_path, "original", "train")
    with pytest.raises(ValueFileError, match="unknown variant 'main'"):
        read_release_split(tmp_path, "main", "train")
    with pytest.raises(ValueFileError, match="unknown split 'eval'"):
        read_release_split(tmp_path, "original", "eval")
    (tmp_path / "original").mkdir()
    pd.DataFrame({"text": ["a"]}).to_parquet(tmp_path / "original" / "train.parquet")
    with pytest.raises(TrainingRowsError, match="original/train rows lack column"):
        read_release_split(tmp_path, "original", "train")


def test_texts_come_from_parquet_csv_or_standard_input(tmp_path):
    pd.DataFrame({"text": ["a", "b"]}).to_parquet(tmp_path / "in.parquet")
    assert read_texts(tmp_path / "in.parquet") == ["a", "b"]
    assert read_texts(_file(tmp_path, "id,scenario\n1,c\n")) == ["c"]
    assert read_texts(_file(tmp_path, "text\n", "empty.csv")) == []
    assert read_texts("-", io.StringIO("d e\r\nf\n")) == ["d e", "f"]


def test_categories_are_texts_and_lists_and_numbers_are_not(tmp_path):
    file = tmp_path / "in.parquet"
    pd.DataFrame({"text": pd.Categorical(["a", "b", "a"])}).to_parquet(file)
    assert read_texts(file) == ["a", "b", "a"]
    for cells, kind in ((["a", "b"], "ndarray"), (7, "int"), ({"a": 1}, "dict")):
        pd.DataFrame({"text": [cells]}).to_parquet(file)
        with pytest.raises(ValueFileError, match=f"'in.parquet' row 1: text holds a {kind}, wanted a string"):
            read_texts(file)
    pd.DataFrame({"text": pd.Categorical(["a", None])}).to_parquet(file)
    with pytest.raises(ValueFileError, match="row 2"):
        read_texts(file)


def test_a_file_without_texts_and_a_blank_text_are_refused(tmp_path):
    with pytest.raises(ValueFileError, match=r"'rows.csv' has neither a column text nor scenario"):
        read_texts(_file(tmp_path, "sentence\nx\n"))
    with pytest.raises(ValueFileError, match="standard input line 2 is blank"):
        read_texts("-", io.StringIO("a\n \nb\n"))
    pd.DataFrame({"text": ["a", None]}).to_parquet(tmp_path / "in.parquet")
    with pytest.raises(ValueFileError, match=r"'in.parquet' row 2 is blank"):
        read_texts(tmp_path / "in.parquet")


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    with pytest.raises(ValueFileError, match=r"'in.parquet' is not a Parquet file"):
        read_texts(_file(tmp_path, "text", "in.parquet"))
    with pytest.raises(ValueFileError, match="give a file that is there"):
        read_texts(tmp_path / "none.parquet")


def test_utilities_go_to_parquet_as_ten_float32_columns(tmp_path):
    write_utilities(["a", "b"], np.linspace(-1, 1, 20).reshape(2, 10), tmp_path / "out.parquet")
    found = pd.read_parquet(tmp_path / "out.parquet")
    assert found.columns.tolist() == ["text", *VALUES]
    assert set(found.dtypes[1:]) == {np.dtype("float32")}
    assert found.loc[1, "UNIVERSALISM"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]


def test_utilities_without_a_path_are_csv_on_standard_output():
    shown = io.StringIO()
    write_utilities(["a, b"], np.full((1, 10), 0.25), None, shown)
    assert shown.getvalue().splitlines() == [f"text,{','.join(VALUES)}", '"a, b",' + ",".join(["0.2500"] * 10)]


def test_no_text_gives_a_header_alone():
    shown = io.StringIO()
    write_utilities([], np.empty((0, 10)), None, shown)
    assert shown.getvalue() == f"text,{','.join(VALUES)}\n"
