"""The contract of every platform, kept on a loopback MTurk."""

import pytest

from tests.annotation.test_platform_contract import *  # noqa: F403 - the tests every platform must pass


@pytest.fixture
def platform(attended):
    return attended
