"""The part of annotation in which people are asked: what they answered is appended, never made again."""

from typing import Any

import pandas as pd
from pandera.typing import DataFrame

from valuenet.annotation.codebook_maps import under_codebook
from valuenet.annotation.platforms import Answers, SurveyRequest, requests_for
from valuenet.annotation.progress import pair_progress, waiting_surveys
from valuenet.annotation.surveys import plan_surveys
from valuenet.flows.services.crowd import Crowd
from valuenet.flows.settings.annotation import AnnotationSettings
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport, run_task
from valuenet.warehouse.crowd_tables import (
    AnswerChanges,
    Assignments,
    CodebookMaps,
    Gold,
    Judgements,
    JudgementsSetAside,
    Pairs,
    Surveys,
    Workers,
)
from valuenet.warehouse.errors import InputError, PeoplePendingError
from valuenet.warehouse.store import Warehouse


class MixedPlatformsError(InputError):
    """A warehouse holds the answers of another platform."""


class GoldChangedError(InputError):
    """A gold item has another answer than the one already asked with."""


class CodebookChangedError(InputError):
    """People have answered under another codebook."""


def check_campaign(store: Warehouse, crowd: Crowd, settings: ValuenetSettings) -> None:
    """Refuse to mix answers silently: of two platforms (a simulated crowd and people), or of two codebooks.

    Raises:
        MixedPlatformsError: naming both platforms.
        CodebookChangedError: naming both versions.
    """
    others = set(store.read_or_empty(Assignments)["platform"]) - {crowd.platform.name}
    if others:
        raise MixedPlatformsError(
            f"warehouse {store.uri} holds answers from platform {', '.join(sorted(others))!r}, not from "
            f"{crowd.platform.name!r}; set `warehouse` to another place for this campaign"
        )
    asked = set(store.read_or_empty(Surveys)["codebook_version"])
    now = crowd.codebook.content_version
    maps = store.read_or_empty(CodebookMaps)
    mapped = set(maps.loc[maps["to_codebook"] == now, "from_codebook"])
    if asked and now not in asked and not mapped & asked and settings.sources.new_codebook == "refuse":
        raise CodebookChangedError(
            f"warehouse {store.uri} holds surveys asked with codebook {', '.join(sorted(asked))}, and the codebook is "
            f"now {now}; put the old text back, say in a table (sources.codebook_map) what the old answers stand for, "
            'or set sources.new_codebook = "ask-again" to ask every pair anew'
        )


def import_codebook_map(store: Warehouse, maps: DataFrame[CodebookMaps]) -> int:
    """Add what older answers stand for now and return the number of new rows. What was said once is not changed.

    Raises:
        CodebookChangedError: if a row says something else than it did.
    """
    both = store.read_or_empty(CodebookMaps).merge(maps, on=CodebookMaps.key(), suffixes=("_old", "_new"))
    changed = both[both["to_label_old"].fillna("") != both["to_label_new"].fillna("")]
    if len(changed):
        first = changed.iloc[0]
        raise CodebookChangedError(
            f"{first['from_label']!r} under {first['value']} of codebook {first['from_codebook']} was mapped to "
            f"{first['to_label_old']!r} and is now {first['to_label_new']!r}; restore the row, or give the codebook a "
            "new version and map to that"
        )
    return store.append(CodebookMaps, maps)


def tell_platform(store: Warehouse, crowd: Crowd) -> None:
    """Have the platform offer nothing more to who is disqualified."""
    workers = store.read(Workers)
    out = workers[workers["status"] == "disqualified"]
    crowd.platform.disqualify(dict(zip(out["worker"], out["reason"], strict=True)))


def import_gold(store: Warehouse, gold: DataFrame[Gold]) -> StepReport:
    """Add new gold items as a Prefect task."""

    def add() -> StepReport:
        added = add_gold(store, gold)
        return StepReport("import gold", not added, {Gold.table_name(): added})

    return run_task("import gold", add)


def add_gold(store: Warehouse, gold: DataFrame[Gold]) -> int:
    """Add new gold items and return their number. A changed answer is refused: workers have been judged by the old.

    Raises:
        GoldChangedError: naming the first such item.
    """
    both = store.read_or_empty(Gold).merge(gold, on=Gold.key(), suffixes=("_old", "_new"))
    changed = both[both["label_old"] != both["label_new"]]
    if len(changed):
        first = changed.iloc[0]
        raise GoldChangedError(
            f"gold item {first['text_new']!r} under {first['value']} was {first['label_old']!r} and is now "
            f"{first['label_new']!r}; workers were judged by the old answer: restore it, or use another warehouse"
        )
    return store.append(Gold, gold)


