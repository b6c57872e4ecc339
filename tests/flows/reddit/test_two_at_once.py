"""On an object store there is no lock: a run that finds its month changed under it ends in one sentence."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import valuenet.flows.reddit.fetch as fetching
import valuenet.flows.reddit.months as months
from tests.flows.reddit.test_ingest import plan, settings, thing, write  # noqa: F401  the fixture
from valuenet.curation.reddit.api.answers import comment_frame, post_frame
from valuenet.curation.reddit.api.batches import ApiBatch
from valuenet.curation.reddit.api.state import ApiState
from valuenet.flows.reddit.fetch import keep_batch
from valuenet.flows.reddit.months import WithdrawnMeanwhileError, read_month
from valuenet.flows.services.crowd import open_guards
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.reddit_tables import Comments, Fetched, Posts, Withdrawals
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.store_errors import PartChangedError

MONTH = "2021-01"


@pytest.fixture(params=["folder", "s3"])
def at(request: pytest.FixtureRequest, settings: ValuenetSettings) -> ValuenetSettings:  # noqa: F811
    if request.param == "folder":  # the work of one month takes no lock by itself
        return settings
    return settings.model_copy(update={"warehouse": f"s3://{request.getfixturevalue('s3_bucket')}/warehouse"})


def _meanwhile(
    monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object], module: Any = months, name: str = "take_month"
) -> None:
    """Let something happen once, after a run has read what there was and before it writes anything."""
    function, waiting = getattr(module, name), [happens]

    def done(*arguments: Any, **said: Any) -> Any:
        made = function(*arguments, **said)
        if waiting:
            waiting.pop()()
        return made

    monkeypatch.setattr(module, name, done)


def _read_first(at: ValuenetSettings) -> None:
    read_month(plan(at)[0])


def _fetch(at: ValuenetSettings, number: int) -> None:
    found = {**thing("RC", MONTH, number), "id": f"fetched{number}"}
    batch = ApiBatch(post_frame([]), comment_frame([found]), ApiState(subreddit="offmychest"))
    keep_batch(Warehouse(at.warehouse), batch, at, open_guards(at.reddit.names))


def _rows(at: ValuenetSettings) -> dict[str, list[str]]:
    store = Warehouse(at.warehouse)
    return {table.table_name(): list(store.read_part(table, MONTH)[table.key()[0]]) for table in (Posts, Comments)}


@pytest.mark.parametrize("known", [False, True])
def test_the_later_of_two_ingests_of_one_month_writes_nothing_over_the_other(at, monkeypatch, known):
    dump = Path(at.reddit.dump)
    if known:
        _read_first(at)
        write(dump, "RC", MONTH, count=6)
    ours = plan(at)[0]

    def other() -> None:
        write(dump, "RC", MONTH, count=9)
        _read_first(at)

    _meanwhile(monkeypatch, other)
    with pytest.raises(PartChangedError, match=f"another run changed the part '{MONTH}'.*run the same command again"):
        read_month(ours)
    assert len(_rows(at)["comments"]) == 9
    assert plan(at)[0].current


def test_two_ingests_that_make_the_same_of_a_month_do_not_hinder_each_other(at, monkeypatch):
    ours, theirs = plan(at)[0], plan(at)[0]
    _meanwhile(monkeypatch, lambda: read_month(theirs))
    assert read_month(ours).rows["comments"] == 5


def test_an_ingest_does_not_lose_what_a_fetch_brought_meanwhile(at, monkeypatch):
    _read_first(at)
    write(Path(at.reddit.dump), "RC", MONTH, count=6)
    _meanwhile(monkeypatch, lambda: _fetch(at, 1))
    with pytest.raises(PartChangedError):
        _read_first(at)
    assert "fetched1" in _rows(at)["comments"]
    _read_first(at)
    assert len(_rows(at)["comments"]) == 7


def test_the_later_of_two_fetches_writes_nothing_over_the_other(at, monkeypatch):
    _read_first(at)
    _meanwhile(monkeypatch, lambda: _fetch(at, 1), fetching, "merge_month")
    with pytest.raises(PartChangedError):
        _fetch(at, 2)
    assert "fetched1" in _rows(at)["comments"]
    _fetch(at, 2)
    assert {"fetched1", "fetched2"} <= set(_rows(at)["comments"])
    assert len(Warehouse(at.warehouse).read_part(Fetched, MONTH)) == 2


def test_a_withdrawal_that_comes_in_while_a_month_is_read_is_not_passed_over(at, monkeypatch):
    ours = plan(at)[0]
    asked = {"thing": "post", "id": "1rs0", "requested_at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC)}
    _meanwhile(monkeypatch, lambda: Warehouse(at.warehouse).append(Withdrawals, Withdrawals.frame([asked])))
    with pytest.raises(WithdrawnMeanwhileError, match="run the same command again"):
        read_month(ours)
    _read_first(at)
    rows = Warehouse(at.warehouse).read_part(Posts, MONTH).set_index("post_id")
    assert rows.loc["1rs0", "filtered"] == "withdrawn"
    assert pd.isna(rows.loc["1rs0", "text"])
