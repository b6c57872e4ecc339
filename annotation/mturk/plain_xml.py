"""The little XML that comes from outside, read without entities, document types or anything else that expands."""

from xml.parsers import expat

from valuenet.warehouse.errors import InputError


class XmlError(InputError):
    """XML is broken, declares entities, or is another document than the one wanted."""


def read_texts(xml: str, root: str) -> dict[str, str]:
    """Return the text of every element by its local name; of several with one name the last counts.

    Raises:
        XmlError: if it is no XML, has a document type, or its root element is not ``root``.
    """
    return dict(_walk(xml, root))


def read_answers(xml: str) -> dict[str, str]:
    """Return the fields of a QuestionFormAnswers document by their identifier.

    Raises:
        XmlError: as for ``read_texts``.
    """
    answers: dict[str, str] = {}
    name = ""
    for element, text in _walk(xml, "QuestionFormAnswers"):
        if element == "QuestionIdentifier":
            name = text.strip()
        elif element in {"FreeText", "SelectionIdentifier"} and name:
            answers[name] = text.strip()
    return answers


def _walk(xml: str, root: str) -> list[tuple[str, str]]:
    """Return the elements in the order they end, each with the text right inside it."""
    parser = expat.ParserCreate()
    open_elements: list[tuple[str, list[str]]] = []
    ended: list[tuple[str, str]] = []

    def start(name: str, _attributes: object) -> None:
        local = name.rpartition(":")[2]
        if not open_elements and local != root:
            raise XmlError(f"{root} is wanted, but the document is {local[:40]!r}; give the answers MTurk sent")
        open_elements.append((local, []))

    def end(_name: str) -> None:
        local, parts = open_elements.pop()
        ended.append((local, "".join(parts)))

    def text(content: str) -> None:
        open_elements[-1][1].append(content)

    def refuse(*_declaration: object) -> None:
        raise XmlError(f"a {root} with a document type or entities is not read; MTurk sends none")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler, parser.EntityDeclHandler = refuse, refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise XmlError(f"not a {root} in XML (line {error.lineno}); give the answers MTurk sent") from None
    return ended
