"""A publication that was killed leaves texts beside the releases; a take-down removes them."""

import os
import shutil
from pathlib import Path

import pytest

from tests.flows.reddit.made_warehouse import fill_warehouse
from tests.flows.reddit.takedowns import everything_in, withdraw
from tests.made_support import publish_support
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import unfinished_uploads
from valuenet.warehouse.store import Warehouse


@pytest.fixture
def settings(tmp_path: Path) -> ValuenetSettings:
    places = {name: str(tmp_path / name) for name in ("warehouse", "releases", "models")}
    fill_warehouse(Warehouse(places["warehouse"]))
    publish_support(tmp_path / "releases", False)
    return ValuenetSettings(**places)


@pytest.mark.parametrize("name", ["offmychest-support-1.0.0", "offmychest-support-1.0.1", "another-9.9.9"])
def test_what_a_killed_publication_left_is_gone_after_a_take_down(settings, name):
    left = Path(settings.releases) / f".{name}.partial-{2**30}"
    shutil.copytree(Path(settings.releases) / "offmychest-support-1.0.0", left)
    assert "Secret 1 of p2." in everything_in(left)
    living = Path(settings.releases) / f".{name}.partial-{os.getppid()}"
    living.mkdir()
    report = withdraw(settings)
    assert not left.exists()
    assert living.exists()
    assert report.leftovers == 1
    assert "half written releases of killed publications, removed: 1" in report.text()
    assert withdraw(settings).leftovers == 0


def test_an_upload_that_was_broken_off_is_named_and_a_whole_one_is_not(settings, s3_bucket):
    releases = Place(f"s3://{s3_bucket}/releases")
    for name, files in (("a-support-1.0.0", ("data/rows.parquet",)), ("b-1.0.0", ("manifest.json", "README.md"))):
        for file in files:
            releases.inner(name).write(file, b"{}")
    releases.write("notes/todo.txt", b"not a release")
    assert unfinished_uploads(releases) == [f"s3://{s3_bucket}/releases/a-support-1.0.0"]
    assert unfinished_uploads(Place(settings.releases)) == []
    report = withdraw(settings.model_copy(update={"releases": releases.uri}))
    assert f"upload {releases.uri}/a-support-1.0.0 has no manifest: publish it again, or remove it" in report.text()
