import math
from datetime import timedelta

import pandas as pd
import pytest

from tests.annotation.made_campaign import VERSION as SHIPPED
from tests.annotation.made_campaign import Campaign, shuffled, some_gold, some_pairs, some_truth
from tests.annotation.small_campaign import (
    ANSWERS,
    ASKED,
    LEFT,
    NOW,
    STANDINGS,
    VERSION,
    hours,
    made,
    people,
    set_aside,
    survey,
)
from valuenet.annotation.campaign.answers import standing_answers
from valuenet.annotation.campaign.end import NO_END_REASONS, RateSettings, estimate_end, told_reason
from valuenet.annotation.campaign.status import StatusSettings, campaign_status, status_notes, status_rows
from valuenet.annotation.simulation.platform import SimulatedPlatform, SimulationSettings


def status_of(tables, workers=None, now=NOW, version=VERSION, workers_each=3, **settings):
    workers = people() if workers is None else workers
    choice = StatusSettings(**settings)
    return campaign_status(tables, workers, choice, now=now, codebook_version=version, workers_each=workers_each)


def by_scope(status):
    return {scope.scope: scope for scope in status.scopes}


def test_the_numbers_of_a_small_campaign_are_those_worked_by_hand():
    scopes = by_scope(status_of(made(ASKED, (*ANSWERS, LEFT)), people(*STANDINGS)))
    assert list(scopes) == ["HEDONISM", "POWER", "ALL"]
    power, fun, total = scopes["POWER"], scopes["HEDONISM"], scopes["ALL"]
    assert (power.surveys, power.complete, power.wanted, power.pairs, power.pairs_judged) == (1, 3, 3, 2, 2)
    assert (fun.surveys, fun.complete, fun.wanted, fun.pairs, fun.pairs_judged) == (1, 1, 3, 1, 0)
    assert (total.surveys, total.complete, total.wanted, total.pairs, total.pairs_judged) == (2, 4, 6, 3, 2)
    # Votes y,y,n and y,n,n: one of three pairs of judgements agrees each time; by chance half would.
    assert power.observed == total.observed == pytest.approx(1 / 3)
    assert power.kappa == pytest.approx(-1 / 3)
    assert math.isnan(fun.kappa)


def test_workers_stand_under_the_values_they_began_and_once_in_all():
    scopes = by_scope(status_of(made(ASKED, (*ANSWERS, LEFT)), people(*STANDINGS)))
    assert [scopes[s].qualified for s in ("POWER", "HEDONISM", "ALL")] == [1, 1, 1]
    assert [scopes[s].unproven for s in ("POWER", "HEDONISM", "ALL")] == [1, 0, 1]
    assert scopes["POWER"].disqualified == {"too-fast": 1}
    assert scopes["HEDONISM"].disqualified == {"prerequisite": 1}
    assert scopes["ALL"].disqualified == {"prerequisite": 1, "too-fast": 1}


@pytest.mark.parametrize(("active_hours", "active"), [(24, 2), (2, 1), (0.5, 0), (48, 3)])
def test_active_is_who_sent_answers_within_the_hours_asked_for(active_hours, active):
    # Dan failed the prerequisite two hours ago: that is no answer.
    status = status_of(made(ASKED, (*ANSWERS, LEFT)), active_hours=active_hours)
    assert status.total.active == active


def test_the_end_follows_from_the_rate_of_the_last_days():
    # Two answers are missing. In the 47 hours since the first four came: 11.75 hours each.
    status = status_of(made(ASKED, ANSWERS), min_answers=1)
    assert status.total.end.at == hours(48) + timedelta(hours=2 * 47 / 4)
    # Over the last 12 hours, two came (at 40 and 47): six hours each.
    recent = status_of(made(ASKED, ANSWERS), min_answers=1, rate_days=0.5)
    assert recent.total.end.at == hours(48) + timedelta(hours=12)
    # The one answer of HEDONISM came an hour ago: one an hour.
    assert by_scope(status)["HEDONISM"].end.at == hours(50)
    assert by_scope(status)["POWER"].end.why_not == "done"


@pytest.mark.parametrize(
    ("submitted", "missing", "to_reopen", "reason"),
    [
        ([], 0, 0, "nothing out"),
        ([], 0, 4, "nothing out"),
        ([], 5, 0, "no answer"),
        ([200], 5, 0, "no answer"),  # by a clock that is ahead
        ([1, 2], 0, 0, "done"),
        ([1, 2], 0, 1, "to reopen"),
        ([1, 2], 3, 0, "stalled"),
        ([1, 99], 3, 0, "too early"),
        ([1, 98, 99], 10**6, 0, "far off"),
    ],
)
def test_where_no_end_can_be_estimated_the_reason_stands_in_its_place(submitted, missing, to_reopen, reason):
    settings = RateSettings(min_answers=2)
    times = pd.Series(pd.DatetimeIndex([hours(h) for h in submitted], tz="UTC"))
    end = estimate_end(times, missing, to_reopen, now=hours(100), settings=settings)
    assert (end.at, end.why_not) == (None, reason)
    assert "{" not in told_reason(reason, settings)


