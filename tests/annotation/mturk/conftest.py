"""A loopback MTurk, a client of it, and a crowd that works between two polls."""

import dataclasses
from datetime import timedelta

import pandas as pd
import pytest

from tests.annotation.made_campaign import Campaign, merged, some_gold, some_pairs
from tests.annotation.mturk.loopback import LoopbackMTurk
from valuenet.annotation.mturk.client import open_mturk
from valuenet.annotation.mturk.platform import MTurkPlatform
from valuenet.annotation.mturk.settings import MTurkSettings
from valuenet.annotation.platforms import Answers
from valuenet.warehouse.crowd_tables import AnswerChanges, Assignments, Judgements

KEY = b"a secret of sixteen or more"


@pytest.fixture
def turk():
    server = LoopbackMTurk()
    yield server
    server.stop()


@pytest.fixture
def client(turk, monkeypatch):
    """boto3's client on the loopback server; its pauses between two attempts take no time."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "loopback")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda bucket, amount=1, block=True: True)
    return open_mturk(MTurkSettings(endpoint=turk.url, retries=3))


@pytest.fixture
def settings(turk):
    return MTurkSettings(endpoint=turk.url, max_cost="500.00")


@pytest.fixture
def campaign():
    ready = Campaign(some_pairs(30), some_gold(12))
    ready.plan()
    return ready


@pytest.fixture
def mturk(client, settings, turk):
    return MTurkPlatform(client, settings, key=KEY, now=lambda: turk.clock)


class Attended:
    """A platform whose people answer while it is polled: each does one survey, then answers are collected."""

    def __init__(self, platform, turk):
        self.name = platform.name
        self.inner = platform
        self.turk = turk
        self.known = Answers(Assignments.frame(), Judgements.frame(), AnswerChanges.frame())

    def publish(self, requests, codebook):
        self.inner.publish(requests, codebook)
        while self.turk.work():
            came = self.inner.collect([request.survey_id for request in requests], self.known)
            self.known = Answers(
                merged(Assignments, self.known.assignments, came.assignments),
                merged(Judgements, self.known.judgements, came.judgements),
                self.known.changes,
            )
            self.inner.publish([self.up_to_date(request) for request in requests], codebook)

    def up_to_date(self, request):
        """Return the request as ``requests_for`` would make it now."""
        own = self.known.assignments.query("survey_id == @request.survey_id")
        return dataclasses.replace(request, answered=int((own["status"] == "complete").sum()), begun=len(own))

    def collect(self, survey_ids, known=None):
        return self.inner.collect(survey_ids, known)

    def disqualify(self, reasons):
        self.inner.disqualify(reasons)


@pytest.fixture
def attended(mturk, turk):
    return Attended(mturk, turk)


@pytest.fixture
def later():
    """Move the clock of the loopback server."""

    def move(turk, **much):
        turk.clock += timedelta(**much)

    return move


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return [*frame[[*columns]].itertuples(index=False, name=None)]
