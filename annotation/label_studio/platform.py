"""Label Studio as a platform: surveys are tasks, annotations are answers, and asking twice changes nothing."""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final

import pandas as pd

from valuenet.annotation.codebook import Codebook
from valuenet.annotation.label_studio.accounts import members
from valuenet.annotation.label_studio.annotations import PLATFORM, changes_since, sheets_to_read, worker_of
from valuenet.annotation.label_studio.answers import take_answers
from valuenet.annotation.label_studio.board import (
    is_there,
    list_moving_sheets,
    list_projects,
    list_sheets,
    read_sheets,
    with_annotators,
)
from valuenet.annotation.label_studio.client import GoneError, LabelStudioClient, incomplete
from valuenet.annotation.label_studio.ledger import AskedSurvey, Ledger, asked_surveys, remembered_surveys
from valuenet.annotation.label_studio.marks import meetings_to_prevent
from valuenet.annotation.label_studio.places import places_to_set
from valuenet.annotation.label_studio.publishing import publish_surveys, set_place
from valuenet.annotation.label_studio.settings import LabelStudioSettings
from valuenet.annotation.label_studio.survey_tasks import Sheet, SurveyProject, mark_of
from valuenet.annotation.platforms import Answers, SurveyRequest, check_codebook, no_answers
from valuenet.warehouse.crowd_tables import AnswerChanges, Assignments, Judgements

_REMOVED = "Deleted"


class LabelStudioPlatform:
    """A campaign on a Label Studio server; it keeps the guarantees of ``platforms.Platform``.

    What the community edition cannot prevent is recorded as surplus: it offers a worker the next survey at once, before
    a collect could keep them away from those they must not answer.
    """

    name: Final = PLATFORM

    def __init__(self, client: LabelStudioClient, settings: LabelStudioSettings, *, key: bytes) -> None:
        self._client = client
        self._settings = settings
        self._key = key

    def publish(self, requests: Sequence[SurveyRequest], codebook: Codebook) -> None:
        """Open the surveys that are on no project of the campaign yet, and put right what an earlier call left undone.

        Raises:
            CodebookMismatchError: if a survey was planned for another codebook.
            TokenRefusedError: if the server does not accept the token.
            ServerUnreachableError: if the server fails; the same call then opens the rest.
        """
        check_codebook(requests, codebook)
        if requests:
            users = self._users() if any(request.barred for request in requests) else {}
            publish_surveys(self._client, self._settings, requests, codebook, users)

    def collect(self, survey_ids: Iterable[str], known: Answers | None = None) -> Answers:
        """Return what is new beside ``known``: answers, edits and deletions. Without it everything comes.

        Beside what is known it looks at surveys that are open or have changed lately; at all of them where that brings
        nothing new, or where their number is not as it should be, as when a task was deleted.

        Also reopens surveys that the server closed too early, and keeps workers away from open ones that they must not
        answer, as far as ``marking_seconds`` reach.

        Raises:
            TokenRefusedError: if the server does not accept the token.
            ServerUnreachableError: if the server fails; nothing is lost, the next call brings it.
        """
        wanted, known = set(survey_ids), known or no_answers()
        if not wanted:
            return no_answers()
        projects = list_projects(self._client, self._settings)
        since = changes_since(known)
        if since is not None:
            sheets, others = list_moving_sheets(self._client, self._settings, projects, since)
            if others == len(_in_force_elsewhere(known, sheets)):
                new = self._take(sheets, wanted, known, set())
                if len(new.assignments) or len(new.changes):
                    return new
        sheets = list_sheets(self._client, self._settings, projects)
        return self._take(sheets, wanted, known, self._deleted(_vanished(wanted, sheets, projects, known), projects))

    def _deleted(self, vanished: set[str], projects: Sequence[SurveyProject]) -> set[str]:
        """Return ``vanished``, each of which the server denies when it is asked for it by its id.

        Raises:
            IncompleteAnswerError: if one is there after all, so that the list it was missing from was not whole.
        """
        for survey in sorted(vanished):
            if is_there(self._client, self._settings, projects, survey):
                raise incomplete(self._client.url, f"/api/tasks/ (survey {survey})", 0, 1)
        return vanished

    def _take(self, sheets: list[Sheet], wanted: set[str], known: Answers, vanished: set[str]) -> Answers:
        """Return what is new on these tasks, and do for the open ones what has to be done."""
        chosen = sheets_to_read((sheet for sheet in sheets if sheet.survey_id in wanted), known)
        given = list(read_sheets(self._client, self._settings, chosen, self._key))
        asked = remembered_surveys(known, {sheet.survey_id for sheet in sheets}) | asked_surveys(sheets)
        searched = {sheet.survey_id for sheet in chosen} | vanished
        new = take_answers(asked, given, known, platform=self.name, searched=searched)
        self._settle(sheets, _both(known, new), wanted, asked)
        return new

    def disqualify(self, reasons: Mapping[str, str]) -> None:
        """Take these workers out of the organisation: the server offers them nothing and takes nothing from them.

        Who is known by no member, or was taken out before, is passed over; so is the owner of the token.
        """
        if not reasons:
            return
        me = self._client.get("/api/current-user/whoami")
        for worker, user in sorted(self._users().items()):
            if worker in reasons and user != me["id"]:
                self._client.delete(f"/api/organizations/{me['active_organization']}/memberships/{user}")

    def _users(self) -> dict[str, int]:
        """Return the user of every worker who has not been taken out of the organisation."""
        users = (member["user"] for member in members(self._client))
        return {worker_of(user["id"], self._key): user["id"] for user in users if user["email"] != _REMOVED}

    def _settle(
        self, sheets: list[Sheet], answers: Answers, surveys: set[str], asked: Mapping[str, AskedSurvey]
    ) -> None:
        """Open and close surveys, then keep workers away from them, until all is done or the time is over."""
        until = time.monotonic() + self._settings.marking_seconds
        rows = Ledger(asked, answers).in_force()
        open_now = {sheet.task_id: sheet.is_open for sheet in sheets}
        for slot in places_to_set(sheets, rows, surveys):
            if time.monotonic() > until:
                return
            set_place(self._client, slot)
            open_now[slot.task_id] = slot.is_open
        sheets = [sheet._replace(is_open=open_now[sheet.task_id]) for sheet in sheets]
        if not rows or not any(open_now.values()):
            return
        listed = with_annotators(self._client, self._settings, sheets)
        for meeting in meetings_to_prevent(listed, rows, self._users(), asked):
            if time.monotonic() > until:
                return
            with suppress(GoneError):
                self._client.post(f"/api/tasks/{meeting.task_id}/annotations/", mark_of(meeting.user))


