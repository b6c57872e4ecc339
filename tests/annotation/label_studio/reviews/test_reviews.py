from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from valuenet.annotation.codebook import load_codebook
from valuenet.annotation.label_studio.reviews.answers import decide_keywords, missing_reviewers, new_adjudications
from valuenet.annotation.label_studio.reviews.interface import dispute_interface, keyword_interface
from valuenet.annotation.label_studio.reviews.projects import UnknownReviewerError
from valuenet.annotation.label_studio.reviews.reviews import (
    ReviewSettings,
    collect_disputes,
    collect_keywords,
    publish_disputes,
    publish_keywords,
)
from valuenet.annotation.label_studio.reviews.tasks import (
    ReviewAnswer,
    ReviewProject,
    dispute_tasks,
    keyword_tasks,
    read_answers,
    read_review_project,
)
from valuenet.warehouse.crowd_tables import Adjudications, Pairs
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.tables import KeywordDecisions, KeywordProposals

KEY = b"a secret of the test"
CODEBOOK = load_codebook()
WORD = {"value": "POWER", "tier": "association", "relation": "rel_trg", "seed": None, "score": None, "rank": None}


def _words(*words: str) -> Any:
    return KeywordProposals.frame([WORD | {"keyword": word} for word in words])


def _pairs(*texts: str) -> Any:
    return Pairs.frame([{"scenario_id": scenario_id(text), "value": "POWER", "text": text} for text in texts])


def _given(user: int, answer: str, minute: int = 0) -> dict[str, Any]:
    return {
        "completed_by": user,
        "was_cancelled": False,
        "updated_at": f"2026-03-01T09:{minute:02}:00Z",
        "result": [{"from_name": "answer", "type": "choices", "value": {"choices": [answer]}}],
    }


def _said(keyword: str, *answers: str) -> list[ReviewAnswer]:
    """Answers of the accounts 1, 2, ... to a keyword, a minute apart."""
    task = {"data": {"review_id": f"k-{keyword}"}}
    return read_answers([task | {"annotations": [_given(n, said, n) for n, said in enumerate(answers, start=1)]}])


def _decide(answers: Iterable[ReviewAnswer], keyword: str = "rule", known: Any = None, min_reviewers: int = 1) -> Any:
    items = [WORD | {"keyword": keyword, "review_id": f"k-{keyword}"}]
    before = KeywordDecisions.frame() if known is None else known
    return decide_keywords(items, answers, before, min_reviewers=min_reviewers, key=KEY)


@pytest.mark.parametrize(
    ("answers", "min_reviewers", "missing"),
    [
        ((), 1, 1),
        (("accept",), 1, 0),
        (("accept", "reject"), 1, 1),
        (("accept", "reject", "reject"), 1, 0),
        (("accept",), 2, 1),
        (("accept", "reject"), 2, 1),
        (("accept", "accept", "reject"), 3, 1),
    ],
)
def test_a_keyword_is_decided_by_enough_reviewers_who_are_more_than_those_against(
    answers: tuple[str, ...], min_reviewers: int, missing: int
) -> None:
    assert missing_reviewers(_said("rule", *answers), min_reviewers) == missing


def test_only_those_who_decided_become_rows_for_the_newest_word_counts() -> None:
    review = _decide(_said("rule", "reject", "reject", "accept"))
    assert review.decisions["accepted"].tolist() == [False, False]
    assert review.decisions["decided_at"].dt.minute.sort_values().tolist() == [1, 2]
    assert review.open == ()


def test_who_differ_leave_a_keyword_open_and_take_nothing_back() -> None:
    first = _decide(_said("rule", "accept"))
    review = _decide(_said("rule", "accept", "reject"), known=first.decisions)
    assert review.decisions.empty
    assert review.open == (("POWER", "rule", "disagreement", 1, 1),)
    assert _decide([]).open == (("POWER", "rule", "waiting", 0, 0),)


def test_a_word_is_new_when_it_is_another_one_than_before() -> None:
    first = _decide(_said("rule", "accept"))
    task = {"data": {"review_id": "k-rule"}, "annotations": [_given(1, "accept", 30)]}
    assert _decide(read_answers([task]), known=first.decisions).decisions.empty
    task["annotations"] = [_given(1, "reject", 40)]
    changed = _decide(read_answers([task]), known=first.decisions).decisions
    assert changed["accepted"].tolist() == [False]
    assert changed["decided_by"].tolist() == first.decisions["decided_by"].tolist()


