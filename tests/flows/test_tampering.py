"""Whatever is changed in a release is found, though every checksum was corrected; what cannot be is signed."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from tests.flows import tamperings as t
from tests.flows.tampering_cases import TAMPERINGS
from tests.flows.tamperings import publish, said_of
from tests.made_release import annotations, made, rendered
from valuenet.flows.verify import verify_any
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release_tables import Annotations


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("published") / "valuenet-1.0.0"
    store_files(rendered(), Place(folder))
    return folder


@pytest.fixture
def release(published, tmp_path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "copy"))


def test_the_copy_that_everything_is_done_to_is_consistent(release):
    assert verify_any(str(release)).guarantee == "consistent"


@pytest.mark.parametrize("name", TAMPERINGS)
def test_every_tampering_is_found(release, name):
    change, words = TAMPERINGS[name]
    change(release)
    said = said_of(release)
    assert words in said
    assert str(release) in said or not said.startswith("/"), "a sentence that refuses a release must name the place"


def test_a_simulated_crowd_cannot_be_passed_off_as_people(tmp_path):
    judged = Annotations.frame(annotations().assign(platform="simulated"))
    folder = publish(dataclasses.replace(made(), annotations=judged, platform="simulated"), tmp_path)
    assert verify_any(str(folder)).ok
    t.state(platform="people")(folder)
    assert "platform: found 'people', expected 'simulated', by the judgements in it" in said_of(folder)