def publish_surveys(store: Warehouse, crowd: Crowd) -> StepReport:
    """Publish every survey that waits and is not published yet. A retry asks nobody twice."""

    def publish() -> StepReport:
        requests = open_requests(store, crowd.codebook.content_version)
        crowd.platform.publish(requests, crowd.codebook)
        return StepReport("publish surveys", not requests, {"surveys waiting": len(requests)})

    return run_task("publish surveys", publish, retries=3)


def collect_answers(store: Warehouse, crowd: Crowd) -> StepReport:
    """Take in what has been answered since the last time: new assignments, edits and deletions."""

    def collect() -> StepReport:
        asked = sorted(set(store.read_or_empty(Surveys)["survey_id"]))
        return take_in(store, crowd.platform.collect(asked, known=answers_of(store)))

    return run_task("collect answers", collect, retries=3)


def take_in(store: Warehouse, came: Answers) -> StepReport:
    """Add what has come in to the raw tables."""
    # The assignments last: a judgement without its assignment is taken in again, the other way round it is lost.
    rows: dict[Any, pd.DataFrame] = {Judgements: came.judgements, AnswerChanges: came.changes}
    rows[Assignments] = came.assignments
    return _append(store, "collect answers", rows)


def open_requests(store: Warehouse, codebook_version: str) -> list[SurveyRequest]:
    """Return a request for every survey that still waits for people."""
    assignments, judgements = answers_of(store).in_force()
    surveys, workers = store.read_or_empty(Surveys), store.read_or_empty(Workers)
    return requests_for(surveys, assignments, judgements, workers, codebook_version=codebook_version)


def answers_of(store: Warehouse) -> Answers:
    """Return everything people have answered so far, as it was collected."""
    changes = store.read_or_empty(AnswerChanges)
    return Answers(store.read_or_empty(Assignments), store.read_or_empty(Judgements), changes)


def open_next_round(store: Warehouse, crowd: Crowd, settings: AnnotationSettings) -> bool:
    """Plan surveys for what is still missing and say whether there are any."""
    version = crowd.codebook.content_version
    planned = plan_surveys(
        store.read(Pairs),
        store.read(Gold),
        store.read_or_empty(Surveys),
        judgements_under(store, version),
        store.read_or_empty(JudgementsSetAside),
        settings.surveys,
        workers_each=settings.consensus.workers_each,
        codebook_version=version,
    )
    if len(planned):
        run_task("open surveys", lambda: _append(store, "open surveys", {Surveys: planned}))
    return bool(len(planned))


def check_nobody_is_awaited(store: Warehouse, crowd: Crowd, settings: AnnotationSettings) -> None:
    """Return when every pair has its judgements, or ``max_rounds`` are over.

    Raises:
        PeoplePendingError: while surveys wait for people, or pairs for surveys, saying how many and what to run.
    """
    version = crowd.codebook.content_version
    surveys = store.read_or_empty(Surveys)
    surveys = surveys[surveys["codebook_version"] == version]
    done, judgements = answers_of(store).in_force()
    complete = done.loc[done["status"] == "complete"]
    waiting = set(waiting_surveys(surveys, judgements[judgements["assignment_id"].isin(complete["assignment_id"])]))
    if waiting:
        wanted = surveys.drop_duplicates("survey_id")
        given = int(complete["survey_id"].isin(wanted["survey_id"]).sum())
        raise PeoplePendingError(
            f"{len(waiting):,} of {len(wanted):,} surveys wait for people: {given:,} of "
            f"{int(wanted['workers_wanted'].sum()):,} answers are in; run the same command later"
        )
    missing = _pairs_missing(store, version, settings)
    if missing and surveys["round"].nunique() < settings.surveys.max_rounds:
        raise PeoplePendingError(
            f"{missing:,} pairs miss judgements and stand in no open survey; run `valuenet annotate publish`"
        )


def judgements_under(store: Warehouse, codebook_version: str) -> DataFrame[Judgements]:
    """Return all judgements, those of older codebooks as the table of versions reads them."""
    return under_codebook(store.read_or_empty(Judgements), store.read_or_empty(CodebookMaps), codebook_version)


def _pairs_missing(store: Warehouse, version: str, settings: AnnotationSettings) -> int:
    progress = pair_progress(
        store.read(Pairs),
        store.read_or_empty(Surveys),
        judgements_under(store, version),
        store.read_or_empty(JudgementsSetAside),
        workers_each=settings.consensus.workers_each,
        codebook_version=version,
    )
    return int((progress["missing"] > 0).sum())


def _append(store: Warehouse, name: str, rows: dict[Any, pd.DataFrame]) -> StepReport:
    added = {table.table_name(): store.append(table, frame) for table, frame in rows.items()}
    return StepReport(name, not any(added.values()), added)
