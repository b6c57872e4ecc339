"""What changed between two releases, why, and which version number says so."""

from pathlib import Path

import pytest

from tests.made_release import annotations, contents, made, relabelled
from valuenet.annotation.consensus import ConsensusSettings
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.release import render
from valuenet.warehouse.release.diff import diff_releases
from valuenet.warehouse.release.publish import publish_release
from valuenet.warehouse.release.read import Release
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.release.splits import SplitSettings
from valuenet.warehouse.release.variants import VariantSettings
from valuenet.warehouse.release_tables import Annotations


@pytest.fixture(autouse=True)
def no_figures(monkeypatch):
    """Figures and Croissant take most of the time and none of what is tested here."""
    monkeypatch.setattr(render, "draw_all", lambda wanted: {})
    monkeypatch.setattr(render, "write_croissant", lambda *_: b"{}")


@pytest.fixture
def put(tmp_path):
    def publish(version: str, held, **settings) -> Release:
        return Release(publish_release(held, ReleaseSettings(version=version, **settings), tmp_path).uri)

    return publish


def text_id(number: int) -> str:
    return scenario_id(f"I sold bread{number} and hats{number} near gate{number}")


def test_the_same_rows_need_no_new_number_and_another_card_a_patch(put):
    old = put("1.0.0", made())
    same, other_card = put("1.0.1", made()), put("1.0.2", made(), title="New title")
    assert diff_releases(old, old).proposed == "1.0.0"
    assert diff_releases(old, same).proposed == "1.0.1"  # the card says another version
    diff = diff_releases(old, other_card)
    assert (diff.proposed, diff.counts(), diff.settings) == ("1.0.1", {}, {"release.title": (
        "VALUENET: human values in social scenarios", "New title")})  # fmt: skip
    assert "README.md" in diff.files


def test_new_scenarios_ask_for_a_minor_number_where_no_other_row_moves(put):
    splits = SplitSettings(smallest_stratum=1000)
    old = put("1.0.0", contents(annotations(79), splits=splits))
    new = put("1.1.0", contents(annotations(80), splits=splits))
    diff = diff_releases(old, new)
    added = diff.changes.query("config == 'original' and change == 'added'")
    assert added["reason"].unique().tolist() == ["new scenario"]
    assert added["scenario_id"].unique().tolist() == [text_id(79)]
    assert diff.annotations == {"added": 8, "gone": 0, "changed": 0}
    moved = diff.changes.query("change == 'moved'")
    assert set(moved["reason"]) <= {"other texts share its split"}
    assert diff.proposed == ("2.0.0" if len(moved) or "gone" in set(diff.changes["change"]) else "1.1.0")


def test_a_relabelled_pair_says_both_labels_and_that_its_votes_changed(put):
    judged = annotations()
    old, new = put("1.2.3", made()), put("1.2.4", contents(relabelled(judged, 1, "yes")))
    diff = diff_releases(old, new)
    row = diff.changes.query("config == 'original' and change == 'relabelled'").iloc[0]
    assert (row["scenario_id"], row["old_label"], row["new_label"]) == (text_id(0), "no", "yes")
    assert row["reason"] == "votes changed"
    assert diff.proposed == "2.0.0"
    assert "relabelled" in diff.text()
    assert "no -> yes (votes changed)" in diff.text()
    assert diff.text().endswith("version of the new release: 2.0.0 (it says 1.2.4)")


def test_pairs_come_and_go_with_their_agreement(put):
    judged = annotations()
    old, new = put("1.0.0", made()), put("2.0.0", contents(relabelled(judged, 2, "yes")))
    forth, back = diff_releases(old, new).changes, diff_releases(new, old).changes
    assert forth.query("config == 'original' and change == 'added'")["reason"].tolist() == ["votes changed: now agreed"]
    assert back.query("config == 'original' and change == 'gone'")["reason"].tolist() == [
        "votes changed: no longer agreed"
    ]


def test_settings_that_change_a_label_are_the_reason_and_are_listed(put):
    old = put("1.0.0", made())
    strict = put("2.0.0", contents(annotations(), consensus=ConsensusSettings(min_agreement=4)))
    diff = diff_releases(old, strict)
    assert diff.settings == {"consensus.min_agreement": (3, 4)}
    gone = diff.changes.query("config == 'original' and change == 'gone'")
    assert len(gone) == 64
    assert gone["reason"].unique().tolist() == ["consensus settings changed: no longer agreed"]
    weak = diff.changes.query("config == 'augmented' and change == 'added'")
    assert set(weak["reason"]) <= {"consensus settings changed: agreement became weak"}
    assert "setting consensus.min_agreement: 3 -> 4" in diff.text()


def test_another_codebook_is_the_reason_where_the_votes_changed_with_it(put):
    judged = annotations(codebook="2.0")
    old, new = put("1.0.0", made()), put("2.0.0", contents(relabelled(judged, 1, "yes")))
    changes = diff_releases(old, new).changes
    assert changes.query("config == 'original' and change == 'relabelled'")["reason"].tolist() == ["codebook changed"]


def test_rows_that_move_or_are_balanced_otherwise_say_which_setting_did_it(put):
    old = put("1.0.0", made())
    moved = diff_releases(old, put("2.0.0", contents(annotations(), splits=SplitSettings(seed=1))))
    assert set(moved.changes.query("change == 'moved'")["reason"]) == {"split settings changed"}
    assert moved.proposed == "2.0.0"
    balanced = diff_releases(
        old, put("3.0.0", contents(annotations(), variants=VariantSettings(balance="keep", keep_no=2)))
    )
    assert set(balanced.changes["config"]) == {"balanced"}
    assert set(balanced.changes["reason"]) == {"balance settings changed"}


def test_a_vote_more_for_the_same_label_is_recounted(put):
    judged = annotations()
    old, new = put("1.0.0", made()), put("1.1.0", contents(relabelled(judged, 1, "no")))
    diff = diff_releases(old, new)
    assert diff.changes.query("config == 'original'")["change"].tolist() == ["recounted"]
    assert diff.annotations == {"added": 0, "gone": 0, "changed": 1}
    assert diff.proposed == "1.1.0"


def test_a_pair_judged_under_a_new_value_or_no_longer_says_so(put):
    judged = annotations()
    fewer = Annotations.frame(judged[~judged["assignment_id"].str.startswith("a-0001")])
    old, new = put("1.0.0", contents(fewer)), put("2.0.0", made())
    forth, back = diff_releases(old, new).changes, diff_releases(new, old).changes
    pair = "config == 'original' and scenario_id == @text_id(0) and change in ('added', 'gone')"
    assert forth.query(pair)["reason"].tolist() == ["scenario judged under a new value"]
    assert back.query(pair)["reason"].tolist() == ["pair no longer judged"]


def test_the_report_is_json_too_and_a_long_text_is_cut(put, tmp_path: Path):
    import json

    old = put("1.0.0", made())
    diff = diff_releases(old, put("2.0.0", contents(annotations(), consensus=ConsensusSettings(min_agreement=4))))
    parsed = json.loads(json.dumps(diff.to_json()))
    assert parsed["counts"]["original"]["gone"] == 64
    assert len(parsed["changes"]) == len(diff.changes)
    assert "more (--json has all)" in diff.text()
