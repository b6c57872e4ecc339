"""What changed between two releases of support threads, why, and which number the new one should have."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.made_release import publish_plain
from tests.made_support import FACTS, exchange_id, made, publish_support, rendered
from valuenet.warehouse.release.diff_any import KindsDifferError, diff_any
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release.support import render as support_render
from valuenet.warehouse.release.support.diff import SupportDiff, diff_support
from valuenet.warehouse.release.support.read import SupportRelease
from valuenet.warehouse.release.support.render import render_support
from valuenet.warehouse.release.support.settings import SupportReleaseSettings
from valuenet.warehouse.release.support.takedown import find_withdrawn, publish_again
from valuenet.warehouse.release.support.tombstones import write_tombstones


@pytest.fixture(autouse=True)
def no_figures(monkeypatch):
    """Figures are drawn in other tests; here they would only take time."""
    rendered(), rendered(True)
    monkeypatch.setattr(support_render, "draw_all", lambda wanted: {})


def publish(folder: Path, rows: Any, **changes: Any) -> str:
    """Publish changed rows as 1.1.0 and return where."""
    settings = SupportReleaseSettings(version="1.1.0")
    place = Place(folder / settings.folder)
    store_files(render_support(replace(made(), rows=rows, **changes), settings), place)
    return place.uri


def changed(config: str, split: str, change: Any) -> Any:
    """Return the rows of the release with those of one file changed by a function of their list."""
    rows = dict(made().rows)
    table = rows[config, split]
    rows[config, split] = pa.Table.from_pylist(change(table.to_pylist()), table.schema)
    return rows


def diff(folder: Path, rows: Any, **changes: Any) -> SupportDiff:
    return diff_support(SupportRelease(publish_support(folder)), SupportRelease(publish(folder, rows, **changes)))


def test_a_release_is_as_itself(tmp_path):
    release = SupportRelease(publish_support(tmp_path))
    found = diff_support(release, release)
    assert found.changes.empty
    assert (found.proposed, found.files, found.text().splitlines()[1]) == ("1.0.0", [], "files that differ: none")


def test_what_was_withdrawn_asks_for_a_patch(tmp_path):
    old = SupportRelease(publish_support(tmp_path))
    held = find_withdrawn(old.tables(), {"t1_p1c4"})
    write_tombstones(old.place, {"t1_p1c4": "2026-11-22"}, held.rows)
    contents, settings = publish_again(old, held, settings_date(old))
    place = Place(tmp_path / settings.folder)
    store_files(render_support(contents, settings), place)
    found = diff_any(old.place.uri, place.uri)
    assert found.counts() == {
        "support_examples": {"gone (withdrawn)": 2},
        "preferences": {"gone (withdrawn)": 2},
        "exchanges": {"gone (withdrawn)": 1},
    }
    assert found.proposed == "1.0.1" == found.new_version


def settings_date(release: SupportRelease) -> Any:
    return release.release_settings.date


def test_rows_gone_for_another_reason_ask_for_a_major_number(tmp_path):
    found = diff(tmp_path, changed("preferences", "train", lambda rows: rows[:1]))
    assert found.counts() == {"preferences": {"gone (no longer in the source)": 1}}
    assert found.proposed == "2.0.0"
    assert found.text().endswith("version of the new release: 2.0.0 (it says 1.1.0)")


def test_rows_of_a_new_month_ask_for_a_minor_number(tmp_path):
    def add(rows: Any) -> Any:
        times = [time.replace(year=2020, month=4) for time in rows[0]["times"]]
        return [*rows, {**rows[0], "exchange_id": "x-new", "times": times}]

    facts = FACTS.model_copy(update={"months": (*FACTS.months, "2020-04")})
    found = diff(tmp_path, changed("exchanges", "train", add), facts=facts)
    assert found.counts() == {"exchanges": {"added (new month)": 1}}
    assert (found.months, found.proposed) == (["2020-04"], "1.1.0")
    assert "new months: 2020-04" in found.text()


def test_another_setting_is_the_reason_of_what_changed(tmp_path):
    relabel = changed("support_examples", "test", lambda rows: [{**row, "valence_after": 3.0} for row in rows])
    found = diff(tmp_path, relabel, settings={"reddit_examples": {"least": 3.0}})
    assert found.counts() == {"support_examples": {"relabelled (settings of reddit_examples changed)": 1}}
    assert found.settings["reddit_examples.least"] == (3.2, 3.0)
    assert found.proposed == "2.0.0"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("next_turn", "Another text.", "rewritten (texts changed in the source)"),
        ("intensity_after", 1.5, "relabelled (other models or votes)"),
    ],
)
def test_texts_and_labels_that_differ_are_told_apart(tmp_path, column, value, said):
    found = diff(tmp_path, changed("support_examples", "test", lambda rows: [{**row, column: value} for row in rows]))
    assert found.counts() == {"support_examples": {said: 1}}


def test_a_row_in_another_split_has_moved(tmp_path):
    rows = dict(made().rows)
    rows["exchanges", "test"] = pa.concat_tables([rows["exchanges", "test"], rows.pop(("exchanges", "unassigned"))])
    found = diff(tmp_path, rows)
    assert found.changes[["key", "change", "old_split", "new_split"]].to_numpy().tolist() == [
        [exchange_id("p5"), "moved", "unassigned", "test"]
    ]


def test_the_report_as_json_has_every_change(tmp_path):
    found = diff(tmp_path, changed("preferences", "train", lambda rows: rows[:1]))
    told = json.loads(json.dumps(found.to_json()))
    assert told["changes"][0]["change"] == "gone"
    assert (told["old"], told["new"], told["proposed"]) == ("1.0.0", "1.1.0", "2.0.0")


def test_two_kinds_of_release_are_not_compared(tmp_path):
    with pytest.raises(KindsDifferError, match="give two of one kind"):
        diff_any(publish_plain(tmp_path), publish_support(tmp_path))
