"""Published VALUENET files in their shapes, and what is wrong with some."""

from pathlib import Path

import pytest

from valuenet.curation.datasets.valuenet import read_upstream, upstream_tables
from valuenet.curation.datasets.valuenet_files import UpstreamFormatError
from valuenet.warehouse.vocabulary import UnknownValueError


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def rows(folder: Path) -> list[tuple[str, str, str, str]]:
    pairs = read_upstream(folder).pairs.astype(object)
    pairs = pairs.where(pairs.notna(), None).sort_values("text")
    return list(pairs[["value", "text", "label", "split"]].itertuples(index=False, name=None))


def test_files_per_split_name_the_value_in_front_of_the_scenario(tmp_path):
    write(
        tmp_path,
        train='scenario,label\n"[SELF-DIRECTION] a ""free"" choice, made",0\n',
        eval="scenario,label\n[SECURITY] I locked the door,1\n",
        test="scenario,label\n[POWER] I gave the orders back,-1\n",
    )
    assert rows(tmp_path) == [
        ("POWER", "I gave the orders back", "no", "test"),
        ("SECURITY", "I locked the door", "yes", "validation"),
        ("SELF-DIRECTION", 'a "free" choice, made', "unrelated", "train"),
    ]


def test_a_quote_inside_an_unquoted_field_shifts_the_columns_and_the_row_is_rejected(tmp_path):
    write(tmp_path, train='scenario,label\n[POWER] I said "yes, sir",1\n[POWER] fine,1\n')
    rejected = read_upstream(tmp_path).rejected
    assert rejected.iloc[0].to_dict() == {
        "source_file": "train.csv",
        "source_line": 2,
        "reason": "wrong-column-count",
        "detail": "3 fields, the header has 2",
    }


@pytest.mark.parametrize("name", ["SELF-DIRECTION", "SELF_DIRECTION", "self direction", "SELF_DIRECTION__data"])
def test_files_per_value_are_named_after_it_or_stand_in_its_folder(tmp_path, name):
    write(tmp_path, **{name: ",uid,scenario,label\n0,17,I chose my own way,1\n"})
    pairs = read_upstream(tmp_path).pairs
    assert pairs.loc[0, ["value", "uid", "text", "utility"]].tolist() == [
        "SELF-DIRECTION",
        "17",
        "I chose my own way",
        1,
    ]
    assert pairs["split"].isna().all()


def test_one_file_may_name_value_uid_and_split_itself(tmp_path):
    write(tmp_path, all="uid,value,scenario,label,split\n4,power,I led,1,dev\n5,POWER,I followed,-1,train\n")
    assert rows(tmp_path) == [("POWER", "I followed", "no", "train"), ("POWER", "I led", "yes", "validation")]


def test_both_shapes_together_give_split_and_uid_once(tmp_path):
    write(
        tmp_path,
        train="scenario,label\n[POWER] I led,1\n",
        values__POWER=",uid,scenario,orig_label\n0,8,I led,1\n1,9,I was led,-1\n",
    )
    found = read_upstream(tmp_path)
    pairs = found.pairs.set_index("text")
    assert (pairs.loc["I led", "uid"], pairs.loc["I led", "split"]) == ("8", "train")
    assert pairs.loc["I was led", "uid"] == "9"
    assert len(pairs) == 2
    assert found.rejected.empty


def test_rows_that_are_not_taken_over_say_where_they_stand_and_why(tmp_path):
    write(
        tmp_path,
        train="scenario,label\n[POWER] I led,1\n[POWER]  ,1\n[POWER] I paid,\n[POWER] I  led,1\n"
        "[POWER] torn,1\n[POWER] torn,0\n\n",
    )
    found = read_upstream(tmp_path)
    lines = found.rejected[["source_line", "reason"]].sort_values("source_line")
    assert list(lines.itertuples(index=False, name=None)) == [
        (3, "no-text"),
        (4, "no-label"),
        (5, "repeated"),
        (6, "contradiction"),
        (7, "contradiction"),
    ]
    assert found.pairs["text"].tolist() == ["I led"]


