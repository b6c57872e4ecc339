"""The platform on MTurk: surveys become HITs, and what comes back becomes rows, by polling alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from valuenet.annotation.codebook import Codebook
from valuenet.annotation.mturk.answers import PLATFORM, Submission, read_submission, settle
from valuenet.annotation.mturk.client import Requester
from valuenet.annotation.mturk.costs import CostForecast, check_ceiling, committed_cost, extension_cost, forecast_costs
from valuenet.annotation.mturk.gates import Gates
from valuenet.annotation.mturk.hits import Board, Hit
from valuenet.annotation.mturk.question import html_question
from valuenet.annotation.mturk.settings import MTurkSettings
from valuenet.annotation.platforms import Answers, SurveyRequest, check_codebook, no_answers
from valuenet.warehouse.crowd_tables import Assignments, Judgements


class _Plan(NamedTuple):
    """What ``publish`` would do: surveys to open with their pages, places to add, HITs to offer longer."""

    pages: dict[str, str]
    more: dict[str, int]
    expired: list[Hit]


class MTurkPlatform:
    """Keeps ``platforms.Platform`` on a client of MTurk (``client.open_mturk``).

    MTurk itself is the memory: which surveys are open is read from its list of HITs, so that publishing goes on where
    it broke off. A place that was taken by an answer that does not count is opened again when the survey is published
    again. Worker ids stay in this process, and only as long as a call needs them.
    """

    def __init__(
        self,
        client: Any,
        settings: MTurkSettings,
        *,
        key: bytes,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        requester = Requester(client)
        self.name = PLATFORM
        self._settings = settings
        self._key = key
        self._now = now
        self._board = Board(requester, settings)
        self._gates = Gates(requester, settings, key)

    def forecast(self, requests: Sequence[SurveyRequest], codebook: Codebook) -> tuple[CostForecast, CostForecast]:
        """Return what is committed so far, and what publishing these surveys would add; nothing is opened.

        Raises:
            CodebookMismatchError, QuestionTooLongError: as for ``publish``.
        """
        board = self._board.hits()
        return self._costs(requests, board, self._plan(requests, codebook, board))

    def publish(self, requests: Sequence[SurveyRequest], codebook: Codebook) -> None:
        """Open the surveys that are not on MTurk yet, and the places of others whose answers did not count.

        Raises:
            CostCeilingError: if the campaign would cost more than ``max_cost``; nothing is opened then.
            CodebookMismatchError: if a survey was planned for another codebook.
            QuestionTooLongError: if a survey's page is longer than MTurk takes.
            MTurkRefusedError, MTurkUnreachableError: where it broke off; the same call opens the rest.
        """
        board = self._board.hits()
        plan = self._plan(requests, codebook, board)
        check_ceiling(*self._costs(requests, board, plan), self._settings)
        for hit in plan.expired:
            self._board.prolong(hit, self._now())
        wanted = [request for request in requests if request.survey_id in {*plan.pages, *plan.more}]
        if not wanted:
            return
        test = self._gates.open_test(codebook)
        worker_ids, out = self._gates.tested(), self._gates.disqualified(test)
        for request in sorted(wanted, key=lambda one: (one.round, one.survey_id)):
            barred = {name: worker_ids[name] for name in request.barred - out if name in worker_ids}
            self._open(request, codebook, plan, board.get(request.survey_id, []), test, barred)

    def collect(self, survey_ids: Iterable[str], known: Answers | None = None) -> Answers:
        """Return what has been submitted in these surveys and is not ``known``, sorted by key.

        A HIT is read only where more was submitted than is known. Whoever failed a prerequisite is kept from the other
        surveys of that value before their answer is handed over.

        Raises:
            MTurkRefusedError, MTurkUnreachableError: if MTurk cannot be read; nothing is lost by calling again.
        """
        known = known or no_answers()
        board = self._board.hits()
        begun = known.assignments["survey_id"].value_counts().to_dict()
        raw_ids: dict[str, str] = {}
        came: list[Submission] = []
        for survey, hits in sorted(board.items()):
            if sum(hit.submitted for hit in hits) != begun.get(survey, 0):
                came += [one for hit in hits for one in self._submissions(hit, raw_ids)]
        failed = known.assignments.loc[known.assignments["status"] == "failed-prerequisite", "survey_id"]
        values = {name: board[name][0].survey.value for name in failed.unique() if name in board}
        answers = settle(came, known, values)
        self._close_values(answers, {one.survey.survey_id: one.survey.value for one in came}, raw_ids)
        return _of_surveys(answers, set(survey_ids))

    def disqualify(self, reasons: Mapping[str, str]) -> None:
        """Take the campaign's qualification from these workers (pseudonym -> reason); they see no survey any more.

        Raises:
            MTurkRefusedError, MTurkUnreachableError: where it broke off; the same call does the rest.
        """
        if reasons:
            self._gates.disqualify(reasons)

    def _plan(self, requests: Sequence[SurveyRequest], codebook: Codebook, board: Mapping[str, list[Hit]]) -> _Plan:
        check_codebook(requests, codebook)
        pages = {r.survey_id: html_question(r, codebook) for r in requests if r.survey_id not in board}
        again = {r.survey_id: _places_missing(r, board[r.survey_id]) for r in requests if r.survey_id in board}
        more = {survey: count for survey, count in again.items() if count > 0}
        late = [hit for survey in sorted(again) for hit in board[survey] if hit.expires <= self._now()]
        return _Plan(pages, more, [hit for hit in late if hit.open_places or hit.survey_id in more])

    def _costs(
        self, requests: Sequence[SurveyRequest], board: Mapping[str, list[Hit]], plan: _Plan
    ) -> tuple[CostForecast, CostForecast]:
        settings = self._settings
        committed = committed_cost(((hit.places, hit.reward) for hits in board.values() for hit in hits), settings)
        workers = {request.survey_id: request.workers_wanted for request in requests}
        wanted = forecast_costs((workers[survey] for survey in plan.pages), settings)
        for survey, more in plan.more.items():
            last = board[survey][-1]
            places = last.places if self._board.can_extend(last, more) else 0
            wanted = wanted.plus(extension_cost(places, more, settings))
        return committed, wanted

    def _open(
        self,
        request: SurveyRequest,
        codebook: Codebook,
        plan: _Plan,
        hits: list[Hit],
        test: str,
        barred: Mapping[str, str],
    ) -> None:
        survey, more = request.survey_id, plan.more.get(request.survey_id, request.workers_wanted)
        if hits and self._board.can_extend(hits[-1], more):
            self._board.extend(hits[-1], more)
            return
        worker_ids = {barred[name] for name in barred.keys() - self._gates.closed_to(request.value)}
        for hit in hits:
            worker_ids |= {assignment["WorkerId"] for assignment in self._board.assignments(hit)}
        closing = [self._gates.close(request.value, ())]
        closing += [self._gates.close(survey, worker_ids)] if worker_ids else []
        question = plan.pages.get(survey) or html_question(request, codebook)
        self._board.open(survey, question, more, self._gates.requirements(test, closing), len(hits) + 1)

    def _submissions(self, hit: Hit, raw_ids: dict[str, str]) -> Iterable[Submission]:
        for assignment in self._board.assignments(hit):
            one = read_submission(assignment, hit.survey, self._key)
            raw_ids[one.worker] = assignment["WorkerId"]
            yield one

    def _close_values(self, answers: Answers, values: Mapping[str, str], raw_ids: Mapping[str, str]) -> None:
        failed = answers.assignments[answers.assignments["status"] == "failed-prerequisite"]
        for value, workers in failed.groupby(failed["survey_id"].map(values))["worker"]:
            self._gates.close(str(value), (raw_ids[worker] for worker in workers))


def _places_missing(request: SurveyRequest, hits: Sequence[Hit]) -> int:
    """Return how many places to add: those wanted, less what is answered, not collected yet, or still open."""
    waiting = max(0, sum(hit.submitted for hit in hits) - request.begun)
    return request.workers_wanted - request.answered - waiting - sum(hit.open_places for hit in hits)


def _of_surveys(answers: Answers, survey_ids: set[str]) -> Answers:
    assignments, judgements = answers.assignments, answers.judgements
    asked, judged = assignments["survey_id"].isin(survey_ids), judgements["survey_id"].isin(survey_ids)
    return Answers(
        Assignments.check(assignments[asked].reset_index(drop=True)),
        Judgements.check(judgements[judged].reset_index(drop=True)),
        answers.changes,
    )