def test_the_newest_answer_of_an_account_is_read_skipped_and_foreign_tasks_are_not() -> None:
    both = [
        {"data": {"review_id": "k-1"}, "annotations": [_given(7, "reject", 5)]},
        {"data": {"review_id": "k-1"}, "annotations": [_given(7, "accept", 2), _given(8, "accept", 1)]},
        {"data": {"review_id": "k-2"}, "annotations": [_given(7, "accept") | {"was_cancelled": True}]},
        {"data": {"review_id": "k-3"}, "annotations": [_given(7, "accept") | {"result": []}]},
        {"data": {"text": "added by hand"}, "annotations": [_given(7, "accept")]},
        {"data": {"review_id": "k-4"}, "annotations": [_given(7, "accept") | {"completed_by": {"id": 9}}]},
    ]
    read = [(answer.review_id, answer.user, answer.answer) for answer in read_answers(both)]
    assert read == [("k-1", 8, "accept"), ("k-1", 7, "reject"), ("k-4", 9, "accept")]


def test_words_that_add_most_come_first_and_show_what_they_would_bring() -> None:
    hits = {("POWER", "throne"): (1200, ["Taking  the throne", "Giving it up"]), ("POWER", "crown"): (1, [])}
    tasks = keyword_tasks(_words("crown", "rule", "throne"), hits, CODEBOOK)
    assert [task["keyword"] for task in tasks] == ["throne", "crown", "rule"]
    assert tasks[0]["examples"] == "• Taking the throne\n• Giving it up"
    assert tasks[0]["origin"] == "association, found by rel_trg; it would add 1,200 scenarios"
    assert tasks[1]["origin"].endswith("it would add 1 scenario")
    assert (tasks[2]["examples"], tasks[2]["seed"], tasks[2]["score"]) == ("None in this corpus.", None, None)


def test_a_disputed_pair_shows_definition_question_and_text_and_no_vote() -> None:
    (task,) = dispute_tasks(_pairs("Taking the lead"), CODEBOOK)
    assert task["scenario"] == "Taking the lead"
    assert task["definition"] == CODEBOOK.instrument("POWER").definition
    assert not [name for name in task if "count" in name or "vote" in name or "label" in name]


def test_both_pages_ask_one_required_question_with_a_key_for_each_answer() -> None:
    for page, answers in (
        (keyword_interface(), {"accept": "a", "reject": "r"}),
        (dispute_interface(CODEBOOK), {"yes": "y", "no": "n", "unrelated": "u", "undecided": "d"}),
    ):
        (choices,) = ET.fromstring(page).iter("Choices")
        assert choices.get("required") == "true"
        assert {choice.get("value"): choice.get("hotkey") for choice in choices} == answers


def test_a_project_is_found_by_its_description() -> None:
    project = ReviewProject("adjudication", "spring: two", "1.0+0a1b2c3d")
    assert read_review_project(project.description()) == project
    assert read_review_project("Review of campaign x: nonsense, codebook 1. ") is None
    assert read_review_project(None) is None


def test_an_experts_answer_is_a_row_once_and_again_when_it_changes() -> None:
    def said(answer: str, minute: int) -> list[tuple[ReviewAnswer, str]]:
        (task,) = dispute_tasks(_pairs("Taking the lead"), CODEBOOK)
        return [(given, "1.0") for given in read_answers([{"data": task, "annotations": [_given(3, answer, minute)]}])]

    first = new_adjudications(said("yes", 1), Adjudications.frame(), key=KEY)
    assert first[["label", "text", "codebook_version"]].to_numpy().tolist() == [["yes", "Taking the lead", "1.0"]]
    assert first["expert"].str.startswith("w-").all()
    assert new_adjudications(said("yes", 2), first, key=KEY).empty
    changed = new_adjudications(said("undecided", 3), first, key=KEY)
    assert pd.concat([first, changed])["label"].tolist() == ["yes", "undecided"]


