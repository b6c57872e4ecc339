"""A real server that stops, fails, is busy, changed by hand and used by two at once: nothing lost, nothing doubled."""

import itertools
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from tests.annotation.made_campaign import CODEBOOK, Campaign, some_gold, some_pairs
from tests.label_studio.crowd import KEY, filled, people
from tests.label_studio.faulty_way import ANSWER_LOST, BROKEN, BUSY, FAILS, PASSED, faulty_way
from valuenet.annotation.label_studio.board import list_projects, list_sheets
from valuenet.annotation.label_studio.client import LabelStudioClient, ServerUnreachableError, TokenRefusedError
from valuenet.annotation.label_studio.platform import LabelStudioPlatform
from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.annotation.platforms import Answers, no_answers

_NUMBERS = itertools.count(1)


class Desk:
    """A campaign of six surveys on the server, with a platform for it and the administrator's own look at it."""

    def __init__(self, server, users):
        self.server, self.users = server, users
        self.settings = LabelStudioSettings(
            url=server.url, campaign=f"faults {next(_NUMBERS)}", import_batch=1, backoff_seconds=0, marking_seconds=30
        )
        self.client = LabelStudioClient(self.settings, server.token)
        self.platform = self.platform_by()
        campaign = Campaign(some_pairs(30), some_gold(12))
        campaign.plan()
        self.requests = campaign.requests()
        self.names = [request.survey_id for request in self.requests]

    def platform_by(self, url=None, token=None, **settings):
        chosen = self.settings.model_copy(update={"url": url or self.server.url, **settings})
        client = LabelStudioClient(chosen, token or self.server.token, sleep=lambda _: None)
        return LabelStudioPlatform(client, chosen, key=KEY)

    def publish(self):
        self.platform.publish(self.requests, CODEBOOK)

    def sheets(self):
        return list_sheets(self.client, self.settings, list_projects(self.client, self.settings))

    def is_published_once(self):
        """Whether every survey has one task."""
        return Counter(sheet.survey_id for sheet in self.sheets()) == Counter(self.names)

    def has_one_place_for_each_value(self):
        """Whether surveys that belong together are in one project."""
        places = {(sheet.project.key, sheet.project.project_id) for sheet in self.sheets()}
        return len(places) == len({key for key, _ in places})

    def answer(self, sheet, user, prerequisite=None, labels=None):
        """Have a user answer, and return the id of the annotation."""
        right = CODEBOOK.instrument(sheet.project.key.value).prerequisite.answer
        said = filled(labels if labels is not None else ["yes"] * len(sheet.scenario_ids), prerequisite or right)
        body = {"completed_by": user, "result": said, "lead_time": 60}
        return self.client.post(f"/api/tasks/{sheet.task_id}/annotations/", body)["id"]

    def sheet(self, name):
        return next(sheet for sheet in self.sheets() if sheet.survey_id == name)


def together(one, other):
    return Answers(*(pd.concat([old, new], ignore_index=True) for old, new in zip(one, other, strict=True)))


def equal(one, other):
    return all(a.equals(b) for a, b in zip(one, other, strict=True))


@pytest.fixture(scope="module")
def users(label_studio):
    client = LabelStudioClient(LabelStudioSettings(url=label_studio.url), label_studio.token)
    names = [f"fault-{number}" for number in range(6)]
    return [client.post("/api/users/", {"email": f"{n}@example.org", "username": n})["id"] for n in names]


@pytest.fixture
def desk(label_studio, users):
    return Desk(label_studio, users)