def test_a_disqualified_workers_pairs_are_to_be_reopened_though_every_survey_is_full():
    aside = set_aside("2", (1, 2), "worker-disqualified")
    status = status_of(made(ASKED[:1], ANSWERS[:3], aside), people(*STANDINGS))
    assert (status.total.complete, status.total.wanted) == (3, 3)
    assert (status.total.pairs_judged, status.total.pairs_to_reopen) == (0, 2)
    assert status.total.end.why_not == "to reopen"
    assert "2 pairs lost judgements; the next publish asks them again." in status_notes(status)
    assert status.total.observed == 0  # of those who remain, one says yes to both and the other no


def test_edited_and_surplus_answers_take_one_place_and_deleted_ones_none():
    again = (*ANSWERS[:3], ("6", "power", "cem", 41, "yn", "complete"), ("7", "power", "eva", 42, "yy", "surplus"))
    changes = [
        {"assignment_id": "a-3", "change": "edited", "replaced_by": "a-6"},
        {"assignment_id": "a-2", "change": "deleted", "replaced_by": None},
    ]
    aside = [*set_aside("3", (1, 2), "edited"), *set_aside("2", (1, 2), "deleted"), *set_aside("7", (1, 2), "surplus")]
    status = status_of(made(ASKED[:1], again, aside, changes))
    assert (status.total.complete, status.total.wanted) == (2, 3)
    assert status.total.observed == 0.5  # y,y on the first pair and y,n on the second


def test_answers_of_another_codebook_count_only_where_a_table_maps_them():
    old = survey("old", "POWER", "ab", version="0.9+bbbbbbbb")
    new = survey("power", "POWER", "ab")
    answers = [("1", "old", "ann", 1, "yn", "complete"), ("2", "power", "bea", 2, "yn", "complete")]
    change = {"from_codebook": "0.9+bbbbbbbb", "to_codebook": VERSION, "value": "POWER", "from_label": "yes"}
    maps = [{**change, "to_label": "yes"}]
    apart, mapped = (standing_answers(made([old, new], answers, maps=m), codebook_version=VERSION) for m in ((), maps))
    assert list(apart.counted["worker"]) == ["w-bea", "w-bea"]
    assert sorted(mapped.counted["worker"]) == ["w-ann", "w-bea", "w-bea"]
    assert list(mapped.surveys["survey_id"]) == ["q-power"]
    assert list(mapped.surveys["complete"]) == [1]


def test_an_empty_campaign_has_one_row_that_says_so():
    status = status_of(made())
    assert [scope.scope for scope in status.scopes] == ["ALL"]
    assert status_rows(status)[1] == [("ALL", "0", "0/0", "0", "0", "0", "-", "-", "nothing out")]
    assert status_notes(status)[-1] == f"nothing out: {NO_END_REASONS['nothing out']}."


def test_the_rows_fit_a_terminal_of_100_columns():
    from io import StringIO

    from rich import box
    from rich.console import Console
    from rich.table import Table

    columns, rows = status_rows(status_of(made(ASKED, (*ANSWERS, LEFT)), people(*STANDINGS)))
    assert rows[1] == ("POWER", "1", "3/3", "1", "1", "1", "0.33", "-0.33", "done")
    widest = ("SELF-DIRECTION", "2,672", "10,688/10,688", "300", "300", "300", "-0.33", "-0.33", "2026-03-04")
    table = Table(*columns, box=box.SIMPLE_HEAD)
    for row in [*rows, widest]:
        table.add_row(*row)
    console = Console(file=StringIO(), width=100)
    console.print(table)
    assert all(cell in console.file.getvalue() for cell in (*widest, *columns))


def test_a_simulated_campaign_ends_done_and_in_the_same_rows_whatever_their_order():
    pairs, gold = some_pairs(24, ("POWER",)), some_gold(14, ("POWER",))
    campaign = Campaign(pairs, gold)
    campaign.run(SimulatedPlatform(some_truth(pairs, gold), SimulationSettings()))
    tables = made()._replace(
        surveys=campaign.surveys, answers=campaign.answers(), set_aside=campaign.set_aside, pairs=pairs
    )
    now = campaign.assignments["submitted_at"].max().to_pydatetime()
    found = status_of(tables, campaign.workers, now, SHIPPED, 4)
    assert [scope.scope for scope in found.scopes] == ["POWER", "ALL"]
    assert found.total.complete == (campaign.assignments["status"] == "complete").sum() == found.total.wanted
    assert (found.total.pairs_judged, found.total.end.why_not) == (24, "done")
    assert found.total.qualified == (campaign.workers["status"] == "qualified").sum()
    mixed = tables._replace(
        surveys=shuffled(tables.surveys),
        answers=tables.answers._replace(judgements=shuffled(tables.answers.judgements)),
    )
    assert status_rows(status_of(mixed, shuffled(campaign.workers), now, SHIPPED, 4)) == status_rows(found)
