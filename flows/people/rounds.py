"""A campaign among people, in parts that a schedule can run: publish, collect, and go on when the last answer is in."""

import time
from collections.abc import Iterator
from pathlib import Path

from prefect import State, flow
from prefect.states import Completed

from valuenet.annotation.campaign.status import CampaignStatus
from valuenet.flows.artifacts import show_status, show_steps
from valuenet.flows.curation import curate
from valuenet.flows.modelling.value import train
from valuenet.flows.people.annotation import annotate, collect_and_qualify, prepare
from valuenet.flows.people.campaign import (
    check_campaign,
    check_nobody_is_awaited,
    import_codebook_map,
    open_next_round,
    publish_surveys,
)
from valuenet.flows.people.monitor import read_status, render_page
from valuenet.flows.release import Built, release
from valuenet.flows.services.crowd import open_codebook_map, open_crowd, wants_model
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport
from valuenet.warehouse.errors import PeoplePendingError
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.whole_files import write_whole


@flow(name="annotation-plan")
def plan(settings: ValuenetSettings) -> list[StepReport]:
    """Do all that ``publish`` does before anybody is asked: candidates, pairs, and surveys for what is missing."""
    store, crowd = Warehouse(settings.warehouse), open_crowd(settings)
    import_codebook_map(store, open_codebook_map(settings))
    check_campaign(store, crowd, settings)
    curate(settings)
    steps = prepare(settings, store, crowd)
    open_next_round(store, crowd, settings.annotation)
    return steps


@flow(name="annotation-publish")
def publish(settings: ValuenetSettings) -> list[StepReport]:
    """Find the candidates, choose the pairs, open surveys for what is missing, and publish what is not published yet.

    What has come in is collected first: pairs that lost judgements are opened again, nothing else is asked twice.
    """
    store, crowd = Warehouse(settings.warehouse), open_crowd(settings)
    import_codebook_map(store, open_codebook_map(settings))
    check_campaign(store, crowd, settings)
    curate(settings)
    steps = [*prepare(settings, store, crowd), *collect_and_qualify(settings, store, crowd)]
    open_next_round(store, crowd, settings.annotation)
    steps.append(publish_surveys(store, crowd))
    show_steps("annotation-publish", steps)
    return steps


@flow(name="annotation-collect")
def collect(settings: ValuenetSettings) -> list[StepReport]:
    """Take in what is new since the last time, and decide on the workers by all there is.

    Raises:
        PeoplePendingError: while answers are missing, saying how many are in.
    """
    store, crowd = Warehouse(settings.warehouse), open_crowd(settings)
    check_campaign(store, crowd, settings)
    steps = collect_and_qualify(settings, store, crowd)
    show_steps("annotation-collect", steps)
    show_status(read_status(settings))
    check_nobody_is_awaited(store, crowd, settings.annotation)
    return steps


@flow(name="annotation-poll")
def poll(settings: ValuenetSettings) -> State[list[StepReport]] | list[StepReport]:
    """Collect on a schedule. A run that finds answers missing ends in the state ``WaitingForPeople``, no failure."""
    try:
        return collect(settings)
    except PeoplePendingError as waiting:
        return Completed(name="WaitingForPeople", message=str(waiting))


@flow(name="annotation-to-release")
def annotation_to_release(settings: ValuenetSettings) -> State[Built] | Built:
    """Publish, collect and open again on a schedule; when the last answer is in, go on to the release and the model."""
    curate(settings)
    try:
        annotate(settings)
    except PeoplePendingError as waiting:
        return Completed(name="WaitingForPeople", message=str(waiting))
    published = release(settings)
    model = train(settings, published.uri) if wants_model(settings) else None
    return Built(published.uri, model)


def follow_status(settings: ValuenetSettings, seconds: float) -> Iterator[CampaignStatus]:
    """Yield the status, collecting anew every so many seconds, until no answer is missing any more."""
    while True:
        try:
            collect(settings)
        except PeoplePendingError:
            yield read_status(settings)
            time.sleep(seconds)
        else:
            yield read_status(settings)
            return


def write_report(settings: ValuenetSettings, out: Path) -> Path:
    """Write the campaign's page as one HTML file and return where it lies."""
    return write_whole(out, render_page(settings))
