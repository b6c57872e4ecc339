"""The page a worker on MTurk answers, and what can be read back from a page that was published earlier."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from html.parser import HTMLParser
from importlib.resources import files
from string import Template
from typing import NamedTuple

from valuenet.annotation.codebook import Codebook, WorkedExample
from valuenet.annotation.mturk.plain_xml import XmlError, read_texts
from valuenet.annotation.platforms import SurveyRequest
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import LABELS

_SCHEMA = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2011-11-11/HTMLQuestion.xsd"
_LONGEST = 65_535
#: XML 1.0 has no way to write these, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ORDER = ("yes", "no", "unrelated")


class QuestionTooLongError(InputError):
    """A survey is longer than MTurk takes."""


class AskedSurvey(NamedTuple):
    """What a published page asks: enough to read its answers without the tables it was made from."""

    survey_id: str
    value: str
    codebook_version: str
    workers_wanted: int
    right: str
    scenario_ids: tuple[str, ...]


def html_question(request: SurveyRequest, codebook: Codebook) -> str:
    """Return the HTMLQuestion (XML) of one survey; the frame takes the height of the worker's window.

    Raises:
        QuestionTooLongError: if it has more than the 65,535 bytes MTurk takes.
    """
    page = survey_page(request, codebook)
    question = (
        f'<HTMLQuestion xmlns="{_SCHEMA}"><HTMLContent><![CDATA[{page}]]></HTMLContent>'
        "<FrameHeight>0</FrameHeight></HTMLQuestion>"
    )
    size = len(question.encode())
    if size > _LONGEST:
        raise QuestionTooLongError(
            f"survey {request.survey_id} makes a page of {size:,} bytes, MTurk takes {_LONGEST:,}; ask fewer or "
            "shorter scenarios per survey"
        )
    return question


def survey_page(request: SurveyRequest, codebook: Codebook) -> str:
    """Return the page as HTML. All texts are escaped, and its policy lets no script run but its own."""
    instrument = codebook.instrument(request.value)
    return fill_page(
        {
            "name": _safe(instrument.name),
            "definition": _safe(instrument.definition),
            "question": _safe(codebook.question_about(request.value)),
            "prerequisite": _safe(instrument.prerequisite.scenario),
            "right": instrument.prerequisite.answer,
            "survey_id": _safe(request.survey_id),
            "value": _safe(request.value),
            "codebook_version": _safe(request.codebook_version),
            "workers": str(request.workers_wanted),
        },
        codebook,
        examples=[_example(example) for example in instrument.examples],
        questions=[(q.position, _safe(q.scenario_id), _safe(q.text)) for q in request.questions],
    )


def fill_page(
    texts: Mapping[str, str], codebook: Codebook, *, examples: Sequence[str], questions: Sequence[tuple[int, str, str]]
) -> str:
    """Return the page with what stands on it, given as HTML: questions are (position, scenario id, text)."""
    style, script = _shipped("survey.css"), _shipped("survey.js")
    shown = (_choices(f"q{number}", text, f'data-scenario="{scenario}"') for number, scenario, text in questions)
    filled = {
        **texts,
        **{label: _safe(getattr(codebook.answers, label)) for label in LABELS},
        "style": style,
        "script": script,
        "style_hash": _digest(style),
        "script_hash": _digest(script),
        "prerequisite": _choices("prerequisite", texts["prerequisite"], ""),
        "examples": "\n".join(f"<li>{example}</li>" for example in examples),
        "questions": "\n".join(shown),
        "count": str(len(questions)),
    }
    return Template(_shipped("survey.html")).substitute(filled)


def read_survey(question: str) -> AskedSurvey | None:
    """Return what a published HTMLQuestion asks; None where it is not one of ours."""
    try:
        texts = read_texts(question, "HTMLQuestion")
    except XmlError:
        return None
    reader = _PageReader()
    reader.feed(texts.get("HTMLContent", ""))
    about = reader.form
    if not about.get("data-survey") or not about.get("data-workers", "").isdigit():
        return None
    return AskedSurvey(
        about["data-survey"],
        about.get("data-value", ""),
        about.get("data-codebook", ""),
        int(about["data-workers"]),
        about.get("data-right", ""),
        tuple(reader.scenario_ids),
    )


class _PageReader(HTMLParser):
    """Collects what ``survey_page`` wrote into attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.form: dict[str, str] = {}
        self.scenario_ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the attributes of the form and of its questions."""
        attributes = {name: content or "" for name, content in attrs}
        if tag == "form" and attributes.get("id") == "survey":
            self.form = attributes
        if tag == "fieldset" and "data-scenario" in attributes:
            self.scenario_ids.append(attributes["data-scenario"])


def _choices(name: str, text: str, more: str) -> str:
    answers = "".join(
        f'<label><input type="radio" name="{name}" value="{label}" required>{label} <kbd>{label[0]}</kbd></label>'
        for label in _ORDER
    )
    opening = f'<fieldset class="question" {more}>' if more else '<fieldset class="question">'
    return f'{opening}<legend>{text}</legend><div class="answers">{answers}</div></fieldset>'


def _example(example: WorkedExample) -> str:
    return f"{_safe(example.scenario)}: <strong>{example.label}</strong>. {_safe(example.reason)}"


def _safe(text: str) -> str:
    """Return ``text`` escaped for HTML; no ``]]>`` that ends the CDATA section is left in it either."""
    return escape(without_control_characters(text), quote=True)


def without_control_characters(text: str) -> str:
    """Return ``text`` with a replacement character for everything XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def _digest(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


@cache
def _shipped(name: str) -> str:
    return files("valuenet.annotation.mturk").joinpath("data", name).read_text(encoding="utf-8")
