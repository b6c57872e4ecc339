from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.annotation.made_campaign import CODEBOOK
from tests.annotation.mturk.conftest import KEY
from valuenet.annotation.mturk.client import MTurkRefusedError, MTurkUnreachableError
from valuenet.annotation.mturk.payments import Decision, PaymentReport, decide_payments, pay_workers
from valuenet.annotation.mturk.platform import MTurkPlatform
from valuenet.annotation.mturk.settings import MTurkSettings
from valuenet.warehouse.crowd_tables import Assignments, Workers

TIME = datetime(2026, 3, 2, tzinfo=UTC)
FREE = Decimal("0.00")


def work(name, worker, status="complete", platform="mturk"):
    row = {"assignment_id": f"a-{name}", "survey_id": "q-1", "worker": f"w-{worker}", "platform": platform}
    return row | {"status": status, "accepted_at": TIME, "submitted_at": TIME, "seconds": 60.0}


def person(worker, status="qualified", rule="passed", reason="all is well"):
    row = {"worker": f"w-{worker}", "platform": "mturk", "status": status, "rule": rule, "reason": reason}
    counts = {"surveys_done": 1, "checks_seen": 2, "checks_right": 2, "median_seconds": 60.0}
    return row | {"decided_at": TIME} | counts


def decided(assignments, workers, **settings):
    made = decide_payments(Assignments.frame(assignments), Workers.frame(workers), MTurkSettings(**settings))
    return {decision.assignment_id: decision for decision in made}


def test_finished_work_is_paid_also_where_it_was_surplus_and_good_work_earns_the_bonus():
    several = [work("1", "1"), work("2", "1", "surplus"), work("3", "2")]
    made = decided(several, [person("1"), person("2", "unproven", "too-few-checks")], bonus="0.25")
    assert {name: (one.action, one.bonus) for name, one in made.items()} == {
        "a-1": ("approve", Decimal("0.25")),
        "a-2": ("approve", FREE),
        "a-3": ("approve", FREE),
    }


@pytest.mark.parametrize(
    ("rule", "action"), [("too-fast", "reject"), ("straight-lining", "reject"), ("hidden-checks", "approve")]
)
def test_work_is_rejected_where_none_was_done_not_where_the_worker_differs_from_the_experts(rule, action):
    made = decided([work("1", "1")], [person("1", "disqualified", rule, "the reason in words")])
    assert made["a-1"].action == action
    assert (made["a-1"].reason == "the reason in words") == (action == "reject")


def test_the_settings_say_what_is_rejected():
    out = [person("1", "disqualified", "hidden-checks", "6 of 10 known answers differ")]
    made = decided([work("1", "1")], out, reject_for=("hidden-checks",))
    assert made["a-1"] == Decision("a-1", "reject", "6 of 10 known answers differ", FREE)


@pytest.mark.parametrize(
    ("status", "setting", "default"),
    [("failed-prerequisite", "pay_failed_prerequisite", "approve"), ("dropped-out", "pay_incomplete", "reject")],
)
def test_what_ended_early_is_paid_as_the_settings_say(status, setting, default):
    several, people = [work("1", "1", status)], [person("1", "disqualified", "prerequisite", "twice wrong")]
    assert decided(several, people)["a-1"].action == default
    for pays, action in ((True, "approve"), (False, "reject")):
        made = decided(several, people, **{setting: pays})["a-1"]
        assert made.action == action
        assert made.reason


def test_nothing_is_decided_on_other_platforms_and_on_workers_not_judged_yet():
    assert decided([work("1", "1", platform="simulated"), work("2", "9")], [person("1")]) == {}


@pytest.fixture
def collected(turk, client, settings, campaign):
    """Assignments on MTurk: four answers to one survey, waiting for approval."""
    platform = MTurkPlatform(client, settings, key=KEY, now=lambda: turk.clock)
    requests = campaign.requests()[:1]
    platform.publish(requests, CODEBOOK)
    turk.work()
    return platform.collect([requests[0].survey_id]).assignments["assignment_id"].tolist()


@pytest.fixture
def decisions(collected):
    one, two, *rest = collected
    paid = [Decision(name, "approve", "Thank you.", FREE) for name in rest]
    bonus = Decision(one, "approve", "Thank you.", Decimal("0.25"))
    return [bonus, Decision(two, "reject", "No scenario was read.", FREE), *paid]


def statuses(turk):
    return sorted(told["AssignmentStatus"] for told in turk.assignments.values())


def test_decisions_are_carried_out_once_however_often_they_are_sent(client, settings, turk, decisions):
    assert pay_workers(client, settings, decisions) == PaymentReport(3, 1, 1, 0, (), ())
    assert statuses(turk) == ["Approved", "Approved", "Approved", "Rejected"]
    assert [bonus["BonusAmount"] for bonus in turk.bonuses] == ["0.25"]
    (rejected,) = (told for told in turk.assignments.values() if told["AssignmentStatus"] == "Rejected")
    assert rejected["RequesterFeedback"] == "No scenario was read."
    assert pay_workers(client, settings, decisions) == PaymentReport(0, 0, 0, 5, (), ())
    assert len(turk.bonuses) == 1


@pytest.mark.parametrize("fault", ["throttle", "fault", "lost"])
def test_a_payment_that_fails_on_the_way_is_made_once(client, settings, turk, decisions, fault):
    turk.faults |= {name: [fault] for name in ("ApproveAssignment", "RejectAssignment", "SendBonus")}
    pay_workers(client, settings, decisions)
    assert statuses(turk) == ["Approved", "Approved", "Approved", "Rejected"]
    assert len(turk.bonuses) == 1


def test_a_bonus_whose_answer_was_lost_for_good_is_not_paid_again_when_mturk_forgot_the_token(
    client, settings, turk, decisions
):
    turk.faults["SendBonus"] = ["lost"] * 4
    with pytest.raises(MTurkUnreachableError):
        pay_workers(client, settings, decisions)
    turk.tokens.clear()
    pay_workers(client, settings, decisions)
    assert len(turk.bonuses) == 1


@pytest.mark.parametrize("operation", ["ApproveAssignment", "RejectAssignment", "SendBonus"])
def test_a_refused_payment_is_an_error_and_paying_again_does_the_rest(client, settings, turk, decisions, operation):
    turk.faults[operation] = ["refuse"]
    with pytest.raises(MTurkRefusedError, match="NoFunds"):
        pay_workers(client, settings, decisions)
    pay_workers(client, settings, decisions)
    assert statuses(turk) == ["Approved", "Approved", "Approved", "Rejected"]
    assert len(turk.bonuses) == 1


def test_what_mturk_paid_already_and_what_it_does_not_know_is_reported(client, settings, turk, decisions):
    for told in turk.assignments.values():
        told["AssignmentStatus"] = "Approved"
    report = pay_workers(client, settings, [*decisions, Decision("a-unknown", "approve", "Thank you.", FREE)])
    assert report == PaymentReport(0, 0, 1, 3, (decisions[1].assignment_id,), ("a-unknown",))


def test_a_rejection_is_taken_back_when_the_decision_changed(client, settings, turk, decisions):
    pay_workers(client, settings, decisions)
    pay_workers(client, settings, [decisions[1]._replace(action="approve", reason="We were wrong; you are paid.")])
    assert statuses(turk) == ["Approved"] * 4
