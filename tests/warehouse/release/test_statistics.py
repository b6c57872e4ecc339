"""Figures of a release, held against counting by hand and against the published table."""

import json

import pytest

from tests.warehouse.release.published import nothing_dropped, read_published
from tests.warehouse.release.test_leakage import examples
from valuenet.warehouse.release.statistics import describe_release
from valuenet.warehouse.release.variants import VariantSettings, make_variants
from valuenet.warehouse.release_tables import Examples


def test_counts_of_three_rows_come_out_by_hand():
    variant = examples(
        ("s-1", "I don't know.", "POWER", "no", "train"),  # I do n't know .
        ("s-1", "I don't know.", "SECURITY", "yes", "train"),
        ("s-2", "i know", "POWER", "no", "test"),
    )
    found = describe_release({"original": variant})["original"]
    train = found["splits"]["train"]
    assert (found["rows"], found["texts"], train["rows"], train["texts"]) == (3, 2, 2, 1)
    assert train["labels"] == {"no": 1, "unrelated": 0, "yes": 1}
    assert train["values"]["POWER"] == {"no": 1, "unrelated": 0, "yes": 0}
    assert found["tokens_per_text"] == pytest.approx((5 + 5 + 2) / 3, abs=1e-6)
    assert found["unique_tokens"] == 6  # "I" and "i" are two
    assert found["splits"]["validation"]["tokens_per_text"] is None
    assert len(train["values"]) == 10


def test_it_is_json_and_empty_variants_are_described():
    found = describe_release({"original": Examples.frame()})
    assert json.loads(json.dumps(found)) == found
    assert found["original"]["rows"] == 0
    assert describe_release({}) == {}


def test_tokens_per_text_are_those_of_table_1(shared):
    labels, splits, texts = read_published(shared)
    made = make_variants(labels, nothing_dropped(), splits, texts, VariantSettings())
    found = describe_release({"original": made["original"]})["original"]["splits"]
    assert found["train"]["tokens_per_text"] == pytest.approx(12.00, abs=0.005)
    assert found["validation"]["tokens_per_text"] == pytest.approx(12.05, abs=0.005)
    assert (found["train"]["rows"], found["validation"]["rows"]) == (16_030, 3_206)
