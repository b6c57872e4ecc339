"""Publishing and collecting on the loopback server, and every way it can go wrong."""

import dataclasses

import pytest

from tests.annotation.made_campaign import CODEBOOK
from tests.annotation.mturk.conftest import KEY
from valuenet.annotation.mturk.answers import worker_pseudonym
from valuenet.annotation.mturk.client import (
    MTurkMissingError,
    MTurkRefusedError,
    MTurkUnreachableError,
    Requester,
    open_mturk,
)
from valuenet.annotation.mturk.costs import CostCeilingError
from valuenet.annotation.mturk.hits import ForeignHitError
from valuenet.annotation.mturk.platform import MTurkPlatform
from valuenet.annotation.mturk.settings import MTurkSettings

OPEN = "CreateHITWithHITType"


@pytest.fixture
def requests(campaign):
    return campaign.requests()


def with_settings(client, turk, **changed):
    settings = MTurkSettings(endpoint=turk.url, **{"max_cost": "500.00", **changed})
    return MTurkPlatform(client, settings, key=KEY, now=lambda: turk.clock)


def right_answers(turk, hit):
    return {**turk.fill_in(hit, "A0005WORKER"), "prerequisite": right(hit), **dict.fromkeys(questions(hit), "yes")}


def right(hit):
    return hit["Question"].split('data-right="')[1].split('"')[0]


def questions(hit):
    return [f"q{number}" for number in range(1, hit["Question"].count("data-scenario") + 1)]


def wrong(hit):
    return {"prerequisite": "no" if right(hit) != "no" else "yes"}


def test_one_hit_is_opened_per_survey_with_as_many_places_as_workers_are_wanted(mturk, turk, requests):
    mturk.publish(requests, CODEBOOK)
    opened = {hit["RequesterAnnotation"]: hit["MaxAssignments"] for hit in turk.hits.values()}
    assert opened == {f"valuenet:valuenet:{request.survey_id}": 4 for request in requests}
    assert {hit["Reward"] for hit in turk.hits.values()} == {"0.50"}
    assert len(turk.hit_types) == len({request.value for request in requests})


@pytest.mark.parametrize("fault", ["throttle", "fault", "lost"])
def test_a_call_that_fails_on_the_way_is_made_again_and_opens_nothing_twice(mturk, turk, requests, fault):
    turk.faults |= {OPEN: [fault, fault], "ListHITs": [fault], "CreateQualificationType": [fault]}
    mturk.publish(requests, CODEBOOK)
    assert len(turk.hits) == len(requests)
    assert len(turk.types) == 1 + len({request.value for request in requests})


@pytest.mark.parametrize("fault", ["fault", "lost", "throttle"])
def test_publishing_that_broke_off_goes_on_where_it_stopped(mturk, turk, requests, client, fault):
    turk.faults[OPEN] = ["", "", *[fault] * 4]
    with pytest.raises(MTurkUnreachableError, match=r"create_hit_with_hit_type.*run the same command"):
        mturk.publish(requests, CODEBOOK)
    with_settings(client, turk).publish(requests, CODEBOOK)
    assert len(turk.hits) == len(requests)


def test_an_opening_whose_answer_was_lost_a_day_ago_is_found_in_the_list(mturk, turk, requests, client):
    turk.faults[OPEN] = ["lost"] * 4
    with pytest.raises(MTurkUnreachableError):
        mturk.publish(requests[:1], CODEBOOK)
    turk.tokens.clear()  # MTurk forgets them after 24 hours
    with_settings(client, turk).publish(requests, CODEBOOK)
    assert len(turk.hits) == len(requests)


@pytest.mark.parametrize("operation", [OPEN, "CreateAdditionalAssignmentsForHIT", "CreateQualificationType"])
def test_a_refusal_is_handed_on_when_nothing_was_done_before(mturk, turk, requests, operation):
    turk.faults[operation] = ["refuse"]
    if operation == "CreateAdditionalAssignmentsForHIT":
        mturk.publish(requests[:1], CODEBOOK)
        turk.submit(next(iter(turk.hits)), "A0001WORKER", wrong(next(iter(turk.hits.values()))))
    with pytest.raises(MTurkRefusedError, match=r"AWS\.MechanicalTurk\.NoFunds"):
        mturk.publish([dataclasses.replace(requests[0], begun=1)], CODEBOOK)
    mturk.publish([dataclasses.replace(requests[0], begun=len(turk.assignments))], CODEBOOK)
    assert len(turk.hits) == 1


