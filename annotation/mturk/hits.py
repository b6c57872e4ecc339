"""The HITs of one campaign: which survey each puts, how many of its places are taken, and opening more."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from valuenet.annotation.mturk.client import MTurkRefusedError, Requester
from valuenet.annotation.mturk.question import AskedSurvey, read_survey
from valuenet.annotation.mturk.settings import MTurkSettings
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.hashing import hash_id

Requirement = dict[str, Any]
_STATUSES = ["Submitted", "Approved", "Rejected"]


class ForeignHitError(InputError):
    """A HIT bears the mark of the campaign, but its page is not one of ours."""


@dataclass(frozen=True)
class Hit:
    """One HIT as MTurk describes it."""

    hit_id: str
    survey_id: str
    question: str
    places: int
    open_places: int
    """Places nobody has taken, or somebody is working on."""
    reward: Decimal
    expires: datetime

    @property
    def submitted(self) -> int:
        """Return how many assignments have come in, whatever was decided on them."""
        return self.places - self.open_places

    @cached_property
    def survey(self) -> AskedSurvey:
        """Return what its page asks.

        Raises:
            ForeignHitError: if the page was not made by this project.
        """
        asked = read_survey(self.question)
        if asked is None or asked.survey_id != self.survey_id:
            raise ForeignHitError(
                f"HIT {self.hit_id} is marked as survey {self.survey_id}, but its page is another; delete it on MTurk"
            )
        return asked


class Board:
    """Opens, extends and lists the HITs of a campaign."""

    def __init__(self, requester: Requester, settings: MTurkSettings) -> None:
        self._requester = requester
        self._settings = settings
        self._mark = f"valuenet:{settings.campaign}:"
        self._hit_types: dict[str, str] = {}

    def hits(self) -> dict[str, list[Hit]]:
        """Return all HITs of the campaign by survey, the oldest first."""
        by_survey: dict[str, list[tuple[datetime, Hit]]] = defaultdict(list)
        for answer in self._requester.pages("list_hits", "HITs"):
            mark, _, survey_id = str(answer.get("RequesterAnnotation", "")).rpartition(":")
            if f"{mark}:" == self._mark:
                by_survey[survey_id].append((answer["CreationTime"], self._read(answer, survey_id)))
        return {
            survey: [hit for _, hit in sorted(hits, key=lambda made: (made[0], made[1].hit_id))]
            for survey, hits in by_survey.items()
        }

    def assignments(self, hit: Hit) -> Iterator[dict[str, Any]]:
        """Yield everything submitted for a HIT: waiting, approved and rejected."""
        return self._requester.pages(
            "list_assignments_for_hit", "Assignments", HITId=hit.hit_id, AssignmentStatuses=_STATUSES
        )

    def open(self, survey_id: str, question: str, places: int, requirements: list[Requirement], number: int) -> None:
        """Open the ``number``-th HIT of a survey, once however often it is called.

        Where MTurk refuses, it may be because an earlier call was carried out and its answer lost: then it is listed.
        """
        try:
            self._requester.call(
                "create_hit_with_hit_type",
                HITTypeId=self._hit_type(requirements),
                MaxAssignments=places,
                LifetimeInSeconds=self._settings.lifetime_days * 86_400,
                Question=question,
                RequesterAnnotation=f"{self._mark}{survey_id}",
                UniqueRequestToken=self._token("open", survey_id, number),
            )
        except MTurkRefusedError:
            if len(self.hits().get(survey_id, [])) < number:
                raise

    def extend(self, hit: Hit, more: int) -> None:
        """Add places to a HIT, once for the number it then has."""
        total = hit.places + more
        try:
            self._requester.call(
                "create_additional_assignments_for_hit",
                HITId=hit.hit_id,
                NumberOfAdditionalAssignments=more,
                UniqueRequestToken=self._token("extend", hit.hit_id, total),
            )
        except MTurkRefusedError:
            if self._requester.call("get_hit", HITId=hit.hit_id)["HIT"]["MaxAssignments"] < total:
                raise

    def prolong(self, hit: Hit, now: datetime) -> None:
        """Offer a HIT for another lifetime."""
        until = now + timedelta(days=self._settings.lifetime_days)
        self._requester.call("update_expiration_for_hit", HITId=hit.hit_id, ExpireAt=until)

    def can_extend(self, hit: Hit, more: int) -> bool:
        """Return whether MTurk lets a HIT grow so far: a small one never becomes a large one."""
        large = self._settings.large_from
        return hit.places >= large or hit.places + more < large

    def _hit_type(self, requirements: list[Requirement]) -> str:
        """Return the id of the HIT type; MTurk gives the same one for the same properties, so it is asked once."""
        settings, wanted = self._settings, json.dumps(requirements)
        if wanted in self._hit_types:
            return self._hit_types[wanted]
        answer = self._requester.call(
            "create_hit_type",
            Title=settings.title,
            Description=settings.description,
            Keywords=settings.keywords,
            Reward=f"{settings.reward:.2f}",
            AssignmentDurationInSeconds=settings.minutes_per_survey * 60,
            AutoApprovalDelayInSeconds=settings.auto_approval_days * 86_400,
            QualificationRequirements=requirements,
        )
        self._hit_types[wanted] = str(answer["HITTypeId"])
        return self._hit_types[wanted]

    def _token(self, *parts: object) -> str:
        return hash_id("t-", self._settings.campaign, *parts)

    def _read(self, answer: Mapping[str, Any], survey_id: str) -> Hit:
        question = answer.get("Question") or self._requester.call("get_hit", HITId=answer["HITId"])["HIT"]["Question"]
        return Hit(
            answer["HITId"],
            survey_id,
            question,
            answer["MaxAssignments"],
            answer["NumberOfAssignmentsAvailable"] + answer["NumberOfAssignmentsPending"],
            Decimal(answer["Reward"]),
            answer["Expiration"],
        )
