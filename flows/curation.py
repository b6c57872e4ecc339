"""Corpus to candidates: load, choose keywords, retrieve, report. Read top to bottom."""

from prefect import flow

from valuenet.curation.keyword_report import report_keywords
from valuenet.curation.keywords import choose_keywords
from valuenet.curation.retrieval import retrieve_candidates
from valuenet.curation.social_chem import load_scenarios
from valuenet.flows.artifacts import show_steps
from valuenet.flows.services.crowd import open_corpus
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport
from valuenet.flows.table_steps import TableStep
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

#: The steps in their order; what each makes is read by later ones.
CURATION = (
    TableStep(
        load_scenarios,
        "curation.corpus",
        (),
        (Scenarios, RulesOfThumb, ScenariosRejected),
        services=lambda settings: {"source": open_corpus(settings)},
    ),
    TableStep(choose_keywords, "curation.keywords", (KeywordDecisions,), (Keywords,)),
    TableStep(
        retrieve_candidates, "curation.retrieval", (Scenarios, RulesOfThumb, Keywords), (Candidates, CandidateHits)
    ),
    TableStep(
        report_keywords, "curation.keyword_report", (Scenarios, CandidateHits, Keywords), (KeywordReport, ValueOverlap)
    ),
)


@flow(name="curation")
def curate(settings: ValuenetSettings) -> list[StepReport]:
    """Make CANDIDATES of the corpus, and the report on what each keyword finds."""
    store = Warehouse(settings.warehouse)
    steps = [step.run(settings, store) for step in CURATION]
    show_steps("curation", steps)
    return steps
