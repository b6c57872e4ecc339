"""The survey page on a real Label Studio in a real browser: answered by keyboard, ended, locked, narrow, attacked."""

import json
import re
from itertools import count

import pytest
import requests

from tests.label_studio.browser import PATIENCE, SurveyPage, log_in, sign_up
from valuenet.annotation.codebook import load_codebook
from valuenet.annotation.label_studio.interface import ANSWERS, KEYS, survey_interface
from valuenet.annotation.label_studio.survey_tasks import task_of
from valuenet.annotation.platforms import Question, SurveyRequest, requests_for
from valuenet.warehouse.crowd_tables import Assignments, Judgements, Surveys, Workers

CODEBOOK = load_codebook()
RIGHT = CODEBOOK.instrument("POWER").prerequisite.answer
WRONG = next(answer for answer in ANSWERS if answer != RIGHT)
PLAIN = tuple(f"Scenario number {number}, in which somebody does something" for number in range(1, 11))
PASSWORD = "a password of a worker"
HOSTILE = (
    "<img src=x onerror=\"document.title='stolen'\">",
    "<script>document.title='stolen'</script>",
    "<a href=\"javascript:document.title='stolen'\">a link</a> javascript:alert(1)",
    "<svg onload=\"document.title='stolen'\"></svg><iframe srcdoc='<script>parent.document.title=1</script>'></iframe>",
    "$q2 ${q2} $survey_id {{idx}} $$ $1 & &amp; &lt;b&gt; ]]> <![CDATA[x]]> <!-- y -->",
    "\"quoted\" 'quoted' `backtick` %00 \\u003cb\\u003e </style><b>bold</b>",
    "W" * 400,
    "שלום עולם, הוא עזר לאישה זקנה \u202e reversed \u202c",
    "👩🏽\u200d🚒🇹🇷 e\u0301\u0302\u0303\u0304\u0305 ﷽ 漢字" + "🙂" * 120,
    "line one\nline two\ttabbed   spaced",
)
_numbers = count(1)


def request(*texts: str) -> SurveyRequest:
    """Return a survey of its own, whose questions are these texts."""
    number = next(_numbers)
    asked = tuple(Question(place, f"s-{number:08x}{place:08x}", text) for place, text in enumerate(texts, start=1))
    return SurveyRequest(f"q-{number:04}", 1, "POWER", asked, 1, frozenset(), CODEBOOK.content_version)


def opened(server, *surveys: SurveyRequest) -> int:
    """Return the project in which these surveys are offered."""
    session = requests.Session()
    session.headers["Authorization"] = f"Token {server.token}"
    interface = survey_interface(CODEBOOK, "POWER", len(surveys[0].questions))
    about = {"title": "power", "label_config": interface, "maximum_annotations": 1, "show_skip_button": False}
    made = session.post(f"{server.url}/api/projects", json=about, timeout=60)
    assert made.status_code == 201, made.text
    project = made.json()["id"]
    tasks = [task_of(survey) for survey in surveys]
    assert session.post(f"{server.url}/api/projects/{project}/import", json=tasks, timeout=60).status_code == 201
    return int(project)


def answers_in(server, project: int) -> dict[str, dict[str, str]]:
    """Return what was submitted: survey -> tag -> answer."""
    address = f"{server.url}/api/tasks?project={project}&fields=all&page_size=100"
    tasks = requests.get(address, headers={"Authorization": f"Token {server.token}"}, timeout=60).json()["tasks"]
    return {
        task["data"]["survey_id"]: {part["from_name"]: part["value"]["choices"][0] for part in annotation["result"]}
        for task in tasks
        for annotation in task["annotations"]
    }


@pytest.fixture(scope="module")
def worker_state(label_studio, browser):
    """The cookies of someone who signed up through the invite link."""
    headers = {"Authorization": f"Token {label_studio.token}"}
    invite = requests.get(f"{label_studio.url}/api/invite", headers=headers, timeout=60).json()["invite_url"]
    context = browser.new_context()
    sign_up(context.new_page(), label_studio.url, invite, "worker@example.org", PASSWORD)
    yield context.storage_state()
    context.close()


@pytest.fixture
def open_survey(label_studio, browser, worker_state):
    """Return a function that opens surveys of these texts, one project each time, for the worker."""
    contexts = []

    def open_one(*surveys: SurveyRequest, width: int = 1280, height: int = 900) -> SurveyPage:
        contexts.append(browser.new_context(storage_state=worker_state, viewport={"width": width, "height": height}))
        return SurveyPage(contexts[-1].new_page(), label_studio.url, opened(label_studio, *surveys)).open()

    yield open_one
    for context in contexts:
        context.close()


