"""The test a worker takes once before they see the surveys of a campaign, with its answer key."""

from xml.sax.saxutils import escape

from valuenet.annotation.codebook import Codebook
from valuenet.annotation.mturk.question import without_control_characters
from valuenet.warehouse.vocabulary import VALUES

_SCHEMAS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"
_ORDER = ("yes", "no", "unrelated")


def qualification_test(codebook: Codebook) -> tuple[str, str]:
    """Return QuestionForm and AnswerKey (XML): for each value its definition and its prerequisite question.

    The score is the percentage of right answers, 0 to 100; MTurk gives it without anybody's help.
    """
    form = "".join(_question(codebook, value) for value in VALUES)
    overview = (
        "<Overview><Title>What serves a value?</Title><Text>Ten short scenarios, each with the definition of one "
        "value. Say for each whether it serves that value. The test can be taken once.</Text></Overview>"
    )
    key = "".join(_key(value, codebook.instrument(value).prerequisite.answer) for value in VALUES)
    scoring = (
        "<QualificationValueMapping><PercentageMapping>"
        f"<MaximumSummedScore>{len(VALUES)}</MaximumSummedScore>"
        "</PercentageMapping></QualificationValueMapping>"
    )
    return (
        f'<QuestionForm xmlns="{_SCHEMAS}/2017-11-06/QuestionForm.xsd">{overview}{form}</QuestionForm>',
        f'<AnswerKey xmlns="{_SCHEMAS}/2005-10-01/AnswerKey.xsd">{key}{scoring}</AnswerKey>',
    )


def _question(codebook: Codebook, value: str) -> str:
    instrument = codebook.instrument(value)
    texts = (
        f"{instrument.name}: {instrument.definition}",
        codebook.question_about(value),
        instrument.prerequisite.scenario,
    )
    content = "".join(f"<Text>{_safe(text)}</Text>" for text in texts)
    selections = "".join(
        f"<Selection><SelectionIdentifier>{label}</SelectionIdentifier><Text>{label}</Text></Selection>"
        for label in _ORDER
    )
    return (
        f"<Question><QuestionIdentifier>{value}</QuestionIdentifier><DisplayName>{_safe(instrument.name)}</DisplayName>"
        f"<IsRequired>true</IsRequired><QuestionContent>{content}</QuestionContent><AnswerSpecification>"
        "<SelectionAnswer><StyleSuggestion>radiobutton</StyleSuggestion>"
        f"<Selections>{selections}</Selections></SelectionAnswer></AnswerSpecification></Question>"
    )


def _key(value: str, answer: str) -> str:
    return (
        f"<Question><QuestionIdentifier>{value}</QuestionIdentifier><AnswerOption><SelectionIdentifier>{answer}"
        "</SelectionIdentifier><AnswerScore>1</AnswerScore></AnswerOption></Question>"
    )


def _safe(text: str) -> str:
    return escape(without_control_characters(text))
