"""Where people answer: the protocol every platform keeps, and the requests it is handed."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import pandas as pd
from pandera.typing import DataFrame

from valuenet.annotation.codebook import Codebook
from valuenet.annotation.progress import waiting_surveys
from valuenet.warehouse.crowd_tables import AnswerChanges, Assignments, Judgements, Surveys, Workers
from valuenet.warehouse.errors import InputError


class CodebookMismatchError(InputError):
    """Surveys were planned for another codebook than the one at hand."""


class Question(NamedTuple):
    """One scenario as it is asked; checks and fillers look like any other."""

    position: int
    scenario_id: str
    text: str


@dataclass(frozen=True)
class SurveyRequest:
    """A survey to be put before people. Nothing in it tells a hidden check from a question."""

    survey_id: str
    round: int
    value: str
    questions: tuple[Question, ...]
    workers_wanted: int
    barred: frozenset[str]
    """Pseudonyms of workers who must not be offered it, as known when its round began."""
    codebook_version: str
    answered: int = field(default=0, compare=False)
    """Workers whose complete answers are collected already; a platform that must reopen places needs to know."""
    begun: int = field(default=0, compare=False)
    """Assignments collected already, whatever their end."""


class Answers(NamedTuple):
    """What has come in. Every judgement belongs to one of the assignments, and what came in once never changes.

    Where a platform lets people edit or delete, the edited answers are an assignment of their own, and ``changes`` says
    which earlier one they replace, or that it is gone.
    """

    assignments: DataFrame[Assignments]
    judgements: DataFrame[Judgements]
    changes: DataFrame[AnswerChanges]

    def in_force(self) -> tuple[DataFrame[Assignments], DataFrame[Judgements]]:
        """Return assignments and judgements without those that were edited or deleted later."""
        gone = self.changes["assignment_id"]
        now, judged = self.assignments["assignment_id"].isin(gone), self.judgements["assignment_id"].isin(gone)
        return (
            Assignments.check(self.assignments[~now].reset_index(drop=True)),
            Judgements.check(self.judgements[~judged].reset_index(drop=True)),
        )


def no_answers() -> Answers:
    """Return what is known before anything was collected."""
    return Answers(Assignments.frame(), Judgements.frame(), AnswerChanges.frame())


class Platform(Protocol):
    """A place where workers answer surveys. Every method is idempotent, so that a retry is safe.

    What an implementation guarantees:

    - A worker is a pseudonym (``hashing.pseudonym``) from the moment they are read: their name and the
      platform's own id are in no table, log or error.
    - The prerequisite question comes first. A wrong answer ends the assignment (``failed-prerequisite``), and
      the worker is offered no other survey of that value.
    - Nobody is offered a survey that bars them, that is full, or that asks a (scenario, value) they were asked before
      in any survey of this platform. Where the platform cannot prevent it, the extra answer is recorded with the
      status ``surplus``; answers are never thrown away.
    - An assignment that is ``dropped-out`` or ``failed-prerequisite`` takes no place and brings no judgement; one that
      is ``complete`` or ``surplus`` brings one judgement per question.
    - What a worker's browser receives tells no check from a question.
    """

    @property
    def name(self) -> str:
        """The name that stands in the column ``platform``."""
        ...

    def publish(self, requests: Sequence[SurveyRequest], codebook: Codebook) -> None:
        """Open the surveys that are not known yet by their id.

        What can be refused is refused before the first is opened; where the platform breaks off in the middle, the same
        call opens the rest and doubles nothing.

        Raises:
            CodebookMismatchError: if a survey was planned for another codebook.
        """
        ...

    def collect(self, survey_ids: Iterable[str], known: Answers | None = None) -> Answers:
        """Return what has been answered in these surveys, sorted by key.

        Args:
            survey_ids: surveys asked for. Waiting is not an error: a survey nobody has answered, or that this platform
                does not know, brings no row.
            known: what was collected before. It spares a platform to send it again, and what it calls ``complete``
                stays so. Without it everything comes. What is known may come again, unchanged; it is merged by key.
        """
        ...

    def disqualify(self, reasons: Mapping[str, str]) -> None:
        """Offer these workers (pseudonym -> reason in words they can be told) nothing that is published later."""
        ...


def check_codebook(requests: Iterable[SurveyRequest], codebook: Codebook) -> None:
    """Refuse surveys that were planned for another codebook; every ``publish`` begins with this.

    Raises:
        CodebookMismatchError: naming the survey and both versions.
    """
    for request in requests:
        if request.codebook_version != codebook.content_version:
            raise CodebookMismatchError(
                f"survey {request.survey_id} was planned for codebook {request.codebook_version}, but the codebook at"
                f" hand is {codebook.content_version}; plan the surveys again with it, or put the old text back"
            )


def requests_for(
    surveys: DataFrame[Surveys],
    assignments: DataFrame[Assignments],
    judgements: DataFrame[Judgements],
    workers: DataFrame[Workers],
    *,
    codebook_version: str,
) -> list[SurveyRequest]:
    """Return a request for every survey of this codebook that still waits for workers, in the order of round and id.

    Barred are: workers who are disqualified; who began an earlier round's survey with a pair of this one, whatever came
    of it; who failed the prerequisite of its value. What happens within a round the platform itself must watch: so the
    same requests come out again when a round was published but its answers were saved only in part.
    """
    complete = assignments.loc[assignments["status"] == "complete", "assignment_id"]
    waiting = waiting_surveys(surveys, judgements[judgements["assignment_id"].isin(complete)])
    current = surveys["survey_id"].isin(waiting) & (surveys["codebook_version"] == codebook_version)
    wanted = surveys[current].sort_values(["round", "survey_id", "position"])
    out = frozenset(workers.loc[workers["status"] == "disqualified", "worker"])
    barred = _barred(wanted, surveys, assignments)
    begun = assignments["survey_id"].value_counts()
    done = judgements[judgements["assignment_id"].isin(complete)].groupby("survey_id")["worker"].nunique()
    return [
        dataclasses.replace(
            _request(survey, barred.get(str(name), frozenset()) | out),
            answered=int(done.get(name, 0)),
            begun=int(begun.get(name, 0)),
        )
        for name, survey in _by_survey(wanted)
    ]


def _by_survey(questions: pd.DataFrame) -> Iterable[tuple[object, pd.DataFrame]]:
    return questions.groupby("survey_id", sort=False)


def _request(survey: pd.DataFrame, barred: frozenset[str]) -> SurveyRequest:
    first = survey.iloc[0]
    asked = zip(survey["position"], survey["scenario_id"], survey["text"], strict=True)
    return SurveyRequest(
        survey_id=first["survey_id"],
        round=int(first["round"]),
        value=first["value"],
        questions=tuple(Question(int(position), scenario, text) for position, scenario, text in asked),
        workers_wanted=int(first["workers_wanted"]),
        barred=barred,
        codebook_version=first["codebook_version"],
    )


def _barred(wanted: pd.DataFrame, surveys: pd.DataFrame, assignments: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Return, for every survey wanted, who saw one of its pairs or failed its prerequisite in an earlier round."""
    pair = ["scenario_id", "value"]
    begun = assignments[["survey_id", "worker", "status"]].drop_duplicates()
    begun = begun.merge(surveys[["survey_id", "round", *pair]], on="survey_id")
    asked = wanted[["survey_id", "round", *pair]].rename(columns={"survey_id": "wanted", "round": "now"})
    seen = asked.merge(begun, on=pair)
    failed = begun[begun["status"] == "failed-prerequisite"].drop_duplicates(["worker", "value", "round"])
    failed = asked[["wanted", "now", "value"]].drop_duplicates().merge(failed, on="value")
    both = pd.concat([part.loc[part["round"] < part["now"], ["wanted", "worker"]] for part in (seen, failed)])
    return {str(name): frozenset(group["worker"]) for name, group in both.groupby("wanted")}
