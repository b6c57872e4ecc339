"""Requests: who is barred, what is open, and what a platform is not told."""

import dataclasses

import pandas as pd
import pytest

from tests.annotation.made_campaign import CODEBOOK, VERSION, shuffled
from valuenet.annotation.platforms import CodebookMismatchError, check_codebook, requests_for
from valuenet.warehouse.crowd_tables import Assignments, Judgements, Surveys, Workers

TIME = pd.Timestamp("2022-01-03", tz="UTC")


def survey(name, round_, scenarios, value="POWER", wanted=2, version=VERSION):
    common = {"survey_id": name, "round": round_, "value": value, "workers_wanted": wanted, "codebook_version": version}
    roles = ["check", *["formal"] * (len(scenarios) - 1)]
    return [
        {**common, "position": i, "scenario_id": s, "text": f"text of {s}", "role": role}
        for i, (s, role) in enumerate(zip(scenarios, roles, strict=True), 1)
    ]


def work(name, worker, status="complete"):
    times = {"accepted_at": TIME, "submitted_at": TIME, "seconds": 60.0}
    return {
        "assignment_id": f"a-{name}-{worker}",
        "survey_id": name,
        "worker": worker,
        "platform": "p",
        "status": status,
    } | times


def answers(surveys, assignments):
    done = {
        (a["survey_id"], a["worker"]): a["assignment_id"] for a in assignments if a["status"] in {"complete", "surplus"}
    }
    return [
        {**question, "assignment_id": name, "worker": worker, "label": "yes"}
        for (survey_id, worker), name in done.items()
        for question in surveys
        if question["survey_id"] == survey_id
    ]


def requests(surveys, assignments=(), workers=None, judged=None, version=VERSION):
    judgements = answers(surveys, assignments) if judged is None else judged
    return requests_for(
        shuffled(Surveys.frame(surveys)),
        Assignments.frame(list(assignments)),
        Judgements.frame(judgements),
        Workers.frame(workers),
        codebook_version=version,
    )


FIRST = survey("q-1", 1, ["s-g", "s-1", "s-2"])
SECOND = survey("q-2", 2, ["s-h", "s-2", "s-3"])


def test_questions_come_in_order_and_nothing_tells_a_check_apart():
    (request,) = requests(FIRST)
    assert [(q.position, q.scenario_id) for q in request.questions] == [(1, "s-g"), (2, "s-1"), (3, "s-2")]
    assert request.workers_wanted == 2
    assert {f.name for f in dataclasses.fields(request)} | set(request.questions[0]._fields) == {
        *("survey_id", "round", "value", "questions", "workers_wanted", "barred", "codebook_version"),
        *("answered", "begun"),
        *("position", "scenario_id", "text"),
    }
    assert "check" not in repr(request)


def test_only_surveys_that_wait_for_workers_are_requested():
    half, full = [work("q-1", "w-1")], [work("q-1", "w-1"), work("q-1", "w-2")]
    assert [r.survey_id for r in requests(FIRST, half)] == ["q-1"]
    assert requests(FIRST, full) == []


def test_surplus_answers_and_second_answers_of_one_worker_fill_no_place():
    surplus = [work("q-1", "w-1"), work("q-1", "w-2", "surplus")]
    assert [r.survey_id for r in requests(FIRST, surplus)] == ["q-1"]


def test_a_request_says_how_many_assignments_are_in_and_how_many_of_them_are_answers():
    (request,) = requests(FIRST, [work("q-1", "w-1"), work("q-1", "w-2", "failed-prerequisite")])
    assert (request.answered, request.begun) == (1, 2)
    assert [(r.answered, r.begun) for r in requests(FIRST)] == [(0, 0)]


@pytest.mark.parametrize("status", ["complete", "dropped-out", "surplus"])
def test_a_worker_who_began_an_earlier_survey_with_one_of_the_pairs_is_barred(status):
    (_, request) = requests([*FIRST, *SECOND], [work("q-1", "w-1", status)])
    assert request.survey_id == "q-2"
    assert request.barred == {"w-1"}


def test_a_shared_check_bars_as_well_but_the_same_text_under_another_value_does_not():
    shared, other = survey("q-3", 2, ["s-g", "s-7"]), survey("q-4", 2, ["s-g", "s-1"], value="SECURITY")
    by_id = {r.survey_id: r.barred for r in requests([*FIRST, *shared, *other], [work("q-1", "w-1")])}
    assert by_id == {"q-1": frozenset(), "q-3": {"w-1"}, "q-4": frozenset()}


def test_who_failed_the_prerequisite_of_a_value_is_barred_from_that_value_in_later_rounds():
    apart, other = survey("q-3", 2, ["s-8", "s-9"]), survey("q-4", 2, ["s-8", "s-9"], value="SECURITY")
    failed = [work("q-1", "w-1", "failed-prerequisite")]
    by_id = {r.survey_id: r.barred for r in requests([*FIRST, *apart, *other], failed)}
    assert by_id == {"q-1": frozenset(), "q-3": {"w-1"}, "q-4": frozenset()}


def test_a_disqualified_worker_is_barred_from_all():
    row = {
        "worker": "w-9",
        "platform": "p",
        "status": "disqualified",
        "rule": "too-fast",
        "reason": "r",
        "decided_at": TIME,
    }
    row |= {"surveys_done": 1, "checks_seen": 2, "checks_right": 0, "median_seconds": 5.0}
    (request,) = requests(FIRST, workers=[row])
    assert request.barred == {"w-9"}


def test_answers_saved_only_in_part_change_no_request():
    before = requests(FIRST)
    assert requests(FIRST, [work("q-1", "w-1"), work("q-1", "w-2")], judged=[]) == before


def test_surveys_of_another_codebook_are_not_requested_and_never_published():
    assert requests(FIRST, version="2.0+other") == []
    check_codebook(requests(FIRST), CODEBOOK)
    old = dataclasses.replace(requests(FIRST)[0], codebook_version="0.9+old")
    with pytest.raises(
        CodebookMismatchError, match=r"survey q-1 was planned for codebook 0\.9\+old, but the codebook at"
    ):
        check_codebook([old], CODEBOOK)