@pytest.mark.parametrize(
    "fate",
    [[PASSED, ANSWER_LOST], [FAILS, PASSED, BUSY], [BROKEN, PASSED, ANSWER_LOST, BUSY, PASSED]],
    ids=["every other answer is lost", "fails and is busy", "everything at once"],
)
def test_whatever_happens_on_the_way_every_survey_is_published_once_and_every_answer_collected_once(desk, fate):
    with faulty_way(desk.server.url) as way:
        way.fate = fate
        faulty = desk.platform_by(way.url)
        faulty.publish(desk.requests, CODEBOOK)
        assert desk.is_published_once()
        assert desk.has_one_place_for_each_value()
        for sheet, user in zip(desk.sheets(), desk.users, strict=True):
            desk.answer(sheet, user)
        came = faulty.collect(desk.names)
        assert came.assignments["status"].tolist() == ["complete"] * 6
        assert equal(came, desk.platform.collect(desk.names))


@pytest.mark.parametrize("when", [2, 5, 9])
def test_a_server_that_stops_in_the_middle_of_publishing_gets_the_rest_by_the_same_call(desk, when):
    with faulty_way(desk.server.url) as way:
        way.on_request = lambda _: desk.server.stop() if len(way.passed) == when else None
        with pytest.raises(ServerUnreachableError, match="run the same command again"):
            desk.platform_by(way.url, attempts=2).publish(desk.requests, CODEBOOK)
    desk.server.start()
    desk.publish()
    assert desk.is_published_once()


def test_a_server_that_stops_in_the_middle_of_collecting_loses_nothing(desk):
    desk.publish()
    for sheet, user in zip(desk.sheets(), desk.users, strict=True):
        desk.answer(sheet, user)
    before = desk.platform.collect(desk.names)
    with faulty_way(desk.server.url) as way:
        way.on_request = lambda what: desk.server.stop() if "annotations" in what else None
        with pytest.raises(ServerUnreachableError):
            desk.platform_by(way.url, attempts=2).collect(desk.names)
    desk.server.start()
    assert len(before.assignments) == 6
    assert equal(desk.platform.collect(desk.names), before)


def test_two_publishers_at_once_leave_every_survey_and_every_project_once(desk):
    with ThreadPoolExecutor(2) as pool:
        starts = threading.Barrier(2)

        def publish(platform):
            starts.wait()
            platform.publish(desk.requests, CODEBOOK)

        list(pool.map(publish, [desk.platform_by(), desk.platform_by()]))
    desk.publish()
    assert desk.is_published_once()


def test_after_two_publishers_at_once_the_server_still_counts_answers(desk):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda p: p.publish(desk.requests, CODEBOOK), [desk.platform_by(), desk.platform_by()]))
    sheet = desk.sheets()[0]
    desk.answer(sheet, desk.users[0])
    assert desk.sheet(sheet.survey_id).complete_count == 1


def test_two_collectors_at_once_bring_the_same_rows(desk):
    desk.publish()
    for sheet in desk.sheets():
        desk.answer(sheet, desk.users[sheet.task_id % 6])
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda platform: platform.collect(desk.names), [desk.platform_by(), desk.platform_by()])
    assert equal(one, other)


def test_an_answer_edited_or_deleted_or_whose_task_is_deleted_after_collection_keeps_its_history(desk):
    desk.publish()
    first, second, third, *_ = desk.sheets()
    edited, deleted = desk.answer(first, desk.users[0]), desk.answer(second, desk.users[1])
    desk.answer(third, desk.users[2])
    known = desk.platform.collect(desk.names)
    assert known.assignments["status"].tolist() == ["complete"] * 3
    assert desk.platform.collect(desk.names, known).assignments.empty
    right = CODEBOOK.instrument(first.project.key.value).prerequisite.answer
    desk.client.patch(f"/api/annotations/{edited}/", {"result": filled(["no"] * len(first.scenario_ids), right)})
    desk.client.delete(f"/api/annotations/{deleted}/")
    desk.client.delete(f"/api/tasks/{third.task_id}/")
    new = desk.platform.collect(desk.names, known)
    assert Counter(new.changes["change"]) == {"edited": 1, "deleted": 2}
    assert set(new.judgements["label"]) == {"no"}
    assert new.assignments["survey_id"].tolist() == [first.survey_id]
    after = together(known, new)
    assert len(after.in_force()[0]) == 1
    again = desk.platform.collect(desk.names, after)
    assert again.assignments.empty
    assert again.changes.empty
    desk.publish()
    assert desk.is_published_once()
    desk.answer(desk.sheet(third.survey_id), desk.users[2])
    assert desk.platform.collect(desk.names, after).assignments["status"].tolist() == ["complete"]


