"""The platform on a small studio in memory; tests/label_studio does the same and more on a real server."""

import dataclasses
from collections import Counter

import pandas as pd
import pytest

from tests.annotation.label_studio.desks import LABELS, Desk
from tests.annotation.label_studio.sheets import KEY, chosen
from tests.annotation.made_campaign import CODEBOOK
from valuenet.annotation.label_studio.annotations import worker_of
from valuenet.annotation.label_studio.board import list_sheets
from valuenet.annotation.label_studio.client import IncompleteAnswerError, ServerUnreachableError
from valuenet.annotation.label_studio.platform import LabelStudioPlatform
from valuenet.annotation.platforms import Answers, CodebookMismatchError


@pytest.fixture
def desk():
    return Desk()


def together(one, other):
    return Answers(*(pd.concat([old, new], ignore_index=True) for old, new in zip(one, other, strict=True)))


def counted(studio):
    return Counter(task["data"]["survey_id"] for task in studio.tasks.values())


def test_a_project_for_each_value_says_campaign_and_codebook_and_publishing_again_asks_no_more(desk):
    desk.publish()
    assert counted(desk.studio) == dict.fromkeys(desk.names, 1)
    titles = {project["title"] for project in desk.studio.projects.values()}
    assert titles == {f"valuenet: {value} (10)" for value in ("benevolence", "power", "security")}
    assert all(CODEBOOK.content_version in p["description"] for p in desk.studio.projects.values())
    before = len(desk.studio.asked)
    desk.publish()
    assert not any(asked.startswith(("POST", "PATCH", "DELETE")) for asked in desk.studio.asked[before:])


def test_nothing_is_asked_for_nothing(desk):
    desk.publish([])
    desk.platform.disqualify({})
    assert desk.platform.collect([]).assignments.empty
    assert desk.studio.asked == []


def test_a_survey_of_another_codebook_is_refused_before_any_is_published(desk):
    wrong = dataclasses.replace(desk.requests[-1], codebook_version="0.1+other")
    with pytest.raises(CodebookMismatchError):
        desk.publish([*desk.requests[:-1], wrong])
    assert desk.studio.asked == []


@pytest.mark.parametrize("when", range(1, 16, 3))
def test_broken_off_anywhere_the_same_call_opens_the_rest(desk, when):
    desk.studio.fails_at = when
    with pytest.raises(ConnectionError):
        desk.publish()
    desk.publish()
    assert counted(desk.studio) == dict.fromkeys(desk.names, 1)


def test_of_twins_the_one_somebody_worked_on_stays(desk):
    desk.publish()
    (first,), (second,) = desk.tasks(0), desk.tasks(1)
    for task in (first, second):
        twin = {"data": task["data"], "meta": task["meta"], "annotations": []}
        desk.studio.post(f"/api/projects/{task['project']}/import", [twin])
    twin = desk.tasks(0)[1]
    desk.studio.post(f"/api/tasks/{twin['id']}/annotations/", {"completed_by": 3, "result": []})
    desk.publish()
    assert counted(desk.studio) == dict.fromkeys(desk.names, 1)
    assert desk.tasks(0) == [twin]
    assert desk.tasks(1) == [second]


def test_surveys_go_on_in_the_project_that_is_used_when_another_has_the_same_key(desk):
    desk.publish(desk.requests[:1])
    used = dict(next(iter(desk.studio.projects.values())))
    desk.studio.projects = {0: {**used, "id": 0}, **desk.studio.projects}
    desk.publish()
    assert {task["project"] for task in desk.studio.tasks.values()} == set(desk.studio.projects) - {0}


def test_surveys_that_vanish_again_and_again_are_an_error(desk):
    desk.studio._import = lambda *_: None
    with pytest.raises(ServerUnreachableError, match="6 surveys"):
        desk.publish()


