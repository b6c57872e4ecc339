"""How a campaign stands now: read from the tables, printed by ``valuenet annotate status`` and drawn as a page."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from valuenet.annotation.campaign.answers import CampaignTables
from valuenet.annotation.campaign.status import CampaignStatus, campaign_status
from valuenet.annotation.report.report import render_report
from valuenet.flows.people.campaign import answers_of
from valuenet.flows.services.crowd import open_codebook
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.crowd_tables import CodebookMaps, JudgementsSetAside, LabelMethods, Pairs, Surveys, Workers
from valuenet.warehouse.errors import PeoplePendingError
from valuenet.warehouse.store import Warehouse


def campaign_tables(store: Warehouse) -> CampaignTables:
    """Return the tables of the campaign as they are now."""
    return CampaignTables(
        surveys=store.read_or_empty(Surveys),
        answers=answers_of(store),
        set_aside=store.read_or_empty(JudgementsSetAside),
        pairs=store.read_or_empty(Pairs),
        maps=store.read_or_empty(CodebookMaps),
    )


def read_status(settings: ValuenetSettings) -> CampaignStatus:
    """Return how the campaign in the warehouse stands now."""
    store = Warehouse(settings.warehouse)
    return campaign_status(
        campaign_tables(store),
        store.read_or_empty(Workers),
        settings.report.status,
        now=datetime.now(UTC),
        codebook_version=open_codebook(settings).content_version,
        workers_each=settings.surveys.workers_each,
    )


def render_page(settings: ValuenetSettings) -> str:
    """Return the campaign's report as one HTML page."""
    store = Warehouse(settings.warehouse)
    return render_report(
        campaign_tables(store),
        store.read_or_empty(Workers),
        store.read_or_empty(LabelMethods),
        settings.report,
        consensus=settings.consensus,
        agreement=settings.agreement,
        now=datetime.now(UTC),
        codebook_version=open_codebook(settings).content_version,
    )


def follow_status(settings: ValuenetSettings, seconds: float) -> Iterator[CampaignStatus]:
    """Yield the status, collecting anew every so many seconds, until no answer is missing any more."""
    from valuenet.flows.people.rounds import collect

    while True:
        try:
            collect(settings)
        except PeoplePendingError:
            yield read_status(settings)
            time.sleep(seconds)
        else:
            yield read_status(settings)
            return


def status_as_dict(status: CampaignStatus) -> dict[str, Any]:
    """Return the status as plain values, for JSON; what is undefined is None."""
    scopes = {}
    for scope in status.scopes:
        told = scope._asdict() | {"disqualified": dict(scope.disqualified)}
        told |= {name: None if told[name] != told[name] else round(told[name], 4) for name in ("observed", "kappa")}
        end = told.pop("end")
        scopes[told.pop("scope")] = told | {
            "estimated_end": end.at.isoformat() if end.at else None,
            "no_estimate_because": end.why_not,
        }
    return {"now": status.now.isoformat(), "codebook_version": status.codebook_version, "scopes": scopes}