def test_above_the_ceiling_nothing_at_all_is_opened(client, turk, requests):
    cost = 2 * 4 * 0.6
    platform = with_settings(client, turk, max_cost=f"{cost:.2f}")
    with pytest.raises(CostCeilingError, match=r"above max_cost=\$4\.80"):
        platform.publish(requests[:3], CODEBOOK)
    assert not turk.hits
    assert not turk.types
    platform.publish(requests[:2], CODEBOOK)
    with pytest.raises(CostCeilingError, match=r"so far \$4\.80"):
        platform.publish(requests[2:3], CODEBOOK)
    assert len(turk.hits) == 2


def test_the_forecast_opens_nothing(mturk, turk, requests):
    committed, wanted = mturk.forecast(requests[:2], CODEBOOK)
    assert (committed.total, f"{wanted.total:.2f}") == (0, "4.80")
    assert not turk.hits


def test_a_place_lost_to_a_wrong_first_answer_is_opened_again_once_it_is_collected(mturk, turk, requests):
    mturk.publish(requests[:1], CODEBOOK)
    (hit,) = turk.hits.values()
    turk.submit(hit["HITId"], "A0001WORKER", wrong(hit))
    mturk.publish(requests[:1], CODEBOOK)
    assert hit["MaxAssignments"] == 4
    collected = dataclasses.replace(requests[0], begun=1)
    turk.faults["CreateAdditionalAssignmentsForHIT"] = ["lost"]
    mturk.publish([collected], CODEBOOK)
    mturk.publish([collected], CODEBOOK)
    assert hit["MaxAssignments"] == 5


def test_a_small_hit_is_never_made_a_large_one_a_second_one_follows_that_bars_who_did_the_first(mturk, turk, requests):
    mturk.publish(requests[:1], CODEBOOK)
    (hit,) = turk.hits.values()
    hit["MaxAssignments"] = 9
    for number in range(9):
        turk.submit(hit["HITId"], f"A{number:04d}WORKER", wrong(hit))
    mturk.publish([dataclasses.replace(requests[0], begun=9)], CODEBOOK)
    mturk.publish([dataclasses.replace(requests[0], begun=9)], CODEBOOK)
    assert [hit["MaxAssignments"] for hit in turk.hits.values()] == [9, 4]
    assert turk.work() == 4
    assert not {told["WorkerId"] for told in [*turk.assignments.values()][9:]} & set(turk.people[:9])


def test_an_expired_hit_is_offered_longer_while_places_are_open(mturk, turk, requests, later):
    mturk.publish(requests[:1], CODEBOOK)
    later(turk, days=15)
    assert turk.work() == 0
    mturk.publish(requests[:1], CODEBOOK)
    assert turk.work() > 0


def test_every_page_of_every_list_is_read(mturk, turk, requests):
    turk.page_size = 1
    mturk.publish(requests, CODEBOOK)
    turk.work()
    answers = mturk.collect([request.survey_id for request in requests])
    assert len(answers.assignments) == len(turk.assignments) > 7


def test_an_answer_approved_or_rejected_by_hand_is_collected_all_the_same(mturk, turk, requests):
    mturk.publish(requests[:1], CODEBOOK)
    (hit,) = turk.hits.values()
    for number, status in enumerate(("Submitted", "Approved", "Rejected")):
        turk.submit(hit["HITId"], f"A{number:04d}WORKER", right_answers(turk, hit), status)
    assert [*mturk.collect([requests[0].survey_id]).assignments["status"]] == ["complete"] * 3


def test_a_worker_who_turns_up_twice_in_a_survey_is_counted_once(mturk, turk, requests):
    mturk.publish(requests[:1], CODEBOOK)
    (hit,) = turk.hits.values()
    for _ in range(2):
        turk.submit(hit["HITId"], "A0001WORKER", right_answers(turk, hit))
    answers = mturk.collect([requests[0].survey_id])
    assert sorted(answers.assignments["status"]) == ["complete", "surplus"]
    assert answers.assignments["worker"].nunique() == 1


def test_only_what_is_new_is_fetched_and_handed_over(mturk, turk, requests):
    mturk.publish(requests, CODEBOOK)
    names = [request.survey_id for request in requests]
    turk.work()
    first = mturk.collect(names)
    turk.calls.clear()
    assert mturk.collect(names, first).assignments.empty
    assert "ListAssignmentsForHIT" not in turk.calls
    turk.submit(next(iter(turk.hits)), "A9999WORKER", {})
    turk.calls.clear()
    assert [*mturk.collect(names, first).assignments["status"]] == ["dropped-out"]
    assert turk.calls.count("ListAssignmentsForHIT") <= 2


