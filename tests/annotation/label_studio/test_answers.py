import pytest

from tests.annotation.label_studio.sheets import (
    ANN,
    BEA,
    CAT,
    DAN,
    FAILED,
    GOOD,
    KEY,
    OTHER,
    POWER,
    annotation,
    at,
    changes_of,
    chosen,
    edited,
    mark,
    sheet,
    status_of,
    statuses,
    take,
    together,
)
from valuenet.annotation.label_studio.annotations import worker_of


def test_an_annotation_becomes_an_assignment_and_a_judgement_for_each_question():
    came = take({sheet(): [annotation(7, ANN, 10)]})
    row = came.assignments.iloc[0]
    assert (row["survey_id"], row["platform"], row["status"], row["seconds"]) == ("q-1", "label-studio", "complete", 30)
    assert (row["accepted_at"], row["submitted_at"]) == (at(9.5), at(10))
    assert row["worker"] == worker_of(ANN, KEY)
    columns = ["position", "scenario_id", "value", "label", "codebook_version"]
    assert came.judgements[columns].to_numpy().tolist() == [
        [1, "s-1", "POWER", "yes", "1.0+abc"],
        [2, "s-2", "POWER", "no", "1.0+abc"],
    ]
    assert came.changes.empty


def test_the_third_answer_to_a_survey_that_wants_two_is_surplus_whatever_the_order_of_reading():
    rows = [annotation(1, ANN, 3), annotation(2, BEA, 1), annotation(3, CAT, 2)]
    came = take({sheet(): rows})
    assert status_of(came, ANN) == ["surplus"]
    assert len(came.judgements) == 6
    again = take({sheet(): rows[::-1]})
    assert again.assignments.equals(came.assignments)
    assert again.judgements.equals(came.judgements)


def test_answers_of_the_same_moment_are_taken_in_one_order():
    rows = [annotation(number, user, 1) for number, user in ((1, ANN), (2, BEA), (3, CAT))]
    assert take({sheet(): rows}).assignments.equals(take({sheet(): rows[::-1]}).assignments)


def test_what_is_known_keeps_its_status_when_an_earlier_answer_comes_later():
    late = annotation(3, CAT, 0)
    known = take({sheet(): [annotation(1, ANN, 1), annotation(2, BEA, 2)]})
    new = take({sheet(): [annotation(1, ANN, 1), annotation(2, BEA, 2), late]}, known)
    assert statuses(known) == ["complete", "complete"]
    assert statuses(new) == ["surplus"]
    assert new.changes.empty


def test_reading_again_what_is_known_brings_nothing():
    page = {sheet(): [annotation(1, ANN, 1), annotation(2, BEA, 2, FAILED), annotation(3, CAT, 3, [])]}
    known = take(page)
    assert statuses(known) == ["complete", "failed-prerequisite", "dropped-out"]
    new = take(page, known)
    assert new.assignments.empty
    assert new.judgements.empty
    assert new.changes.empty


def test_a_second_answer_of_one_worker_to_one_survey_is_surplus():
    came = take({sheet(): [annotation(1, ANN, 1), annotation(2, ANN, 2)]})
    assert statuses(came) == ["complete", "surplus"]


def test_an_answer_to_a_pair_she_judged_in_another_survey_is_surplus():
    came = take({sheet(): [annotation(1, ANN, 1)], sheet("q-2", ("s-2", "s-3")): [annotation(2, ANN, 2)]})
    assert statuses(came) == ["complete", "surplus"]


def test_the_pair_is_remembered_when_the_task_of_the_first_survey_is_not_on_the_server_any_more():
    known = take({sheet(): [annotation(1, ANN, 1)]})
    new = take({sheet("q-2", ("s-2", "s-3")): [annotation(2, ANN, 2)]}, known)
    assert statuses(new) == ["surplus"]


def test_two_tasks_with_one_survey_count_as_one():
    twin = sheet(task_id=99)
    came = take({sheet(): [annotation(1, ANN, 1), annotation(2, BEA, 2)], twin: [annotation(3, CAT, 3)]})
    assert statuses(came) == ["complete", "complete", "surplus"]


