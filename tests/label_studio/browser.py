"""Label Studio as people use it in a browser: they sign up or log in, and answer surveys. Waits are on state only."""

import re
from collections.abc import Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from valuenet.annotation.label_studio.interface import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Dialog, Locator, Page

PATIENCE = 60_000
"""Milliseconds to wait for a state; the machine may be busy."""


def sign_up(page: "Page", url: str, invite: str, email: str, password: str) -> None:
    """Make an account through the invite link (absolute, or the path that /api/invite gives) and be signed in."""
    _fill_in(page, urljoin(url, invite), email, password)


def log_in(page: "Page", url: str, email: str, password: str) -> None:
    """Sign in with an account that exists."""
    _fill_in(page, urljoin(url, "/user/login/"), email, password)


def _fill_in(page: "Page", address: str, email: str, password: str) -> None:
    page.goto(address, wait_until="domcontentloaded")
    page.fill("#email", email)
    page.fill("#password", password)
    page.click("form button[type=submit]")
    page.wait_for_url(lambda here: "/user/" not in here, wait_until="commit", timeout=PATIENCE)


class SurveyPage:
    """The page on which someone who is signed in answers the surveys of one project, one after the other."""

    def __init__(self, page: "Page", url: str, project: int) -> None:
        """Watch the page for scripts that run where none should; nothing is opened yet."""
        self.page = page
        self.project = project
        self.troubles: list[str] = []
        self._address = urljoin(url, f"/projects/{project}/data?labeling=1")
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", self._refuse)

    def _refuse(self, dialog: "Dialog") -> None:
        self.troubles.append(dialog.message)
        dialog.dismiss()

    def open(self) -> "SurveyPage":
        """Open the next survey the server offers, or its word that there is none."""
        self.page.goto(self._address, wait_until="domcontentloaded")
        return self._settle()

    def _settle(self) -> "SurveyPage":
        self._prerequisite.or_(self._nothing_left).first.wait_for()
        return self

    @property
    def is_offered(self) -> bool:
        """Whether a survey is on the page, not the message that all are done."""
        return self._prerequisite.is_visible()

    @property
    def survey_id(self) -> str:
        """The survey on the page; it stands there invisibly."""
        return (self.page.locator(".vn-hidden").text_content() or "").strip()

    @property
    def scenarios(self) -> list[str]:
        """The texts of the formal questions as they are shown, in their order; empty while they are closed."""
        if not self.questions_are_open:
            return []
        return self.page.locator(".vn-block .lsf-richtext__container").all_inner_texts()

    @property
    def questions_are_open(self) -> bool:
        return self._questions.is_visible()

    @property
    def has_ended(self) -> bool:
        """Whether the page says that the survey ends after a wrong answer to the prerequisite."""
        return self.page.locator(".vn-end").is_visible()

    def prerequisite_button(self, answer: str) -> "Locator":
        """Return the box behind one answer to the prerequisite question."""
        return _answer(self.page.locator(".vn-once"), answer)

    def question_button(self, number: int, answer: str) -> "Locator":
        """Return the box behind one answer to question ``number`` (from 1)."""
        return _answer(self.page.locator(".vn-block").nth(number - 1), answer)

    def answer_prerequisite(self, answer: str) -> None:
        """Answer by keyboard, and wait until the questions or the end are shown."""
        self.prerequisite_button(answer).focus()
        self.page.keyboard.press("Space")
        self._questions.or_(self.page.locator(".vn-end")).filter(visible=True).first.wait_for()

    def press(self, number: int, answer: str) -> None:
        """Answer question ``number`` by its key, and wait until the page shows the answer."""
        before = self.question_button(number, answer).is_checked()
        self.page.keyboard.press(KEYS[answer][number - 1])
        self._wait_until_checked(self.question_button(number, answer), not before)

    def answer(self, answers: Iterable[str]) -> None:
        """Answer the formal questions by their keys, from the first on; what is chosen already is left."""
        for number, answer in enumerate(answers, start=1):
            if not self.question_button(number, answer).is_checked():
                self.press(number, answer)

    def chosen(self) -> list[str | None]:
        """Return the answers the page shows as chosen, None where there is none."""
        blocks = self.page.locator(".vn-block").all()
        return [next((answer for answer in KEYS if _answer(block, answer).is_checked()), None) for block in blocks]

    def submit(self) -> None:
        """Submit by Ctrl+Enter, and wait until the server has the answers and the page shows what comes next."""
        with self._leaves():
            self.page.keyboard.press("Control+Enter")

    def click_submit(self) -> None:
        """The same by the button."""
        with self._leaves():
            self.page.locator("[data-testid=bottombar-submit-button]").click()

    def try_to_submit(self) -> str:
        """Press Ctrl+Enter where answers are missing; return the message that is shown, and close it."""
        self.page.keyboard.press("Control+Enter")
        message = self.page.locator(".ant-modal-confirm-content")
        message.wait_for()
        words = message.inner_text()
        self.page.locator(".ant-modal-confirm-btns button").click()
        message.wait_for(state="detached")
        return words

    def fill_in(self, prerequisite: str, answers: Iterable[str]) -> None:
        """Answer one whole survey by keyboard and submit it."""
        self.answer_prerequisite(prerequisite)
        if self.questions_are_open:
            self.answer(answers)
        self.submit()

    @contextmanager
    def _leaves(self) -> "Iterator[None]":
        """Wait until an answer is saved, the next task asked for, and the page no longer shows the old one."""
        self._prerequisite.evaluate("element => { element.dataset.old = 'yes' }")
        saved = re.compile(r"/api/tasks/\d+/annotations/?(\?|$)")
        with self.page.expect_response(
            lambda answer: answer.request.method == "POST" and saved.search(answer.url) is not None, timeout=PATIENCE
        ) as response:
            yield
        if response.value.status != 201:
            raise AssertionError(f"Label Studio answered {response.value.status} to a submission")
        self.page.locator(".vn-prerequisite[data-old]").wait_for(state="detached")
        self._settle()

    def _wait_until_checked(self, box: "Locator", wanted: bool) -> None:
        from playwright.sync_api import expect

        expect(box).to_be_checked(checked=wanted, timeout=PATIENCE)

    @property
    def _prerequisite(self) -> "Locator":
        return self.page.locator(".vn-prerequisite")

    @property
    def _questions(self) -> "Locator":
        return self.page.locator(".vn-questions")

    @property
    def _nothing_left(self) -> "Locator":
        return self.page.get_by_text(re.compile("no more tasks|all tasks|queue", re.IGNORECASE)).filter(visible=True)


def _answer(parent: "Locator", answer: str) -> "Locator":
    return parent.locator(f'input[name="{answer}"]')
