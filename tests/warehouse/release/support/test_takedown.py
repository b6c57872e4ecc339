"""What was withdrawn is found in a release, said beside it, and left out of the next patch version."""

import datetime as dt
import json
from pathlib import Path

import pytest

from tests.made_support import exchange_id, made, publish_support, rendered
from valuenet.warehouse.release.manifest import ReleaseUnreadableError
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release.support import render as support_render
from valuenet.warehouse.release.support.read import SupportRelease
from valuenet.warehouse.release.support.render import render_support
from valuenet.warehouse.release.support.takedown import find_withdrawn, next_patch, publish_again
from valuenet.warehouse.release.support.tombstones import Tombstone, Tombstones, read_tombstones, write_tombstones

DAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def no_figures(monkeypatch):
    """Figures are drawn in other tests; here they would only take time."""
    rendered(), rendered(True)
    monkeypatch.setattr(support_render, "draw_all", lambda wanted: {})


def test_a_withdrawn_turn_takes_its_exchange_with_examples_and_pairs():
    held = find_withdrawn(made().rows, {"t1_p1c4", "t1_elsewhere"})
    assert held.things == {"t1_p1c4"}
    assert held.counts() == {"exchanges": 1, "support_examples": 2, "preferences": 2}
    assert held.rows["exchanges"] == [exchange_id("p1")]


def test_a_withdrawn_post_a_rejected_comment_and_a_turn_in_crisis_are_found():
    rows = made().rows
    assert find_withdrawn(rows, {"t3_p2"}).counts() == {"exchanges": 1, "support_examples": 1, "preferences": 1}
    assert find_withdrawn(rows, {"t1_r2"}).counts() == {"preferences": 1}
    assert find_withdrawn(rows, {"t1_p3c1"}).counts() == {"safety_evaluation": 1}
    assert find_withdrawn(rows, {"t1_r2", "t3_p5", "t1_p3c1"}).things == {"t1_r2", "t3_p5", "t1_p3c1"}
    assert not find_withdrawn(rows, {"t3_elsewhere", "t1_p1"}).any


@pytest.mark.parametrize("without_text", [False, True])
def test_the_next_patch_version_has_all_rows_but_those_and_says_why(tmp_path, without_text):
    release = SupportRelease(publish_support(tmp_path, without_text))
    held = find_withdrawn(release.tables(), {"t1_p1c4"})
    contents, settings = publish_again(release, held, DAY)
    assert (settings.version, settings.date) == ("1.0.1", DAY)
    files = render_support(contents, settings)
    place = Place(tmp_path / settings.folder)
    store_files(files, place)
    again = SupportRelease(place.uri)
    assert {place for place, table in again.tables().items()} == {place for place in made().rows if place[1] != "train"}
    assert not find_withdrawn(again.tables(), {"t1_p1c4"}).any
    assert again.tables()["preferences", "test"].equals(release.tables()["preferences", "test"])
    assert again.manifest.follows.rows == {"exchanges": 1, "support_examples": 2, "preferences": 2}
    card = files["README.md"].decode()
    assert "**Takes the place of 1.0.0**" in card
    assert "exchanges 1, support_examples 2, preferences 2" in card
    assert json.loads(files["statistics.json"])["source"] == made().source


def test_an_older_request_does_not_date_a_release_back(tmp_path):
    release = SupportRelease(publish_support(tmp_path))
    held = find_withdrawn(release.tables(), {"t3_p5"})
    assert publish_again(release, held, dt.date(2020, 1, 1))[1].date == dt.date(2026, 11, 1)


def test_the_number_after_a_version():
    assert next_patch("2.10.9") == "2.10.10"


def test_tombstones_stand_beside_the_release_and_grow_but_are_not_written_twice(tmp_path):
    folder = publish_support(tmp_path)
    place = Place(folder)
    assert read_tombstones(place) == Tombstones()
    assert write_tombstones(place, {"t1_p1c4": "2026-11-22"}, {"exchanges": ["x-2"]}) is True
    assert write_tombstones(place, {"t1_p1c4": "2027-01-01"}, {"exchanges": ["x-2"]}) is False
    assert write_tombstones(place, {"t3_p2": "2026-11-23"}, {"exchanges": ["x-1"], "preferences": ["p-1"]}) is True
    found = read_tombstones(place)
    assert found.withdrawn == (
        Tombstone(id="t1_p1c4", date="2026-11-22"),
        Tombstone(id="t3_p2", date="2026-11-23"),
    )
    assert found.rows == {"exchanges": ("x-1", "x-2"), "preferences": ("p-1",)}
    assert (tmp_path / "offmychest-support-1.0.0.withdrawn.json").is_file()
    assert {path.name for path in folder.iterdir()} == {Path(name).parts[0] for name in rendered()}


def test_tombstones_that_do_not_read_are_said(tmp_path):
    folder = publish_support(tmp_path)
    (tmp_path / f"{folder.name}.withdrawn.json").write_text('{"withdrawn": 3}')
    with pytest.raises(ReleaseUnreadableError, match=r"withdrawn.json does not read"):
        read_tombstones(Place(folder))


def test_tombstones_lie_in_an_object_store_too(s3_bucket):
    place = Place(f"s3://{s3_bucket}/out/offmychest-support-1.0.0")
    write_tombstones(place, {"t3_p2": "2026-11-23"}, {})
    assert read_tombstones(place).count == 1
    assert list(Place(f"s3://{s3_bucket}/out").sizes()) == ["offmychest-support-1.0.0.withdrawn.json"]