def test_a_line_number_counts_the_lines_inside_a_quoted_field(tmp_path):
    write(tmp_path, train='scenario,label\n"[POWER] two\nlines",1\n[POWER] ,1\n')
    found = read_upstream(tmp_path)
    assert found.rejected["source_line"].tolist() == [4]
    assert found.pairs["text"].tolist() == ["two lines"]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"train": "scenario,label\n[COURAGE] I dared,1\n"}, "train.csv, line 2: unknown value 'COURAGE'"),
        ({"train": "scenario,label\nI dared,1\n"}, "train.csv, line 2: nothing names the value"),
        ({"train": "scenario,label\n[POWER] I dared,2\n"}, "line 2: label '2' is not one of -1, 0, 1"),
        ({"train": "scenario,label\n[POWER] I dared,yes\n"}, "label 'yes' is not one of"),
        ({"train": "text,label\n[POWER] I dared,1\n"}, "train.csv, line 1: the columns are 'text', 'label'"),
        ({"train": "scenario,label,extra\n[POWER] I dared,1,0\n"}, "'extra'"),
        ({"train": ""}, "the columns are missing"),
        ({"all": "uid,value,scenario,label,split\n1,POWER,a,1,left\n"}, "split 'left' is not one of"),
        ({"train": "scenario,label\n"}, "holds no usable row"),
        ({"original__train": "scenario,label\n", "balanced__train": "scenario,label\n"}, "original, balanced; import"),
        ({}, "holds no CSV file"),
    ],
)
def test_what_is_not_a_published_shape_is_said_in_one_sentence(tmp_path, files, sentence):
    with pytest.raises((UpstreamFormatError, UnknownValueError)) as error:
        read_upstream(write(tmp_path, **files))
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_folder_and_bytes_that_are_no_text_are_said(tmp_path):
    with pytest.raises(UpstreamFormatError, match="is not a folder"):
        read_upstream(tmp_path / "nowhere")
    (tmp_path / "train.csv").write_bytes(b"scenario,label\n[POWER] caf\xe9,1\n")
    with pytest.raises(UpstreamFormatError, match="is not UTF-8"):
        read_upstream(tmp_path)
    (tmp_path / "train.csv").write_text("scenario,label\n[POWER] " + "x" * 200_000 + ",1\n")
    with pytest.raises(UpstreamFormatError, match="line 2: a quote is opened and not closed"):
        read_upstream(tmp_path)


def test_a_bracket_that_is_no_value_stays_in_the_text_where_a_column_names_the_value(tmp_path):
    write(tmp_path, all="uid,value,scenario,label\n1,POWER,[Update] I led,1\n2,POWER,[POWER] I fell,-1\n")
    assert [text for _, text, _, _ in rows(tmp_path)] == ["I fell", "[Update] I led"]


def test_a_label_upstream_counts_as_one_judgement(tmp_path):
    write(tmp_path, POWER=",uid,scenario,label\n0,17,I led,1\n")
    tables = upstream_tables(read_upstream(tmp_path).pairs)
    assert tables.labels.loc[0, ["agreement_count", "yes_count", "no_count"]].tolist() == [1, 1, 0]
    assert tables.pairs["text"].tolist() == ["I led"]


def test_the_published_parts_come_out_with_the_published_counts(shared):
    found = read_upstream(shared / "data" / "valuenet")
    assert found.pairs["split"].value_counts().to_dict() == {"train": 16_030, "validation": 3_206}
    assert found.rejected.empty
    train = found.pairs[(found.pairs["split"] == "train") & (found.pairs["value"] == "BENEVOLENCE")]
    assert train["utility"].value_counts().to_dict() == {-1: 3_373, 0: 1_687, 1: 661}


def test_a_quote_that_is_not_closed_swallows_no_rows(tmp_path, shared):
    with pytest.raises(UpstreamFormatError, match=r"train\.csv, line 3: a quote is opened and not closed up to line 5"):
        read_upstream(shared / "cases" / "09-quotes" / "open-quote")
    assert len(read_upstream(shared / "cases" / "09-quotes" / "good").pairs) == 3
