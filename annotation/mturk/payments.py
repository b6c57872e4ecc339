"""Who is paid for what: decided from the tables, carried out on MTurk, and safe to repeat."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from pandera.typing import DataFrame

from valuenet.annotation.mturk.answers import PLATFORM, assignment_hash
from valuenet.annotation.mturk.client import MTurkRefusedError, Requester
from valuenet.annotation.mturk.hits import Board, Hit
from valuenet.annotation.mturk.settings import MTurkSettings
from valuenet.warehouse.crowd_tables import Assignments, Workers
from valuenet.warehouse.hashing import hash_id

Action = Literal["approve", "reject"]
_THANKS = "Thank you for your answers."
_ENDED = "The survey ended at its first question; thank you for your time."
_INCOMPLETE = "The form came back without an answer to every question, so it could not be used."
_NOT_PASSED = "The answer to the first question was not the right one, which the task said ends it without pay."
_BONUS = "A bonus for careful answers throughout the project."
_LONGEST = 1024


class Decision(NamedTuple):
    """What becomes of one assignment; ``reason`` is what its worker reads, ``bonus`` is in dollars."""

    assignment_id: str
    action: Action
    reason: str
    bonus: Decimal


class PaymentReport(NamedTuple):
    """What was done now, and what could not be. Ids are those of the tables."""

    approved: int
    rejected: int
    bonuses: int
    already_done: int
    paid_already: tuple[str, ...]
    """Assignments to be rejected that MTurk has paid before, as after the days of auto-approval."""
    unknown: tuple[str, ...]
    """Assignments MTurk does not list."""


def decide_payments(
    assignments: DataFrame[Assignments], workers: DataFrame[Workers], settings: MTurkSettings
) -> list[Decision]:
    """Return a decision for every assignment on MTurk whose worker's standing is known, sorted by id.

    Finished work is paid, also where it was surplus. Exceptions are the settings': ``reject_for``,
    ``pay_failed_prerequisite`` and ``pay_incomplete``. A complete answer of a qualified worker earns the bonus.
    """
    standing = {row["worker"]: row for row in workers.to_dict("records")}
    own = assignments[assignments["platform"] == PLATFORM].sort_values("assignment_id")
    rows = zip(own["assignment_id"], own["worker"], own["status"], strict=True)
    return [_decide(name, status, standing[who], settings) for name, who, status in rows if who in standing]


def _decide(name: str, status: str, worker: dict[Any, Any], settings: MTurkSettings) -> Decision:
    none = Decimal("0.00")
    if worker["status"] == "disqualified" and worker["rule"] in settings.reject_for:
        return Decision(name, "reject", str(worker["reason"])[:_LONGEST], none)
    if status == "failed-prerequisite":
        paid = settings.pay_failed_prerequisite
        return Decision(name, "approve" if paid else "reject", _ENDED if paid else _NOT_PASSED, none)
    if status == "dropped-out":
        paid = settings.pay_incomplete
        return Decision(name, "approve" if paid else "reject", _THANKS if paid else _INCOMPLETE, none)
    earned = status == "complete" and worker["status"] == "qualified"
    return Decision(name, "approve", _THANKS, settings.bonus if earned else none)


def pay_workers(client: Any, settings: MTurkSettings, decisions: Sequence[Decision]) -> PaymentReport:
    """Carry the decisions out and return what was done; repeated, it does only what is missing.

    Raw ids are read from MTurk's own lists and matched by their hashes; they are not kept.

    Raises:
        MTurkRefusedError, MTurkUnreachableError: where it broke off; the same call does the rest.
    """
    return _Cashier(Requester(client), settings).pay(decisions)


class _Cashier:
    def __init__(self, requester: Requester, settings: MTurkSettings) -> None:
        self._requester = requester
        self._settings = settings
        self._board = Board(requester, settings)
        self._counts = dict.fromkeys(("approved", "rejected", "bonuses", "already_done"), 0)
        self._paid_already: list[str] = []

    def pay(self, decisions: Iterable[Decision]) -> PaymentReport:
        """Go through all HITs of the campaign and settle what is decided."""
        wanted = {decision.assignment_id: decision for decision in decisions}
        for hit in _all(self._board):
            listed = [
                (wanted.get(assignment_hash(assignment["AssignmentId"])), assignment)
                for assignment in self._board.assignments(hit)
            ]
            decided = [(decision, assignment) for decision, assignment in listed if decision is not None]
            for decision, assignment in decided:
                self._settle(decision, assignment)
                del wanted[decision.assignment_id]
            self._pay_bonuses(hit, [(decision, assignment) for decision, assignment in decided if decision.bonus])
        return PaymentReport(**self._counts, paid_already=tuple(self._paid_already), unknown=tuple(sorted(wanted)))

    def _settle(self, decision: Decision, assignment: dict[str, Any]) -> None:
        status, name = assignment["AssignmentStatus"], assignment["AssignmentId"]
        if decision.action == "approve" and status != "Approved":
            self._change("approve_assignment", name, decision.reason, OverrideRejection=status == "Rejected")
            self._counts["approved"] += 1
        elif decision.action == "reject" and status == "Submitted":
            self._change("reject_assignment", name, decision.reason)
            self._counts["rejected"] += 1
        elif decision.action == "reject" and status == "Approved":
            self._paid_already.append(decision.assignment_id)
        else:
            self._counts["already_done"] += 1

    def _change(self, operation: str, name: str, reason: str, **more: object) -> None:
        """Approve or reject; where MTurk refuses, an earlier call whose answer was lost may have done it."""
        wanted = "Approved" if operation == "approve_assignment" else "Rejected"
        try:
            self._requester.call(operation, AssignmentId=name, RequesterFeedback=reason, **more)
        except MTurkRefusedError:
            if self._requester.call("get_assignment", AssignmentId=name)["Assignment"]["AssignmentStatus"] != wanted:
                raise

    def _pay_bonuses(self, hit: Hit, earned: list[tuple[Decision, dict[str, Any]]]) -> None:
        if not earned:
            return
        paid = self._bonuses(hit)
        for decision, assignment in earned:
            if assignment["AssignmentId"] in paid:
                self._counts["already_done"] += 1
                continue
            try:
                self._requester.call(
                    "send_bonus",
                    WorkerId=assignment["WorkerId"],
                    AssignmentId=assignment["AssignmentId"],
                    BonusAmount=f"{decision.bonus:.2f}",
                    Reason=_BONUS,
                    UniqueRequestToken=hash_id("t-", self._settings.campaign, "bonus", decision.assignment_id),
                )
            except MTurkRefusedError:
                if assignment["AssignmentId"] not in self._bonuses(hit):
                    raise
            self._counts["bonuses"] += 1

    def _bonuses(self, hit: Hit) -> set[str]:
        listed = self._requester.pages("list_bonus_payments", "BonusPayments", HITId=hit.hit_id)
        return {bonus["AssignmentId"] for bonus in listed}


def _all(board: Board) -> Iterator[Hit]:
    for _, hits in sorted(board.hits().items()):
        yield from hits