def test_after_a_failed_prerequisite_no_other_survey_of_that_value_counts():
    came = take({sheet(): [annotation(1, ANN, 1, FAILED)], sheet("q-2", ("s-3", "s-4")): [annotation(2, ANN, 2)]})
    assert statuses(came) == ["failed-prerequisite", "surplus"]
    assert set(came.judgements["assignment_id"]) == set(came.assignments.query("status == 'surplus'")["assignment_id"])


def test_a_wrong_prerequisite_counts_as_failed_even_if_the_questions_are_answered():
    assert statuses(take({sheet(): [annotation(1, ANN, 1, chosen(prerequisite="no", q1="yes", q2="no"))]})) == [
        "failed-prerequisite"
    ]


@pytest.mark.parametrize(
    "result",
    [
        [],
        None,
        "nonsense",
        [None, 3, {"value": 7}, {"from_name": "q1"}],
        chosen(prerequisite="yes", q1="yes"),
        chosen(q1="yes", q2="no"),
        chosen(prerequisite="yes", q1="yes", q2="maybe"),
        chosen(prerequisite="perhaps", q1="yes", q2="no"),
        [*GOOD, *chosen(q2="yes")],
        [{"from_name": "q1", "value": {"choices": ["yes", "no"]}}, *chosen(prerequisite="yes", q2="no")],
    ],
)
def test_an_empty_or_odd_answer_is_a_drop_out_and_takes_no_place(result):
    rows = [annotation(1, ANN, 1, result), annotation(2, BEA, 2), annotation(3, CAT, 3)]
    came = take({sheet(): rows})
    assert statuses(came) == ["dropped-out", "complete", "complete"]
    assert len(came.judgements) == 4


def test_a_skipped_survey_is_a_drop_out_and_a_mark_is_no_answer_at_all():
    came = take({sheet(): [annotation(1, ANN, 1, [], was_cancelled=True), mark(2, BEA, 1)]})
    assert status_of(came, ANN) == ["dropped-out"]
    assert status_of(came, BEA) == []


def test_the_answer_of_a_worker_kept_away_before_is_surplus_and_of_one_kept_away_later_counts():
    came = take({sheet(): [mark(1, ANN, 0), annotation(2, ANN, 1), annotation(3, BEA, 2), mark(4, BEA, 3)]})
    assert status_of(came, ANN) == ["surplus"]
    assert status_of(came, BEA) == ["complete"]


def test_an_edited_answer_is_an_assignment_of_its_own_and_takes_the_place_of_the_old_one():
    first, second = annotation(1, ANN, 1), annotation(2, BEA, 2)
    known = take({sheet(): [first, second]})
    new = take({sheet(): [edited(first, 5, OTHER), second]}, known)
    old = known.assignments.query("submitted_at == @at(1)")["assignment_id"].item()
    made = new.assignments["assignment_id"].item()
    assert changes_of(new) == [(old, "edited", made)]
    assert statuses(new) == ["complete"]
    assert new.assignments["submitted_at"].item() == at(5)
    assert new.judgements["label"].tolist() == ["no", "no"]
    assert old != made


def test_an_answer_edited_twice_is_a_chain_and_edited_back_is_a_version_too():
    first = annotation(1, ANN, 1)
    known = take({sheet(): [first]})
    known = together(known, take({sheet(): [edited(first, 2, OTHER)]}, known))
    third = take({sheet(): [edited(first, 3, GOOD)]}, known)
    known = together(known, third)
    assert known.changes["change"].tolist() == ["edited", "edited"]
    assert known.assignments["assignment_id"].is_unique
    assert known.in_force()[0]["assignment_id"].tolist() == third.assignments["assignment_id"].tolist()
    assert take({sheet(): [edited(first, 3, GOOD)]}, known).changes.empty


def test_an_answer_touched_but_not_changed_is_no_edit():
    first = annotation(1, ANN, 1)
    known = take({sheet(): [first]})
    assert take({sheet(): [edited(first, 9, GOOD)]}, known).assignments.empty


def test_an_edit_before_the_first_collect_is_simply_the_answer():
    came = take({sheet(): [edited(annotation(1, ANN, 1), 9, OTHER)]})
    assert came.judgements["label"].tolist() == ["no", "no"]
    assert came.assignments["submitted_at"].item() == at(1)
    assert came.changes.empty


