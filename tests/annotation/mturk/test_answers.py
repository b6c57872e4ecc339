from datetime import UTC, datetime, timedelta

from tests.annotation.mturk.conftest import KEY, rows
from valuenet.annotation.mturk.answers import Submission, read_submission, settle
from valuenet.annotation.mturk.question import AskedSurvey
from valuenet.annotation.platforms import no_answers

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SURVEY = AskedSurvey("q-1", "POWER", "1.0+x", 2, "no", ("s-1", "s-2"))
GOOD = {"prerequisite": "no", "q1": "yes", "q2": "unrelated"}


def submitted(name, worker, minute, survey=SURVEY, fields=GOOD):
    ended = START + timedelta(minutes=minute)
    return Submission(f"a-{name}", f"w-{worker}", survey, ended - timedelta(seconds=75), ended, fields)


def statuses(submissions, known=None, values=None):
    answers = settle(submissions, known or no_answers(), values or {})
    return dict(rows(answers.assignments, "assignment_id", "status"))


def test_a_complete_answer_brings_one_judgement_per_question():
    answers = settle([submitted("1", "1", 2)], no_answers(), {})
    assert rows(answers.assignments, "assignment_id", "status", "seconds") == [("a-1", "complete", 75.0)]
    assert rows(answers.judgements, "position", "scenario_id", "label") == [(1, "s-1", "yes"), (2, "s-2", "unrelated")]
    assert set(answers.judgements["codebook_version"]) == {"1.0+x"}
    assert answers.changes.empty


def test_a_wrong_first_answer_fails_and_an_unfinished_form_drops_out_without_judgements():
    failed, unfinished = {**GOOD, "prerequisite": "yes"}, {**GOOD, "q2": ""}
    several = [submitted("1", "1", 1, fields=failed), submitted("2", "2", 2, fields=unfinished)]
    several.append(submitted("3", "3", 3, fields={}))
    answers = settle(several, no_answers(), {})
    assert dict(rows(answers.assignments, "assignment_id", "status")) == {
        "a-1": "failed-prerequisite",
        "a-2": "dropped-out",
        "a-3": "dropped-out",
    }
    assert answers.judgements.empty


def test_places_are_taken_in_the_order_of_submission_whatever_the_order_of_the_list():
    late, first, second = submitted("1", "1", 9), submitted("2", "2", 1), submitted("3", "3", 5)
    assert statuses([late, first, second]) == {"a-1": "surplus", "a-2": "complete", "a-3": "complete"}


def test_who_answered_a_pair_before_is_surplus_and_takes_no_place():
    other = SURVEY._replace(survey_id="q-2", scenario_ids=("s-9", "s-2"))
    again = [submitted("1", "1", 1), submitted("2", "1", 2, other), submitted("3", "1", 3)]
    again += [submitted("4", "2", 4, other), submitted("5", "3", 5, other)]
    expected = {"a-1": "complete", "a-2": "surplus", "a-3": "surplus", "a-4": "complete", "a-5": "complete"}
    assert statuses(again) == expected


def test_the_same_text_under_another_value_is_another_pair():
    other = SURVEY._replace(survey_id="q-2", value="SECURITY")
    assert set(statuses([submitted("1", "1", 1), submitted("2", "1", 2, other)]).values()) == {"complete"}


def test_who_failed_the_prerequisite_of_a_value_before_is_surplus_there():
    other = SURVEY._replace(survey_id="q-2", scenario_ids=("s-8", "s-9"))
    failed = submitted("1", "1", 1, fields={**GOOD, "prerequisite": "yes"})
    later = submitted("2", "1", 2, other)
    assert statuses([failed, later])["a-2"] == "surplus"
    known = settle([failed], no_answers(), {})
    assert statuses([failed, later], known, {"q-1": "POWER"}) == {"a-2": "surplus"}


def test_what_is_known_comes_first_and_is_not_changed_by_an_earlier_submission():
    known = settle([submitted("1", "1", 5), submitted("2", "2", 6)], no_answers(), {})
    assert statuses([submitted("1", "1", 5), submitted("3", "3", 1)], known) == {"a-3": "surplus"}


def test_a_worker_is_a_pseudonym_and_an_answer_that_is_no_xml_an_empty_form():
    told = {"AssignmentId": "3ABC", "WorkerId": "A1SECRET", "AcceptTime": START, "SubmitTime": START, "Answer": "?"}
    one = read_submission(told, SURVEY, KEY)
    assert one.worker.startswith("w-")
    assert one.fields == {}
    assert "A1SECRET" not in repr(one)
    assert one.worker != read_submission(told, SURVEY, b"another secret of sixteen").worker
