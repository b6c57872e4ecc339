"""A real Label Studio server and a real browser. `make test-label-studio` makes what they need and runs these tests."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from valuenet.annotation.label_studio.server.environment import is_installed
from valuenet.annotation.label_studio.server.server import LabelStudioServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MADE_BY_MAKE = Path(__file__).resolve().parents[2] / "data" / "label-studio" / "venv"


@dataclass(frozen=True)
class RunningLabelStudio:
    """A server for tests. ``stop`` and ``start`` keep URL and data, so that a test can break it off in the middle."""

    server: LabelStudioServer
    url: str

    @property
    def token(self) -> str:
        """The administrator's legacy token."""
        return self.server.administrator.token

    @property
    def personal_token(self) -> str:
        """The administrator's personal token."""
        return self.server.administrator.personal_token or ""

    @property
    def admin_email(self) -> str:
        return self.server.administrator.email

    @property
    def admin_password(self) -> str:
        return self.server.administrator.password

    def stop(self) -> None:
        """Stop the server in the middle of whatever it does."""
        self.server.stop()

    def start(self) -> None:
        """Start it again on the same port with the same data."""
        self.server.start()


@pytest.fixture(scope="session")
def label_studio_environment() -> Path:
    """Where Label Studio is installed."""
    environment = Path(os.environ.get("VALUENET_LABEL_STUDIO_VENV") or MADE_BY_MAKE)
    if not is_installed(environment):
        pytest.skip("needs a real Label Studio; `make test-label-studio` makes it")
    return environment


@pytest.fixture(scope="session")
def label_studio(
    label_studio_environment: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningLabelStudio]:
    """A server with an empty database; each test makes projects of its own in it."""
    server = LabelStudioServer(tmp_path_factory.mktemp("label-studio"), environment=label_studio_environment)
    yield RunningLabelStudio(server, server.start())
    server.stop()


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Debian's chromium."""
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright; `make test-label-studio` installs it")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs the program chromium, as Debian's package of that name brings it")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """A page in a context of its own: nobody is signed in."""
    context = browser.new_context()
    yield context.new_page()
    context.close()
