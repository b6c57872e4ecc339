"""Keyword sign-off and adjudication on a real server: two people answer, through its REST interface."""

import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from tests.label_studio.conftest import RunningLabelStudio
from valuenet.annotation.adjudication import agreed_gold
from valuenet.annotation.codebook import load_codebook
from valuenet.annotation.label_studio.accounts import make_accounts, members
from valuenet.annotation.label_studio.client import GoneError, LabelStudioClient
from valuenet.annotation.label_studio.reviews.reviews import (
    Published,
    ReviewSettings,
    collect_disputes,
    collect_keywords,
    publish_disputes,
    publish_keywords,
)
from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.warehouse.crowd_tables import Adjudications, Gold, Pairs
from valuenet.warehouse.hashing import scenario_id
from valuenet.warehouse.tables import KeywordDecisions, KeywordProposals

KEY = b"a secret of the test"
CODEBOOK = load_codebook()
WORD = {"value": "POWER", "tier": "association", "relation": "rel_trg", "seed": "authority", "score": 1.5, "rank": 2.0}


@pytest.fixture(scope="module")
def client(label_studio: RunningLabelStudio) -> LabelStudioClient:
    return LabelStudioClient(LabelStudioSettings(url=label_studio.url), label_studio.token)


@pytest.fixture(scope="module")
def people(client: LabelStudioClient) -> list[dict[str, Any]]:
    """Three accounts."""
    addresses = [f"{uuid.uuid4().hex[:8]}@example.org" for _ in range(3)]
    made = make_accounts(client, addresses).made
    return [member["user"] for member in members(client) if member["user"]["email"] in made]


@pytest.fixture
def campaign() -> str:
    return f"review {uuid.uuid4().hex[:8]}"


def answer_item(client: LabelStudioClient, campaign: str, about: str, user: dict[str, Any], answer: str) -> None:
    """Answer the item whose data hold ``about``, or change the answer this user gave."""
    project = next(row for row in client.pages("/api/projects") if row["title"].startswith(campaign))
    tasks = client.get("/api/tasks", project=project["id"], fields="all")["tasks"]
    task = next(task for task in tasks if about in task["data"].values())
    to_name = "keyword" if "keyword" in task["data"] else "scenario"
    result = [{"from_name": "answer", "to_name": to_name, "type": "choices", "value": {"choices": [answer]}}]
    mine = [given["id"] for given in task["annotations"] if given["completed_by"] == user["id"]]
    if mine:
        client.patch(f"/api/annotations/{mine[0]}", {"result": result})
    else:
        client.post(f"/api/tasks/{task['id']}/annotations/", {"result": result, "completed_by": user["id"]})


def _offered(client: LabelStudioClient, campaign: str) -> str:
    """Return the keyword that somebody who has not answered is offered next, '' where there is none."""
    project = next(row for row in client.pages("/api/projects") if row["title"].startswith(campaign))
    try:
        return str(client.get(f"/api/projects/{project['id']}/next")["data"]["keyword"])
    except GoneError:
        return ""


def _words(*words: str) -> Any:
    return KeywordProposals.frame([WORD | {"keyword": word} for word in words])


def _pairs(*texts: str) -> Any:
    return Pairs.frame([{"scenario_id": scenario_id(text), "value": "POWER", "text": text} for text in texts])


def test_keywords_are_published_once_signed_off_and_collected_once(
    client: LabelStudioClient, people: Sequence[dict[str, Any]], campaign: str
) -> None:
    def publish(*words: str) -> Published:
        hits = {("POWER", "rule"): (12, ["Ruling the house", "Making rules"])}
        return publish_keywords(_words(*words), CODEBOOK, ReviewSettings(), hits=hits, client=client, campaign=campaign)

    assert publish("rule", "throne") == (2, 0)
    assert publish("rule", "throne", "crown") == (1, 0)
    answer_item(client, campaign, "rule", people[0], "accept")
    answer_item(client, campaign, "throne", people[1], "reject")

    first = collect_keywords(KeywordDecisions.frame(), ReviewSettings(), client=client, key=KEY, campaign=campaign)
    again = collect_keywords(first.decisions, ReviewSettings(), client=client, key=KEY, campaign=campaign)

    assert dict(zip(first.decisions["keyword"], first.decisions["accepted"], strict=True)) == {
        "rule": True,
        "throne": False,
    }
    assert first.decisions["decided_by"].str.startswith("w-").all()
    assert first.decisions["decided_by"].nunique() == 2
    assert first.decisions["score"].tolist() == [1.5, 1.5]
    assert [(word.keyword, word.reason) for word in first.open] == [("crown", "waiting")]
    assert again.decisions.empty


