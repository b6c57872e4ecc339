"""A take-down leaves no text in any file, says which releases and models hold it, and ends the same however often."""

import json
from pathlib import Path
from typing import Any

import pytest

import valuenet.flows.reddit.takedown as takedown
import valuenet.flows.reddit.withdrawn_releases as releases_step
from tests.flows.reddit.made_warehouse import fill_warehouse
from tests.flows.reddit.takedowns import DAY, LIST, contents, everything_in, files, withdraw
from tests.made_support import exchange_id, publish_support, rendered
from valuenet.curation.reddit.intake.pseudonyms import AccountKeys, pseudonym_of_accounts
from valuenet.curation.reddit.intake.withdrawal_lists import WithdrawalListError
from valuenet.flows.command.app import run
from valuenet.flows.reddit.recipes import StaleTablesError
from valuenet.flows.reddit.release import assemble_support
from valuenet.flows.reddit.takedown import read_list
from valuenet.flows.reddit.verify import verify_support
from valuenet.flows.services.crowd import KEY_VARIABLE, OLDER_KEYS_VARIABLE, SecretMissingError, account_keys
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.reddit_tables import (
    Comments,
    Exchanges,
    OtherReplies,
    Posts,
    Preferences,
    Repeats,
    SupportExamples,
    TextScores,
    Withdrawals,
)
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release.support.diff import diff_support
from valuenet.warehouse.release.support.read import SupportRelease
from valuenet.warehouse.store import Warehouse


@pytest.fixture
def settings(tmp_path: Path) -> ValuenetSettings:
    places = {name: str(tmp_path / name) for name in ("warehouse", "releases", "models")}
    fill_warehouse(Warehouse(places["warehouse"]))
    for without_text in (False, True):
        publish_support(tmp_path / "releases", without_text)
    for name, release in (("one", "offmychest-support-1.0.0"), ("two", "valuenet-1.0.0")):
        (tmp_path / "models" / name).mkdir(parents=True)
        record = {"source": {"name": f"{release} (support_examples)"}}
        (tmp_path / "models" / name / "valuenet.json").write_text(json.dumps(record))
    return ValuenetSettings(**places)


def test_no_file_of_the_warehouse_holds_the_text_or_the_account_afterwards(settings):
    folder, store = Path(settings.warehouse), Warehouse(settings.warehouse)
    scored = {part: state.recipe for part, state in store.parts(TextScores).items()}
    for said in ("Secret 5 of p1.", "Secret 1 of p2.", "u-poster-b"):
        assert said in everything_in(folder)
    report = withdraw(settings)
    left = everything_in(folder)
    for said in ("Secret 5 of p1.", "Secret 1 of p2.", "u-poster-b"):
        assert (said in left) == (said == "u-poster-b")  # p2's poster wrote comments too, and only the post was named
    assert "Secret 2 of p1." in left
    assert report.emptied == {"posts": 1, "comments": 1}
    assert report.removed == {
        "exchanges": 9,
        "other_replies": 1,
        "support_examples": 3,
        "preferences": 3,
        "repeats": 1,
        "text_scores": 10,
    }
    assert len(store.read(TextScores)) == 13
    assert store.read(Repeats)["repeat_id"].tolist() == ["p5c2", "p5"]  # of p1c4 nothing says whose it was
    assert len(list((folder / "repeats").glob("*.parquet"))) == 1
    assert {part: state.recipe for part, state in store.parts(TextScores).items()} == scored


def test_an_account_leaves_with_all_it_wrote_by_its_name_which_is_nowhere(settings, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, "k" * 32)
    name = pseudonym_of_accounts(["Some_One"], AccountKeys(b"k" * 32))[0]
    store = Warehouse(settings.warehouse)
    for table in (Posts, Comments):
        for month, state in store.parts(table).items():
            rows = store.read_part(table, month)
            renamed = rows.assign(author=rows["author"].replace("u-commenter-a", name))
            store.write_part(table, month, table.frame(renamed), recipe=state.recipe)
        store.forget_past(table)
    report = withdraw(settings, "u/Some_One")
    assert (report.requested, report.new, report.emptied) == (1, 1, {"posts": 0, "comments": 2})
    known = store.read(Withdrawals)
    assert set(zip(known["thing"], known["id"], strict=True)) == {
        ("author", name),
        ("comment", "p1c1"),
        ("comment", "p1c3"),
    }
    left = everything_in(Path(settings.warehouse)) + report.text() + json.dumps(report.to_json())
    assert "some_one" not in left.lower()
    assert "Secret 2 of p1." not in left
    assert "Secret 4 of p1." not in left
    assert "Secret 3 of p1." not in everything_in(Path(settings.warehouse) / "exchanges")


