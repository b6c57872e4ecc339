"""The page of `valuenet serve` in a real browser: typed into, opened value by value, on a phone, without a script."""

from collections.abc import Iterator
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from tests.label_studio.test_report_page import contrast
from valuenet.models.interpret.explain import Explanation
from valuenet.models.serve.app import make_app
from valuenet.models.serve.server import listen
from valuenet.models.serve.settings import ServeSettings
from valuenet.warehouse.vocabulary import VALUES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAYLOAD = "<img src=x onerror=alert(1)><script>document.title = 'taken'</script>"
TEXT = "I helped my mom with the move"
LONG = "w" * 300
COLOURED = (".soft >> nth=0", "summary .name >> nth=0", "summary .name >> nth=2", "svg.radar text.name >> nth=6",
            "svg.radar text.name >> nth=8", ".number >> nth=0", ".told >> nth=0")  # fmt: skip


class WordCounter:
    """A judge with fixed answers: what the page does with them is under test here, not a model."""

    class record:  # noqa: N801  the form of a ModelRecord
        recipe = "r-0123456789abcdef"

        class settings:  # noqa: N801
            encoder = "made-up"

    utilities = np.array([0.1, -0.2, 0.05, 0.3, -0.6, 0.0, -0.1, 0.2, 0.9, 0.4], dtype=np.float32)

    def main_alone(self) -> "WordCounter":
        return self

    def predict(self, texts: list[str]) -> np.ndarray:
        return np.stack([self.utilities for _ in texts])

    def explain(self, text: str, value: str) -> Explanation:
        words = text.split(" ")
        starts = np.cumsum([0, *(len(word) + 1 for word in words)])[:-1]
        utility = float(self.utilities[VALUES.index(value)])
        parts = [utility * (1 if place == 1 else -0.2) for place in range(len(words))]
        frame = pd.DataFrame(
            {"word": words, "start": starts, "end": [s + len(w) for s, w in zip(starts, words, strict=True)]}
        )
        total = {"value": value, "utility": utility, "baseline": 0.0, "explained": sum(parts), "error": 0.0}
        return Explanation(frame.assign(contribution=parts), pd.DataFrame([total]))


@pytest.fixture(scope="module")
def address() -> "Iterator[str]":
    import uvicorn

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "valuenet.models.serve.app.explain_text", lambda judge, text, values: judge.explain(text, values[0])
        )
        yield from _served(uvicorn)


def _served(uvicorn: Any) -> "Iterator[str]":
    opened = listen("127.0.0.1", 0)
    app = make_app(WordCounter(), ServeSettings(max_characters=400))  # type: ignore[arg-type]
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = Thread(target=server.run, kwargs={"sockets": [opened]})
    thread.start()
    yield f"http://127.0.0.1:{opened.getsockname()[1]}/"
    server.should_exit = True
    thread.join(20)
    opened.close()


def send(page: "Page", address: str, text: str) -> None:
    page.goto(address)
    page.get_by_label("A short text").fill(text)
    page.get_by_role("button", name="Show its values").click()
    page.get_by_role("img", name="Utilities on the circle of values").wait_for()


def test_a_text_gets_its_radar_and_the_words_of_its_strongest_values(page: "Page", address: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    send(page, address, TEXT)
    page.locator("#BENEVOLENCE mark", has_text="helped").wait_for()
    page.locator("#POWER mark.down3", has_text="helped").wait_for()
    assert page.locator("#BENEVOLENCE .told").inner_text() == TEXT
    assert page.locator("#BENEVOLENCE mark.up3").inner_text() == "helped"
    assert page.locator("details[open]").count() == 2
    assert page.locator("summary .number").all_inner_texts()[8] == "+0.90"
    assert page.get_by_label("A short text").input_value() == TEXT
    assert all(url.startswith(address) or url == "data:," for url in asked)
    assert said == []


def test_a_value_is_opened_by_keyboard_and_shows_its_words(page: "Page", address: str) -> None:
    send(page, address, TEXT)
    page.locator("#ACHIEVEMENT summary").focus()
    page.keyboard.press("Enter")
    page.locator("#ACHIEVEMENT .told").wait_for()
    assert "helped +0.30" in page.locator("#ACHIEVEMENT .words").inner_text()


def test_ctrl_and_enter_send_the_text(page: "Page", address: str) -> None:
    page.goto(address)
    page.keyboard.type(TEXT)  # the field has the focus from the start
    page.keyboard.press("Control+Enter")
    page.get_by_role("img", name="Utilities on the circle of values").wait_for()


def test_a_hostile_text_is_shown_and_runs_nothing(page: "Page", address: str) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    send(page, address, PAYLOAD)
    page.locator("#BENEVOLENCE .told").wait_for()
    assert page.locator("#BENEVOLENCE .told").inner_text() == PAYLOAD
    assert page.locator("blockquote").inner_text() == PAYLOAD
    assert page.locator("img").count() == 0
    assert page.title() == "Values in a text"
    assert dialogs == []


def test_without_a_script_a_button_shows_the_words(browser: "Browser", address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    send(page, address, TEXT)
    page.locator("#BENEVOLENCE button").click()
    page.locator("#BENEVOLENCE mark", has_text="helped").wait_for()
    assert page.locator("details[open]").count() == 1
    context.close()


def test_a_text_of_blanks_is_refused_beside_the_field(page: "Page", address: str) -> None:
    page.goto(address)
    page.get_by_label("A short text").fill("   ")
    page.get_by_role("button", name="Show its values").click()
    assert page.get_by_role("alert").inner_text() == "Please write something first."
    assert page.get_by_label("A short text").get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize(("width", "colours"), [(340, "light"), (390, "dark"), (800, "dark"), (1200, "light")])
def test_nothing_reaches_over_the_edge_and_all_can_be_read(
    browser: "Browser", address: str, width: int, colours: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=colours)  # type: ignore[arg-type]
    send(page, address, f"{TEXT} {LONG}")
    page.locator("#POWER .told").wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    picture = page.locator("svg.radar").bounding_box()
    for name in page.locator("svg.radar text.name").all():
        box = name.bounding_box()
        assert box["x"] >= picture["x"]
        assert box["x"] + box["width"] <= picture["x"] + picture["width"]
        assert box["height"] >= 11
    assert min(page.locator("summary, button.main").evaluate_all("all => all.map(x => x.offsetHeight)")) >= 44
    for words in COLOURED:
        assert contrast(page, words) >= 4.5, (words, colours)
    page.close()


def test_a_service_that_has_gone_is_told(page: "Page", address: str) -> None:
    send(page, address, TEXT)
    page.locator("#POWER .told").wait_for()
    page.route("**/marks", lambda route: route.abort())
    page.locator("#SECURITY summary").click()
    page.get_by_text("The service does not answer; is it still running?").wait_for()
