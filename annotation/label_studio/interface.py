"""The survey page as Label Studio's labelling configuration: the value, worked examples, then the questions.

What a worker can do that the page cannot prevent (Label Studio's community edition has no roles, and runs no script
of ours; all of it is tried in tests/label_studio/test_survey_page.py):

- The right answer to the prerequisite question stands in the configuration, because their browser decides what to show.
  Who reads the page's source finds it. It opens the questions; it does not say which of them are checks.
- Once given, the answer to the prerequisite is locked for mouse and keyboard. Ctrl+Z takes it back, but the lock
  stays. A reload is a second try after Ctrl+Z, and in the first five seconds or so, before Label Studio has saved a
  draft; later it brings the same answer back, locked.
- Whoever is signed in may open Label Studio's own pages by their address: the table of tasks, the answers of others,
  their own submitted answer (``collect`` records what they change there as a new, edited assignment). The page
  hides the ways there; they can turn off its style.
- A key pressed too early answers a question that is not open yet. The page says so, the answer is not sent while the
  question is closed, and it is shown as chosen once it opens.
"""

import re
from pathlib import Path
from types import MappingProxyType
from typing import Final
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

from valuenet.annotation.codebook import Codebook, Prerequisite, ValueInstrument
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import LABELS

PREREQUISITE: Final = "prerequisite"
"""The name under which the answer to the prerequisite question comes back."""
ANSWERS: Final = ("yes", "no", "unrelated")
"""The answers in the order in which the page shows them."""
KEYS: Final = MappingProxyType({"yes": "1234567890", "no": "qwertyuiop", "unrelated": "asdfghjklm"})
"""The k-th character answers question k. They are letters and digits that every Latin keyboard types without Shift."""
_STYLE = Path(__file__).parents[1] / "data" / "survey_page.css"
# Label Studio gives a key of its own choice to every answer that has none, and a key pressed twice takes its answer
# back. These characters (a range for private use) are on no keyboard, so such an answer has no key at all.
_FIRST_KEY_NOBODY_HAS = 0xE000

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class SurveyLengthError(InputError):
    """A survey without questions was asked for."""


def question_name(number: int) -> str:
    """Return the name under which the answer to question ``number`` (from 1) comes back; its text has the same key."""
    return f"q{number}"


def survey_interface(codebook: Codebook, value: str, questions: int) -> str:
    """Return the labelling configuration (XML) of the surveys about ``value`` that ask ``questions`` questions.

    A task's data hold ``survey_id`` and the texts ``q1`` .. ``qN``. Answers come back as choices (yes, no, unrelated)
    from the tags ``prerequisite`` and ``q1`` .. ``qN``; after a wrong prerequisite only that one. The first ten
    questions are answered by the keys in ``KEYS``, further ones by mouse or by Tab and space.

    Raises:
        SurveyLengthError: if there is no question.
    """
    if questions < 1:
        raise SurveyLengthError(f"questions={questions} leaves a survey about {value} empty; ask at least 1")
    instrument, answers = codebook.instrument(value), codebook.answers.model_dump()
    page = _view(None, "survey")
    SubElement(page, "Style").text = _STYLE.read_text(encoding="utf-8")
    SubElement(_view(page, "hidden"), "Text", name="survey", value="$survey_id", valueType="text")
    _definition(page, instrument)
    _guide(page, instrument, codebook.question_about(value), answers)
    _prerequisite(page, instrument.prerequisite, codebook.question_about(value))
    _end(page, instrument.prerequisite)
    _questions(page, instrument.prerequisite, codebook.question_about(value), questions)
    return ET.tostring(page, encoding="unicode")


def _definition(page: Element, instrument: ValueInstrument) -> None:
    box = _view(page, "definition")
    _say(box, "value", instrument.name)
    _say(box, "meaning", instrument.definition)


def _guide(page: Element, instrument: ValueInstrument, question: str, answers: dict[str, str]) -> None:
    guide = _view(page, "guide")
    _say(guide, "heading", "How to answer")
    _say(guide, "question", question)
    meanings = _view(guide, "meanings")
    for label in ANSWERS:
        row = _view(meanings, f"meaning-of vn-{label}")
        _say(row, "answer", label)
        _say(row, "text", answers[label])
    _say(guide, "heading", "Three examples")
    for example in sorted(instrument.examples, key=lambda example: ANSWERS.index(example.label)):
        box = _view(guide, f"example vn-{example.label}")
        _say(box, "scenario", example.scenario)
        _say(box, "answer", example.label)
        _say(box, "text", example.reason)


