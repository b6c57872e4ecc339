"""Two pages experts see in Label Studio: one proposed keyword, and one disputed pair, each answered by one key."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

from valuenet.annotation.codebook import Codebook

ANSWER: Final = "answer"
"""The name under which the answer comes back on both pages."""


class AnswerKey(NamedTuple):
    """An answer, the key that gives it, and what it says."""

    answer: str
    key: str
    meaning: str


KEYWORD_ANSWERS: Final = (
    AnswerKey("accept", "a", "Scenarios that hold this word are likely to be about the value, for or against it."),
    AnswerKey("reject", "r", "The word is too general, means something else, or belongs to another value."),
)
UNDECIDED: Final = "undecided"
# Label Studio prints headings large and what is asked about small; here it is the other way round.
_STYLE = (
    ".vn-quiet * { font-size: 15px !important; font-weight: 400 !important; line-height: 1.4 !important }"
    " .vn-subject { margin: 16px 0 } .vn-subject * { font-size: 22px !important; line-height: 1.4 !important }"
)


def keyword_interface() -> str:
    """Return the labelling configuration (XML) of keyword sign-off.

    A task's data hold the texts ``name``, ``definition``, ``keyword``, ``origin`` and ``examples``; the answer comes
    back as the choice accept or reject.
    """
    page = _page()
    _text(_part(page, "subject"), "keyword")
    _header(_part(page, "quiet"), "$origin", size=5)
    _header(page, "Scenarios it would bring", size=4)
    _text(page, "examples")
    _header(page, "Shall this word stand for the value?", size=4)
    _answers(page, "keyword", KEYWORD_ANSWERS)
    return ET.tostring(page, encoding="unicode")


def dispute_answers(codebook: Codebook) -> tuple[AnswerKey, ...]:
    """Return what an expert may answer to a disputed pair: the codebook's answers, and that it cannot be decided."""
    answers = codebook.answers
    return (
        AnswerKey("yes", "y", answers.yes),
        AnswerKey("no", "n", answers.no),
        AnswerKey("unrelated", "u", answers.unrelated),
        AnswerKey(UNDECIDED, "d", "It cannot be decided from these words."),
    )


def dispute_interface(codebook: Codebook) -> str:
    """Return the labelling configuration (XML) of adjudication; answers as in ``dispute_answers``.

    A task's data hold the texts ``name``, ``definition``, ``question`` and ``scenario``. The votes are nowhere in it,
    not even hidden until the answer is given: whatever a task holds its reader's browser receives, Label Studio has no
    step between answering and handing in, and an expert who sees a majority first tends to follow it. Gold has to be
    what two people found by themselves. The votes stand in the report of the campaign, for those who settle a case.
    """
    page = _page()
    _text(_part(page, "subject"), "scenario")
    _header(page, "$question", size=4)
    _answers(page, "scenario", dispute_answers(codebook))
    return ET.tostring(page, encoding="unicode")


def _page() -> Element:
    """Return a page that begins with the value and its definition."""
    page = Element("View")
    SubElement(page, "Style").text = _STYLE
    _header(page, "$name", size=4)
    _header(_part(page, "quiet"), "$definition", size=5)
    return page


def _part(page: Element, look: str) -> Element:
    return SubElement(page, "View", className=f"vn-{look}")


def _text(parent: Element, name: str) -> None:
    SubElement(parent, "Text", name=name, value=f"${name}", valueType="text")


def _header(page: Element, text: str, *, size: int) -> None:
    SubElement(page, "Header", value=text, size=str(size))


def _answers(page: Element, about: str, answers: Sequence[AnswerKey]) -> None:
    message = "Please choose an answer."
    box = SubElement(
        page, "Choices", name=ANSWER, toName=about, choice="single-radio", required="true", requiredMessage=message
    )
    for answer in answers:
        SubElement(box, "Choice", value=answer.answer, hotkey=answer.key)
    for answer in answers:
        _header(_part(page, "quiet"), f"{answer.answer}: {answer.meaning}".replace("$", "\u2060$\u2060"), size=6)
