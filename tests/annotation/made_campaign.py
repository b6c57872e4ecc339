"""A campaign on the simulated platform, as the flow runs it: publish, collect, qualify, plan again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from valuenet.annotation.codebook import Codebook, load_codebook
from valuenet.annotation.platforms import Answers, Platform, requests_for
from valuenet.annotation.progress import pair_progress
from valuenet.annotation.qualification import QualificationSettings, qualify_workers
from valuenet.annotation.simulation.platform import PlantedAnswer, Truth
from valuenet.annotation.surveys import SurveySettings, plan_surveys
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
from valuenet.warehouse.hashing import draw, scenario_id
from valuenet.warehouse.vocabulary import LABELS

CODEBOOK = load_codebook()
VERSION = CODEBOOK.content_version


def some_pairs(count: int, values: tuple[str, ...] = ("BENEVOLENCE", "POWER", "SECURITY")) -> Any:
    """Return ``count`` pairs spread evenly over ``values``."""
    texts = [f"scenario number {number}" for number in range(count)]
    rows = [{"scenario_id": scenario_id(t), "value": values[i % len(values)], "text": t} for i, t in enumerate(texts)]
    return Pairs.frame(rows)


def some_gold(each: int, values: tuple[str, ...] = ("BENEVOLENCE", "POWER", "SECURITY")) -> Any:
    """Return ``each`` gold items of every value, with the three answers in turn."""
    texts = [(value, f"gold item {number} of {value}") for value in values for number in range(each)]
    labels = (LABELS[i % 3] for i in range(len(texts)))
    return Gold.frame(
        [
            {"scenario_id": scenario_id(text), "value": value, "text": text, "label": label}
            for (value, text), label in zip(texts, labels, strict=True)
        ]
    )


def some_truth(pairs: Any, gold: Any, hard_share: float = 0.15) -> Truth:
    """Return planted answers: of the pairs 45 % no, 32 % unrelated, 23 % yes; of the gold items their labels."""
    answers = {}
    for scenario, value in zip(pairs["scenario_id"], pairs["value"], strict=True):
        drawn = draw("label", scenario, value)
        label = "no" if drawn < 0.45 else "unrelated" if drawn < 0.77 else "yes"
        answers[scenario, value] = PlantedAnswer(label, draw("hard", scenario, value) < hard_share)
    known = zip(gold["scenario_id"], gold["value"], gold["label"], strict=True)
    return Truth(answers | {(scenario, value): PlantedAnswer(label, False) for scenario, value, label in known})


@dataclass
class Campaign:
    """The tables of a campaign, and the steps that move it on. A kill loses the platform, never the tables."""

    pairs: Any
    gold: Any
    survey: SurveySettings = field(default_factory=SurveySettings)
    workers_each: int = 4
    qualification: QualificationSettings = field(default_factory=QualificationSettings)
    codebook: Codebook = CODEBOOK
    surveys: Any = field(default_factory=Surveys.frame)
    assignments: Any = field(default_factory=Assignments.frame)
    judgements: Any = field(default_factory=Judgements.frame)
    changes: Any = field(default_factory=AnswerChanges.frame)
    workers: Any = field(default_factory=Workers.frame)
    set_aside: Any = field(default_factory=JudgementsSetAside.frame)

    def plan(self) -> Any:
        """Plan the next round and save it; return its questions."""
        new = plan_surveys(
            self.pairs,
            self.gold,
            self.surveys,
            self.judgements,
            self.set_aside,
            self.survey,
            workers_each=self.workers_each,
            codebook_version=self.codebook.content_version,
        )
        self.surveys = Surveys.frame(pd.concat([self.surveys, new]))
        return new

    def requests(self) -> Any:
        """Return the requests that are open according to the saved tables."""
        version = self.codebook.content_version
        assignments, judgements = self.answers().in_force()
        return requests_for(self.surveys, assignments, judgements, self.workers, codebook_version=version)

    def answers(self) -> Answers:
        """Return everything collected so far."""
        return Answers(self.assignments, self.judgements, self.changes)

    def answer(self, platform: Platform) -> None:
        """Publish what is open, collect it, and save what came in."""
        requests = self.requests()
        platform.publish(requests, self.codebook)
        came = platform.collect([*self.surveys["survey_id"].unique()], known=self.answers())
        self.changes = merged(AnswerChanges, self.changes, came.changes)
        self.assignments = merged(Assignments, self.assignments, came.assignments)
        self.judgements = merged(Judgements, self.judgements, came.judgements)

    def qualify(self, platform: Platform) -> None:
        """Judge the workers and tell the platform who is out."""
        self.workers, self.set_aside = qualify_workers(
            self.surveys,
            self.assignments,
            self.judgements,
            self.changes,
            CodebookMaps.frame(),
            self.gold,
            self.qualification,
            codebook_version=self.codebook.content_version,
        )
        out = self.workers[self.workers["status"] == "disqualified"]
        platform.disqualify(dict(zip(out["worker"], out["reason"], strict=True)))

    def run(self, platform: Platform) -> int:
        """Go on until nothing is to be opened; return the number of rounds that were planned."""
        rounds = 0
        while len(self.plan()):
            rounds += 1
            self.answer(platform)
            self.qualify(platform)
        return rounds

    def progress(self) -> pd.DataFrame:
        """Return how far every pair is."""
        return pair_progress(
            self.pairs,
            self.surveys,
            self.judgements,
            self.set_aside,
            workers_each=self.workers_each,
            codebook_version=self.codebook.content_version,
        )

    def tables(self) -> dict[str, Any]:
        """Return all tables by name, to be compared."""
        names = ("surveys", "assignments", "judgements", "workers", "set_aside")
        return {name: getattr(self, name) for name in names}


def merged(table: Any, old: Any, new: Any) -> Any:
    """Return the rows of both by key, as the raw tables of the warehouse grow."""
    both = pd.concat([old, new]).drop_duplicates(table.key(), keep="first")
    return table.frame(both.sort_values(table.key()))


def shuffled(frame: Any, seed: int = 7) -> Any:
    """Return the same rows in another order."""
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


def worker_of_kind(platform: Any, *kinds: str) -> Iterable[str]:
    """Return the pseudonyms of the simulated workers of these kinds."""
    return [worker for worker, kind in platform.kinds.items() if kind in kinds]
