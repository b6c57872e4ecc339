"""What is asked of the service and what it answers, as JSON."""

from __future__ import annotations

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field

from valuenet.models.serve.settings import ServeSettings
from valuenet.warehouse.vocabulary import VALUES, UnknownValueError, parse_value


class Texts(BaseModel):
    """A batch to be judged."""

    model_config = ConfigDict(extra="forbid")
    texts: list[str] = Field(examples=[["I helped my mom"]])


class Question(BaseModel):
    """A text and the value whose words are wanted."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(examples=["I helped my mom"])
    value: str = Field(examples=["BENEVOLENCE"])


class Utilities(BaseModel):
    """One row of ten utilities per text, -1 to +1, in the order of ``values``."""

    values: list[str] = list(VALUES)
    utilities: list[list[float]]


class Word(BaseModel):
    """A word, where it stands, and what it adds to the utility."""

    word: str
    start: int
    end: int
    contribution: float


class Words(BaseModel):
    """Which words carry a utility: contributions add up to utility - baseline, but for ``error``."""

    value: str
    utility: float
    baseline: float
    error: float
    words: list[Word]


class Health(BaseModel):
    """That the service is up, and with which model."""

    status: str = "ok"
    recipe: str
    encoder: str
    limits: ServeSettings


def check_texts(texts: list[str], settings: ServeSettings) -> list[str]:
    """Return ``texts`` as they are.

    Raises:
        HTTPException: 422 with a sentence, if there are none or too many, or one is blank or too long.
    """
    if not texts:
        raise HTTPException(422, "texts is empty; send at least one")
    if len(texts) > settings.max_texts:
        raise HTTPException(422, f"{len(texts):,} texts in one request; send at most {settings.max_texts:,} at a time")
    for number, text in enumerate(texts, 1):
        where = f"text {number} of {len(texts):,}"
        if not text.strip():
            raise HTTPException(422, f"{where} is blank; leave it out or give it words")
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise HTTPException(422, f"{where} holds half a character (a lone surrogate); send it as UTF-8")
        if len(text) > settings.max_characters:
            raise HTTPException(
                422, f"{where} has {len(text):,} characters; shorten it to {settings.max_characters:,} at most"
            )
    return texts


def check_value(name: str) -> str:
    """Return the value ``name`` stands for.

    Raises:
        HTTPException: 422, naming the nearest value.
    """
    try:
        return parse_value(name)
    except UnknownValueError as error:
        raise HTTPException(422, str(error)) from None
