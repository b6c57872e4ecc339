"""The contract of every platform, kept on a loopback MTurk."""

import pytest

pytest.register_assert_rewrite("tests.annotation.platform_contract")
from tests.annotation.platform_contract import *  # noqa: E402, F403 - the tests themselves


@pytest.fixture
def platform(attended):
    return attended
