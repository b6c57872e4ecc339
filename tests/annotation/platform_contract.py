"""What every platform must do, whoever answers on it: tests that a file with the fixtures ``platform`` and ``campaign``
imports. ``platform`` is one on which a crowd answers whatever is published."""

import dataclasses

import pytest

from tests.annotation.made_campaign import CODEBOOK
from valuenet.annotation.platforms import CodebookMismatchError


def everything(platform, requests):
    return platform.collect(request.survey_id for request in requests)


def same(one, other):
    return one.assignments.equals(other.assignments) and one.judgements.equals(other.judgements)


def test_its_name_stands_in_every_assignment(platform, campaign):
    platform.publish(campaign.requests(), CODEBOOK)
    assert set(everything(platform, campaign.requests()).assignments["platform"]) == {platform.name}


def test_publishing_twice_and_collecting_twice_changes_nothing(platform, campaign):
    requests = campaign.requests()
    platform.publish(requests, CODEBOOK)
    first = everything(platform, requests)
    platform.publish(requests, CODEBOOK)
    platform.publish(requests[:1], CODEBOOK)
    assert len(first.judgements)
    assert same(first, everything(platform, requests))


def test_collect_brings_only_the_surveys_asked_for_and_nothing_for_an_unknown_one(platform, campaign):
    requests = campaign.requests()
    platform.publish(requests, CODEBOOK)
    one = platform.collect([requests[0].survey_id, "q-unknown"])
    assert set(one.assignments["survey_id"]) == {requests[0].survey_id}
    assert platform.collect(["q-unknown"]).assignments.empty
    assert platform.collect([]).judgements.empty


def test_every_finished_assignment_answers_every_question_and_no_other_does(platform, campaign):
    requests = campaign.requests()
    platform.publish(requests, CODEBOOK)
    answers = everything(platform, requests)
    asked = {(r.survey_id, q.position, q.scenario_id, r.value) for r in requests for q in r.questions}
    columns = ["survey_id", "position", "scenario_id", "value"]
    assert set(answers.judgements[columns].itertuples(index=False, name=None)) <= asked
    per_assignment = answers.judgements.groupby("assignment_id").size()
    finished = answers.assignments["status"].isin(["complete", "surplus"])
    done = answers.assignments[finished].set_index("assignment_id")["survey_id"]
    questions = {request.survey_id: len(request.questions) for request in requests}
    assert per_assignment.to_dict() == {name: questions[survey] for name, survey in done.items()}
    assert set(answers.judgements["codebook_version"]) == {CODEBOOK.content_version}


def test_no_more_workers_are_complete_than_wanted_and_all_are_different(platform, campaign):
    requests = campaign.requests()
    platform.publish(requests, CODEBOOK)
    complete = everything(platform, requests).assignments.query("status == 'complete'")
    wanted = {request.survey_id: request.workers_wanted for request in requests}
    assert all(count <= wanted[name] for name, count in complete.groupby("survey_id")["worker"].nunique().items())
    assert not complete.duplicated(["survey_id", "worker"]).any()


def test_nobody_is_asked_a_pair_twice_unless_the_answer_is_marked_surplus(platform, campaign):
    requests = campaign.requests()
    platform.publish(requests, CODEBOOK)
    assignments = everything(platform, requests).assignments
    pairs = {r.survey_id: [(q.scenario_id, r.value) for q in r.questions] for r in requests}
    first = assignments[assignments["status"] != "surplus"]
    seen = [(who, pair) for who, name in zip(first["worker"], first["survey_id"], strict=True) for pair in pairs[name]]
    assert len(seen) == len(set(seen))


def test_who_fails_a_prerequisite_is_offered_no_other_survey_of_that_value(platform, campaign):
    requests = campaign.requests()
    platform.publish(requests, CODEBOOK)
    assignments = everything(platform, requests).assignments
    assignments["value"] = assignments["survey_id"].map({request.survey_id: request.value for request in requests})
    failed = assignments[assignments["status"] == "failed-prerequisite"]
    both = failed.merge(assignments, on=["worker", "value"], suffixes=("", "_other"))
    assert len(failed)
    assert not (both["accepted_at_other"] > both["submitted_at"]).any()


def test_barred_and_disqualified_workers_are_offered_nothing(platform, campaign):
    requests = campaign.requests()
    platform.publish(requests[:1], CODEBOOK)
    known = sorted(set(platform.collect([requests[0].survey_id]).assignments["worker"]))
    platform.disqualify({known[0]: "told why"})
    platform.disqualify({known[0]: "told why"})
    rest = [dataclasses.replace(request, barred=frozenset(known[1:2])) for request in requests[1:]]
    platform.publish(rest, CODEBOOK)
    assert not set(everything(platform, rest).assignments["worker"]) & set(known[:2])


def test_a_survey_of_another_codebook_is_refused_and_none_is_published(platform, campaign):
    requests = campaign.requests()
    wrong = dataclasses.replace(requests[-1], codebook_version="0.1+other")
    with pytest.raises(CodebookMismatchError, match=wrong.survey_id):
        platform.publish([*requests[:-1], wrong], CODEBOOK)
    assert everything(platform, requests).assignments.empty
