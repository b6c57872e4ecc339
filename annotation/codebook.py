"""The instrument: what each value means, three worked examples, and the question a worker must pass first."""

import hashlib
import json
import tomllib
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from valuenet.warehouse.errors import InputError
from valuenet.warehouse.vocabulary import LABELS, VALUES

DEFAULT_CODEBOOK = Path(__file__).parent / "data" / "codebook.toml"

Answer = Literal["no", "unrelated", "yes"]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]


class CodebookError(InputError):
    """A codebook cannot be read, or is not complete."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WorkedExample(_Frozen):
    """A scenario with its right answer and the reason, shown above the questions."""

    scenario: Text
    label: Answer
    reason: Text


class Prerequisite(_Frozen):
    """The question that opens the survey only when it is answered rightly."""

    scenario: Text
    answer: Answer
    reason: Text


class ValueInstrument(_Frozen):
    """What a worker reads about one value. Source: Schwartz 2012, in our own words."""

    name: Text
    definition: Text
    examples: tuple[WorkedExample, ...]
    prerequisite: Prerequisite

    @model_validator(mode="after")
    def _has_one_example_per_answer(self) -> Self:
        labels = sorted(example.label for example in self.examples)
        if labels != sorted(LABELS):
            raise ValueError(f"one worked example each for yes, no and unrelated is wanted, found {labels}")
        if self.prerequisite.scenario in {example.scenario for example in self.examples}:
            raise ValueError("the prerequisite repeats a worked example, which gives its answer away")
        return self


class AnswerMeanings(_Frozen):
    """What each answer says, shown beside its button."""

    yes: Text
    no: Text
    unrelated: Text


class Codebook(_Frozen):
    """The whole instrument. Two codebooks with the same ``content_version`` show the same words."""

    version: Text
    source: Text
    question: Text
    answers: AnswerMeanings
    values: dict[str, ValueInstrument]

    @model_validator(mode="after")
    def _has_all_ten_values(self) -> Self:
        unknown = sorted(set(self.values) - set(VALUES))
        if unknown:
            raise ValueError(f"unknown value(s) {', '.join(unknown)}; the ten values are {', '.join(VALUES)}")
        missing = [value for value in VALUES if value not in self.values]
        if missing:
            raise ValueError(f"no definition of {', '.join(missing)}; add a [values.{missing[0]}] section")
        return self

    @cached_property
    def content_version(self) -> str:
        """Return the version and 8 hex digits over all texts, so that no change of wording goes unnoticed."""
        texts = json.dumps(self.model_dump(), sort_keys=True, ensure_ascii=False)
        return f"{self.version}+{hashlib.sha256(texts.encode()).hexdigest()[:8]}"

    def instrument(self, value: str) -> ValueInstrument:
        """Return what a worker reads about ``value``."""
        return self.values[value]

    def question_about(self, value: str) -> str:
        """Return the question as it is put for ``value``, for example 'Think of someone to whom power matters ...'."""
        return self.question.replace("{name}", self.instrument(value).name)


def load_codebook(path: Path | None = None) -> Codebook:
    """Return the codebook at ``path``, or the one that ships with the project.

    Raises:
        CodebookError: if the file cannot be read, or lacks something; the message names value and field.
    """
    source = path or DEFAULT_CODEBOOK
    try:
        return Codebook.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
    except OSError as error:
        raise CodebookError(
            f"codebook {source}: cannot be read ({error.strerror}); give the path of a TOML file"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CodebookError(f"codebook {source}: not TOML ({error}); correct it there") from None
    except ValidationError as error:
        raise CodebookError(f"codebook {source}: {_explain(error)}; correct it there") from None


_PROBLEMS = MappingProxyType(
    {
        "missing": "is missing",
        "extra_forbidden": "is not a field of a codebook",
        "string_too_short": "is empty",
        "string_pattern_mismatch": "is blank",
    }
)


def _explain(error: ValidationError) -> str:
    """Return the first problem as 'values.POWER.prerequisite.answer is missing'."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "the file"
    problem = _PROBLEMS.get(first["type"], first["msg"].removeprefix("Value error, "))
    value = f" (found {first['input']!r})" if first["type"] == "literal_error" else ""
    return f"{field}{'' if first['type'] in _PROBLEMS else ':'} {problem}{value}"
