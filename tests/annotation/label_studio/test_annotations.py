import math

import pandas as pd
import pytest

from tests.annotation.label_studio.sheets import ANN, BEA, CAT, annotation, at, edited, sheet, take, together
from valuenet.annotation.label_studio.annotations import sheets_to_read
from valuenet.annotation.platforms import no_answers

DAY = 24 * 60
FIRST = annotation(1, ANN, 0)
KNOWN = take({sheet(): [FIRST], sheet("q-2", ("s-3", "s-4")): [annotation(2, BEA, DAY)]})
"""Q-1 was answered at noon, q-2 a day later; both have one answer."""


def reads(*sheets, known=KNOWN):
    return [one.survey_id for one in sheets_to_read(sheets, known)]


def answered(name="q-1", minute=0.0, count=1, **other):
    return sheet(name, changed_at=at(minute), complete_count=count, **other)


def test_without_anything_known_every_survey_is_read_that_was_answered_or_touched():
    empty, counted = sheet("q-5"), sheet("q-6", complete_count=1)
    assert reads(answered(), empty, counted, known=no_answers()) == ["q-1", "q-6"]


def test_an_answer_that_the_server_did_not_count_is_read_all_the_same():
    assert reads(answered("q-7", count=0)) == ["q-7"]
    assert reads(answered("q-1", minute=9, count=1)) == ["q-1"]


def test_a_survey_in_which_nothing_happened_is_not_read_again():
    assert reads(answered(minute=0.05)) == []


def test_a_survey_that_changed_since_its_newest_answer_is_read_though_others_are_newer():
    assert reads(answered(minute=5)) == ["q-1"]


def test_what_changed_about_when_the_newest_answer_came_is_read_to_be_sure():
    assert reads(answered("q-2", minute=DAY)) == ["q-2"]
    assert reads(answered("q-1", minute=DAY)) == ["q-1"]


def test_one_answer_more_or_fewer_than_known_is_read_whatever_the_time():
    assert reads(answered(count=2)) == ["q-1"]
    assert reads(answered(count=0)) == ["q-1"]


def test_a_survey_nobody_has_touched_since_it_was_made_is_not_read():
    assert reads(sheet("q-7")) == []
    assert reads(sheet("q-7", cancelled_count=3)) == []


def test_of_two_tasks_with_one_survey_both_are_read_or_none():
    twin = sheet("q-1", task_id=90)
    assert reads(answered(), twin) == []
    assert reads(answered(minute=5), twin) == ["q-1", "q-1"]


def test_an_answer_edited_and_collected_leaves_one_in_force():
    known = together(KNOWN, take({sheet(): [edited(FIRST, 3, [])]}, KNOWN))
    assert reads(answered(minute=3.05), known=known) == []
    known = together(KNOWN, take({sheet(): []}, KNOWN))
    assert reads(answered(minute=0.05), known=known) == ["q-1"]
    assert CAT not in pd.unique(known.assignments["worker"])


@pytest.mark.parametrize("said", [None, "", "60", -1, -0.5, math.nan, math.inf, True, [60], {"s": 60}, 1e300])
def test_a_lead_time_that_says_nothing_is_unknown_and_not_zero(said):
    found = take({sheet(): [{**annotation(1, ANN, 0), "lead_time": said}]})
    assert found.assignments["seconds"].isna().all()
    assert found.assignments["accepted_at"].isna().all()


def test_a_lead_time_that_is_absent_is_unknown():
    without = {name: value for name, value in annotation(1, ANN, 0).items() if name != "lead_time"}
    assert take({sheet(): [without]}).assignments["seconds"].isna().all()


@pytest.mark.parametrize("said", [0, 0.5, 61, 86_400.0])
def test_a_lead_time_in_seconds_is_kept(said):
    assert take({sheet(): [{**annotation(1, ANN, 0), "lead_time": said}]}).assignments["seconds"].tolist() == [said]
