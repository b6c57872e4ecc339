"""Rows of a release as Parquet."""

import io

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.made_release import made
from valuenet.warehouse.release.rows import ReleaseRowsError, config_table, file_name, read_rows, write_rows
from valuenet.warehouse.release_tables import Annotations, Examples


def test_rows_come_back_as_they_went_whatever_their_order():
    train = made().variants["augmented"].query("split == 'train'")
    shuffled = train.sample(frac=1, random_state=3)
    assert write_rows(shuffled, Examples) == write_rows(train, Examples)
    back = read_rows(write_rows(shuffled, Examples), Examples, "here", "train")
    pd.testing.assert_frame_equal(back, Examples.frame(train.sort_values(Examples.key())))
    assert back["agreement_count"].isna().any()


def test_annotations_come_back_too():
    back = read_rows(write_rows(made().annotations, Annotations), Annotations, "here", "train")
    pd.testing.assert_frame_equal(back, made().annotations)


def test_a_label_is_a_class_id_and_a_utility_one_byte():
    schema = pq.read_schema(io.BytesIO(write_rows(made().variants["original"], Examples)))
    assert str(schema.field("label").type) == "int64"
    assert str(schema.field("utility").type) == "int8"
    assert b'"names": ["no", "unrelated", "yes"]' in schema.metadata[b"huggingface"]


def test_the_layout_is_the_hubs():
    assert file_name("original", "validation") == "original/validation-00000-of-00001.parquet"
    assert config_table("annotations") is Annotations
    assert config_table("balanced") is Examples


@pytest.mark.parametrize("split", ["train", "left"])
def test_bytes_that_are_no_such_rows_are_refused_by_name(split):
    data = b"PAR1 nothing" if split == "train" else write_rows(made().variants["original"], Examples)
    with pytest.raises(ReleaseRowsError, match=r"^a/b\.parquet does not hold the rows its name promises: "):
        read_rows(data, Examples, "a/b.parquet", split)


def test_a_class_id_that_is_no_label_is_refused():
    table = pq.read_table(io.BytesIO(write_rows(made().variants["original"], Examples)))
    seven = table.set_column(3, "label", [[7] * table.num_rows])
    sink = io.BytesIO()
    pq.write_table(seven, sink)
    with pytest.raises(ReleaseRowsError, match="label"):
        read_rows(sink.getvalue(), Examples, "file", "train")
