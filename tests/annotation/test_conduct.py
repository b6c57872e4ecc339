"""The rules of qualification, on hand-made submissions of one worker."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from valuenet.annotation.conduct import QualificationSettings, Submission, decide

START = datetime(2022, 1, 3, tzinfo=UTC)
MIXED = ("yes", "no", "unrelated", "no", "no", "yes", "no", "unrelated", "yes", "no")


def submitted(*works):
    """Submissions a day apart, each a dict of what differs from a survey well done."""
    well = {"status": "complete", "value": "POWER", "seconds": 90.0, "labels": MIXED, "checks_right": (True, True)}
    return [
        Submission(at=START + timedelta(days=day), survey_id=f"q-{day}", **(well | work))
        for day, work in enumerate(works)
    ]


def decided(*works, **settings):
    return decide(submitted(*works), QualificationSettings(**settings))


FAILED = {"status": "failed-prerequisite", "labels": (), "checks_right": (), "seconds": 20.0}
BOTH_WRONG = {"checks_right": (False, False)}


def test_two_checks_right_in_the_first_survey_qualify_at_its_date():
    standing = decided({}, {})
    assert (standing.status, standing.rule, standing.decided_at) == ("qualified", "passed", START)
    assert (standing.surveys_done, standing.checks_seen, standing.checks_right) == (2, 4, 4)
    assert standing.reason == "4 of 4 check questions were answered as both experts did"


def test_both_checks_wrong_disqualify_at_that_survey():
    standing = decided(BOTH_WRONG, {})
    assert (standing.status, standing.rule, standing.decided_at) == ("disqualified", "hidden-checks", START)
    assert (
        standing.reason == "0 of the last 2 check questions were answered as both experts did; at least 50% are needed"
    )


def test_one_of_two_is_enough_at_a_half_and_too_little_above():
    half = {"checks_right": (True, False)}
    assert decided(half).status == "qualified"
    assert decided(half, min_share_right=0.6).status == "disqualified"


def test_a_late_decline_is_seen_in_the_window_although_the_share_over_all_is_good():
    good, bad = [{}] * 10, [BOTH_WRONG] * 3
    standing = decided(*good, *bad, window=10)
    assert (standing.rule, standing.decided_at) == ("hidden-checks", START + timedelta(days=12))
    assert standing.reason.startswith("4 of the last 10 check questions")
    assert decided(*good, *bad, window=26).status == "qualified"


def test_a_disqualification_stands_whatever_comes_later():
    assert decided(BOTH_WRONG, *[{}] * 20).decided_at == START


def test_too_few_checks_leave_a_worker_unproven():
    standing = decided({}, min_checks=4)
    assert (standing.status, standing.rule) == ("unproven", "too-few-checks")
    assert standing.reason == "2 check question(s) answered so far, 4 are needed to decide"


def test_ten_questions_in_nineteen_seconds_were_not_read():
    standing = decided({}, {"seconds": 19.0})
    assert (standing.rule, standing.decided_at) == ("too-fast", START + timedelta(days=1))
    assert standing.reason == "10 questions took 19 seconds; at least 2 seconds each are needed"
    assert decided({}, {"seconds": 20.0}).status == "qualified"


def test_thirty_one_equal_answers_in_a_row_are_straight_lining_wherever_the_run_ends():
    run = [{"labels": ("yes",) * 10}] * 3
    assert decided(*run).status == "qualified"
    standing = decided(*run, {"labels": ("yes", *MIXED[1:])})
    assert (standing.rule, standing.reason) == ("straight-lining", "31 answers in a row were 'yes'")
    assert decided(*run, {"labels": ("no", *MIXED[1:])}).status == "qualified"


def test_one_failed_prerequisite_is_forgiven_and_a_second_is_not():
    once = decided(FAILED)
    assert (once.status, once.rule) == ("unproven", "prerequisite")
    assert once.reason == "1 prerequisite question(s) answered wrongly so far"
    assert decided(FAILED, {}).status == "qualified"
    twice = decided(FAILED, {}, FAILED | {"value": "SECURITY"})
    assert (twice.status, twice.rule) == ("disqualified", "prerequisite")
    assert twice.reason == "the prerequisite questions of POWER, SECURITY were answered wrongly"
    assert decided(FAILED, max_failed_prerequisites=0).status == "disqualified"


def test_who_dropped_out_is_unproven_and_has_no_median():
    standing = decided({"status": "dropped-out", "labels": (), "checks_right": (), "seconds": 5.0})
    assert (standing.status, standing.rule, standing.surveys_done) == ("unproven", "too-few-checks", 0)
    assert standing.median_seconds != standing.median_seconds


def test_the_median_is_over_completed_surveys_and_a_survey_sent_twice_is_one():
    first, second, again = submitted({"seconds": 60.0}, {"seconds": 100.0}, {"status": "surplus", "seconds": 500.0})
    standing = decide([first, second, again._replace(survey_id="q-1")], QualificationSettings())
    assert (standing.median_seconds, standing.surveys_done) == (80.0, 2)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_outside_0_to_1_is_refused(share):
    with pytest.raises(ValueError, match="min_share_right"):
        QualificationSettings(min_share_right=share)


def test_a_survey_whose_time_is_not_known_is_not_too_fast():
    standing = decided({"seconds": math.nan}, {"seconds": math.nan})
    assert (standing.status, standing.surveys_done) == ("qualified", 2)
    assert math.isnan(standing.median_seconds)


def test_the_median_is_over_the_times_that_are_known():
    assert decided({"seconds": math.nan}, {"seconds": 40.0}, {"seconds": 60.0}).median_seconds == 50.0
