"""Two writers of one part of a table: the later commit sees that it would write over what it never saw."""

from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.test_parts import _rejected
from valuenet.warehouse.commits import Seen
from valuenet.warehouse.reddit_tables import RedditRejected
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.store_errors import PartChangedError

MONTH = "2019-01"


@pytest.fixture(params=["folder", "s3"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "warehouse")
    return f"s3://{request.getfixturevalue('s3_bucket')}/warehouse"


def _seen(store: Warehouse) -> Seen:
    return Seen(store.parts(RedditRejected).get(MONTH))


def _write(store: Warehouse, lines: int, recipe: str, seen: Seen | None = None, month: str = MONTH) -> Any:
    return store.write_part(RedditRejected, month, _rejected(month, lines), recipe=recipe, seen=seen)


@pytest.mark.parametrize("before", [None, 0, 2])
def test_a_part_that_was_changed_since_it_was_seen_is_left_as_it_is(uri: str, before: int | None) -> None:
    ours, theirs = Warehouse(uri), Warehouse(uri)
    if before is not None:
        _write(theirs, before, "r0")
    seen = _seen(ours)
    _write(theirs, 3, "theirs", _seen(theirs))
    with pytest.raises(
        PartChangedError, match=rf"'reddit_rejected' at .*: another run changed the part '{MONTH}'.*again"
    ):
        _write(ours, 5, "ours", seen)
    assert len(ours.read(RedditRejected)) == 3
    _write(ours, 5, "ours", _seen(ours))
    assert len(ours.read(RedditRejected)) == 5


@pytest.mark.parametrize("before", [None, 0, 2])
def test_a_commit_between_the_look_and_the_commit_is_seen_too(
    uri: str, before: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = Warehouse(uri), Warehouse(uri)
    if before is not None:
        _write(theirs, before, "r0")
    overwrite, waiting = ours._overwrite, [3]

    def late(*arguments: Any) -> None:
        while waiting:
            _write(theirs, waiting.pop(), "theirs")
        overwrite(*arguments)

    monkeypatch.setattr(ours, "_overwrite", late)
    with pytest.raises(PartChangedError, match="let the other end"):
        _write(ours, 5, "ours", _seen(ours))
    assert len(ours.read(RedditRejected)) == 3


def test_what_others_wrote_to_other_parts_is_no_hindrance(uri: str) -> None:
    ours, theirs = Warehouse(uri), Warehouse(uri)
    seen = _seen(ours)
    _write(theirs, 2, "theirs", month="2019-02")
    _write(ours, 5, "ours", seen)
    assert ours.read(RedditRejected)["month"].value_counts().to_dict() == {MONTH: 5, "2019-02": 2}


def test_the_same_rows_by_the_same_recipe_are_the_same_whoever_was_first(uri: str) -> None:
    ours, theirs = Warehouse(uri), Warehouse(uri)
    seen = _seen(ours)
    assert _write(theirs, 3, "r", seen) == _write(ours, 3, "r", seen)


def test_who_did_not_say_what_was_seen_replaces_what_is_there(uri: str) -> None:
    ours, theirs = Warehouse(uri), Warehouse(uri)
    _write(theirs, 3, "theirs")
    _write(ours, 5, "ours")
    assert len(ours.read(RedditRejected)) == 5
