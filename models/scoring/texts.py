"""What models read in texts: each distinct text once, in shards that are scored and stored one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd
from pandera.typing import DataFrame
from pydantic import Field, PositiveInt

from valuenet.models.detector.scorers import CategoryScorer
from valuenet.models.emotion.reading import EmotionReader
from valuenet.warehouse.commits import to_arrow
from valuenet.warehouse.hashing import fold_space, text_id
from valuenet.warehouse.reddit_tables import TextScores
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.spool import Spool
from valuenet.warehouse.vocabulary import CATEGORIES

#: Columns of texts that wait for scores.
TEXT_COLUMNS = ("text_id", "shard", "text")
_TOP = 3


class TextScoringSettings(Settings):
    """Who reads feeling and values in the texts of a community, and in which portions."""

    emotion: str = Field(default="vader", min_length=1)
    """Who reads feeling: `vader` (a lexicon, embedded), or a folder that `valuenet train emotion` made."""
    detector: str = Field(default="words", min_length=1)
    """Who reads values: `words` (embedded), or a folder that `valuenet train detector` made."""
    shards: PositiveInt = 64
    """Parts the texts are scored in; a killed run goes on with the next one."""
    decimals: int = Field(default=4, ge=2, le=8)
    """Digits that are kept: with bfloat16 off, what stood beside a text in its batch changes none of them."""
    bf16: Literal["auto", "on", "off"] = "off"
    """Whether trained models compute in bfloat16: faster where the processor has it, but then a text's last digits
    depend on what stood beside it."""
    batch_size: PositiveInt = 16
    """Texts that go through a trained model together. Long ones, as posts are, take no longer sixteen at a time than
    sixty-four on a processor, and two thirds of the memory."""


def distinct_texts(texts: Iterable[str | None], settings: TextScoringSettings) -> pd.DataFrame:
    """Return each distinct text once (columns text_id, shard, text), sorted by id; white space is folded.

    What is missing or has no characters but white space is no text.
    """
    folded = sorted({fold_space(text) for text in texts if isinstance(text, str)} - {""})
    texts_by_id = pd.DataFrame({"text_id": [text_id(text) for text in folded], "text": folded}, dtype="str")
    texts_by_id["shard"] = [int(name[2:], 16) % settings.shards for name in texts_by_id["text_id"]]
    texts_by_id = texts_by_id.astype({"shard": "int64"}).loc[:, list(TEXT_COLUMNS)]
    return texts_by_id.sort_values("text_id").reset_index(drop=True)


def put_in_shards(texts: Iterable[Iterable[str | None]], settings: TextScoringSettings) -> Spool:
    """Return texts that come some at a time, spilled to disk in one cell per shard; ``read_shard`` takes them out.

    Raises:
        SpoolError: if there is no room for temporary files.
    """
    spool = Spool(to_arrow(distinct_texts([], settings)).schema)
    for some in texts:
        distinct = distinct_texts(some, settings)
        spool.add(to_arrow(distinct), distinct["shard"].to_numpy())
    return spool


def read_shard(spool: Spool, shard: int) -> pd.DataFrame:
    """Return the distinct texts of a shard as ``distinct_texts`` gives them."""
    rows: pd.DataFrame = spool.read([shard]).to_pandas().drop_duplicates("text_id")
    return rows.sort_values("text_id").reset_index(drop=True)


def score_texts(
    texts: pd.DataFrame, settings: TextScoringSettings, *, emotion: EmotionReader, categories: CategoryScorer
) -> DataFrame[TextScores]:
    """Return the scores of ``texts`` (as ``distinct_texts`` gives them, of one shard or several), sorted by id.

    Of categories that are equally likely the first in the order of ``CATEGORIES`` comes first; in a text that draws
    on fewer than three, the others have a probability near 0.
    """
    ordered = texts.sort_values("text_id").reset_index(drop=True)
    ordered_texts = ordered["text"].tolist()
    feelings = np.round(emotion.read(ordered_texts), settings.decimals)
    chances = np.round(categories.probabilities(ordered_texts), settings.decimals)
    best = np.argsort(-chances, axis=1, kind="stable")[:, :_TOP]
    names = np.array(CATEGORIES, dtype=object)[best]
    likely = np.take_along_axis(chances, best, axis=1)
    columns = {
        "text_id": ordered["text_id"],
        "shard": ordered["shard"],
        "valence": feelings[:, 0],
        "intensity": feelings[:, 1],
        **{f"category_{rank + 1}": names[:, rank] for rank in range(_TOP)},
        **{f"probability_{rank + 1}": likely[:, rank] for rank in range(_TOP)},
    }
    return TextScores.frame(pd.DataFrame(columns))
