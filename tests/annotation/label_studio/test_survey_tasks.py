import json

import pandas as pd
import pytest

from tests.annotation.made_campaign import CODEBOOK, Campaign, some_gold, some_pairs
from valuenet.annotation.label_studio.interface import survey_interface
from valuenet.annotation.label_studio.survey_tasks import (
    ProjectKey,
    mark_of,
    project_key,
    read_project,
    read_sheet,
    right_answer,
    task_of,
)
from valuenet.annotation.platforms import Question, SurveyRequest
from valuenet.warehouse.vocabulary import VALUES

REQUEST = SurveyRequest(
    survey_id="q-1",
    round=1,
    value="POWER",
    questions=(Question(1, "s-a", "first text"), Question(2, "s-b", "second text")),
    workers_wanted=3,
    barred=frozenset({"w-1"}),
    codebook_version="1.0+abc",
)
KEY = ProjectKey("valuenet", "POWER", 2, "1.0+abc")


def on_server(**other):
    """Return the task of REQUEST as the server lists it."""
    times = {"created_at": "2026-03-01T11:30:00Z", "updated_at": "2026-03-01T12:00:00.5Z"}
    state = {"id": 5, "is_labeled": False, "overlap": 4, **times}
    counts = {"total_annotations": 1, "cancelled_annotations": 2}
    return {**task_of(REQUEST), **state, **counts, **other}


def project(**other):
    page = survey_interface(CODEBOOK, "POWER", 2)
    said = {"id": 9, "description": KEY.description(), "label_config": page, "created_at": "2026-03-01T11:00:00Z"}
    return read_project({**said, **other})


def test_a_task_holds_texts_and_ids_of_scenarios_and_nothing_else_about_the_survey():
    assert task_of(REQUEST)["data"] == {
        "survey_id": "q-1",
        "q1": "first text",
        "s1": "s-a",
        "q2": "second text",
        "s2": "s-b",
    }
    assert task_of(REQUEST)["meta"] == {"workers_wanted": 3}


def test_nothing_in_the_tasks_of_a_round_tells_checks_from_questions():
    campaign = Campaign(some_pairs(60), some_gold(12))
    campaign.plan()
    tasks = [json.dumps(task_of(request)) for request in campaign.requests()]
    assert not any(word in task for task in tasks for word in ("check", "filler", "formal", "gold_label", "role"))
    assert {tuple(json.loads(task)["data"]) for task in tasks if len(json.loads(task)["data"]) == 21} == {
        ("survey_id", *(f"{kind}{number}" for number in range(1, 11) for kind in "qs"))
    }


def test_the_barred_come_with_the_task_as_empty_cancelled_annotations():
    (one, two) = task_of(REQUEST, {8, 7})["annotations"]
    assert (one["completed_by"], two["completed_by"]) == (7, 8)
    assert one["was_cancelled"]
    assert one["result"] == []
    assert one["id"] == mark_of(7)["import_id"] == 0


def test_a_task_is_read_back_as_the_survey_it_was():
    sheet = read_sheet(on_server(annotators=[3]), project())
    assert sheet is not None
    assert (sheet.survey_id, sheet.scenario_ids, sheet.workers_wanted, sheet.overlap) == ("q-1", ("s-a", "s-b"), 3, 4)
    assert sheet.pairs == [("s-a", "POWER"), ("s-b", "POWER")]
    assert (sheet.complete_count, sheet.cancelled_count, sheet.is_open) == (1, 2, True)
    assert sheet.changed_at == pd.Timestamp("2026-03-01T12:00:00.5Z")
    assert sheet.annotators == {3}


def test_without_a_note_the_servers_number_of_workers_is_taken():
    assert read_sheet(on_server(meta={}), project()).workers_wanted == 4


@pytest.mark.parametrize("data", [None, {}, {"text": "added by hand"}, {"survey_id": "q-1", "q1": "x"}])
def test_a_task_added_by_hand_is_no_survey(data):
    assert read_sheet(on_server(data=data), project()) is None


def test_a_project_is_found_again_by_its_description_whatever_its_title():
    found = project(title="renamed")
    assert found is not None
    assert (found.project_id, found.key) == (9, KEY)
    assert found.created_at == pd.Timestamp("2026-03-01T11:00:00Z")
    assert project_key(REQUEST, "valuenet") == KEY


@pytest.mark.parametrize("description", [None, "", "Campaign of ours", "Something else entirely"])
def test_other_projects_are_left_alone(description):
    assert project(description=description) is None


@pytest.mark.parametrize("value", VALUES)
def test_titles_are_short_enough_for_the_server_and_name_the_value(value):
    title = ProjectKey("a" * 20, value, 10, "1.0+abc").title()
    assert len(title) <= 50
    assert value.lower() in title


@pytest.mark.parametrize("value", VALUES)
def test_the_right_answer_is_the_one_that_opens_the_questions_of_the_page(value):
    assert right_answer(survey_interface(CODEBOOK, value, 10)) == CODEBOOK.instrument(value).prerequisite.answer


@pytest.mark.parametrize("page", ["<View/>", "<View", ""])
def test_a_page_changed_by_hand_has_no_right_answer_we_know(page):
    assert right_answer(page) == ""