def test_collected_step_by_step_or_at_once_the_rows_are_the_same(attended, turk, requests, client):
    attended.publish(requests, CODEBOOK)
    at_once = with_settings(client, turk).collect([request.survey_id for request in requests])
    assert at_once.assignments.equals(attended.known.assignments)
    assert at_once.judgements.equals(attended.known.judgements)
    complete = at_once.assignments.query("status == 'complete'").groupby("survey_id").size()
    assert set(complete) == {4}
    assert "failed-prerequisite" in set(at_once.assignments["status"])


def test_no_worker_id_is_in_a_row(mturk, turk, requests):
    mturk.publish(requests, CODEBOOK)
    turk.work()
    answers = mturk.collect([request.survey_id for request in requests])
    assert "WORKER" not in answers.assignments.to_csv() + answers.judgements.to_csv()
    assert set(answers.assignments["worker"]) <= {worker_pseudonym(who, KEY) for who in turk.people}


def test_a_disqualified_worker_loses_the_qualification_and_is_blocked_only_where_the_settings_say_so(
    mturk, turk, requests, client
):
    mturk.publish(requests, CODEBOOK)
    turk.work()
    out = {worker_pseudonym(turk.people[0], KEY): "the answers came too fast"}
    mturk.disqualify(out)
    assert [scores[turk.people[0]] for scores in turk.grants.values() if turk.people[1] in scores] == [0]
    assert not turk.blocks
    other = {worker_pseudonym(turk.people[1], KEY): "the answers came too fast"}
    with_settings(client, turk, block_disqualified=True).disqualify(other)
    assert turk.blocks == {turk.people[1]: "the answers came too fast"}


def test_a_hit_of_another_campaign_or_project_is_left_alone(mturk, turk, requests, client):
    with_settings(client, turk, campaign="pilot").publish(requests[:1], CODEBOOK)
    turk.work()
    assert mturk.collect([requests[0].survey_id]).assignments.empty
    mturk.publish(requests[:1], CODEBOOK)
    assert len(turk.hits) == 2


def test_a_hit_that_bears_our_mark_but_another_page_is_named(mturk, turk, requests):
    mturk.publish(requests[:1], CODEBOOK)
    (hit,) = turk.hits.values()
    hit["Question"] = "<HTMLQuestion><HTMLContent>other</HTMLContent></HTMLQuestion>"
    turk.submit(hit["HITId"], "A0001WORKER", {})
    with pytest.raises(ForeignHitError, match=rf"{requests[0].survey_id}, but its page is another"):
        mturk.collect([])


def test_requirements_follow_the_settings(client, turk, requests):
    platform = with_settings(client, turk, countries=("US", "GB"), masters=True, minimum_approval_rate=0)
    platform.publish(requests[:1], CODEBOOK)
    (made,) = turk.hit_types.values()
    _, _, places, masters = made["QualificationRequirements"]
    assert (places["Comparator"], places["LocaleValues"]) == ("In", [{"Country": "US"}, {"Country": "GB"}])
    assert masters == {
        "QualificationTypeId": "2ARFPLSP75KLA8M8DH1HTEQVJT3SY6",
        "Comparator": "Exists",
        "ActionsGuarded": "Accept",
    }


def test_a_refusal_names_operation_and_code_and_repeats_no_word_of_mturk(client, turk):
    with pytest.raises(MTurkRefusedError) as refused:
        Requester(client).call("create_hit_with_hit_type", HITTypeId="none", LifetimeInSeconds=60)
    assert str(refused.value).startswith(
        "MTurk refused create_hit_with_hit_type (AWS.MechanicalTurk.InvalidParameterValue)"
    )
    assert "WORKER" not in str(refused.value)


def test_without_credentials_the_error_says_what_to_set(monkeypatch, tmp_path, turk):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    client = open_mturk(MTurkSettings(endpoint=turk.url))
    with pytest.raises(MTurkRefusedError, match="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        Requester(client).call("list_hits")


def test_without_boto3_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "boto3", None)
    with pytest.raises(MTurkMissingError, match=r"pip install 'valuenet\[mturk\]'"):
        open_mturk(MTurkSettings())
