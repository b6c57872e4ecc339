"""What models read in the texts of a community, shard by shard: each a task, skipped while its texts are the same."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
from prefect import flow

from valuenet.curation.reddit.support.texts_to_score import texts_to_score
from valuenet.flows.recipe import itemise
from valuenet.flows.services.reddit import open_category_scorer, open_emotion_reader
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport, read_as_dataset, submit_task
from valuenet.models.scoring.texts import put_in_shards, read_shard, score_texts
from valuenet.warehouse.hashing import content_hash
from valuenet.warehouse.recipes.kept import keep_recipe
from valuenet.warehouse.recipes.recipe import Recipe
from valuenet.warehouse.reddit_tables import Exchanges, OtherReplies, TextScores
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.store import Warehouse

#: Recipe of a shard that was emptied.
NO_TEXTS = "no-texts"


class TextShard:
    """The texts of one shard. They are read when they are scored, or when they are sent to another process."""

    def __init__(self, number: int, read: Callable[[], pd.DataFrame]) -> None:
        self.number, self.read = number, read

    def __reduce__(self) -> tuple[Any, ...]:
        return TextShard, (self.number, partial(_give, self.read()))


@flow(name="reddit-scoring")
def score_community(settings: ValuenetSettings) -> StepReport:
    """Score the texts that passed the filters, each distinct one once; killed, it goes on with the next shard."""
    store = Warehouse(settings.warehouse)
    services = {"emotion": open_emotion_reader(settings), "categories": open_category_scorer(settings)}
    shards = _cut(store, settings)
    _empty_the_others(store, {shard.number for shard in shards})
    waiting = [
        submit_task(f"score texts {shard.number}", _Scoring(store, shard, settings, services)) for shard in shards
    ]
    reports = [future.result() for future in waiting]
    rows = sum(report.rows[TextScores.table_name()] for report in reports)
    return StepReport("score texts", all(report.current for report in reports), {TextScores.table_name(): rows})


class _Scoring:
    """The work on one shard. A class, as task runners send it to other processes."""

    def __init__(
        self, store: Warehouse, shard: TextShard, settings: ValuenetSettings, services: dict[str, Any]
    ) -> None:
        self._store, self._shard, self._settings, self._services = store, shard, settings.reddit.scoring, services

    def __call__(self) -> StepReport:
        name, part, texts = f"score texts {self._shard.number}", str(self._shard.number), self._shard.read()
        rows = {TextScores.table_name(): len(texts)}
        scorers = itemise_scorers(self._settings, self._store, self._services)
        recipe = f"{scorers.key()} {content_hash(texts, ['text_id'])}"
        known = self._store.parts(TextScores).get(part)
        if known is not None and known.recipe == recipe:
            return StepReport(name, True, rows)
        keep_recipe(self._store.uri, scorers)
        scores = score_texts(texts, self._settings, **self._services)
        self._store.write_part(TextScores, part, scores, recipe=recipe)
        return StepReport(name, False, rows)


def itemise_scorers(settings: Settings, store: Warehouse, services: dict[str, Any]) -> Recipe:
    """Return the recipe that the recipe of every shard begins with: who scores, and how. The texts stand after it."""
    return itemise(score_texts, settings, store, (), services)


def _cut(store: Warehouse, settings: ValuenetSettings) -> list[TextShard]:
    texts = texts_to_score(read_as_dataset(store, Exchanges), read_as_dataset(store, OtherReplies))
    spool = put_in_shards(texts, settings.reddit.scoring)
    return [TextShard(number, partial(read_shard, spool, number)) for number in sorted(spool.rows)]


def _give(texts: pd.DataFrame) -> pd.DataFrame:
    return texts


def _empty_the_others(store: Warehouse, numbers: set[int]) -> None:
    """Empty shards that hold no text any more, as when another number of them is wanted: no text stands twice."""
    for part in store.parts(TextScores):
        if int(part) not in numbers and len(store.read_part(TextScores, part)):
            store.write_part(TextScores, part, TextScores.frame(), recipe=NO_TEXTS)