def _prerequisite(page: Element, prerequisite: Prerequisite, question: str) -> None:
    box = _view(page, "prerequisite")
    _say(box, "heading", "First, one question about what you have just read")
    _say(box, "note", "Please take your time: it can be answered once. The survey opens when the answer is right.")
    _say(box, "question", question)
    _say(box, "scenario", prerequisite.scenario)
    message = "Please answer the first question, the one about what you have read."
    _choices(_view(box, "once"), PREREQUISITE, "survey", message)
    _say(box, "keys-note", "Answer with the mouse, or with the Tab key and the space bar.")
    _say(
        box,
        "stray",
        "The key you pressed answered a question that is not open yet. Please look at it again once it is.",
    )


def _end(page: Element, prerequisite: Prerequisite) -> None:
    wrong = [label for label in LABELS if label != prerequisite.answer]
    end = _view(page, "end", visibleWhen="choice-selected", whenTagName=PREREQUISITE, whenChoiceValue=",".join(wrong))
    _say(end, "heading", "Thank you. This survey ends here.")
    _say(
        end,
        "text",
        "That was not the answer we were looking for, so there are no further questions in this survey. "
        "It happens to many people and is no mark against you. Please press Submit to hand it in.",
    )


def _questions(page: Element, prerequisite: Prerequisite, question: str, count: int) -> None:
    right = {"visibleWhen": "choice-selected", "whenTagName": PREREQUISITE, "whenChoiceValue": prerequisite.answer}
    box = _view(page, "questions", **right)
    _say(box, "passed", f"That is right. {prerequisite.reason}")
    _say(box, "heading", "One question" if count == 1 else f"{count} questions")
    _say(box, "question", question)
    _say(
        box,
        "keys-note",
        "Each answer shows its key; the same key again takes the answer back. "
        "Ctrl+Enter (on a Mac, Command+Enter) hands the survey in.",
    )
    for number in range(1, count + 1):
        name = question_name(number)
        block = _view(box, "block" if _has_keys(number) else "block vn-keyless")
        _say(block, "number", f"{number}")
        SubElement(_view(block, "scenario"), "Text", name=f"text{number}", value=f"${name}", valueType="text")
        _choices(block, name, f"text{number}", f"Question {number} has no answer yet. Please answer it.", number)
    _say(box, "progress", f"of {count} answered")


def _choices(parent: Element, name: str, about: str, message: str, number: int = 0) -> None:
    """Add the three answers to question ``number``; nothing but the mouse or Tab and space answers question 0.

    They are check boxes of which Label Studio lets one be chosen, and look like buttons. Its radio buttons bear the
    answer as their name, so that the browser takes all questions for one group and clears one when another is answered.
    """
    box = SubElement(
        parent,
        "Choices",
        name=name,
        toName=about,
        choice="single",
        layout="inline",
        required="true",
        requiredMessage=message,
    )
    for position, label in enumerate(ANSWERS):
        nobodys = chr(_FIRST_KEY_NOBODY_HAS + 3 * number + position)
        key = KEYS[label][number - 1] if _has_keys(number) else nobodys
        SubElement(box, "Choice", value=label, hotkey=key)


def _has_keys(number: int) -> bool:
    return 1 <= number <= len(KEYS["yes"])


def _view(parent: Element | None, name: str, **attributes: str) -> Element:
    attributes = {"className": f"vn-{name}", **attributes}
    return Element("View", attributes) if parent is None else SubElement(parent, "View", attributes)


def _say(parent: Element, name: str, text: str) -> None:
    SubElement(_view(parent, name), "Header", value=_plain(text), size="5", style="margin:0")


def _plain(text: str) -> str:
    """Return the text as Label Studio shows it word for word.

    It takes a dollar sign for the name of a field of the task; an invisible joiner on both sides of it says otherwise.
    Characters that XML cannot hold are shown as the replacement character.
    """
    return _NOT_IN_XML.sub("\ufffd", text).replace("$", "\u2060$\u2060")
