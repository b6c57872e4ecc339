"""Mechanical Turk beyond publish and collect: what it costs, who is paid, and the batch files of its website."""

from pathlib import Path

from valuenet.annotation.codebook import Codebook
from valuenet.annotation.mturk.batch_csv import (
    answers_from_results,
    batch_layout,
    survey_rows,
    with_decisions,
    write_rows,
)
from valuenet.annotation.mturk.client import open_mturk
from valuenet.annotation.mturk.costs import CostForecast, forecast_costs
from valuenet.annotation.mturk.payments import Decision, PaymentReport, decide_payments, pay_workers
from valuenet.annotation.platforms import SurveyRequest, no_answers, requests_for
from valuenet.flows.people.annotation import qualify
from valuenet.flows.people.campaign import answers_of, open_requests, take_in
from valuenet.flows.people.rounds import plan
from valuenet.flows.services.crowd import open_codebook, pseudonym_key
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.crowd_tables import Assignments, Surveys, Workers
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.whole_files import write_whole


class NothingToAskError(InputError):
    """No survey waits for people."""


def waiting_requests(settings: ValuenetSettings) -> tuple[list[SurveyRequest], Codebook]:
    """Return the surveys that wait for people, with the codebook they are asked by.

    Raises:
        NothingToAskError: if there is none.
    """
    store, codebook = Warehouse(settings.warehouse), open_codebook(settings)
    requests = open_requests(store, codebook.content_version)
    if not requests:
        raise NothingToAskError(
            f"no survey in {store.uri} waits for people: all are answered; `valuenet annotate status` tells more"
        )
    return requests, codebook


def forecast_campaign(settings: ValuenetSettings) -> CostForecast:
    """Plan what is missing and return the most that the surveys which wait can cost, fees and bonuses included.

    Nothing is published, and MTurk is not asked; surveys that are published already and not answered are counted too.

    Raises:
        NothingToAskError: if everything is answered.
    """
    plan(settings)
    requests, _ = waiting_requests(settings)
    return forecast_costs(
        (request.workers_wanted - request.answered for request in requests), settings.annotation.mturk
    )


def decide(settings: ValuenetSettings) -> list[Decision]:
    """Return what becomes of every assignment on MTurk, by the standing of its worker now."""
    store = Warehouse(settings.warehouse)
    return decide_payments(store.read_or_empty(Assignments), store.read_or_empty(Workers), settings.annotation.mturk)


def pay(settings: ValuenetSettings) -> PaymentReport:
    """Approve, reject with the reason and pay bonuses; repeated, it does only what is missing."""
    return pay_workers(open_mturk(settings.annotation.mturk), settings.annotation.mturk, decide(settings))


def write_batch(settings: ValuenetSettings, file: Path) -> list[Path]:
    """Plan what is missing, write the surveys that wait as files for the website, and return their paths.

    There is one pair of CSV and layout for each number of questions.
    """
    plan(settings)
    requests, codebook = waiting_requests(settings)
    written: list[Path] = []
    lengths = sorted({len(request.questions) for request in requests}, reverse=True)
    for length in lengths:
        rows = survey_rows([request for request in requests if len(request.questions) == length], codebook)
        name = file if length == lengths[0] else file.with_name(f"{file.stem}-{length}{file.suffix}")
        name.parent.mkdir(parents=True, exist_ok=True)
        write_whole(name, write_rows(rows))
        layout = name.with_suffix(".html")
        write_whole(layout, batch_layout(length, codebook))
        written += [name, layout]
    return written


def read_batch(settings: ValuenetSettings, file: Path, out: Path | None) -> int:
    """Take in a results file, decide on the workers, and write the file back with Approve and Reject where asked."""
    store, codebook = Warehouse(settings.warehouse), open_codebook(settings)
    surveys, nobody = store.read_or_empty(Surveys), no_answers()
    asked = requests_for(
        surveys, nobody.assignments, nobody.judgements, Workers.frame(), codebook_version=codebook.content_version
    )
    came = answers_from_results(file, asked, codebook, key=pseudonym_key(), known=answers_of(store))
    added = take_in(store, came)
    qualify(settings, store, codebook.content_version)
    if out is not None:
        write_whole(out, write_rows(with_decisions(file, decide(settings))))
    return added.rows[Assignments.table_name()]
