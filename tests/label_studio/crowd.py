"""People in Label Studio for tests: they sign in as workers do, take what the server offers them, and answer."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests

from valuenet.annotation.codebook import Codebook
from valuenet.annotation.label_studio.accounts import make_accounts
from valuenet.annotation.label_studio.annotations import worker_of
from valuenet.annotation.label_studio.client import LabelStudioClient
from valuenet.annotation.label_studio.platform import LabelStudioPlatform
from valuenet.annotation.platforms import Answers, SurveyRequest
from valuenet.warehouse.hashing import draw
from valuenet.warehouse.vocabulary import LABELS

KEY = b"a key for the pseudonyms of tests"


def filled(labels: Sequence[str], prerequisite: str | None) -> list[dict[str, Any]]:
    """Return the result of a survey page with these answers."""
    said = {"prerequisite": prerequisite, **{f"q{number}": label for number, label in enumerate(labels, start=1)}}
    return [
        {"id": name, "from_name": name, "to_name": "survey", "type": "choices", "value": {"choices": [label]}}
        for name, label in said.items()
        if label is not None
    ]


@dataclass
class Person:
    """Someone signed in at the server in her own browser."""

    url: str
    email: str
    password: str
    session: requests.Session = field(default_factory=requests.Session)
    user: int = 0

    def sign_in(self) -> "Person":
        page = f"{self.url}/user/login/"
        self.session.get(page)
        form = {
            "email": self.email,
            "password": self.password,
            "csrfmiddlewaretoken": self.session.cookies["csrftoken"],
        }
        assert self.session.post(page, data=form, headers={"Referer": page}, allow_redirects=False).status_code == 302
        self.user = self.session.get(f"{self.url}/api/current-user/whoami").json()["id"]
        return self

    @property
    def worker(self) -> str:
        return worker_of(self.user, KEY)

    def next_task(self, project: int) -> dict[str, Any] | None:
        """Return what the server offers her, None where there is nothing or she may not."""
        answer = self.session.get(f"{self.url}/api/projects/{project}/next")
        return answer.json() if answer.status_code == 200 else None

    def answer(self, task: int, result: list[dict[str, Any]], seconds: float = 60.0) -> int:
        """Submit, and return the id of the annotation."""
        sent = self.session.post(
            f"{self.url}/api/tasks/{task}/annotations/",
            json={"result": result, "lead_time": seconds},
            headers={"X-CSRFToken": self.session.cookies["csrftoken"], "Referer": self.url},
        )
        assert sent.status_code == 201, sent.status_code
        return int(sent.json()["id"])


def people(client: LabelStudioClient, names: Iterable[str]) -> list[Person]:
    """Return people with accounts of their own, signed in."""
    made = make_accounts(client, [f"{name}@example.org" for name in names]).made
    return [Person(client.url, email, password).sign_in() for email, password in made.items()]


@dataclass
class PlayedPlatform:
    """Label Studio with a crowd that answers what is published: some fail, leave, answer twice or come late."""

    real: LabelStudioPlatform
    client: LabelStudioClient
    crowd: list[Person]
    campaign: str
    played: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        return self.real.name

    def publish(self, requests_: Sequence[SurveyRequest], codebook: Codebook) -> None:
        self.real.publish(requests_, codebook)
        new = {request.survey_id for request in requests_} - self.played
        self.played |= new
        if new:
            self._play(codebook, sorted(new))

    def collect(self, survey_ids: Iterable[str], known: Answers | None = None) -> Answers:
        return self.real.collect(survey_ids, known)

    def disqualify(self, reasons: dict[str, str]) -> None:
        self.real.disqualify(reasons)

    def _play(self, codebook: Codebook, new: list[str]) -> None:
        projects = [p for p in self.client.pages("/api/projects") if p["title"].startswith(f"{self.campaign}:")]
        late: list[tuple[Person, dict[str, Any], str]] = []
        for _ in range(20):
            answers = [
                self._take_turn(person, project, codebook, late) for person in self.crowd for project in projects
            ]
            if not any(answers):
                break
            self.real.collect(new)
        for person, task, prerequisite in late:
            person.answer(task["id"], filled(_labels(person, task), prerequisite))

    def _take_turn(self, person: Person, project: dict[str, Any], codebook: Codebook, late: list[Any]) -> bool:
        task = person.next_task(project["id"])
        if task is None:
            return False
        value = _value(project)
        right = codebook.instrument(value).prerequisite.answer
        survey = task["data"]["survey_id"]
        if draw("fails", person.email, value) < 0.2:
            person.answer(task["id"], filled([], next(label for label in LABELS if label != right)), 20.0)
        elif draw("leaves", person.email, survey) < 0.1:
            person.answer(task["id"], [])
        else:
            person.answer(task["id"], filled(_labels(person, task), right))
            if draw("twice", person.email, survey) < 0.15:
                late.append((person, task, right))
        return True


def _value(project: dict[str, Any]) -> str:
    found = re.search(r": ([A-Z-]+), questions", project["description"])
    assert found
    return found[1]


def _labels(person: Person, task: dict[str, Any]) -> list[str]:
    questions = sum(1 for name in task["data"] if re.fullmatch(r"q\d+", name))
    return [LABELS[int(3 * draw(person.email, task["data"][f"s{n}"]))] for n in range(1, questions + 1)]
