"""The simulated crowd: who is in it, and how each kind of worker answers.

Everything a worker does follows by hashing from the seed, the worker, the pair and the hour, so a campaign that was
killed and started again meets the same people with the same answers.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, NonNegativeInt, PositiveFloat

from valuenet.annotation.codebook import Prerequisite
from valuenet.annotation.simulation.truth import PlantedAnswer
from valuenet.warehouse.hashing import draw, pseudonym
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.vocabulary import LABELS

Kind = Literal["able", "careless", "spamming", "always_yes", "drifting"]
KINDS: tuple[Kind, ...] = ("able", "careless", "spamming", "always_yes", "drifting")

Share = Annotated[float, Field(ge=0, le=1)]


class SimulationSettings(Settings):
    """The pool and its habits.

    Calibrated so that with 15 % hard pairs and labels spread as in VALUENET the counted judgements agree as there
    (observed about 0.65, Fleiss' kappa about 0.45; 64.9 % and 0.48 cannot both hold). The pool suits about a thousand
    pairs; the paper's size (21,374) asks for ten times as many workers, of whom 443 of 681 passed there.
    """

    seed: int = 0
    able: NonNegativeInt = 48
    """Workers who read and mostly judge right."""
    careless: NonNegativeInt = 6
    """Workers who err often."""
    spamming: NonNegativeInt = 5
    """Workers who answer at random, often faster than one can read."""
    always_yes: NonNegativeInt = 3
    """Workers who only ever answer yes."""
    drifting: NonNegativeInt = 4
    """Workers who begin able and end spamming."""
    able_error: Share = 0.16
    """Share of easy pairs an able worker gets wrong, on average over such workers."""
    careless_error: Share = 0.38
    """The same for a careless worker."""
    hard_confusion: Share = 0.5
    """Share of hard pairs that even a perfect worker reads in another way."""
    second_reading: Share = 0.7
    """Share of wrong answers that fall on the one the pair most invites."""
    able_fails_prerequisite: Share = 0.02
    """Chance that an able worker answers the prerequisite of a value wrongly."""
    careless_fails_prerequisite: Share = 0.12
    """The same for a careless worker. Spammers guess it; who always says yes passes where yes is right."""
    drops_out: Share = 0.04
    """Chance that a worker leaves a survey before its end."""
    answers_twice: Share = 0.01
    """Chance that a worker sends in a survey once more."""
    comes_late: Share = 0.02
    """Chance that somebody answers a survey that is full already."""
    start: AwareDatetime = datetime(2022, 1, 3, 8, tzinfo=UTC)
    """When round 1 opens; no clock is read."""
    round_days: PositiveFloat = 7
    """Days from the opening of one round to that of the next."""


@dataclass(frozen=True)
class SimulatedWorker:
    """One worker as the platform knows them. ``worker`` is a pseudonym that does not tell the kind."""

    worker: str
    kind: Kind
    error: float
    tires_at: datetime

    def kind_at(self, hour: datetime) -> Kind:
        """Return how they work at that hour: a drifting worker is able first and spamming later."""
        if self.kind != "drifting":
            return self.kind
        return "able" if hour < self.tires_at else "spamming"


def make_pool(settings: SimulationSettings) -> list[SimulatedWorker]:
    """Return the workers, sorted by pseudonym. Able ones err between half and one and a half times the average."""
    counts = {kind: getattr(settings, kind) for kind in KINDS}
    pool = [_make_worker(kind, number, settings) for kind in KINDS for number in range(counts[kind])]
    return sorted(pool, key=lambda worker: worker.worker)


def _make_worker(kind: Kind, number: int, settings: SimulationSettings) -> SimulatedWorker:
    name = pseudonym(f"{kind} {number}", str(settings.seed).encode())
    average = settings.careless_error if kind == "careless" else settings.able_error
    tires = settings.round_days * (0.15 + 0.4 * draw(settings.seed, "tires", name))
    return SimulatedWorker(
        worker=name,
        kind=kind,
        error=min(1.0, average * (0.5 + draw(settings.seed, "error", name))),
        tires_at=settings.start + timedelta(days=tires),
    )


def passes_prerequisite(
    worker: SimulatedWorker, value: str, question: Prerequisite, settings: SimulationSettings
) -> bool:
    """Return whether they answer the prerequisite of ``value`` rightly; the same each time they are asked."""
    drawn = draw(settings.seed, "prerequisite", worker.worker, value)
    if worker.kind == "always_yes":
        return question.answer == "yes"
    if worker.kind == "spamming":
        return LABELS[int(3 * drawn)] == question.answer
    careless = worker.kind == "careless"
    return drawn >= (settings.careless_fails_prerequisite if careless else settings.able_fails_prerequisite)


def answer_question(
    worker: SimulatedWorker,
    hour: datetime,
    pair: tuple[str, str],
    planted: PlantedAnswer,
    settings: SimulationSettings,
    *,
    attempt: int = 1,
) -> str:
    """Return their answer to one pair at that hour; ``attempt`` is 1, or 2 where they send a survey in again."""
    kind = worker.kind_at(hour)
    if kind == "always_yes":
        return "yes"
    drawn = draw(settings.seed, "answer", worker.worker, *pair, attempt)
    if kind == "spamming":
        return LABELS[int(3 * drawn)]
    right = (1 - worker.error) * (1 - settings.hard_confusion * planted.hard)
    if drawn < right:
        return planted.label
    second, third = _other_readings(pair, planted.label, settings)
    return second if drawn < right + (1 - right) * settings.second_reading else third


def _other_readings(pair: tuple[str, str], label: str, settings: SimulationSettings) -> tuple[str, str]:
    """Return the wrong answers to a pair, the more inviting first: mostly 'unrelated' where something is at stake."""
    drawn = draw(settings.seed, "second reading", *pair)
    if label == "unrelated":
        return ("yes", "no") if drawn < 0.5 else ("no", "yes")
    opposite = "no" if label == "yes" else "yes"
    return ("unrelated", opposite) if drawn < 0.7 else (opposite, "unrelated")


_PACES = {"able": (6.0, 14.0), "careless": (4.0, 8.0), "spamming": (0.8, 3.2), "always_yes": (1.2, 4.0)}


def seconds_for(
    worker: SimulatedWorker, hour: datetime, survey_id: str, questions: int, settings: SimulationSettings
) -> int:
    """Return the whole seconds they need for a survey; each kind has its pace per question."""
    low, high = _PACES[worker.kind_at(hour)]
    return round(questions * (low + (high - low) * draw(settings.seed, "pace", worker.worker, survey_id)))