def test_the_page_of_a_project_is_renewed_when_it_looks_otherwise_now(desk):
    desk.publish()
    first = next(iter(desk.studio.projects.values()))
    page, first["label_config"] = first["label_config"], "<View/>"
    desk.publish()
    assert first["label_config"] == page


def test_barred_workers_come_marked_and_the_survey_is_open_for_as_many_as_it_wants(desk):
    barred = frozenset(worker_of(user, KEY) for user in (2, 3, 4, 5)) | {"w-elsewhere"}
    desk.publish([dataclasses.replace(request, barred=barred, workers_wanted=2) for request in desk.requests])
    assert all(len(desk.kept_away(user)) == 6 for user in (2, 3, 4, 5))
    assert {(task["overlap"], task["is_labeled"]) for task in desk.studio.tasks.values()} == {(2, False)}
    desk.answer(2)
    desk.answer(6)
    assert Counter(desk.collect().assignments["status"]) == {"surplus": 1, "complete": 1}


def test_a_survey_with_answers_from_elsewhere_waits_for_the_missing_ones_only(desk):
    desk.publish([dataclasses.replace(desk.requests[0], answered=3)])
    assert desk.tasks()[0]["overlap"] == 1


def test_collecting_brings_what_is_new_and_reads_only_what_moved(desk):
    desk.publish()
    for user in (2, 3, 4, 5):
        desk.answer(user)
    known = desk.collect()
    assert known.assignments["status"].tolist() == ["complete"] * 4
    desk.studio.wait(60)
    desk.answer(6, 1)
    before = len(desk.studio.asked)
    new = desk.collect(known)
    assert new.assignments["survey_id"].tolist() == [desk.names[1]]
    assert desk.collect(together(known, new)).assignments.empty
    assert len(desk.studio.asked) > before


def test_edits_deletions_and_deleted_tasks_are_noticed_long_after(desk):
    desk.publish()
    sent = [desk.answer(user, number) for number in (0, 1, 2) for user in (2 + 2 * (number % 2), 3 + 2 * (number % 2))]
    known = desk.collect()
    finished = known.assignments[known.assignments["status"] == "complete"]
    assert len(finished) == 6
    desk.studio.wait(600)
    desk.studio.edit(sent[0], sent[0]["result"][:1] + chosen(**dict.fromkeys(LABELS, "no")))
    desk.studio.take_back(sent[2])
    desk.studio.delete(f"/api/tasks/{sent[4]['task']}/")
    new = desk.collect(known)
    assert Counter(new.changes["change"]) == {"edited": 1, "deleted": 3}
    after = together(known, new)
    assert len(after.in_force()[0]) == 3
    assert desk.collect(after).changes.empty
    desk.publish()
    assert counted(desk.studio) == dict.fromkeys(desk.names, 1)


def test_a_deleted_task_is_noticed_although_all_its_survey_had_was_closed(desk):
    desk.publish()
    for user in (2, 3, 4, 5):
        desk.answer(user)
    known = desk.collect()
    desk.studio.wait(600)
    desk.studio.tasks.pop(desk.tasks()[0]["id"])
    desk.answer(6, 5)
    new = desk.collect(known)
    assert new.changes["change"].tolist() == ["deleted"] * 4
    assert new.assignments["status"].tolist() == ["complete"]


def test_answers_from_a_project_that_is_lost_stay(desk):
    desk.publish()
    desk.answer(2)
    known = desk.collect()
    desk.studio.tasks, desk.studio.projects = {}, {}
    assert desk.collect(known).changes.empty
    desk.publish()
    assert desk.collect(known).changes.empty


def test_an_answer_that_takes_no_place_reopens_the_survey_for_another(desk):
    desk.publish()
    nothing = dict.fromkeys(LABELS)
    desk.answer(2, prerequisite=desk.wrong(), **nothing)
    desk.answer(3, **nothing)
    desk.answer(4)
    desk.answer(5)
    assert desk.tasks()[0]["is_labeled"]
    came = desk.collect()
    assert Counter(came.assignments["status"]) == {"complete": 2, "failed-prerequisite": 1, "dropped-out": 1}
    assert (desk.tasks()[0]["overlap"], desk.tasks()[0]["is_labeled"]) == (6, False)
    desk.answer(6)
    desk.answer(7)
    assert desk.collect(came).assignments["status"].tolist() == ["complete", "complete"]
    assert desk.tasks()[0]["is_labeled"]