def test_reviewers_who_differ_leave_a_keyword_open_until_a_third_decides(
    client: LabelStudioClient, people: Sequence[dict[str, Any]], campaign: str
) -> None:
    settings = ReviewSettings(min_reviewers=2)

    def publish() -> Published:
        return publish_keywords(_words("rule"), CODEBOOK, settings, hits={}, client=client, campaign=campaign)

    publish()
    answer_item(client, campaign, "rule", people[0], "accept")
    answer_item(client, campaign, "rule", people[1], "reject")
    split = collect_keywords(KeywordDecisions.frame(), settings, client=client, key=KEY, campaign=campaign)
    assert split.decisions.empty
    assert [(word.reason, word.accepts, word.rejects) for word in split.open] == [("disagreement", 1, 1)]

    assert _offered(client, campaign) == ""
    assert publish() == (0, 1)
    assert publish() == (0, 0)
    assert _offered(client, campaign) == "rule"
    answer_item(client, campaign, "rule", people[2], "accept")

    settled = collect_keywords(KeywordDecisions.frame(), settings, client=client, key=KEY, campaign=campaign)
    assert settled.decisions["accepted"].tolist() == [True, True]
    assert settled.open == ()


def test_gold_grows_from_what_two_experts_agree_on_and_a_changed_answer_is_a_new_row(
    client: LabelStudioClient, people: Sequence[dict[str, Any]], campaign: str
) -> None:
    settings = ReviewSettings(reviewers=(people[0]["email"], people[1]["email"]))
    disputes = _pairs("Taking the lead <script>alert(1)</script>", "Buying bread", "Shouting at a clerk")
    version = CODEBOOK.content_version

    def publish() -> Published:
        return publish_disputes(disputes, CODEBOOK, settings, client=client, campaign=campaign)

    def collect(known: Any) -> Any:
        return collect_disputes(known, settings, client=client, key=KEY, codebook_version=version, campaign=campaign)

    assert (publish(), publish()) == ((3, 0), (0, 0))
    lead, bread, clerk = disputes["text"]
    for about, answers in ((lead, ("yes", "yes")), (bread, ("unrelated", "no")), (clerk, ("undecided",))):
        for person, answer in zip(people, answers, strict=False):
            answer_item(client, campaign, about, person, answer)
    answer_item(client, campaign, clerk, people[2], "yes")  # she is no expert, and takes the second place
    assert publish() == (0, 1)

    first = collect(Adjudications.frame())
    assert (len(first.adjudications), first.waiting, first.uncounted) == (5, 1, 1)
    assert set(first.adjudications["codebook_version"]) == {version}
    grown = agreed_gold(first.adjudications, Gold.frame(), codebook_version=version)
    assert grown.gold[["text", "label"]].to_numpy().tolist() == [[lead, "yes"]]
    assert {pair.text: pair.reason for pair in grown.open} == {bread: "disagreement", clerk: "waiting"}

    answer_item(client, campaign, bread, people[1], "unrelated")  # they have talked it over
    second = collect(first.adjudications)
    assert second.adjudications[["text", "label"]].to_numpy().tolist() == [[bread, "unrelated"]]
    said = Adjudications.frame([*first.adjudications.to_dict("records"), *second.adjudications.to_dict("records")])
    grown = agreed_gold(said, grown.gold, codebook_version=version)
    assert grown.gold["text"].tolist() == [bread]
    assert collect(said).adjudications.empty


def test_nothing_a_browser_is_sent_tells_how_people_voted(client: LabelStudioClient, campaign: str) -> None:
    publish_disputes(_pairs("Taking the lead"), CODEBOOK, ReviewSettings(), client=client, campaign=campaign)
    project = next(row for row in client.pages("/api/projects") if row["title"].startswith(campaign))
    task = client.get("/api/tasks", project=project["id"], fields="all")["tasks"][0]
    assert set(task["data"]) == {
        "review_id",
        "value",
        "scenario_id",
        "name",
        "definition",
        "question",
        "scenario",
    }
    assert CODEBOOK.content_version in project["description"]
