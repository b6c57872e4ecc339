"""Exchanges and scores in a few words, for examples worked by hand."""

from typing import Any

import pandas as pd

from tests.curation.reddit.community import NOON
from valuenet.warehouse.hashing import text_id
from valuenet.warehouse.reddit_tables import Exchanges, OtherReplies, TextScores
from valuenet.warehouse.vocabulary import CATEGORIES

FIRST, SECOND, THIRD = CATEGORIES[:3]


def turns(
    name: str, *texts: str, post: str = "1", people: tuple[str, str] = ("ann", "bob"), **said: Any
) -> pd.DataFrame:
    """Return the turns of one exchange: post, reply, answer, ...; ``said`` maps ``filtered_2`` to turn 2's filter."""
    rows = [
        {
            "exchange_id": f"x-{name}",
            "turn": turn,
            "post_id": post,
            "comment_id": None if turn == 1 else said.get(f"comment_{turn}", f"{name}{turn}"),
            "depth": len(texts) - 1,
            "role": ("commenter", "poster")[turn % 2],
            "author": f"u-{people[(turn - 1) % 2]}",
            "created_at": NOON,
            "score": 1,
            "text": text,
            "crisis": said.get(f"crisis_{turn}"),
            "filtered": said.get(f"filtered_{turn}"),
        }
        for turn, text in enumerate(texts, 1)
    ]
    return Exchanges.frame(rows)


def scores(**feelings: tuple[float, float] | tuple[float, float, str]) -> pd.DataFrame:
    """Return scores of texts (underscores for blanks): valence, intensity, and which categories (three letters a-t)."""
    rows = []
    for text, (valence, intensity, *values) in feelings.items():
        places = [ord(letter) - ord("a") for letter in (values[0] if values else "abc")]
        named = {f"category_{k}": CATEGORIES[place] for k, place in enumerate(places, 1)}
        chances = {"probability_1": 0.6, "probability_2": 0.3, "probability_3": 0.2}
        told = {"text_id": text_id(text.replace("_", " ")), "shard": 0, "valence": valence, "intensity": intensity}
        rows.append({**told, **named, **chances})
    return TextScores.frame(rows)


def replies(*rows: tuple[str, str, str], post: str = "1") -> pd.DataFrame:
    """Return other replies: comment, author, text."""
    made = [
        {"comment_id": name, "post_id": post, "author": f"u-{author}", "score": 1, "text": text}
        for name, author, text in rows
    ]
    return OtherReplies.frame(made)
