"""A release of ids gets its texts back, byte for byte; what is no longer there is left out and counted."""

import hashlib

import pytest

from tests.made_support import exchanges, made, preferences, publish_support, rendered
from valuenet.warehouse.release.support.files import write_nested
from valuenet.warehouse.release.support.fill import fill_in, things_in
from valuenet.warehouse.release.support.read import SupportRelease


def texts() -> dict[str, str]:
    """The text of every turn and rejected comment, by its id."""
    turns = exchanges()
    ids = ("t1_" + turns["comment_id"]).fillna("t3_" + turns["post_id"])
    rejected = preferences()
    replies = dict(zip("t1_" + rejected["rejected_id"], rejected["rejected_text"], strict=True))
    return {**dict(zip(ids, turns["text"], strict=True)), **replies}


@pytest.fixture
def release(tmp_path) -> SupportRelease:
    return SupportRelease(publish_support(tmp_path, without_text=True))


def test_with_every_text_the_files_are_those_of_the_release_with_texts(release):
    filled = fill_in(release.contents(), texts())
    assert (filled.missing, filled.left_out) == (frozenset(), {})
    for (config, split), table in filled.contents.rows.items():
        name = f"{config}/{split}-00000-of-00001.parquet"
        data = write_nested(table, config)
        assert data == rendered()[name]
        assert release.manifest.files_with_text[name] == hashlib.sha256(data).hexdigest()


def test_what_is_missing_is_left_out_with_all_that_is_made_from_it(release):
    there = {name: text for name, text in texts().items() if name not in ("t1_p1c3", "t1_r3", "t3_p3")}
    filled = fill_in(release.contents(), there)
    assert filled.missing == {"t1_p1c3", "t1_r3", "t3_p3"}
    assert filled.left_out == {"support_examples": 2, "preferences": 3, "exchanges": 1, "safety_evaluation": 1}
    assert set(filled.contents.rows) == {
        ("support_examples", "test"),
        ("exchanges", "test"),
        ("exchanges", "unassigned"),
    }


def test_the_ids_to_look_for_are_those_of_turns_and_rejected_comments(release):
    things = things_in(release.tables())
    assert things == things_in(made().rows)
    assert {"t3_p1", "t1_p1c4", "t1_r2", "t3_p3"} <= things
    assert not {"t3_p4", "t1_r4"} & things
