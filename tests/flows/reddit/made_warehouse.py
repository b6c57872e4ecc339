"""A warehouse by hand that fits the exchanges of ``tests.made_support``: posts and comments of two months."""

from collections.abc import Collection

import pandas as pd

from tests.made_support import examples, exchange_id, exchanges, preferences
from valuenet.flows.reddit.recipes import ingest_today, recipe_today, scorers_today
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.hashing import text_id
from valuenet.warehouse.reddit_tables import (
    Comments,
    ExamplesSetAside,
    Exchanges,
    OtherReplies,
    PersonalData,
    Posts,
    Preferences,
    RedditRejected,
    Repeats,
    SupportExamples,
    TextScores,
)
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.vocabulary import CATEGORIES

_TURNS = exchanges()
_PAIRS = preferences()
#: Text of each post and comment, by its id without prefix.
TEXTS = {
    **dict(zip(_TURNS["comment_id"].fillna(_TURNS["post_id"]), _TURNS["text"], strict=True)),
    **dict(zip(_PAIRS["rejected_id"], _PAIRS["rejected_text"], strict=True)),
}


def fill_warehouse(store: Warehouse, without: Collection[str] = ()) -> None:
    """Write every table as the default settings make it; things ``without`` text have none."""
    settings = ValuenetSettings()
    month_recipe = f"{ingest_today(settings, store).key()} k-00000000 files"
    scores_recipe = f"{scorers_today(settings, store).key()} texts"
    posts, comments = _posts(), pd.concat([_comments(), _rejected()])
    for table, rows in ((Posts, posts), (Comments, comments)):
        gone = rows[table.key()[0]].isin(list(without))
        left = table.frame(rows.assign(text=rows["text"].mask(gone)))
        for month in ("2020-01", "2020-03"):
            store.write_part(table, month, left[left["month"] == month], recipe=month_recipe)
    store.write_part(RedditRejected, "2020-01", _rejected_lines(), recipe=month_recipe)
    store.write_part(PersonalData, "2020-01", _personal_data(), recipe=month_recipe)
    for table, rows in ((Repeats, _repeats()), (Exchanges, exchanges()), (OtherReplies, _replies())):
        store.write(table, rows, recipe=recipe_today(table, settings, store))
    scores = _scores()
    for shard in ("0", "1"):
        store.write_part(TextScores, shard, scores[scores["shard"] == int(shard)], recipe=scores_recipe)
    for table, rows in ((SupportExamples, examples()), (Preferences, preferences())):
        store.write(table, rows, recipe=recipe_today(table, settings, store))
    aside = [{"exchange_id": exchange_id("p5"), "turn": turn, "reason": "no-answer"} for turn in (2, 4)]
    store.write(ExamplesSetAside, ExamplesSetAside.frame(aside), recipe="build")


def _scores() -> pd.DataFrame:
    feelings = {"valence": 3.0, "intensity": 2.0}
    likely = {f"category_{n}": CATEGORIES[n] for n in (1, 2, 3)} | {f"probability_{n}": 0.5 for n in (1, 2, 3)}
    ids = [text_id(text) for text in TEXTS.values()]
    return TextScores.frame([{"text_id": name, "shard": n % 2, **feelings, **likely} for n, name in enumerate(ids)])


def _posts() -> pd.DataFrame:
    first = _TURNS[_TURNS["turn"] == 1]
    rows = first.assign(title=None, month="2020-01")
    rows.loc[rows["post_id"] == "p2", "month"] = "2020-03"
    return rows[["post_id", "month", "author", "created_at", "title", "text", "score", "crisis", "filtered"]]


def _comments() -> pd.DataFrame:
    rest = _TURNS[_TURNS["turn"] > 1]
    rows = rest.assign(month="2020-01", parent_id=None)
    rows.loc[rows["comment_id"] == "p1c4", "month"] = "2020-03"
    return rows[Comments.columns()]


def _rejected() -> pd.DataFrame:
    rows = _PAIRS.rename(columns={"rejected_id": "comment_id", "rejected_text": "text"})
    more = {"month": "2020-01", "parent_id": None, "score": 1, "crisis": None, "filtered": None}
    made = rows.assign(**more, author="u-rejected-" + rows["comment_id"], created_at=_TURNS["created_at"].iloc[0])
    return made[Comments.columns()]


def _replies() -> pd.DataFrame:
    rows = _rejected()
    return OtherReplies.frame(rows[OtherReplies.columns()])


def _repeats() -> pd.DataFrame:
    rows = [("post", "p5", "p4", "near"), ("comment", "p1c4", "p1c2", "exact"), ("comment", "p5c2", "p4c2", "exact")]
    return Repeats.frame(pd.DataFrame(rows, columns=Repeats.columns()))


def _rejected_lines() -> pd.DataFrame:
    row = {"source_file": "RS_2020-01.zst", "source_line": 3, "month": "2020-01", "reason": "not-json", "detail": "-"}
    return RedditRejected.frame([row])


def _personal_data() -> pd.DataFrame:
    things = (("post", 3, 2), ("comment", 2, 2))
    return PersonalData.frame(
        [
            {"month": "2020-01", "thing": thing, "pii": "email", "placeholders": found, "texts": texts}
            for thing, found, texts in things
        ]
    )