class FilledServer:
    """A server of one organisation in memory, with as much of Label Studio's behaviour as reviews lean on."""

    def __init__(self) -> None:
        self.projects: dict[int, dict[str, Any]] = {}
        self.tasks: dict[int, dict[str, Any]] = {}
        self.deleted: list[str] = []

    def pages(self, path: str, **query: Any) -> Iterable[dict[str, Any]]:
        if path == "/api/projects":
            return list(self.projects.values())
        return [{"user": {"id": n, "email": f"Person{n}@example.org"}} for n in (1, 2, 3)]

    def get(self, path: str, **query: Any) -> Any:
        if path == "/api/current-user/whoami":
            return {"active_organization": 1}
        if path != "/api/tasks":
            return self.projects[int(path.rsplit("/", 1)[1])]
        tasks = [task for task in self.tasks.values() if task["project"] == query["project"]]
        start = (query["page"] - 1) * query["page_size"]
        return {"tasks": tasks[start : start + query["page_size"]], "total": len(tasks)}

    def post(self, path: str, body: Any = None, **query: Any) -> Any:
        if path == "/api/projects":
            self.projects[len(self.projects) + 1] = body | {"id": len(self.projects) + 1}
            return self.projects[len(self.projects)]
        for item in body:
            number = len(self.tasks) + 1
            self.tasks[number] = item | {"id": number, "project": int(path.split("/")[3]), "annotations": []}
            self.answer(number)
        return {"task_count": len(body)}

    def patch(self, path: str, body: Any) -> Any:
        kind, number = path.split("/")[2:]
        {"projects": self.projects, "tasks": self.tasks}[kind][int(number)].update(body)
        return body

    def delete(self, path: str) -> bool:
        self.deleted.append(path)
        return self.tasks.pop(int(path.rsplit("/", 1)[1]), None) is not None

    def answer(self, number: int, *given: dict[str, Any]) -> None:
        task = self.tasks[number]
        task["annotations"] += given
        wanted = self.projects[task["project"]]["maximum_annotations"]
        task |= {"total_annotations": len(task["annotations"])}
        task |= {"is_labeled": len(task["annotations"]) >= max(wanted, task.get("overlap", 0))}


def test_what_a_broken_connection_sent_twice_is_deleted_where_nobody_answered() -> None:
    server: Any = FilledServer()
    for _ in range(2):
        publish_keywords(_words("rule", "throne"), CODEBOOK, ReviewSettings(), hits={}, client=server)
    assert len(server.tasks) == 2
    copy = {"data": server.tasks[1]["data"]}
    server.post("/api/projects/1/import", [copy, copy])
    server.answer(3, _given(1, "accept"))

    assert publish_keywords(_words("rule"), CODEBOOK, ReviewSettings(), hits={}, client=server) == (0, 0)

    assert sorted(server.tasks) == [2, 3]
    found = collect_keywords(KeywordDecisions.frame(), ReviewSettings(), client=server, key=KEY)
    assert found.decisions["keyword"].tolist() == ["rule"]


def test_more_reviewers_are_asked_when_the_setting_says_so() -> None:
    server: Any = FilledServer()
    for people in (1, 2):
        settings = ReviewSettings(min_reviewers=people)
        publish_keywords(_words("rule"), CODEBOOK, settings, hits={}, client=server)
        assert server.projects[1]["maximum_annotations"] == people


def test_answers_of_accounts_that_are_not_named_do_not_count_and_take_nobodys_place() -> None:
    server: Any = FilledServer()
    settings = ReviewSettings(reviewers=("person1@example.org", "PERSON2@example.org"))

    def publish() -> Any:
        return publish_disputes(_pairs("Taking the lead"), CODEBOOK, settings, client=server)

    publish()
    server.answer(1, _given(1, "yes"), _given(3, "no"))
    assert publish() == (0, 1)
    assert (server.tasks[1]["overlap"], server.tasks[1]["is_labeled"]) == (3, False)
    found = collect_disputes(
        Adjudications.frame(), settings, client=server, key=KEY, codebook_version=CODEBOOK.content_version
    )
    assert (found.adjudications["label"].tolist(), found.waiting, found.uncounted) == (["yes"], 1, 1)


def test_pairs_asked_under_an_older_codebook_are_not_waited_for() -> None:
    server: Any = FilledServer()
    publish_disputes(_pairs("Taking the lead"), CODEBOOK, ReviewSettings(), client=server)
    found = collect_disputes(Adjudications.frame(), ReviewSettings(), client=server, key=KEY, codebook_version="2.0+x")
    assert (len(found.adjudications), found.waiting) == (0, 0)


def test_a_reviewer_without_an_account_is_named_by_her_place_not_by_her_address() -> None:
    settings = ReviewSettings(reviewers=("person1@example.org", "stranger@example.org"))
    with pytest.raises(UnknownReviewerError, match="place 2 of 2") as raised:
        publish_keywords(_words("rule"), CODEBOOK, settings, hits={}, client=FilledServer())  # type: ignore[arg-type]
    assert "stranger" not in str(raised.value)