def locked_click(survey: SurveyPage, answer: str) -> None:
    """Click where the button of that answer to the prerequisite is."""
    box = survey.page.locator(".vn-once .lsf-choice").nth(ANSWERS.index(answer)).bounding_box()
    survey.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def prerequisite(survey: SurveyPage) -> str | None:
    return next((answer for answer in ANSWERS if survey.prerequisite_button(answer).is_checked()), None)


def test_a_worker_signs_in_answers_by_keyboard_is_stopped_by_a_wrong_prerequisite_and_sees_when_all_is_done(
    label_studio, page, worker_state
):
    first, second = request(*PLAIN), request(*PLAIN)
    project = opened(label_studio, first, second)
    log_in(page, label_studio.url, "worker@example.org", PASSWORD)
    survey = SurveyPage(page, label_studio.url, project).open()
    offered = [survey.survey_id]
    assert not survey.questions_are_open
    assert not survey.has_ended
    survey.answer_prerequisite(RIGHT)
    assert survey.questions_are_open
    assert survey.scenarios == list(PLAIN)
    said = [ANSWERS[number % 3] for number in range(10)]
    survey.answer(said)
    survey.submit()
    offered.append(survey.survey_id)
    assert prerequisite(survey) is None, "the next survey is not locked by the one before"
    survey.answer_prerequisite(WRONG)
    assert survey.has_ended
    assert not survey.questions_are_open
    assert "press Submit" in page.locator(".vn-end").inner_text()
    survey.click_submit()
    assert not survey.is_offered
    whole = {"prerequisite": RIGHT, **{f"q{number}": answer for number, answer in enumerate(said, start=1)}}
    assert answers_in(label_studio, project) == {offered[0]: whole, offered[1]: {"prerequisite": WRONG}}
    assert survey.troubles == []


def test_nothing_is_submitted_until_every_question_has_its_answer_and_the_message_names_it(open_survey):
    survey = open_survey(request(*PLAIN))
    assert "first question" in survey.try_to_submit()
    survey.answer_prerequisite(RIGHT)
    survey.answer(["yes"] * 6)
    survey.press(8, "no")
    assert survey.try_to_submit() == "Question 7 has no answer yet. Please answer it."
    survey.press(4, "yes")
    assert survey.try_to_submit() == "Question 4 has no answer yet. Please answer it.", "the same key takes it back"
    assert survey.page.locator(".vn-progress").inner_text() == "of 10 answered"


def test_every_key_answers_its_question_and_is_shown_beside_it(open_survey):
    survey = open_survey(request(*PLAIN))
    survey.answer_prerequisite(RIGHT)
    for answer in ANSWERS:
        survey.answer([answer] * 10)
        assert survey.chosen() == [answer] * 10
    for number in range(1, 11):
        shown = survey.page.locator(".vn-block").nth(number - 1).locator(".lsf-hint").all_inner_texts()
        assert [key.lower() for key in shown] == [f"[{KEYS[answer][number - 1]}]" for answer in ANSWERS]
    assert survey.prerequisite_button(RIGHT).is_checked()
    assert survey.questions_are_open


def test_an_answer_to_the_prerequisite_is_locked_for_mouse_and_keyboard_and_outlives_undo_and_a_late_reload(
    open_survey,
):
    survey = open_survey(request(*PLAIN))
    page = survey.page
    with page.expect_response(re.compile("/drafts"), timeout=PATIENCE):
        survey.answer_prerequisite(WRONG)
        locked_click(survey, RIGHT)
        page.keyboard.press("Control+z")
        assert prerequisite(survey) is None
        assert not survey.questions_are_open
        locked_click(survey, RIGHT)
        survey.prerequisite_button(RIGHT).evaluate("box => box.focus()")
        page.keyboard.press("Space")
        assert prerequisite(survey) is None
        assert not survey.questions_are_open
        page.keyboard.press("Control+Shift+z")
        assert prerequisite(survey) == WRONG
        assert survey.has_ended
    survey.open()
    page.locator(".vn-end").wait_for()
    locked_click(survey, RIGHT)
    assert prerequisite(survey) == WRONG
    assert survey.has_ended


def test_a_key_pressed_too_early_is_pointed_out_and_never_reaches_a_survey_that_ended(label_studio, open_survey):
    asked = request(*PLAIN)
    survey = open_survey(asked)
    assert not survey.page.locator(".vn-stray").is_visible()
    survey.page.keyboard.press("1")
    survey.page.locator(".vn-stray").wait_for()
    survey.answer_prerequisite(WRONG)
    survey.submit()
    assert answers_in(label_studio, survey.project)[asked.survey_id] == {"prerequisite": WRONG}


