"""The contract of all platforms, kept by those that need no server. A new one joins by one more entry in PLATFORMS."""

import pytest

from tests.annotation.made_campaign import Campaign, some_gold, some_pairs, some_truth
from valuenet.annotation.simulation.platform import SimulatedPlatform, SimulationSettings

pytest.register_assert_rewrite("tests.annotation.platform_contract")
from tests.annotation.platform_contract import *  # noqa: E402, F403 - the tests themselves


def simulated(campaign):
    """A small crowd in which every mishap is frequent."""
    settings = SimulationSettings(drops_out=0.15, answers_twice=0.1, comes_late=0.3)
    return SimulatedPlatform(some_truth(campaign.pairs, campaign.gold), settings)


PLATFORMS = [simulated]


@pytest.fixture
def campaign():
    ready = Campaign(some_pairs(60), some_gold(12))
    ready.plan()
    return ready


@pytest.fixture(params=PLATFORMS)
def platform(request, campaign):
    return request.param(campaign)
