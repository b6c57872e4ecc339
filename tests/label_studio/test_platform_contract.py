"""The contract of all platforms, kept by Label Studio with people who answer on a real server."""

import itertools

import pytest

from tests.annotation.made_campaign import Campaign, some_gold, some_pairs
from tests.label_studio.crowd import KEY, PlayedPlatform, people
from valuenet.annotation.label_studio.client import LabelStudioClient
from valuenet.annotation.label_studio.platform import LabelStudioPlatform
from valuenet.annotation.label_studio.settings import LabelStudioSettings

pytest.register_assert_rewrite("tests.annotation.platform_contract")
from tests.annotation.platform_contract import *  # noqa: E402, F403 - the tests themselves

_NUMBERS = itertools.count(1)


@pytest.fixture
def campaign():
    ready = Campaign(some_pairs(30), some_gold(12))
    ready.plan()
    return ready


@pytest.fixture(scope="module")
def crowd(label_studio):
    client = LabelStudioClient(LabelStudioSettings(url=label_studio.url), label_studio.token)
    return people(client, (f"contract-{number}" for number in range(9)))


@pytest.fixture
def platform(label_studio, crowd):
    settings = LabelStudioSettings(url=label_studio.url, campaign=f"contract {next(_NUMBERS)}", marking_seconds=60)
    client = LabelStudioClient(settings, label_studio.token)
    return PlayedPlatform(LabelStudioPlatform(client, settings, key=KEY), client, crowd, settings.campaign)
