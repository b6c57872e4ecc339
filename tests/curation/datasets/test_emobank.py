import pytest

from valuenet.curation.datasets.emobank import EmoBankError, read_emobank

HEAD = "id,split,V,A,D,text\n"
ROWS = 'b,train,3.0,3.2,3.0,"I said ""no"""\na,dev,2.5,4,3,  rain   again \nt,test,what,ever,,\n'


def written(folder, content, encoding="utf-8"):
    path = folder / "emobank.csv"
    path.write_text(content, encoding=encoding)
    return path


def test_rows_of_train_and_dev_come_sorted_and_the_test_part_is_left(tmp_path):
    rows = read_emobank(written(tmp_path, HEAD + ROWS))
    assert list(rows.columns) == ["id", "split", "text", "valence", "arousal"]
    assert rows.to_numpy().tolist() == [["a", "dev", "rain again", 2.5, 4.0], ["b", "train", 'I said "no"', 3.0, 3.2]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,split,V,text\n", r"line 1: lacks column\(s\) 'A'"),
        (HEAD + "a,train,6,3,3,x\n", r"line 2: V is '6', wanted a rating from 1 to 5; correct it"),
        (HEAD + "a,train,3,,3,x\n", r"line 2: A is '', wanted a rating"),
        (HEAD + "a,train,nan,3,3,x\n", r"line 2: V is 'nan'"),
        (HEAD + "a,learn,3,3,3,x\n", r"line 2: split is 'learn', wanted train, dev, test; correct it"),
        (HEAD + "a,train,3,3,3, \n", r"line 2: the text is blank"),
        (HEAD + "a,train,3,3,3,x\n", r"holds no row of part 'dev'"),
        (HEAD + "a,train,3,3,3,x\na,dev,3,3,3,y\n", r"holds id 'a' twice"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, content, message):
    with pytest.raises(EmoBankError, match=message):
        read_emobank(written(tmp_path, content))


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path):
    with pytest.raises(EmoBankError, match=r"none\.csv' is not a file; give the file emobank\.csv"):
        read_emobank(tmp_path / "none.csv")
    with pytest.raises(EmoBankError, match="is not UTF-8 text"):
        read_emobank(written(tmp_path, HEAD + "a,train,3,3,3,caf\u00e9\n", "latin-1"))


def test_the_published_file_has_its_parts(shared):
    rows = read_emobank(shared / "data" / "emotion" / "emobank" / "emobank.csv")
    assert rows["split"].value_counts().to_dict() == {"train": 8062, "dev": 1000}
    assert rows[["valence", "arousal"]].min().min() >= 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("emobank-cut-before-text", "line 4: 3 fields stand where 6 are wanted"),
        ("emobank-cut-in-quote", "line 4: a quote is opened and not closed"),
        ("emobank-extra-field", "line 2: 8 fields stand where 6 are wanted"),
        ("emobank-open-quote-in-test", "line 4: a quote is opened and not closed up to line 7"),
    ],
)
def test_the_cases_of_broken_quotes_are_refused_by_their_line(shared, name, message):
    with pytest.raises(EmoBankError, match=message):
        read_emobank(shared / "cases" / "09-quotes" / f"{name}.csv")


def test_the_cases_that_are_whole_are_read(shared):
    folder = shared / "cases" / "09-quotes"
    assert read_emobank(folder / "emobank-good.csv")["text"].tolist() == ["one thing", "two things"]
    assert read_emobank(folder / "emobank-NA.csv")["text"].tolist() == ["NA", "null"]
