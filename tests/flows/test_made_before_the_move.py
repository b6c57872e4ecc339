"""A model folder, a release and a warehouse that were made when the rooms were packages of their own are still read.

`tests/data/before_the_move.tar.xz` was written by commit 9f7b823: the toy model of `tests.models.conftest` with what it
predicted, the release of `tests.made_release`, and a warehouse with the three tables of `tests.made_support`.
"""

import json
import tarfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.made_support import exchanges
from valuenet.flows.verify import verify_any
from valuenet.models.values.record import read_record
from valuenet.warehouse.reddit_tables import Exchanges, Preferences, SupportExamples
from valuenet.warehouse.release.read import Release
from valuenet.warehouse.store import Warehouse

ARCHIVE = Path(__file__).resolve().parents[1] / "data" / "before_the_move.tar.xz"


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("before")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder


def test_a_model_predicts_what_it_did(before):
    from valuenet.models import ValueModel

    was = np.array(json.loads((before / "utilities.json").read_text()), dtype=np.float32)
    now = ValueModel.load(before / "model").predict(["i helped my mom", "we hurt the boss"])
    np.testing.assert_allclose(now, was, atol=1e-3)
    assert read_record(before / "model").metrics.rows == 21


def test_a_release_is_verified_and_read(before):
    report = verify_any(str(before / "valuenet-1.0.0"))
    assert report.ok, report.problems
    assert {"value", "label"} <= set(Release(before / "valuenet-1.0.0").examples("original").columns)


def test_a_warehouse_is_read_with_its_recipes(before):
    store = Warehouse(str(before / "warehouse"))
    wanted = exchanges().sort_values(Exchanges.key(), ignore_index=True)
    pd.testing.assert_frame_equal(store.read(Exchanges), wanted)
    for table in (Exchanges, SupportExamples, Preferences):
        state = store.state(table)
        assert state is not None
        assert state.recipe == "r-before"
    store.write(Exchanges, exchanges().head(3), recipe="r-after")
    assert len(store.read(Exchanges)) == 3
