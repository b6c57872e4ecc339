import re
from xml.etree import ElementTree as ET

import pytest

from valuenet.annotation.codebook import load_codebook
from valuenet.annotation.label_studio.interface import ANSWERS, KEYS, SurveyLengthError, question_name, survey_interface
from valuenet.warehouse.vocabulary import VALUES

CODEBOOK = load_codebook()
HOSTILE = '<script>"x"</script> & \'y\' $q1 ]]> \x07 <Choice name="q1"/>'


def page(value="POWER", questions=10, codebook=CODEBOOK):
    return ET.fromstring(survey_interface(codebook, value, questions))


def hostile_codebook():
    """Return the codebook with every text about power replaced by one that breaks out where it can."""
    texts = CODEBOOK.model_dump()
    texts["question"] = texts["answers"]["yes"] = HOSTILE
    about = texts["values"]["POWER"]
    about["name"] = about["definition"] = HOSTILE
    for example in about["examples"]:
        example["scenario"] = example["reason"] = HOSTILE
    about["prerequisite"].update(scenario=f"{HOSTILE}!", reason=HOSTILE)
    return type(CODEBOOK).model_validate(texts)


@pytest.mark.parametrize("value", VALUES)
def test_every_value_has_a_page_that_label_studios_own_check_accepts(value):
    interface = pytest.importorskip("label_studio_sdk.label_interface")
    interface.LabelInterface(survey_interface(CODEBOOK, value, 10)).validate()


@pytest.mark.parametrize("questions", [1, 7, 10, 25])
def test_a_page_asks_as_many_questions_as_told_each_required_with_its_number_in_the_message(questions):
    choices = page(questions=questions).findall(".//Choices")
    assert [one.get("name") for one in choices] == ["prerequisite", *map(question_name, range(1, questions + 1))]
    assert all(one.get("required") == "true" for one in choices)
    assert [one.get("requiredMessage").split()[1] for one in choices[1:]] == [str(k) for k in range(1, questions + 1)]
    assert all(tuple(box.get("value") for box in one) == ANSWERS for one in choices)
    read = {one.get("value") for one in page(questions=questions).iter("Text")}
    assert read == {"$survey_id", *(f"$q{number}" for number in range(1, questions + 1))}


def test_a_survey_of_no_question_is_refused():
    with pytest.raises(SurveyLengthError, match="questions=0 leaves a survey about POWER empty"):
        survey_interface(CODEBOOK, "POWER", 0)


@pytest.mark.parametrize("questions", [1, 10, 25])
def test_no_key_stands_for_two_answers_and_what_has_none_is_answered_by_no_keyboard(questions):
    choices = page(questions=questions).findall(".//Choices")
    keys = [box.get("hotkey") for one in choices for box in one]
    assert len(set(keys)) == len(keys) == 3 * (questions + 1)
    on_keyboards = [key for key in keys if key.isascii()]
    assert "".join(sorted(on_keyboards)) == "".join(sorted("".join(row[:questions] for row in KEYS.values())))
    assert not any(box.get("hotkey").isascii() for box in choices[0]), "the prerequisite is answered once"
    assert all("\ue000" <= key <= "\uf8ff" for key in keys if not key.isascii())


@pytest.mark.parametrize("value", VALUES)
def test_the_questions_open_on_the_right_answer_only_and_the_end_shows_on_the_others(value):
    shown = {
        one.get("className"): set(one.get("whenChoiceValue").split(","))
        for one in page(value).iter("View")
        if one.get("visibleWhen")
    }
    right = CODEBOOK.instrument(value).prerequisite.answer
    assert shown == {"vn-questions": {right}, "vn-end": set(ANSWERS) - {right}}


def test_texts_of_the_codebook_stay_texts_whatever_they_hold():
    root = page(codebook=hostile_codebook())
    assert [one.get("name") for one in root.iter("Choices")] == [one.get("name") for one in page().iter("Choices")]
    assert {one.tag for one in root.iter()} == {"View", "Style", "Text", "Header", "Choices", "Choice"}
    told = [one.get("value") for one in root.iter("Header") if "script" in one.get("value")]
    assert len(told) == 14
    assert all(not re.search(r"\$\w|^\$|\x07", one) for one in told), "Label Studio would look for a field of the task"
    assert all("<script>" in one and one.replace("\u2060", "").replace("\ufffd", "\x07").count("$q1") for one in told)


def test_definition_examples_meanings_and_question_are_on_the_page():
    told = " ".join(one.get("value") for one in page("HEDONISM").iter("Header"))
    instrument = CODEBOOK.instrument("HEDONISM")
    words = [instrument.definition, CODEBOOK.question_about("HEDONISM"), instrument.prerequisite.scenario]
    words += [text for example in instrument.examples for text in (example.scenario, example.reason)]
    words += CODEBOOK.answers.model_dump().values()
    assert [text for text in words if text not in told] == []


def test_the_style_survives_label_studios_serializers():
    style = page().findtext(".//Style")
    assert style
    assert not set("<>&") & set(style)
