"""Support conversations in the forms ESConv is passed on in: who said what, and how distressed the seeker was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.json_lines import JsonFileError, read_json, read_json_lines
from valuenet.warehouse.learning_tables import Conversation

#: Names of the person who asks for help, in the files there are.
_SEEKERS = frozenset({"seeker", "speaker", "usr"})
_SUPPORTERS = frozenset({"supporter", "listener", "sys"})
_ENDINGS = (".json", ".jsonl", ".jsonl.txt")


class ConversationsError(InputError):
    """A folder or file does not hold support conversations."""


def read_conversations(folder: Path) -> dict[str, list[Conversation]]:
    """Return the conversations of every file of ``folder`` by file name, in the order of their names.

    Messages of one person that follow one another are one turn.

    Raises:
        ConversationsError: naming file and conversation, and what was found there.
    """
    files = sorted(path for path in folder.glob("*") if path.name.endswith(_ENDINGS)) if folder.is_dir() else []
    conversations = {path.name: _conversations(path) for path in files}
    if not any(conversations.values()):
        raise ConversationsError(
            f"{str(folder)!r} holds no conversation; give a folder with ESConv.json, or other files of it"
        )
    return conversations


def _conversations(path: Path) -> list[Conversation]:
    try:
        rows = read_json(path) if path.suffix == ".json" else [row for _, row in read_json_lines(path)]
    except JsonFileError as error:
        raise ConversationsError(str(error)) from None
    if not isinstance(rows, list):
        raise ConversationsError(f"{path.name!r} is no list of conversations; is it a file of ESConv?")
    return [_conversation(row, f"{path.name}:{at}") for at, row in enumerate(rows, start=1)]


def _conversation(row: Any, name: str) -> Conversation:
    dialog = row.get("dialog") if isinstance(row, Mapping) else None
    if not isinstance(dialog, list):
        raise ConversationsError(f"conversation {name!r} has no list `dialog`; is it a file of ESConv?")
    survey = row.get("survey_score") or {}
    seeker = survey.get("seeker") or {}
    return Conversation(
        name=name,
        turns=tuple(_turns(dialog, name)),
        before=_intensity(seeker.get("initial_emotion_intensity"), name),
        after=_intensity(seeker.get("final_emotion_intensity"), name),
    )


def _turns(dialog: list[Any], name: str) -> Iterable[str]:
    """Yield what the seeker said before each answer; messages without words are passed over."""
    turns = [(_is_seeker(message, name), _words(message)) for message in dialog]
    for by_seeker, messages in groupby((pair for pair in turns if pair[1]), key=lambda pair: pair[0]):
        if by_seeker:
            yield " ".join(words for _, words in messages)


def _is_seeker(message: Any, name: str) -> bool:
    speaker = message.get("speaker") if isinstance(message, Mapping) else None
    if speaker not in _SEEKERS | _SUPPORTERS:
        raise ConversationsError(
            f"conversation {name!r}: speaker is {speaker!r}, wanted one of {', '.join(sorted(_SEEKERS | _SUPPORTERS))}"
        )
    return speaker in _SEEKERS


def _words(message: Mapping[str, Any]) -> str:
    content = message.get("content", message.get("text"))
    return " ".join(content.split()) if isinstance(content, str) else ""


def _intensity(intensity: Any, name: str) -> int | None:
    if intensity is None or intensity == "":
        return None
    if str(intensity) not in {"1", "2", "3", "4", "5"}:
        raise ConversationsError(
            f"conversation {name!r}: emotion intensity is {intensity!r}, wanted 1 to 5; correct it and run again"
        )
    return int(intensity)