def test_between_answer_and_edit_another_worker_finds_the_survey_full():
    one = sheet(workers_wanted=1)
    first = annotation(1, ANN, 1)
    known = take({one: [first]})
    new = take({one: [edited(first, 5, OTHER), annotation(2, BEA, 3)]}, known)
    assert status_of(new, BEA) == ["surplus"]
    assert status_of(new, ANN) == ["complete"]


def test_an_answer_edited_into_a_wrong_prerequisite_fails_and_a_failed_one_is_not_mended_by_an_edit():
    first, second = annotation(1, ANN, 1), annotation(2, BEA, 2, FAILED)
    known = take({sheet(): [first, second]})
    new = take({sheet(): [edited(first, 5, FAILED), edited(second, 6, GOOD)]}, known)
    assert status_of(new, ANN) == ["failed-prerequisite"]
    assert status_of(new, BEA) == []
    assert new.changes["change"].tolist() == ["edited"]


def test_a_drop_out_who_completes_her_answer_later_is_complete():
    first = annotation(1, ANN, 1, [])
    known = take({sheet(): [first]})
    new = take({sheet(): [edited(first, 5, GOOD)]}, known)
    assert statuses(new) == ["complete"]
    assert new.changes["change"].tolist() == ["edited"]


def test_a_deleted_answer_is_noted_and_its_place_is_free_for_the_next():
    rows = [annotation(1, ANN, 1), annotation(2, BEA, 2)]
    known = take({sheet(): rows})
    new = take({sheet(): [rows[1], annotation(3, CAT, 3)]}, known)
    gone = known.assignments.query("submitted_at == @at(1)")["assignment_id"].item()
    assert changes_of(new) == [(gone, "deleted", None)]
    assert status_of(new, CAT) == ["complete"]
    after = together(known, new)
    assert take({sheet(): [rows[1], annotation(3, CAT, 3)]}, after).changes.empty


def test_of_an_edited_and_then_deleted_answer_only_the_newest_version_is_noted_as_deleted():
    first = annotation(1, ANN, 1)
    known = take({sheet(): [first]})
    known = together(known, take({sheet(): [edited(first, 2, OTHER)]}, known))
    new = take({sheet(): []}, known)
    newest = known.in_force()[0]["assignment_id"].tolist()
    assert changes_of(new) == [(newest[0], "deleted", None)]


def test_the_answers_of_a_deleted_task_are_deleted_and_those_of_a_survey_not_searched_are_not():
    known = take({sheet(): [annotation(1, ANN, 1)], sheet("q-2", ("s-3", "s-4")): [annotation(2, BEA, 1)]})
    new = take({}, known, searched={"q-1"})
    assert new.changes["change"].tolist() == ["deleted"]
    assert new.assignments.empty


def test_answers_older_than_the_project_were_given_elsewhere_and_are_not_deleted():
    known = take({sheet(): [annotation(1, ANN, 1)]})
    moved = sheet(project=POWER._replace(project_id=2, created_at=at(60)))
    new = take({moved: [annotation(1, BEA, 90), annotation(2, CAT, 91)]}, known)
    assert new.changes.empty
    assert statuses(new) == ["complete", "surplus"]


def test_an_answer_that_was_taken_for_deleted_and_is_there_again_counts_again():
    first = annotation(1, ANN, 1)
    known = take({sheet(): [first]})
    known = together(known, take({sheet(): []}, known))
    new = take({sheet(): [first]}, known)
    assert statuses(new) == ["complete"]
    assert new.changes.empty
    known = together(known, new)
    assert take({sheet(): [first]}, known).assignments.empty


def test_a_page_whose_right_answer_cannot_be_told_fails_nobody():
    unclear = sheet(project=POWER._replace(right=""))
    assert statuses(take({unclear: [annotation(1, ANN, 1, chosen(prerequisite="no", q1="yes", q2="no"))]})) == [
        "complete"
    ]


@pytest.mark.parametrize("seconds", [None, -5, "long"])
def test_a_missing_or_odd_time_of_work_is_unknown(seconds):
    came = take({sheet(): [annotation(1, ANN, 1, lead_time=seconds)]})
    assert came.assignments[["seconds", "accepted_at"]].isna().all(axis=None)


def test_no_user_id_is_in_any_table():
    came = take({sheet(): [annotation(1, 987654, 1), annotation(2, DAN, 2)]})
    assert "987654" not in came.assignments.to_csv() + came.judgements.to_csv()