def test_answers_collected_from_a_project_that_is_lost_stay_and_its_surveys_are_published_again(desk):
    desk.publish()
    sheet = desk.sheets()[0]
    desk.answer(sheet, desk.users[0])
    known = desk.platform.collect(desk.names)
    assert len(known.assignments) == 1
    desk.client.delete(f"/api/projects/{sheet.project.project_id}/")
    assert desk.platform.collect(desk.names, known).changes.empty
    desk.publish()
    assert desk.is_published_once()
    assert desk.platform.collect(desk.names, known).changes.empty
    assert desk.sheet(sheet.survey_id).overlap == 3


def test_answers_that_take_no_place_do_not_close_a_survey(desk):
    desk.publish()
    sheet = desk.sheets()[0]
    wrong = next(label for label in ("yes", "no") if label != sheet.project.right)
    for user, prerequisite, labels in ((0, wrong, []), (1, None, []), (2, None, None), (3, None, None)):
        desk.answer(sheet, desk.users[user], prerequisite, labels)
    assert not desk.sheet(sheet.survey_id).is_open
    came = desk.platform.collect(desk.names)
    assert Counter(came.assignments["status"]) == {"complete": 2, "failed-prerequisite": 1, "dropped-out": 1}
    assert desk.sheet(sheet.survey_id).is_open
    for user in (4, 5):
        desk.answer(desk.sheet(sheet.survey_id), desk.users[user])
    rest = desk.platform.collect(desk.names, came)
    assert rest.assignments["status"].tolist() == ["complete", "complete"]
    assert not desk.sheet(sheet.survey_id).is_open


def test_both_kinds_of_token_work_and_a_wrong_one_is_refused(desk):
    personal = desk.platform_by(token=desk.server.personal_token)
    personal.publish(desk.requests[:1], CODEBOOK)
    assert desk.platform.collect(desk.names, no_answers()).assignments.empty
    for wrong in ("0" * 40, desk.server.personal_token[:-4] + "AAAA"):
        with pytest.raises(TokenRefusedError, match="LABEL_STUDIO_API_KEY"):
            desk.platform_by(token=wrong).publish(desk.requests, CODEBOOK)


def test_who_is_disqualified_is_offered_nothing_and_cannot_answer(desk):
    desk.publish()
    (person,) = people(desk.client, [desk.settings.campaign.replace(" ", "-")])
    task = person.next_task(desk.sheets()[0].project.project_id)
    assert task is not None
    desk.platform.disqualify({person.worker: "told why", "w-unknown": "not here"})
    desk.platform.disqualify({person.worker: "told why"})
    assert person.next_task(desk.sheets()[0].project.project_id) is None
    with pytest.raises(AssertionError, match="403"):
        person.answer(task["id"], filled([], "yes"))


def test_a_barred_worker_is_not_offered_the_survey_and_others_are(desk):
    name = desk.settings.campaign.replace(" ", "-")
    kept, free = people(desk.client, [f"kept-{name}", f"free-{name}"])
    import dataclasses

    barred = frozenset({kept.worker, "w-somewhere-else"})
    requests_ = [dataclasses.replace(request, barred=barred, workers_wanted=1) for request in desk.requests]
    desk.platform.publish(requests_, CODEBOOK)
    project = desk.sheets()[0].project.project_id
    assert all(sheet.is_open and sheet.overlap == 1 for sheet in desk.sheets())
    assert kept.next_task(project) is None
    assert free.next_task(project) is not None
    assert desk.platform.collect(desk.names).assignments.empty
