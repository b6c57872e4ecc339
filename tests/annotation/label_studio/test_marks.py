import pytest

from tests.annotation.label_studio.sheets import POWER, at, sheet
from valuenet.annotation.label_studio.ledger import Row, asked_surveys
from valuenet.annotation.label_studio.marks import Meeting
from valuenet.annotation.label_studio.marks import meetings_to_prevent as prevent
from valuenet.annotation.label_studio.places import Place, places_to_set

ANN, BEA = "w-ann", "w-bea"
USERS = {ANN: 1, BEA: 2}
OTHERS = ("s-7", "s-8")


def meetings_to_prevent(sheets, rows, users):
    return prevent(sheets, rows, users, asked_surveys(sheets))


def row(survey, worker, status="complete", minute=0.0):
    return Row(f"a-{survey}-{worker}-{minute}", survey, worker, status, at(minute))


def test_a_worker_is_kept_away_from_open_surveys_that_share_a_pair_and_only_from_those():
    sheets = [
        sheet("q-1"),
        sheet("q-2", ("s-2", "s-3")),
        sheet("q-3", OTHERS),
        sheet("q-4", ("s-1", "s-9"), is_open=False),
    ]
    sheets = [one._replace(annotators=frozenset({1})) if one.survey_id == "q-1" else one for one in sheets]
    assert meetings_to_prevent(sheets, [row("q-1", ANN)], USERS) == [Meeting(2, 1)]


def test_the_same_scenario_under_another_value_is_another_pair():
    elsewhere = POWER._replace(key=POWER.key._replace(value="SECURITY"))
    sheets = [sheet("q-1", annotators=frozenset({1})), sheet("q-2", project=elsewhere)]
    assert meetings_to_prevent(sheets, [row("q-1", ANN)], USERS) == []


def test_who_failed_a_prerequisite_is_kept_away_from_every_survey_of_the_value():
    sheets = [sheet("q-1", annotators=frozenset({1})), sheet("q-2", OTHERS)]
    assert meetings_to_prevent(sheets, [row("q-1", ANN, "failed-prerequisite")], USERS) == [Meeting(2, 1)]


def test_who_is_marked_already_or_no_member_any_more_needs_no_mark():
    sheets = [sheet("q-1", annotators=frozenset({1, 2})), sheet("q-2", ("s-1", "s-3"), annotators=frozenset({1}))]
    assert meetings_to_prevent(sheets, [row("q-1", ANN)], USERS) == []
    assert meetings_to_prevent(sheets, [row("q-1", BEA)], {}) == []


def test_likely_meetings_come_first_and_workers_take_turns_the_latest_active_first():
    started = {"q-2": 0, "q-3": 3, "q-4": 1}
    sheets = [sheet("q-1", annotators=frozenset({1, 2}))]
    sheets += [sheet(name, ("s-1", f"s-{name}"), complete_count=count) for name, count in started.items()]
    meetings = meetings_to_prevent(sheets, [row("q-1", ANN, minute=1), row("q-1", BEA, minute=2)], USERS)
    assert meetings == [Meeting(3, 2), Meeting(3, 1), Meeting(4, 2), Meeting(4, 1), Meeting(2, 2), Meeting(2, 1)]


def test_a_survey_that_is_not_listed_keeps_its_workers_away_when_it_is_remembered():
    asked = asked_surveys([sheet("q-1")])
    assert prevent([sheet("q-2")], [row("q-1", ANN)], USERS, asked) == [Meeting(2, 1)]


def test_a_row_of_a_survey_nothing_is_known_of_keeps_nobody_away():
    assert meetings_to_prevent([sheet("q-2")], [row("q-1", ANN)], USERS) == []


@pytest.mark.parametrize("status", ["failed-prerequisite", "dropped-out", "surplus"])
def test_a_survey_that_the_server_closed_by_an_answer_that_takes_no_place_is_opened_for_one_more(status):
    rows = [row("q-1", ANN), row("q-1", BEA, status)]
    closed = sheet("q-1", is_open=False, complete_count=2, overlap=2)
    assert places_to_set([closed], rows, {"q-1"}) == [Place(1, 3, is_open=True)]
    opened = closed._replace(is_open=True, overlap=3)
    assert places_to_set([opened], rows, {"q-1"}) == []


def test_a_full_survey_is_closed_and_a_closed_one_left_alone():
    rows = [row("q-1", ANN), row("q-1", BEA)]
    twin = sheet("q-1", task_id=9)
    full = sheet("q-1", is_open=False, complete_count=2)
    assert [place._replace(overlap=0) for place in places_to_set([full, twin], rows, {"q-1"})] == [Place(9, 0, False)]


def test_two_answers_of_one_worker_are_one_user_to_the_server():
    rows = [row("q-1", ANN), row("q-1", ANN, "surplus", 5)]
    assert places_to_set([sheet("q-1", complete_count=2)], rows, {"q-1"}) == []


def test_places_are_right_although_the_server_has_not_counted_the_answers():
    opened = sheet("q-1", complete_count=0, overlap=2)
    assert places_to_set([opened], [row("q-1", ANN)], {"q-1"}) == []


def test_answers_given_on_a_task_that_was_lost_fill_places_but_are_not_on_the_new_one():
    made_later = sheet("q-1", created_at=at(60), overlap=2)
    assert places_to_set([made_later], [row("q-1", ANN)], {"q-1"}) == [Place(1, 1, is_open=True)]


def test_a_task_imported_closed_because_of_its_marks_is_opened():
    assert places_to_set([sheet("q-1", is_open=False, cancelled_count=4)], [], {"q-1"}) == [Place(1, 2, is_open=True)]


def test_only_the_surveys_asked_for_are_touched_and_what_is_closed_too_early_comes_first():
    rows = [row("q-2", ANN), row("q-2", BEA)]
    sheets = [sheet("q-2", OTHERS), sheet("q-3", is_open=False), sheet("q-4", is_open=False)]
    assert [place.task_id for place in places_to_set(sheets, rows, {"q-2", "q-3"})] == [3, 2]