def test_the_rows_stay_in_place_and_later_builds_see_no_new_recipe(settings):
    store = Warehouse(settings.warehouse)
    before = {part: state.recipe for part, state in store.parts(Posts).items()}
    withdraw(settings)
    assert {part: state.recipe for part, state in store.parts(Posts).items()} == before
    posts = store.read(Posts).set_index("post_id")
    assert posts.loc["p2", "filtered"] == "withdrawn"
    assert len(posts) == 5


def test_releases_and_models_that_hold_it_are_named_and_the_newest_is_published_again(settings):
    report = withdraw(settings)
    assert [(found.release, found.things, found.replaced_by) for found in report.releases] == [
        ("offmychest-support-1.0.0", 2, "offmychest-support-1.0.1"),
        ("offmychest-support-ids-1.0.0", 2, "offmychest-support-ids-1.0.1"),
    ]
    assert report.releases[0].rows == {"exchanges": 2, "support_examples": 3, "preferences": 3}
    assert [(Path(model.folder).name, model.release) for model in report.models] == [
        ("one", "offmychest-support-1.0.0")
    ]
    releases = Path(settings.releases)
    old, new = (SupportRelease(releases / f"offmychest-support-1.0.{n}") for n in (0, 1))
    assert verify_support(old.place.uri).ok
    assert verify_support(old.place.uri).withdrawn == 2
    assert verify_support(new.place.uri).ok
    assert verify_support(new.place.uri).withdrawn == 0
    assert diff_support(old, new).proposed == "1.0.1"
    assert "Secret 5 of p1." not in everything_in(releases / "offmychest-support-1.0.1")
    stones = json.loads((releases / "offmychest-support-1.0.0.withdrawn.json").read_text())
    assert stones["withdrawn"][0] == {"id": "t1_p1c4", "date": "2026-11-22", "reason": "withdrawn"}
    assert exchange_id("p1") in stones["rows"]["exchanges"]
    for said in (
        "holds 2 of it (support_examples 3",
        "trained on offmychest-support-1.0.0; train it again",
        "offmychest-support-1.0.1 takes its place",
    ):
        assert said in report.text().replace("exchanges 2, support_examples 3", "support_examples 3")


def test_the_same_list_twice_changes_nothing(settings, tmp_path):
    first = withdraw(settings)
    store, before = Warehouse(settings.warehouse), files(tmp_path)
    states = contents(store)
    second = withdraw(settings, day=DAY + takedown.dt.timedelta(days=9))
    assert files(tmp_path) == before
    assert contents(store) == states
    assert second.new == 0
    assert [found[:4] for found in second.releases] == [found[:4] for found in first.releases]
    assert second.releases[0].replaced_by == "offmychest-support-1.0.1"


def test_a_take_down_publishes_at_once_and_a_release_of_the_tables_waits_for_a_build(settings):
    report = withdraw(settings)
    assert {found.replaced_by for found in report.releases} == {
        "offmychest-support-1.0.1",
        "offmychest-support-ids-1.0.1",
    }
    with pytest.raises(StaleTablesError, match=r"table 'repeats' .*run `valuenet reddit build`, then release again"):
        assemble_support(settings, Warehouse(settings.warehouse))


def test_a_second_list_is_published_as_a_further_version(settings):
    withdraw(settings)
    report = withdraw(settings, "t3_p5")
    assert {found.release: found.replaced_by for found in report.releases} == {
        "offmychest-support-1.0.0": "offmychest-support-1.0.2",
        "offmychest-support-1.0.1": "offmychest-support-1.0.2",
        "offmychest-support-ids-1.0.0": "offmychest-support-ids-1.0.2",
        "offmychest-support-ids-1.0.1": "offmychest-support-ids-1.0.2",
    }


class Killed(BaseException):
    """Ends a run as a signal would: nothing catches it."""


def test_after_a_kill_anywhere_the_same_command_ends_the_same(settings, tmp_path, monkeypatch):
    def die(*_: Any) -> None:
        raise Killed

    for step in ("_write_down_works", "_empty", "_remove", "write_tombstones", "store_files", "find_models"):
        with monkeypatch.context() as patch:
            patch.setattr(takedown if hasattr(takedown, step) else releases_step, step, die)
            with pytest.raises(Killed):
                withdraw(settings)
    withdraw(settings)
    other = settings.model_copy(update={name: str(tmp_path / "b" / name) for name in ("warehouse", "releases")})
    fill_warehouse(Warehouse(other.warehouse))
    for without_text in (False, True):
        publish_support(tmp_path / "b" / "releases", without_text)
    withdraw(other)
    assert files(tmp_path / "b" / "releases") == files(tmp_path / "releases")
    stores = [Warehouse(place.warehouse) for place in (settings, other)]
    for table in (
        Posts,
        Comments,
        Repeats,
        Exchanges,
        OtherReplies,
        SupportExamples,
        Preferences,
        TextScores,
        Withdrawals,
    ):
        assert stores[0].read(table).equals(stores[1].read(table))


