"""Who takes which survey on the simulated platform, when, and what comes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import numpy as np

from valuenet.annotation.codebook import Prerequisite
from valuenet.annotation.platforms import SurveyRequest
from valuenet.annotation.simulation.workers import (
    KINDS,
    SimulatedWorker,
    SimulationSettings,
    passes_prerequisite,
    seconds_for,
)
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import draw

Status = Literal["complete", "dropped-out", "failed-prerequisite", "surplus"]


class NotEnoughWorkersError(InputError):
    """A survey asks for more workers than are there and may take it."""


class Visit(NamedTuple):
    """One worker's work on one survey; ``attempt`` is 2 where they send the same survey in again."""

    worker: SimulatedWorker
    status: Status
    attempt: int
    accepted_at: datetime
    submitted_at: datetime


@dataclass
class Desk:
    """What the platform remembers of its workers: what each was asked, whose prerequisite they failed, who is out."""

    pool: list[SimulatedWorker]
    settings: SimulationSettings
    asked: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    failed: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    out: set[str] = field(default_factory=set)

    def copy(self) -> Desk:
        """Return a desk that can be written on without touching this one."""
        asked = defaultdict(set, {pair: set(workers) for pair, workers in self.asked.items()})
        failed = defaultdict(set, {value: set(workers) for value, workers in self.failed.items()})
        return Desk(self.pool, self.settings, asked, failed, set(self.out))

    def serve(self, request: SurveyRequest, prerequisite: Prerequisite) -> list[Visit]:
        """Return the visits to one survey in the order of time, until enough are complete.

        Raises:
            NotEnoughWorkersError: saying how many workers are wanted, how many are there and what to change.
        """
        free = self._free(request)
        hours = self._hours(request)
        visits: list[Visit] = []
        missing = request.workers_wanted
        for worker in free:
            if not missing:
                break
            came = self._visit(worker, next(hours), request, prerequisite)
            missing -= came[0].status == "complete"
            visits += came
        if missing:
            raise NotEnoughWorkersError(self._explain(request, len(free)))
        late = next((w for w in free if w.worker not in {v.worker.worker for v in visits}), None)
        if late and self._happens("late", self.settings.comes_late, request.survey_id):
            hour = max(next(hours), *(v.submitted_at for v in visits))
            came = self._visit(late, hour, request, prerequisite)
            visits += [v._replace(status="surplus") if v.status == "complete" else v for v in came]
        return visits

    def _free(self, request: SurveyRequest) -> list[SimulatedWorker]:
        """Return the workers who may take the survey, in the order in which they come."""
        blocked = set(request.barred) | self.out | self.failed[request.value]
        for question in request.questions:
            blocked |= self.asked[question.scenario_id, request.value]
        seed = int(2**53 * draw(self.settings.seed, "order", request.survey_id))
        order = np.random.default_rng(seed).permutation(len(self.pool))
        return [self.pool[index] for index in order if self.pool[index].worker not in blocked]

    def _hours(self, request: SurveyRequest) -> Iterator[datetime]:
        """Yield when workers come: the first in the round's first two thirds, each next one within four hours."""
        salt = (self.settings.seed, "hour", request.survey_id)
        hour = self.settings.start + timedelta(days=self.settings.round_days * (request.round - 1))
        hour += timedelta(seconds=round(self.settings.round_days * 57_600 * draw(*salt)))
        for number in range(len(self.pool) + 1):
            yield hour
            hour += timedelta(seconds=round(14_400 * draw(*salt, number)))

    def _visit(
        self, worker: SimulatedWorker, hour: datetime, request: SurveyRequest, prerequisite: Prerequisite
    ) -> list[Visit]:
        """Return what comes of one worker's turn: one visit, or two where they answer twice."""
        for question in request.questions:
            self.asked[question.scenario_id, request.value].add(worker.worker)
        seconds = seconds_for(worker, hour, request.survey_id, len(request.questions), self.settings)
        left = hour + timedelta(seconds=seconds)
        if not passes_prerequisite(worker, request.value, prerequisite, self.settings):
            self.failed[request.value].add(worker.worker)
            return [Visit(worker, "failed-prerequisite", 1, hour, hour + timedelta(seconds=seconds // 4))]
        if self._happens("drop", self.settings.drops_out, request.survey_id, worker.worker):
            return [Visit(worker, "dropped-out", 1, hour, hour + timedelta(seconds=seconds // 2))]
        visits = [Visit(worker, "complete", 1, hour, left)]
        if self._happens("twice", self.settings.answers_twice, request.survey_id, worker.worker):
            again = left + timedelta(minutes=5)
            visits.append(Visit(worker, "surplus", 2, again, again + timedelta(seconds=seconds)))
        return visits

    def _happens(self, what: str, share: float, *ids: str) -> bool:
        return draw(self.settings.seed, what, *ids) < share

    def _explain(self, request: SurveyRequest, free: int) -> str:
        counts = ", ".join(f"{kind}={getattr(self.settings, kind)}" for kind in KINDS)
        return (
            f"survey {request.survey_id} ({request.value}, round {request.round}) wants {request.workers_wanted}"
            f" workers but only {free} of {len(self.pool)} simulated ones ({counts}) may take it, and some of these"
            " leave; the others are disqualified, failed its prerequisite or were asked one of its questions before:"
            f" add workers to the simulation, or gold items for {request.value} so that each can do more surveys of it"
        )