@pytest.mark.parametrize("width", [390, 1280])
def test_the_definition_stays_in_view_and_nothing_is_wider_than_the_screen(open_survey, width):
    survey = open_survey(request(*HOSTILE), width=width, height=844)
    page = survey.page
    survey.answer_prerequisite(RIGHT)
    for place in (page.locator(".vn-block").nth(4), page.locator(".vn-block").nth(9)):
        place.scroll_into_view_if_needed()
        definition = page.locator(".vn-definition").bounding_box()
        assert 0 <= definition["y"] < 80
        assert definition["height"] < 844 * 0.4
        covering = (
            "box => document.elementFromPoint(box.x + box.width / 2, box.y + 20).closest('.vn-definition') !== null"
        )
        assert page.evaluate(covering, definition), "nothing lies over the definition"
    wide = "() => [...document.querySelectorAll('.vn-survey *')].filter(one => one.getBoundingClientRect().right"
    assert page.evaluate(f"{wide} > innerWidth + 1).map(one => one.className)") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.locator(".vn-block .lsf-choice label").all():
        assert button.bounding_box()["height"] >= 44
        assert button.bounding_box()["width"] >= 80
    assert not page.locator(".lsf-sidepanels__wrapper").first.is_visible()


def test_a_scenario_is_shown_word_for_word_and_runs_no_script(label_studio, open_survey):
    survey = open_survey(request(*HOSTILE))
    survey.answer_prerequisite(RIGHT)
    blank = re.compile(r"\s+")
    shown = survey.page.locator(".vn-block .lsf-richtext__container")
    assert [blank.sub(" ", text) for text in shown.all_text_contents()] == [
        blank.sub(" ", text.replace("\n", "")) for text in HOSTILE
    ]
    inside = survey.page.locator(".vn-block .lsf-richtext__container")
    assert inside.locator("img, script, a, svg, iframe, b, style").count() == 0
    survey.answer(["unrelated"] * 10)
    survey.submit()
    assert survey.troubles == []
    assert "stolen" not in survey.page.title()


def test_a_survey_in_label_studio_is_the_same_whichever_questions_are_the_checks():
    def tasks(checks):
        rows = [
            {
                "survey_id": "q-1",
                "position": place,
                "round": 1,
                "value": "POWER",
                "scenario_id": f"s-{place:016x}",
                "text": text,
                "role": "check" if place in checks else "formal",
                "workers_wanted": 4,
                "codebook_version": CODEBOOK.content_version,
            }
            for place, text in enumerate(PLAIN, start=1)
        ]
        none = Assignments.frame(), Judgements.frame(), Workers.frame()
        made = requests_for(Surveys.frame(rows), *none, codebook_version=CODEBOOK.content_version)
        return [task_of(one) for one in made]

    assert tasks({1, 2}) == tasks({4, 9})


def test_what_the_browser_receives_treats_all_questions_alike(open_survey):
    survey = open_survey(request(*PLAIN))
    page, received = survey.page, []
    page.on("response", lambda answer: received.append(answer))  # noqa: PLW0108 - playwright marks its handlers
    survey.open()
    survey.answer_prerequisite(RIGHT)
    with page.expect_response(re.compile("/drafts"), timeout=PATIENCE):
        survey.answer(["yes"] * 10)
    blocks = [
        _without_the_question(html)
        for html in page.locator(".vn-block").evaluate_all("all => all.map(one => one.outerHTML)")
    ]
    assert len(set(blocks)) == 1
    bodies = [answer.text() for answer in received if "/api/" in answer.url and answer.status == 200]
    data = [found for body in bodies for found in _task_data(json.loads(body))]
    assert data
    assert all(set(one) == {"survey_id", *_named("q"), *_named("s")} for one in data)
    told = " ".join(bodies).lower()
    assert [word for word in ("gold", "filler", "hidden check", '"check"', '"role"') if word in told] == []


def _named(letter: str) -> list[str]:
    return [f"{letter}{number}" for number in range(1, 11)]


def _without_the_question(html: str) -> str:
    """Return a question's block without its number, text and keys."""
    html = re.sub(r"Scenario number \d+|\[\w\]", "", html)
    return re.sub(r"(vn-number.*?>)\d+(<)", r"\1\2", html)


def _task_data(answer: object) -> list[dict[str, object]]:
    """Return the data of all tasks anywhere in an answer of the server."""
    if isinstance(answer, list):
        return [found for part in answer for found in _task_data(part)]
    if not isinstance(answer, dict):
        return []
    here = [answer["data"]] if isinstance(answer.get("data"), dict) and "survey_id" in answer["data"] else []
    return here + [found for part in answer.values() for found in _task_data(part)]
