"""A folder that holds a trained model: a record in JSON beside what plain transformers loads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from valuenet.models.encoding.encoders import quiet_transformers
from valuenet.models.encoding.whole_model import NotWholeError, load_pretrained
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.whole_files import write_whole

Record = TypeVar("Record", bound=BaseModel)


def read_folder_record(kind: type[Record], path: Path, error_type: type[InputError], *, command: str) -> Record:
    """Return the record at ``path``.

    Args:
        kind: the record's model.
        path: its file in the model's folder.
        error_type: the error to raise.
        command: what writes such folders, for the message.

    Raises:
        error_type: if there is none, or it does not read.
    """
    try:
        return kind.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError:
        raise error_type(
            f"{str(path.parent)!r} holds no {path.name}; give a folder that `{command}` has written"
        ) from None
    except UnicodeDecodeError:
        raise error_type(f"{str(path)!r} does not read (it is not UTF-8); train the model again") from None
    except ValidationError as error:
        field = ".".join(map(str, error.errors()[0]["loc"]))
        raise error_type(
            f"{str(path)!r} does not read ({field or 'the file'}: {error.errors()[0]['msg']}); train the model again"
        ) from None


def write_folder_record(record: BaseModel, path: Path) -> None:
    """Write ``record`` to ``path``, keys in their order."""
    text = json.dumps(record.model_dump(mode="json"), indent=2, ensure_ascii=False)
    write_whole(path, text + "\n")


def load_folder(path: str | Path, error_type: type[InputError]) -> tuple[Any, Any]:
    """Return tokenizer and classifier of a model's folder.

    Raises:
        error_type: if it does not load whole.
    """
    from transformers import AutoModelForSequenceClassification

    with quiet_transformers():
        try:
            return load_pretrained(AutoModelForSequenceClassification, path, trained_here=True)
        except NotWholeError as error:
            raise error_type(f"the model in {str(path)!r} does not load ({error}); train it again") from None
