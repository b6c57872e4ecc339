"""A release and a take-down at the same time, in both orders: no release is left that holds what was withdrawn."""

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import valuenet.flows.reddit.build as build_step
import valuenet.flows.reddit.ingest as ingest_step
import valuenet.flows.reddit.release as release_step
import valuenet.flows.reddit.takedown as takedown_step
from tests.flows.reddit.made_warehouse import fill_warehouse
from valuenet.curation.reddit.intake.withdrawal_lists import read_requests, withdrawals_of
from valuenet.flows.reddit.lock import CommunityBusyError, releases_alone
from valuenet.flows.reddit.recipes import StaleTablesError
from valuenet.flows.reddit.takedown import withdraw_requests
from valuenet.flows.reddit.withdrawn_releases import support_releases
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.reddit_tables import Withdrawals
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.support.read import SupportRelease
from valuenet.warehouse.release.support.tombstones import read_tombstones
from valuenet.warehouse.store import Warehouse

DAY = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
REQUEST = "t1_p1c4\n"


@pytest.fixture
def settings(tmp_path: Path) -> ValuenetSettings:
    places = {name: str(tmp_path / name) for name in ("warehouse", "releases", "models")}
    fill_warehouse(Warehouse(places["warehouse"]))
    return ValuenetSettings(**places)


def withdraw(settings: ValuenetSettings) -> Any:
    return withdraw_requests(settings, read_requests(REQUEST), DAY)


def refusal(settings: ValuenetSettings) -> str:
    """What a release says that does not publish."""
    with pytest.raises(StaleTablesError) as raised:
        release_step.release_alone(settings)
    return str(raised.value)


def held_back(monkeypatch, module: Any, name: str) -> tuple[threading.Event, threading.Event]:
    """Let ``module.name`` say that it was reached, and wait until it may go on."""
    reached, go_on, real = threading.Event(), threading.Event(), getattr(module, name)

    def wait(*given: Any, **more: Any) -> Any:
        reached.set()
        assert go_on.wait(60)
        return real(*given, **more)

    monkeypatch.setattr(module, name, wait)
    return reached, go_on


def started(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Run ``work`` beside the test; what it returned stands in the list."""
    said: list[Any] = []
    thread = threading.Thread(target=lambda: said.append(work()), daemon=True)
    thread.start()
    return thread, said


def live_rows_holding(settings: ValuenetSettings, text: str) -> list[str]:
    """Names of the releases whose rows hold ``text`` and that have no tombstone for it."""
    holding = []
    for uri in support_releases(settings.releases):
        place, tables = Place(uri), SupportRelease(uri).tables()
        said = any(text in table.to_pandas().to_string() for table in tables.values())
        if said and not read_tombstones(place).count:
            holding.append(Path(uri).name)
    return holding


def test_a_take_down_waits_for_a_release_and_then_finds_it(settings, monkeypatch):
    reached, go_on = held_back(monkeypatch, release_step, "publish_support")
    release, _ = started(lambda: release_step.release_alone(settings))
    assert reached.wait(60)
    taking, report = started(lambda: withdraw(settings))
    taking.join(0.5)
    assert taking.is_alive()
    assert Warehouse(settings.warehouse).state(Withdrawals) is None
    go_on.set()
    release.join(60)
    taking.join(60)
    assert [found.release for found in report[0].releases] == ["offmychest-support-1.0.0"]
    assert report[0].releases[0].replaced_by == "offmychest-support-1.0.1"
    assert live_rows_holding(settings, "Secret 5 of p1.") == []


def test_a_release_waits_for_a_take_down_and_then_for_a_build_without_it(settings, monkeypatch):
    reached, go_on = held_back(monkeypatch, takedown_step, "check_releases")
    taking, _ = started(lambda: withdraw(settings))
    assert reached.wait(60)
    release, refused = started(lambda: refusal(settings))
    release.join(0.5)
    assert release.is_alive()
    go_on.set()
    taking.join(60)
    release.join(60)
    assert "run `valuenet reddit build`" in refused[0]
    assert not Path(settings.releases).exists()


def test_where_there_is_no_lock_a_release_honours_what_was_withdrawn_while_it_was_made(settings, monkeypatch):
    real = release_step.publish_support

    def withdrawn_meanwhile(*given: Any) -> Any:
        Warehouse(settings.warehouse).append(Withdrawals, withdrawals_of(read_requests(REQUEST), None, DAY))
        return real(*given)

    monkeypatch.setattr(release_step, "publish_support", withdrawn_meanwhile)
    release_step.release_alone(settings)
    assert [Path(uri).name for uri in support_releases(settings.releases)] == [
        "offmychest-support-1.0.0",
        "offmychest-support-1.0.1",
    ]
    assert live_rows_holding(settings, "Secret 5 of p1.") == []


def test_a_run_that_does_not_end_is_said(settings):
    with (
        releases_alone(settings),
        pytest.raises(CommunityBusyError, match="run the same command again"),
        releases_alone(settings, patience=0.1),
    ):
        pass


def test_the_lock_of_a_run_that_failed_is_free(settings):
    with pytest.raises(ZeroDivisionError), releases_alone(settings):
        raise ZeroDivisionError
    with releases_alone(settings, patience=0.1):
        pass


@pytest.mark.parametrize("made", ["a table", "months"])
def test_a_take_down_waits_for_what_makes_tables_and_that_for_it(settings, monkeypatch, made):
    """What reads before a take-down and writes after it would bring back what was withdrawn."""
    reached, go_on = threading.Event(), threading.Event()

    def work(*_: Any) -> list[Any]:
        reached.set()
        assert go_on.wait(60)
        return []

    monkeypatch.setattr(ingest_step, "_read_alone", work)
    store = Warehouse(settings.warehouse)
    making, _ = started(
        lambda: build_step._make(work, settings, store) if made == "a table" else ingest_step._read(settings, "all")
    )
    assert reached.wait(60)
    taking, report = started(lambda: withdraw(settings))
    taking.join(0.5)
    assert taking.is_alive()
    assert store.state(Withdrawals) is None
    go_on.set()
    making.join(60)
    taking.join(60)
    assert report[0].new == 1
