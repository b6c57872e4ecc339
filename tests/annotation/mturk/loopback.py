"""A loopback server that speaks MTurk's JSON protocol, with people who answer, and faults on demand.

It knows nothing of the code under test: pages are read as a browser would, by the names of their form fields.
"""

import json
import re
import socket
import threading
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

from valuenet.warehouse.hashing import draw, hash_id

_SYSTEM = ("000000000000000000L0", "00000000000000000071", "2ARFPLSP75KLA8M8DH1HTEQVJT3SY6")
_XML = '<?xml version="1.0" encoding="ASCII"?>'
_TARGET = "MTurkRequesterServiceV20170117."


class TurkError(Exception):
    """What MTurk answers with status 400."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LoopbackMTurk:
    """The requester's account and the people. ``faults[operation]``: a list of throttle, fault, lost, refuse."""

    def __init__(self, workers: int = 18, page_size: int = 7) -> None:
        self.people = [f"A{number:04d}WORKER" for number in range(workers)]
        self.page_size = page_size
        self.clock = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.hits: dict[str, dict[str, Any]] = {}
        self.assignments: dict[str, dict[str, Any]] = {}
        self.types: dict[str, dict[str, Any]] = {}
        self.grants: dict[str, dict[str, int]] = defaultdict(dict)
        self.bonuses: list[dict[str, Any]] = []
        self.blocks: dict[str, str] = {}
        self.hit_types: dict[str, dict[str, Any]] = {}
        self.tokens: set[str] = set()
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.calls: list[str] = []
        self.truth: dict[str, str] = {}
        self.careless: set[str] = set()
        self.lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            self.calls.append(operation)
            try:
                return getattr(self, f"_{operation}")(**asked) or {}
            except (KeyError, TypeError):
                raise TurkError("AWS.MechanicalTurk.InvalidParameterValue") from None

    # --- people

    def work(self) -> int:
        """Let everybody take at most one survey she may see; return how many did."""
        with self.lock:
            return sum(self._take_one(worker) for worker in self.people)

    def submit(self, hit_id: str, worker: str, fields: dict[str, str], status: str = "Submitted") -> str:
        """Submit a form as the worker's browser does."""
        began, self.clock = self.clock, self.clock + timedelta(seconds=90)
        name = f"3{hash_id('', hit_id, worker, len(self.assignments)).upper()}ASSIGNMENT"
        answers = "".join(
            f"<Answer><QuestionIdentifier>{k}</QuestionIdentifier><FreeText>{escape(v)}</FreeText></Answer>"
            for k, v in fields.items()
        )
        self.assignments[name] = {
            "AssignmentId": name,
            "WorkerId": worker,
            "HITId": hit_id,
            "AssignmentStatus": status,
            "AcceptTime": began.timestamp(),
            "SubmitTime": self.clock.timestamp(),
            "Answer": f'{_XML}<QuestionFormAnswers xmlns="urn:x">{answers}</QuestionFormAnswers>',
        }
        return name

    def fill_in(self, hit: dict[str, Any], worker: str) -> dict[str, str]:
        """Return what a worker answers: some never get the first question of a value right, most others do."""
        page = hit["Question"]
        value, right = re.search(r'data-value="([^"]+)"', page)[1], re.search(r'data-right="(\w+)"', page)[1]
        fails = draw("fails", worker, value) < 0.15
        if fails:
            return {"prerequisite": next(x for x in ("yes", "no") if x != right)}
        labels = {}
        for scenario, name in re.findall(r'data-scenario="([^"]+)".*?name="(q\d+)"', page):
            guess = ("yes", "no", "unrelated")[int(draw(worker, hit["HITId"], name) * 3)]
            labels[name] = guess if worker in self.careless else self.truth.get(scenario, guess)
        return {"prerequisite": right, **labels}

    def _take_one(self, worker: str) -> bool:
        for hit in self.hits.values():
            if self._open(hit) > 0 and self._may_see(worker, hit) and hit["expires"] > self.clock:
                self.submit(hit["HITId"], worker, self.fill_in(hit, worker))
                return True
        return False

    def _may_see(self, worker: str, hit: dict[str, Any]) -> bool:
        if worker in self.blocks or any(told["WorkerId"] == worker for told in self._of(hit["HITId"])):
            return False
        return all(
            self._meets(worker, wanted) for wanted in self.hit_types[hit["HITTypeId"]]["QualificationRequirements"]
        )

    def _meets(self, worker: str, wanted: dict[str, Any]) -> bool:
        type_id = wanted["QualificationTypeId"]
        if type_id in _SYSTEM:
            return True
        if "Test" in self.types[type_id]:
            self.grants[type_id].setdefault(worker, 100)  # she takes the test when she meets it
        score = self.grants[type_id].get(worker)
        if wanted["Comparator"] == "DoesNotExist":
            return score is None
        return score is not None and score >= wanted["IntegerValues"][0]

    def _of(self, hit_id: str) -> list[dict[str, Any]]:
        return [told for told in self.assignments.values() if told["HITId"] == hit_id]

    def _open(self, hit: dict[str, Any]) -> int:
        return hit["MaxAssignments"] - len(self._of(hit["HITId"]))

    # --- operations

    def _CreateHITType(self, **asked):  # noqa: N802
        name = hash_id("T", json.dumps(asked, sort_keys=True))
        self.hit_types[name] = asked
        return {"HITTypeId": name}

    def _CreateHITWithHITType(self, *, UniqueRequestToken, **asked):  # noqa: N802, N803
        self._once(UniqueRequestToken, "AWS.MechanicalTurk.HITAlreadyExists")
        if asked["HITTypeId"] not in self.hit_types or len(asked["Question"].encode()) > 65_535:
            raise TurkError("AWS.MechanicalTurk.InvalidParameterValue")
        name = f"3HIT{len(self.hits):04d}"
        expires = self.clock + timedelta(seconds=asked["LifetimeInSeconds"])
        made = {"HITId": name, "made": self.clock, "expires": expires, **asked}
        self.clock += timedelta(seconds=1)
        self.hits[name] = {**made, "Reward": self.hit_types[asked["HITTypeId"]]["Reward"]}
        return {"HIT": self._shown(self.hits[name])}

    def _CreateAdditionalAssignmentsForHIT(self, *, HITId, NumberOfAdditionalAssignments, UniqueRequestToken):  # noqa: N802, N803
        self._once(UniqueRequestToken, "AWS.MechanicalTurk.AssignmentsAlreadyExist")
        hit = self.hits[HITId]
        if hit["MaxAssignments"] < 10 <= hit["MaxAssignments"] + NumberOfAdditionalAssignments:
            raise TurkError("AWS.MechanicalTurk.InvalidMaximumAssignmentsIncrease")
        hit["MaxAssignments"] += NumberOfAdditionalAssignments

    def _UpdateExpirationForHIT(self, *, HITId, ExpireAt):  # noqa: N802, N803
        self.hits[HITId]["expires"] = datetime.fromtimestamp(ExpireAt, UTC)

    def _ListHITs(self, **page):  # noqa: N802
        return self._page("HITs", [self._shown(hit) for hit in reversed(self.hits.values())], **page)

    def _GetHIT(self, *, HITId):  # noqa: N802, N803
        return {"HIT": self._shown(self.hits[HITId])}

    def _ListAssignmentsForHIT(self, *, HITId, AssignmentStatuses, **page):  # noqa: N802, N803
        listed = [told for told in self._of(HITId) if told["AssignmentStatus"] in AssignmentStatuses]
        return self._page("Assignments", listed, **page)

    def _GetAssignment(self, *, AssignmentId):  # noqa: N802, N803
        return {"Assignment": self.assignments[AssignmentId]}

    def _ApproveAssignment(self, *, AssignmentId, RequesterFeedback, OverrideRejection=False):  # noqa: N802, N803
        told = self.assignments[AssignmentId]
        if told["AssignmentStatus"] == "Approved" or (told["AssignmentStatus"] == "Rejected" and not OverrideRejection):
            raise TurkError("AWS.MechanicalTurk.InvalidAssignmentState")
        told |= {"AssignmentStatus": "Approved", "RequesterFeedback": RequesterFeedback}

    def _RejectAssignment(self, *, AssignmentId, RequesterFeedback):  # noqa: N802, N803
        told = self.assignments[AssignmentId]
        if told["AssignmentStatus"] != "Submitted":
            raise TurkError("AWS.MechanicalTurk.InvalidAssignmentState")
        told |= {"AssignmentStatus": "Rejected", "RequesterFeedback": RequesterFeedback}

    def _SendBonus(self, *, UniqueRequestToken, **asked):  # noqa: N802, N803
        self._once(UniqueRequestToken, "AWS.MechanicalTurk.DuplicateRequest")
        if self.assignments[asked["AssignmentId"]]["WorkerId"] != asked["WorkerId"]:
            raise TurkError("AWS.MechanicalTurk.AssignmentDoesNotExist")
        self.bonuses.append(asked)

    def _ListBonusPayments(self, *, HITId, **page):  # noqa: N802, N803
        paid = [bonus for bonus in self.bonuses if self.assignments[bonus["AssignmentId"]]["HITId"] == HITId]
        return self._page("BonusPayments", paid, **page)

    def _CreateQualificationType(self, *, Name, **asked):  # noqa: N802, N803
        if any(made["Name"] == Name for made in self.types.values()):
            raise TurkError("AWS.MechanicalTurk.QualificationTypeAlreadyExists")
        name = f"3QT{len(self.types):04d}"
        self.types[name] = {"QualificationTypeId": name, "Name": Name, **asked}
        return {"QualificationType": {"QualificationTypeId": name, "Name": Name}}

    def _ListQualificationTypes(self, *, MustBeRequestable, MustBeOwnedByCaller, **page):  # noqa: N802, N803
        shown = [{k: made[k] for k in ("QualificationTypeId", "Name")} for made in self.types.values()]
        return self._page("QualificationTypes", shown, **page)

    def _ListWorkersWithQualificationType(self, *, QualificationTypeId, Status, **page):  # noqa: N802, N803
        held = self.grants[QualificationTypeId].items()
        return self._page("Qualifications", [{"WorkerId": who, "IntegerValue": score} for who, score in held], **page)

    def _AssociateQualificationWithWorker(self, *, QualificationTypeId, WorkerId, IntegerValue, SendNotification):  # noqa: N802, N803
        if SendNotification:
            raise TurkError("nobody is to be notified")
        self.grants[QualificationTypeId][WorkerId] = IntegerValue

    def _CreateWorkerBlock(self, *, WorkerId, Reason):  # noqa: N802, N803
        self.blocks[WorkerId] = Reason

    def _page(self, field: str, rows: list[Any], MaxResults: int = 10, NextToken: str = "0") -> dict[str, Any]:  # noqa: N803
        start, size = int(NextToken), min(MaxResults, self.page_size)
        more = {"NextToken": str(start + size)} if start + size < len(rows) else {}
        return {field: rows[start : start + size], "NumResults": len(rows[start : start + size]), **more}

    def _once(self, token: str, code: str) -> None:
        if len(token) > 64 or token in self.tokens:
            raise TurkError(code)
        self.tokens.add(token)

    def _shown(self, hit: dict[str, Any]) -> dict[str, Any]:
        hidden = {name: told for name, told in hit.items() if name not in {"made", "expires", "LifetimeInSeconds"}}
        times = {"CreationTime": hit["made"].timestamp(), "Expiration": hit["expires"].timestamp()}
        return {**hidden, **times, "NumberOfAssignmentsAvailable": self._open(hit), "NumberOfAssignmentsPending": 0}


def _handler(turk: LoopbackMTurk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet per answer; two of them wait for one another
        disable_nagle_algorithm = True

        def do_POST(self):
            operation = self.headers["X-Amz-Target"].removeprefix(_TARGET)
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fault = turk.faults[operation].pop(0) if turk.faults[operation] else ""
            if fault == "throttle":
                return self._send(400, {"__type": "ThrottlingException", "Message": "Rate exceeded"})
            if fault == "fault":
                return self._send(500, {"__type": "ServiceFault", "Message": "try again"})
            if fault == "refuse":
                return self._send(400, {"__type": "RequestError", "TurkErrorCode": "AWS.MechanicalTurk.NoFunds"})
            try:
                status, said = 200, turk.answer(operation, asked)
            except TurkError as error:
                status, said = 400, {"__type": "RequestError", "Message": "A0001WORKER", "TurkErrorCode": error.code}
            if fault == "lost":
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return None
            return self._send(status, said)

        def _send(self, status, said):
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    return Handler
