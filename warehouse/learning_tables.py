"""Contracts of what models learn from and are measured on, as readers of published corpora give it."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from valuenet.warehouse.tables import Table
from valuenet.warehouse.vocabulary import CATEGORIES, DIMENSIONS

#: Stances of an argument towards its conclusion, as ValueEval'23 writes them.
STANCES = ("in favor of", "against")
#: Columns of labelled arguments: the texts, then a label 0 or 1 per category in the order of ``CATEGORIES``.
ARGUMENT_COLUMNS = ("argument_id", "conclusion", "stance", "premise", *CATEGORIES)


class RatedTexts(Table):
    """Texts with people's ratings of valence and arousal (one row per text)."""

    id: Series[str] = pa.Field(description="Id of the text in its corpus.")
    split: Series[str] = pa.Field(isin=("train", "dev"), description="Split of the corpus; the test split is not read.")
    text: Series[str] = pa.Field(str_length={"min_value": 1}, description="The text, white space folded.")
    valence: Series[float] = pa.Field(ge=1, le=5, description="How pleasant, 1 to 5, 3 is neutral.")
    arousal: Series[float] = pa.Field(ge=1, le=5, description="How excited, 1 to 5, 3 is neutral.")

    class Config(Table.Config):
        name = "rated_texts"
        unique: ClassVar = ["id"]


if tuple(RatedTexts.columns()[-len(DIMENSIONS) :]) != DIMENSIONS:
    raise TypeError("the last columns of RatedTexts must be the dimensions in their order")


class Arguments(NamedTuple):
    """One part of ValueEval'23: labelled arguments sorted by id, and those left out with the reason."""

    rows: pd.DataFrame
    """Columns ``ARGUMENT_COLUMNS``; the labels are int8."""
    rejected: pd.DataFrame
    """Columns argument_id and reason (``blank premise``)."""


class Conversation(NamedTuple):
    """One support conversation: what the seeker wrote, turn by turn, and the seeker's own ratings of distress."""

    name: str
    turns: tuple[str, ...]
    before: int | None
    """1 to 5, None where it was not asked."""
    after: int | None
    """1 to 5, None where it was not asked."""
