import sys

import pytest

from valuenet.annotation.codebook import load_codebook
from valuenet.annotation.label_studio.interface import survey_interface
from valuenet.annotation.label_studio.page_check import LabelStudioMissingError, PageRefusedError, check_page

PAGE = survey_interface(load_codebook(), "POWER", 2)
TASK = {"data": {"survey_id": "q-1", "q1": "one", "q2": "two", "s1": "s-1", "s2": "s-2"}}


def test_our_page_and_a_task_of_its_length_are_accepted():
    check_page(PAGE, TASK)


def test_a_task_without_a_text_the_page_shows_is_refused_by_name():
    short = {"data": {key: text for key, text in TASK["data"].items() if key != "q2"}}
    with pytest.raises(PageRefusedError, match=r"survey 'q-1' lacks a text its page shows"):
        check_page(PAGE, short)


def test_a_page_that_is_no_xml_is_refused_with_what_the_library_says():
    with pytest.raises(PageRefusedError, match=r"refuses the survey page \(.+\); correct the codebook"):
        check_page(PAGE[:-20], TASK)


def test_without_the_library_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "label_studio_sdk.label_interface.interface", None)
    with pytest.raises(LabelStudioMissingError, match=r"pip install 'valuenet\[label-studio\]'"):
        check_page(PAGE, TASK)
