"""Who may see which survey: the qualification types of a campaign, and the workers who hold them."""

from collections.abc import Iterable, Mapping

from valuenet.annotation.codebook import Codebook
from valuenet.annotation.mturk.answers import worker_pseudonym
from valuenet.annotation.mturk.client import MTurkRefusedError, Requester
from valuenet.annotation.mturk.hits import Requirement
from valuenet.annotation.mturk.qualification_test import qualification_test
from valuenet.annotation.mturk.settings import MTurkSettings

#: Qualification types MTurk keeps for everybody; that of masters differs in the sandbox.
_APPROVAL_RATE = "000000000000000000L0"
_LOCALE = "00000000000000000071"
_MASTERS = "2F1QJWKUDD8XADTFD2Q0G6UTO95ALH"
_SANDBOX_MASTERS = "2ARFPLSP75KLA8M8DH1HTEQVJT3SY6"
_TEST_MINUTES = 30
_HIDDEN = "DiscoverPreviewAndAccept"


class Gates:
    """Keeps workers off by qualifications alone: nobody is notified, and nothing reaches beyond the campaign.

    A worker must have passed the campaign's test (score of ``test_pass_mark`` or more; 0 where they are disqualified).
    Two kinds of types close a value or a survey to those who hold them.
    """

    def __init__(self, requester: Requester, settings: MTurkSettings, key: bytes) -> None:
        self._requester = requester
        self._settings = settings
        self._key = key
        self._types: dict[str, str] | None = None
        self._closed: dict[str, set[str]] = {}

    def open_test(self, codebook: Codebook) -> str:
        """Return the id of the qualification with the test of this codebook; it is made the first time."""
        form, answers = qualification_test(codebook)
        return self._type(
            f"{self._test_name} {codebook.content_version}",
            "Ten questions about human values, one minute each; needed for the surveys of this project.",
            Test=form,
            AnswerKey=answers,
            TestDurationInSeconds=_TEST_MINUTES * 60,
        )

    def requirements(self, test: str, closing: Iterable[str]) -> list[Requirement]:
        """Return what MTurk asks of a worker before it shows them a survey. ``closing``: types they must not hold."""
        settings = self._settings
        masters = _MASTERS if settings.is_production else _SANDBOX_MASTERS
        wanted: list[Requirement] = [
            {
                "QualificationTypeId": test,
                "Comparator": "GreaterThanOrEqualTo",
                "IntegerValues": [settings.test_pass_mark],
                "ActionsGuarded": "Accept",
            }
        ]
        wanted += [
            {"QualificationTypeId": name, "Comparator": "DoesNotExist", "ActionsGuarded": _HIDDEN} for name in closing
        ]
        if settings.minimum_approval_rate:
            rate = {"Comparator": "GreaterThanOrEqualTo", "IntegerValues": [settings.minimum_approval_rate]}
            wanted.append({"QualificationTypeId": _APPROVAL_RATE, **rate, "ActionsGuarded": "Accept"})
        if settings.countries:
            places = [{"Country": country} for country in settings.countries]
            wanted.append({"QualificationTypeId": _LOCALE, "Comparator": "In", "LocaleValues": places})
        if settings.masters:
            wanted.append({"QualificationTypeId": masters, "Comparator": "Exists", "ActionsGuarded": "Accept"})
        return wanted

    def close(self, what: str, worker_ids: Iterable[str]) -> str:
        """Return the id of the type that closes ``what`` (a value or a survey), with these workers in it."""
        name = f"{self._settings.campaign} {what} closed"
        type_id = self._type(name, "Held by people to whom this part of the project is closed; it says nothing else.")
        held = self._closed.get(type_id)
        if held is None:
            held = self._closed[type_id] = set(self._holders(type_id))
        for worker_id in sorted(set(worker_ids) - held):
            self._grant(type_id, worker_id, 1)
            held.add(worker_id)
        return type_id

    def closed_to(self, what: str) -> set[str]:
        """Return the pseudonyms of those to whom ``what`` is closed already."""
        type_id = self.close(what, ())
        return {worker_pseudonym(worker_id, self._key) for worker_id in self._closed[type_id]}

    def tested(self) -> dict[str, str]:
        """Return pseudonym -> worker id of everybody who took a test of this campaign; it must not be stored."""
        return {
            worker_pseudonym(worker_id, self._key): worker_id
            for type_id in self._tests()
            for worker_id in self._holders(type_id)
        }

    def disqualified(self, test: str) -> set[str]:
        """Return the pseudonyms of those whose score was set to 0, or who had nothing right."""
        scores = self._holders(test)
        return {worker_pseudonym(worker_id, self._key) for worker_id, score in scores.items() if score == 0}

    def disqualify(self, reasons: Mapping[str, str]) -> None:
        """Set the score of these workers (pseudonym -> reason) to 0, or block them where the settings say so."""
        for type_id in self._tests():
            for worker_id, score in self._holders(type_id).items():
                reason = reasons.get(worker_pseudonym(worker_id, self._key))
                if reason is not None and score != 0:
                    self._grant(type_id, worker_id, 0)
                    if self._settings.block_disqualified:
                        self._requester.call("create_worker_block", WorkerId=worker_id, Reason=reason)

    @property
    def _test_name(self) -> str:
        return f"{self._settings.campaign} test of codebook"

    def _tests(self) -> list[str]:
        return [type_id for name, type_id in sorted(self._owned().items()) if name.startswith(self._test_name)]

    def _holders(self, type_id: str) -> dict[str, int]:
        """Return worker id -> score of those who hold a qualification."""
        listed = self._requester.pages(
            "list_workers_with_qualification_type", "Qualifications", QualificationTypeId=type_id, Status="Granted"
        )
        return {qualification["WorkerId"]: qualification.get("IntegerValue", 0) for qualification in listed}

    def _grant(self, type_id: str, worker_id: str, score: int) -> None:
        self._requester.call(
            "associate_qualification_with_worker",
            QualificationTypeId=type_id,
            WorkerId=worker_id,
            IntegerValue=score,
            SendNotification=False,
        )

    def _type(self, name: str, description: str, **more: object) -> str:
        """Return the id of the type with this name; where it cannot be made, because somebody else just did."""
        if name not in self._owned():
            wanted = {"Name": name, "Description": description, "QualificationTypeStatus": "Active", **more}
            try:
                made = self._requester.call("create_qualification_type", **wanted)["QualificationType"]
                self._owned()[name] = made["QualificationTypeId"]
            except MTurkRefusedError:
                self._types = None
                if name not in self._owned():
                    raise
        return self._owned()[name]

    def _owned(self) -> dict[str, str]:
        """Return name -> id of the account's own qualification types, read once."""
        if self._types is None:
            listed = self._requester.pages(
                "list_qualification_types", "QualificationTypes", MustBeRequestable=False, MustBeOwnedByCaller=True
            )
            self._types = {qualification["Name"]: qualification["QualificationTypeId"] for qualification in listed}
        return self._types
