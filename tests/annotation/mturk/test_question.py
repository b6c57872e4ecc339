import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest

from tests.annotation.made_campaign import CODEBOOK, VERSION
from valuenet.annotation.mturk.plain_xml import XmlError, read_answers, read_texts
from valuenet.annotation.mturk.qualification_test import qualification_test
from valuenet.annotation.mturk.question import (
    AskedSurvey,
    QuestionTooLongError,
    html_question,
    read_survey,
    survey_page,
)
from valuenet.annotation.platforms import Question, SurveyRequest
from valuenet.warehouse.vocabulary import VALUES

NASTY = "</fieldset>]]><script>alert('x')</script> & \x00\x0b\ud800 \"quoted\" ${survey_id} $name"


def request(*texts, value="POWER"):
    asked = tuple(Question(place, f"s-{place:016x}", text) for place, text in enumerate(texts, start=1))
    return SurveyRequest("q-1", 1, value, asked, 4, frozenset(), VERSION)


def test_what_a_page_asks_is_read_back_from_it():
    question = html_question(request("one", "two"), CODEBOOK)
    right = CODEBOOK.instrument("POWER").prerequisite.answer
    scenarios = ("s-0000000000000001", "s-0000000000000002")
    assert read_survey(question) == AskedSurvey("q-1", "POWER", VERSION, 4, right, scenarios)


def test_the_question_is_xml_and_keeps_every_text_as_text():
    question = html_question(request(NASTY, "]]>"), CODEBOOK)
    content = ET.fromstring(question)[0].text
    assert content == survey_page(request(NASTY, "]]>"), CODEBOOK)
    assert content.count("<script>") == 1
    legends = [unescape(text) for text in re.findall(r"<legend>(.*?)</legend>", content)]
    assert legends[1] == re.sub("[\x00\x0b\ud800]", "\ufffd", NASTY)
    assert read_survey(question).scenario_ids == ("s-0000000000000001", "s-0000000000000002")


@pytest.mark.parametrize("value", VALUES)
def test_a_page_shows_definition_examples_and_the_first_question(value):
    page = unescape(survey_page(request("one", value=value), CODEBOOK))
    instrument = CODEBOOK.instrument(value)
    shown = [instrument.definition, CODEBOOK.question_about(value), instrument.prerequisite.scenario]
    shown += [text for example in instrument.examples for text in (example.scenario, example.reason)]
    assert all(text in page for text in shown)
    assert re.search(r'id="formal" disabled hidden', page)


def test_nothing_on_a_page_differs_between_its_questions_but_number_id_and_text():
    page = survey_page(request("one", "two"), CODEBOOK)
    first, second = re.findall(r'<fieldset class="question" data-scenario.*?</fieldset>', page)
    assert second == first.replace("0001", "0002").replace("one", "two").replace("q1", "q2")
    assert "check" not in re.sub(r":checked|<script>.*</script>", "", page, flags=re.DOTALL)


def test_a_survey_too_long_for_mturk_is_refused_by_name():
    with pytest.raises(QuestionTooLongError, match=r"survey q-1 makes a page of 7\d,\d{3} bytes, MTurk takes 65,535"):
        html_question(request("x" * 65_536), CODEBOOK)


@pytest.mark.parametrize("foreign", ["", "no xml", "<QuestionForm/>", "<HTMLQuestion><HTMLContent/></HTMLQuestion>"])
def test_a_page_of_somebody_else_is_none_of_ours(foreign):
    assert read_survey(foreign) is None


def test_the_test_has_a_question_per_value_and_a_key_for_each():
    form, key = (ET.fromstring(xml) for xml in qualification_test(CODEBOOK))
    asked = [found.text for found in form.iter() if found.tag.endswith("QuestionIdentifier")]
    answers = [found.text for found in key.iter() if found.tag.endswith("}SelectionIdentifier")]
    assert asked == [*VALUES]
    assert answers == [CODEBOOK.instrument(value).prerequisite.answer for value in VALUES]
    assert [found.text for found in key.iter() if found.tag.endswith("MaximumSummedScore")] == ["10"]


def test_answers_are_read_by_name_whatever_their_namespace():
    xml = (
        '<?xml version="1.0" encoding="ASCII"?><a:QuestionFormAnswers xmlns:a="urn:x"><a:Answer>'
        "<a:QuestionIdentifier>q1</a:QuestionIdentifier><a:FreeText> yes\n</a:FreeText></a:Answer><a:Answer>"
        "<a:QuestionIdentifier>q2</a:QuestionIdentifier><a:SelectionIdentifier>no</a:SelectionIdentifier></a:Answer>"
        "</a:QuestionFormAnswers>"
    )
    assert read_answers(xml) == {"q1": "yes", "q2": "no"}


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]><QuestionFormAnswers>&a;</QuestionFormAnswers>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><QuestionFormAnswers/>',
        "<QuestionFormAnswers>&a;</QuestionFormAnswers>",
        "<QuestionFormAnswers>",
        "<Other/>",
        "",
    ],
)
def test_entities_document_types_and_broken_xml_are_refused(xml):
    with pytest.raises(XmlError):
        read_answers(xml)


def test_nothing_expands():
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><HTMLQuestion>&b;</HTMLQuestion>'
    with pytest.raises(XmlError, match="document type or entities"):
        read_texts(bomb, "HTMLQuestion")
