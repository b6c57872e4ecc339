"""How a campaign stands now: read from the tables, printed by ``valuenet annotate status`` and drawn as a page."""

from datetime import UTC, datetime

from valuenet.annotation.campaign.answers import CampaignTables
from valuenet.annotation.campaign.status import CampaignStatus, campaign_status
from valuenet.annotation.report.report import render_report
from valuenet.flows.people.campaign import answers_of
from valuenet.flows.services.crowd import open_codebook
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.warehouse.crowd_tables import CodebookMaps, JudgementsSetAside, LabelMethods, Pairs, Surveys, Workers
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
        settings.annotation.report.status,
        now=datetime.now(UTC),
        codebook_version=open_codebook(settings).content_version,
        workers_each=settings.annotation.consensus.workers_each,
    )


def render_page(settings: ValuenetSettings) -> str:
    """Return the campaign's report as one HTML page."""
    store = Warehouse(settings.warehouse)
    return render_report(
        campaign_tables(store),
        store.read_or_empty(Workers),
        store.read_or_empty(LabelMethods),
        settings.annotation.report,
        consensus=settings.annotation.consensus,
        agreement=settings.annotation.agreement,
        now=datetime.now(UTC),
        codebook_version=open_codebook(settings).content_version,
    )
