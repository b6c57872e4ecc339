"""What came back from Label Studio as assignments, judgements and changes, beside what was known before. Pure.

An answer on the server is one annotation. Its first version that is collected becomes an assignment; a version with
other answers becomes an assignment of its own, and the change from the one to the other is noted. So what was collected
never changes, whatever is edited or deleted on the server.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from valuenet.annotation.label_studio.ledger import AskedSurvey, Ledger, Row
from valuenet.annotation.platforms import Answers
from valuenet.warehouse.crowd_tables import AnswerChanges, Assignments, Judgements
from valuenet.warehouse.hashing import hash_id
from valuenet.warehouse.vocabulary import LABELS


class GivenAnswer(NamedTuple):
    """One annotation, without anything personal."""

    answer_id: str
    """Names the annotation for good, on whatever server."""
    survey_id: str
    worker: str
    labels: tuple[str, ...] | None
    """Answers to the questions in their order; None where there is not exactly one good answer to each."""
    prerequisite: str | None
    submitted_at: pd.Timestamp
    changed_at: pd.Timestamp
    seconds: float
    """Of work; NaN where the server does not say."""
    unwelcome: bool
    """Whether the worker had been kept away from the survey before they answered it."""


def take_answers(
    asked: Mapping[str, AskedSurvey],
    given: Sequence[GivenAnswer],
    known: Answers,
    *,
    platform: str,
    searched: Collection[str],
) -> Answers:
    """Return what is new beside ``known``; the order of ``given`` makes no difference.

    Args:
        asked: the surveys on the server by id, of all projects of the campaign.
        given: all annotations found in the surveys ``searched``, unchanged ones included.
        known: what was collected before; its statuses stay.
        platform: name that stands in the column.
        searched: surveys in which a known answer that is not in ``given`` was deleted.

    Deletions come first, so that they free their places; then new and edited answers in the order of their time.
    """
    ids = set(known.assignments["assignment_id"])
    chains = {answer.answer_id: _known_revisions(answer, ids, platform) for answer in given}
    ledger = Ledger(asked, known)
    taken = _Taken([], [], [])
    present = {name for chain in chains.values() for name in chain}
    for row in ledger.missing(searched, present):
        ledger.strike(row)
        taken.changes.append((row.assignment_id, "deleted", None))
    labels = _known_labels(known, {chain[-1] for chain in chains.values() if chain})
    for at, answer in _in_order(given, chains):
        earlier = chains[answer.answer_id]
        old = ledger.rows.get(earlier[-1]) if earlier else None
        if old is not None and ledger.is_in_force(old):
            if _says_the_same(old, labels.get(old.assignment_id, ()), answer, asked):
                continue
            ledger.strike(old)
            taken.changes.append((old.assignment_id, "edited", _assignment_id(answer, len(earlier) + 1, platform)))
        row = _row_of(answer, _assignment_id(answer, len(earlier) + 1, platform), at, ledger, asked)
        ledger.enter(row)
        taken.take(row, answer, asked[answer.survey_id], platform)
    return taken.answers()


class _Taken(NamedTuple):
    """Rows in the order of the tables' columns."""

    assignments: list[tuple[object, ...]]
    judgements: list[tuple[object, ...]]
    changes: list[tuple[str, str, str | None]]

    def take(self, row: Row, answer: GivenAnswer, asked: AskedSurvey, platform: str) -> None:
        """Add an assignment, and its judgements where it is finished."""
        known = not math.isnan(answer.seconds)
        began = row.submitted_at - pd.Timedelta(seconds=answer.seconds) if known else pd.NaT
        times = (began, row.submitted_at, answer.seconds)
        self.assignments.append((row.assignment_id, row.survey_id, row.worker, platform, row.status, *times))
        if row.status in {"complete", "surplus"}:
            for position, (scenario, label) in enumerate(zip(asked.scenario_ids, answer.labels or (), strict=True), 1):
                where = (row.assignment_id, position, row.survey_id, row.worker, scenario, asked.value)
                self.judgements.append((*where, label, asked.codebook_version))

    def answers(self) -> Answers:
        """Return the rows as checked tables, sorted by key."""
        return Answers(
            Assignments.frame(pd.DataFrame(sorted(self.assignments), columns=Assignments.columns())),
            Judgements.frame(pd.DataFrame(sorted(self.judgements), columns=Judgements.columns())),
            AnswerChanges.frame(pd.DataFrame(sorted(self.changes), columns=AnswerChanges.columns())),
        )


def _assignment_id(answer: GivenAnswer, revision: int, platform: str) -> str:
    return hash_id("a-", platform, answer.answer_id, revision)


def _known_revisions(answer: GivenAnswer, ids: Collection[str], platform: str) -> list[str]:
    """Return the assignments, oldest first, that versions of this annotation have become."""
    chain: list[str] = []
    while (name := _assignment_id(answer, len(chain) + 1, platform)) in ids:
        chain.append(name)
    return chain


def _known_labels(known: Answers, names: Collection[str]) -> dict[str, tuple[str, ...]]:
    of_interest = known.judgements[known.judgements["assignment_id"].isin(list(names))]
    ordered = of_interest.sort_values(["assignment_id", "position"])
    return {str(name): tuple(labels) for name, labels in ordered.groupby("assignment_id")["label"]}


def _in_order(
    given: Sequence[GivenAnswer], chains: Mapping[str, Sequence[str]]
) -> Iterator[tuple[pd.Timestamp, GivenAnswer]]:
    """Yield answers with the time of the version at hand: when it was sent in, or edited if it was known before."""
    timed = [(answer.changed_at if chains[answer.answer_id] else answer.submitted_at, answer) for answer in given]
    yield from sorted(timed, key=lambda one: (one[0], one[1].answer_id))


def _says_the_same(old: Row, labels: tuple[str, ...], answer: GivenAnswer, asked: Mapping[str, AskedSurvey]) -> bool:
    """Return whether a known answer needs no new version. The first answer to a prerequisite question stands."""
    if old.status == "failed-prerequisite":
        return True
    ended = _early_end(answer, asked[answer.survey_id])
    if old.status == "dropped-out" or ended:
        return old.status == ended
    return labels == answer.labels


def _early_end(answer: GivenAnswer, asked: AskedSurvey) -> str | None:
    """Return the status of an answer that brings no judgement; None for one that does."""
    if answer.prerequisite in LABELS and asked.right and answer.prerequisite != asked.right:
        return "failed-prerequisite"
    if answer.labels is None or answer.prerequisite not in LABELS:
        return "dropped-out"
    return None


def _row_of(answer: GivenAnswer, name: str, at: pd.Timestamp, ledger: Ledger, asked: Mapping[str, AskedSurvey]) -> Row:
    survey = asked[answer.survey_id]
    status = _early_end(answer, survey)
    if status is None:
        extra = answer.unwelcome or ledger.has_seen(answer.worker, survey) or ledger.is_full(survey)
        status = "surplus" if extra else "complete"
    return Row(name, answer.survey_id, answer.worker, status, at)