def _in_force_elsewhere(known: Answers, sheets: Iterable[Sheet]) -> set[str]:
    """Return the surveys with answers in force that are not among the sheets."""
    answered = known.assignments[~known.assignments["assignment_id"].isin(known.changes["assignment_id"])]
    return set(answered["survey_id"]) - {sheet.survey_id for sheet in sheets}


def _vanished(wanted: set[str], sheets: Iterable[Sheet], projects: Sequence[SurveyProject], known: Answers) -> set[str]:
    """Return surveys that were answered in a project that is still there, and have no task in it any more.

    Where the project itself is gone, or younger than the answers, this is another server or its data were lost: that is
    nobody's wish to take an answer back, so what was collected stays.
    """
    lost = wanted - {sheet.survey_id for sheet in sheets}
    since = {project.key[1:]: project.created_at for project in reversed(projects)}
    answered = known.judgements[known.judgements["survey_id"].isin(list(lost))]
    ended = known.assignments.set_index("assignment_id")["submitted_at"]
    vanished = set()
    for name, rows in answered.groupby("assignment_id"):
        first = rows.iloc[0]
        made = since.get((first["value"], len(rows), first["codebook_version"]))
        if made is not None and made <= ended[name]:
            vanished.add(str(first["survey_id"]))
    return vanished


def _both(known: Answers, new: Answers) -> Answers:
    return Answers(
        Assignments.check(pd.concat([known.assignments, new.assignments], ignore_index=True)),
        Judgements.check(pd.concat([known.judgements, new.judgements], ignore_index=True)),
        AnswerChanges.check(pd.concat([known.changes, new.changes], ignore_index=True)),
    )