def test_who_failed_a_prerequisite_is_kept_away_from_the_other_surveys_of_the_value(desk):
    desk.publish()
    desk.answer(2, prerequisite=desk.wrong(), **dict.fromkeys(LABELS))
    desk.collect()
    same = {r.survey_id for r in desk.requests if r.value == desk.requests[0].value}
    assert desk.kept_away(2) == same - {desk.names[0]}


def test_without_time_nobody_is_kept_away_and_the_next_collect_makes_up_for_it():
    desk = Desk()
    hasty = LabelStudioPlatform(desk.studio, desk.settings.model_copy(update={"marking_seconds": 0}), key=KEY)
    desk.publish()
    desk.answer(2, prerequisite=desk.wrong(), **dict.fromkeys(LABELS))
    came = hasty.collect(desk.names)
    assert desk.kept_away(2) == set()
    desk.collect(came)
    assert len(desk.kept_away(2)) == 1


def test_the_disqualified_are_taken_out_once_and_the_administrator_never(desk):
    out = {worker_of(user, KEY): "told why" for user in (1, 4)}
    desk.platform.disqualify({**out, "w-unknown": "not here"})
    desk.platform.disqualify(out)
    assert [asked for asked in desk.studio.asked if asked.startswith("DELETE")] == [
        "DELETE /api/organizations/1/memberships/4"
    ]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_pages_smaller_than_asked_for_bring_every_answer_and_nothing_is_deleted_or_published_again(most):
    desk = Desk()
    desk.settings = desk.settings.model_copy(update={"page_size": 5})
    desk.platform = LabelStudioPlatform(desk.studio, desk.settings, key=KEY)
    desk.studio.most_in_a_page = most
    desk.publish()
    for number in range(len(desk.names)):
        desk.answer(2, number)
    found = desk.collect()
    assert len(found.assignments) == len(desk.names)
    again = desk.collect(found)
    assert (len(again.assignments), len(again.changes)) == (0, 0)
    before = len(desk.studio.tasks)
    desk.publish()
    assert len(desk.studio.tasks) == before


def test_a_list_that_ends_before_the_server_s_own_count_is_an_error_and_nothing_is_concluded(desk):
    desk.publish()
    desk.answer(2)
    found = desk.collect()
    desk.studio.hides = {desk.tasks(0)[0]["id"]}
    with pytest.raises(IncompleteAnswerError, match="nothing is concluded from what is missing"):
        desk.collect(found)


def test_a_survey_missing_from_the_list_is_asked_for_by_its_id_before_it_counts_as_deleted(desk, monkeypatch):
    desk.publish()
    desk.answer(2)
    found = desk.collect()
    monkeypatch.setattr("valuenet.annotation.label_studio.platform.list_moving_sheets", lambda *_: ([], -1))
    whole = list_sheets
    monkeypatch.setattr(
        "valuenet.annotation.label_studio.platform.list_sheets",
        lambda *given: [sheet for sheet in whole(*given) if sheet.survey_id != desk.names[0]],
    )
    with pytest.raises(IncompleteAnswerError, match=desk.names[0]):
        desk.collect(found)


def test_an_answer_without_a_time_of_work_is_kept_and_nobody_is_too_fast(desk):
    desk.publish()
    annotation = desk.answer(2)
    desk.studio.tasks[annotation["task"]]["annotations"][-1]["lead_time"] = None
    found = desk.collect()
    assert found.assignments["status"].tolist() == ["complete"]
    assert found.assignments[["seconds", "accepted_at"]].isna().all(axis=None)
