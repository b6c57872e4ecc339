"""Corpus to candidates: load, choose keywords, retrieve, report. Read top to bottom."""

from prefect import flow

from valuenet.curation.keyword_report import report_keywords
from valuenet.curation.keywords import choose_keywords
from valuenet.curation.retrieval import retrieve_candidates
from valuenet.curation.social_chem import load_scenarios
from valuenet.flows.artifacts import show_steps
from valuenet.flows.services.crowd import open_corpus
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport, run_step
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import (
    CandidateHits,
    Candidates,
    KeywordDecisions,
    KeywordReport,
    Keywords,
    RulesOfThumb,
    Scenarios,
    ScenariosRejected,
    ValueOverlap,
)


@flow(name="curation")
def curate(settings: ValuenetSettings) -> list[StepReport]:
    """Make CANDIDATES of the corpus, and the report on what each keyword finds."""
    store = Warehouse(settings.warehouse)
    steps = [
        run_step(
            load_scenarios,
            settings.for_corpus().curation.corpus,
            store,
            writes=(Scenarios, RulesOfThumb, ScenariosRejected),
            source=open_corpus(settings),
        ),
        run_step(choose_keywords, settings.curation.keywords, store, reads=(KeywordDecisions,), writes=(Keywords,)),
        run_step(
            retrieve_candidates,
            settings.curation.retrieval,
            store,
            reads=(Scenarios, RulesOfThumb, Keywords),
            writes=(Candidates, CandidateHits),
        ),
        run_step(
            report_keywords,
            settings.curation.keyword_report,
            store,
            reads=(Scenarios, CandidateHits, Keywords),
            writes=(KeywordReport, ValueOverlap),
        ),
    ]
    show_steps("curation", steps)
    return steps
