"""The page of a survey on MTurk in a real browser: by keyboard, ended by a wrong first answer, hard to abuse."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import pytest

from valuenet.annotation.codebook import load_codebook
from valuenet.annotation.mturk.answers import read_submission, settle
from valuenet.annotation.mturk.question import html_question, read_survey, survey_page
from valuenet.annotation.platforms import Question, SurveyRequest, no_answers

CODEBOOK = load_codebook()
RIGHT = CODEBOOK.instrument("POWER").prerequisite.answer
WRONG = next(label for label in ("yes", "no", "unrelated") if label != RIGHT)
PLACE = "http://survey.test"
ANSWERS = [("yes", "no", "unrelated")[number % 3] for number in range(10)]
TIME = datetime(2026, 3, 2, tzinfo=UTC)


def survey(*texts):
    texts = texts or tuple(f"scenario number {number}" for number in range(10))
    asked = tuple(Question(place, f"s-{place:016x}", text) for place, text in enumerate(texts, start=1))
    return SurveyRequest("q-1", 1, "POWER", asked, 4, frozenset(), CODEBOOK.content_version)


class Worker:
    """A worker's browser, with what it sent to MTurk."""

    def __init__(self, page):
        self.page = page
        self.sent = []
        self.troubles = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", lambda dialog: (self.troubles.append(dialog.message), dialog.dismiss()))

    def open(self, request, query=f"assignmentId=3ABC&turkSubmitTo={PLACE}", width=1280):
        content = survey_page(request, CODEBOOK)
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.route("**/*", lambda route: self._answer(route, content))
        self.page.goto(f"{PLACE}/survey?{query}")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def form(self):
        """Return the fields of the one form that was sent."""
        self.page.wait_for_url("**/mturk/externalSubmit")
        (body,) = self.sent
        return dict(parse_qsl(body, keep_blank_values=True))

    def _answer(self, route, content):
        if route.request.method == "POST":
            self.sent.append(route.request.post_data)
            content = "<p>Thank you</p>"
        route.fulfill(body=content, content_type="text/html; charset=utf-8")


@pytest.fixture
def worker(page):
    return Worker(page)


def settled(fields, request):
    """Return the rows of a form, sent the way MTurk hands it over."""
    xml = "".join(
        f"<Answer><QuestionIdentifier>{name}</QuestionIdentifier><FreeText>{escape(text)}</FreeText></Answer>"
        for name, text in fields.items()
        if name != "assignmentId"
    )
    told = {"AssignmentId": "3ABC", "WorkerId": "A1", "AcceptTime": TIME, "SubmitTime": TIME}
    told["Answer"] = f'<QuestionFormAnswers xmlns="urn:x">{xml}</QuestionFormAnswers>'
    asked = read_survey(html_question(request, CODEBOOK))
    return settle([read_submission(told, asked, b"a secret of sixteen")], no_answers(), {})


@pytest.mark.parametrize("width", [390, 1280])
def test_a_survey_is_answered_by_keyboard_alone(worker, width):
    worker.open(survey(), width=width)
    assert not worker.page.locator("#formal").is_visible()
    worker.press(RIGHT[0], "Enter")
    assert worker.page.locator("#formal").is_visible()
    worker.press(*(label[0] for label in ANSWERS), "Enter")
    form = worker.form()
    assert form["assignmentId"] == "3ABC"
    answers = settled(form, survey())
    assert [*answers.assignments["status"]] == ["complete"]
    assert [*answers.judgements["label"]] == ANSWERS
    assert not worker.troubles


def test_a_wrong_first_answer_ends_the_survey_and_is_recorded(worker):
    worker.open(survey())
    worker.press(WRONG[0], "Enter")
    form = worker.form()
    assert form == {"assignmentId": "3ABC", "prerequisite": WRONG}
    assert [*settled(form, survey()).assignments["status"]] == ["failed-prerequisite"]


def test_the_first_answer_can_be_corrected_before_it_is_confirmed_and_not_after(worker):
    worker.open(survey())
    worker.press(WRONG[0], RIGHT[0], "Enter")
    assert worker.page.locator("#formal").is_visible()
    assert worker.page.locator(f'#first input[value="{WRONG}"]').is_disabled()
    worker.press(*"yyyyyyyyyy", "Enter")
    assert worker.form()["prerequisite"] == RIGHT


def test_every_question_must_be_answered(worker):
    worker.open(survey())
    worker.press("Enter")
    assert not worker.page.locator("#formal").is_visible()
    worker.press(RIGHT[0], "Enter", *"yyyyyyyyy", "Enter")
    assert not worker.sent
    worker.press("u", "Enter")
    assert worker.form()["q10"] == "unrelated"


def test_an_earlier_answer_is_changed_by_going_back_to_it(worker):
    worker.open(survey("one", "two"))
    worker.press(RIGHT[0], "Enter", "y", "y")
    worker.page.locator('input[name="q1"][value="yes"]').focus()
    worker.press("n", "Enter")
    form = worker.form()
    assert (form["q1"], form["q2"]) == ("no", "yes")


def test_the_definition_stays_in_view_and_nothing_is_wider_than_a_phone(worker):
    worker.open(survey("a" * 300, *("a scenario of ordinary length" for _ in range(9))), width=390)
    worker.press(RIGHT[0], "Enter", *"yyyyyyyyy")
    header = worker.page.locator("header").bounding_box()
    assert header["y"] == 0
    asked = worker.page.locator(".question").last.bounding_box()
    assert asked["y"] >= header["height"]
    assert asked["y"] + asked["height"] <= 800
    assert worker.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_preview_takes_no_answer(worker):
    worker.open(survey(), query="assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE")
    worker.press(RIGHT[0], "Enter")
    assert worker.page.locator("#preview").is_visible()
    assert not worker.page.locator("#formal").is_visible()
    assert not worker.sent


@pytest.mark.parametrize("target", ["https://evil.test", "javascript:alert(1)", "https://mturk.com.evil.test"])
def test_answers_are_sent_to_nobody_else(worker, target):
    worker.open(survey(), query=f"assignmentId=3ABC&turkSubmitTo={target}")
    worker.press(RIGHT[0], "Enter")
    assert worker.page.locator("#preview").is_visible()
    assert not worker.sent


def test_a_scenario_that_looks_like_script_is_shown_as_text_and_does_nothing(worker):
    texts = (
        "<script>alert('script')</script>",
        "<img src=x onerror=alert('image')>",
        "]]></HTMLContent><script>alert('cdata')</script>",
        "\"'><svg onload=alert('svg')>",
        "</fieldset></form><form action='https://evil.test'>",
        "${alert('template')} $survey_id &lt;b&gt;",
    )
    worker.open(survey(*texts))
    worker.press(RIGHT[0], "Enter")
    assert worker.page.locator("#formal legend").all_inner_texts() == [*texts]
    worker.press(*"yyyyyy", "Enter")
    assert {f"q{number}" for number in range(1, 7)} <= set(worker.form())
    assert not worker.troubles