@pytest.mark.parametrize("lives", [1, 2, 3, 4])
def test_after_a_kill_between_two_tables_nothing_of_the_withdrawn_is_left_behind(
    settings, tmp_path, monkeypatch, lives
):
    written: list[Any] = []

    def write(store: Warehouse, table: Any, rows: Any, **more: Any) -> Any:
        if len(written) == lives:
            raise Killed
        written.append(table)
        return whole(store, table, rows, **more)

    whole = Warehouse.write
    with monkeypatch.context() as patch:
        patch.setattr(Warehouse, "write", write)
        with pytest.raises(Killed):
            withdraw(settings)
    assert len(written) == lives
    withdraw(settings)
    other = settings.model_copy(update={name: str(tmp_path / "b" / name) for name in ("warehouse", "releases")})
    fill_warehouse(Warehouse(other.warehouse))
    withdraw(other)
    for table in (Repeats, Exchanges, OtherReplies, SupportExamples, Preferences, TextScores):
        killed, alone = (Warehouse(place.warehouse).state(table) for place in (settings, other))
        assert (killed.recipe, killed.content) == (alone.recipe, alone.content)


def test_releases_in_an_object_store_are_found_and_published_again(s3_bucket):
    uri = f"s3://{s3_bucket}/out"
    store_files(rendered(), Place(f"{uri}/offmychest-support-1.0.0"))
    (found,) = releases_step.check_releases(uri, {"t3_p5": "2026-11-22", "t3_zzz": "2026-11-22"})
    assert (found.things, found.rows, found.replaced_by) == (1, {"exchanges": 1}, "offmychest-support-1.0.1")
    assert releases_step.support_releases(uri) == [f"{uri}/offmychest-support-1.0.{n}" for n in (0, 1)]
    assert verify_support(f"{uri}/offmychest-support-1.0.1").ok
    assert verify_support(f"{uri}/offmychest-support-1.0.0").withdrawn == 1


def test_something_nobody_has_is_written_down_and_honoured_later(settings):
    report = withdraw(settings, "t3_zzz")
    assert (report.new, report.releases, report.models) == (1, (), ())
    assert "no release holds any of it" in report.text()
    assert f"looked for in {settings.models}: none" in report.text()
    assert report.to_json()["models_in"] == settings.models
    assert Warehouse(settings.warehouse).read(Withdrawals)["id"].tolist() == ["zzz"]


def test_an_empty_warehouse_takes_the_list_down(tmp_path):
    empty = ValuenetSettings(**{name: str(tmp_path / name) for name in ("warehouse", "releases", "models")})
    report = withdraw(empty, "t3_zzz\nt1_yyy")
    assert (report.new, report.emptied) == (2, {"posts": 0, "comments": 0})


def test_the_command_takes_down_and_says_so(prefect_server, settings, tmp_path, capfd):
    (tmp_path / "list.txt").write_text(LIST.replace("u-rejected-r9", "u-0123456789abcdef"))
    places = ["--warehouse", settings.warehouse, "--releases", settings.releases, "--models", settings.models]
    assert run(["reddit", "takedown", str(tmp_path / "list.txt"), *places, "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert told["new"] == 3
    assert told["releases"][0]["replaced_by"] == "offmychest-support-1.0.1"
    assert run(["reddit", "takedown", str(tmp_path / "list.txt"), *places]) == 0
    told = capfd.readouterr().out
    assert "written down: 3 request(s), 0 of them new" in told
    assert f"looked for in {settings.models}: 1\nmodel {settings.models}/one was trained on" in told
    assert run(["reddit", "takedown", str(tmp_path / "none.txt"), *places]) == 2
    assert "there is no list" in capfd.readouterr().err


def test_a_list_that_is_no_text_is_said(tmp_path):
    (tmp_path / "list").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WithdrawalListError, match="give UTF-8 text"):
        read_list(tmp_path / "list")


def test_names_need_the_key_and_older_keys_are_read_too(settings, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with pytest.raises(SecretMissingError, match=KEY_VARIABLE):
        withdraw(settings, "u/Some_One")
    monkeypatch.setenv(KEY_VARIABLE, "k" * 32)
    monkeypatch.setenv(OLDER_KEYS_VARIABLE, f"{'o' * 32}, {'p' * 32}")
    assert account_keys() == AccountKeys(b"k" * 32, (b"o" * 32, b"p" * 32))
    assert withdraw(settings, "u/Some_One").requested == 3
