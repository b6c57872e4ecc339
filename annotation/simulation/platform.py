"""The simulated platform: a seeded crowd that answers from planted truth, behind the protocol of the real ones."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from valuenet.annotation.codebook import Codebook
from valuenet.annotation.platforms import Answers, SurveyRequest, check_codebook
from valuenet.annotation.simulation.desk import Desk, NotEnoughWorkersError, Visit
from valuenet.annotation.simulation.truth import PlantedAnswer, Truth, TruthError, plant_truth, read_truth
from valuenet.annotation.simulation.workers import Kind, SimulationSettings, answer_question, make_pool
from valuenet.warehouse.crowd_tables import AnswerChanges, Assignments, Judgements
from valuenet.warehouse.hashing import hash_id

__all__ = [
    "NotEnoughWorkersError",
    "PlantedAnswer",
    "SimulatedPlatform",
    "SimulationSettings",
    "Truth",
    "TruthError",
    "plant_truth",
    "read_truth",
]


class _Record(NamedTuple):
    """Rows of one survey, in the order of the tables' columns."""

    assignments: list[tuple[object, ...]]
    judgements: list[tuple[object, ...]]


class SimulatedPlatform:
    """A platform in this process; it keeps the guarantees of ``platforms.Platform`` and answers at once.

    It forgets everything when the process ends, and need not remember: a round published again, with the requests that
    ``requests_for`` makes of the saved tables, gets the same workers and the same answers.
    """

    def __init__(self, truth: Truth, settings: SimulationSettings) -> None:
        self.name = "simulated"
        self._truth = truth
        self._settings = settings
        self._desk = Desk(make_pool(settings), settings)
        self._records: dict[str, _Record] = {}

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """Kind of every worker by pseudonym: what qualification should find out."""
        return MappingProxyType({worker.worker: worker.kind for worker in self._desk.pool})

    def publish(self, requests: Sequence[SurveyRequest], codebook: Codebook) -> None:
        """Let workers answer the surveys that are not known yet; all of them, or none and an error.

        Raises:
            NotEnoughWorkersError: if a survey wants more workers than may take it.
            TruthError: if a pair has no planted answer.
            CodebookMismatchError: if a survey was planned for another codebook.
        """
        check_codebook(requests, codebook)
        new = {request.survey_id: request for request in requests if request.survey_id not in self._records}
        desk, records = self._desk.copy(), dict(self._records)
        for request in sorted(new.values(), key=lambda r: (r.round, r.survey_id)):
            planted = [self._truth.of(question.scenario_id, request.value) for question in request.questions]
            visits = desk.serve(request, codebook.instrument(request.value).prerequisite)
            records[request.survey_id] = self._record(request, visits, planted)
        self._desk, self._records = desk, records

    def collect(self, survey_ids: Iterable[str], known: Answers | None = None) -> Answers:  # noqa: ARG002
        """Return everything answered in these surveys, sorted by key; an unknown survey brings no row."""
        records = [self._records[name] for name in sorted(set(survey_ids)) if name in self._records]
        assignments = [row for record in records for row in record.assignments]
        judgements = [row for record in records for row in record.judgements]
        return Answers(
            Assignments.frame(pd.DataFrame(sorted(assignments), columns=Assignments.columns())),
            Judgements.frame(pd.DataFrame(sorted(judgements), columns=Judgements.columns())),
            AnswerChanges.frame(),
        )

    def disqualify(self, reasons: Mapping[str, str]) -> None:
        """Offer these workers nothing that is published later."""
        self._desk.out |= set(reasons)

    def _record(self, request: SurveyRequest, visits: list[Visit], planted: list[PlantedAnswer]) -> _Record:
        record = _Record([], [])
        for visit in visits:
            name = hash_id("a-", request.survey_id, visit.worker.worker, visit.attempt)
            seconds = (visit.submitted_at - visit.accepted_at).total_seconds()
            times = (visit.accepted_at, visit.submitted_at, seconds)
            record.assignments.append((name, request.survey_id, visit.worker.worker, self.name, visit.status, *times))
            if visit.status in {"complete", "surplus"}:
                record.judgements.extend(self._judge(name, request, visit, planted))
        return record

    def _judge(
        self, name: str, request: SurveyRequest, visit: Visit, planted: list[PlantedAnswer]
    ) -> Iterable[tuple[object, ...]]:
        for question, truth in zip(request.questions, planted, strict=True):
            pair = (question.scenario_id, request.value)
            label = answer_question(visit.worker, visit.accepted_at, pair, truth, self._settings, attempt=visit.attempt)
            where = (name, question.position, request.survey_id, visit.worker.worker)
            yield (*where, *pair, label, request.codebook_version)
