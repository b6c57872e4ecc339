"""The rules of qualification, applied to one worker's submissions in the order of time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from math import isnan
from statistics import median
from typing import Annotated, NamedTuple

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from valuenet.warehouse.settings import Settings


class QualificationSettings(Settings):
    """When a worker is disqualified. A worker who answered fewer than ``min_checks`` checks is unproven."""

    min_checks: PositiveInt = 2
    """Hidden checks before their share decides; as many as a survey has, so that one survey already tells."""
    window: PositiveInt = 10
    """Their last checks that the share is taken over, so that long good work does not hide a late decline."""
    min_share_right: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Least share of these checks answered as both experts did."""
    min_seconds_per_question: NonNegativeFloat = 2.0
    """A survey done faster than this per question was not read; where the time is not known, the rule is not asked."""
    max_same_answer_run: PositiveInt = 30
    """Most answers in a row that may be the same, across their surveys; three surveys' worth."""
    max_failed_prerequisites: NonNegativeInt = 1
    """Prerequisite questions they may get wrong: each ends its survey, one more ends their work."""


class Submission(NamedTuple):
    """One assignment of a worker, whatever its end. ``checks_right``: each hidden check they had not met before."""

    at: datetime
    survey_id: str
    value: str
    status: str
    seconds: float
    """NaN where it is not known."""
    labels: tuple[str, ...]
    checks_right: tuple[bool, ...]


class Standing(NamedTuple):
    """A worker's status with the rule, the reason in words they can be told, and the date of the decision."""

    status: str
    rule: str
    reason: str
    decided_at: datetime
    surveys_done: int
    checks_seen: int
    checks_right: int
    median_seconds: float


class _Verdict(NamedTuple):
    rule: str
    reason: str


def decide(submissions: Sequence[Submission], settings: QualificationSettings) -> Standing:
    """Return the standing of one worker after ``submissions``, which are in the order of time.

    A disqualification bears the date of the submission at which the first rule fired; a pass, of the one that brought
    enough checks; an open decision, of the last one.
    """
    seconds = {s.survey_id: s.seconds for s in reversed(submissions) if s.status == "complete" and not isnan(s.seconds)}
    checks = [right for s in submissions for right in s.checks_right]
    done = len({s.survey_id for s in submissions if s.status == "complete"})
    counts = (done, len(checks), sum(checks), float(median(seconds.values())) if seconds else float("nan"))
    for count in range(1, len(submissions) + 1):
        verdict = _first_broken(submissions[:count], settings)
        if verdict:
            return Standing("disqualified", verdict.rule, verdict.reason, submissions[count - 1].at, *counts)
    return Standing(*_not_broken(submissions, len(checks), sum(checks), settings), *counts)


def _not_broken(
    submissions: Sequence[Submission], seen: int, right: int, settings: QualificationSettings
) -> tuple[str, str, str, datetime]:
    failed = sum(s.status == "failed-prerequisite" for s in submissions)
    if seen >= settings.min_checks:
        evidence = f"{right} of {seen} check questions were answered as both experts did"
        return "qualified", "passed", evidence, _reached(submissions, settings.min_checks)
    if failed and not seen:
        return (
            "unproven",
            "prerequisite",
            f"{failed} prerequisite question(s) answered wrongly so far",
            submissions[-1].at,
        )
    evidence = f"{seen} check question(s) answered so far, {settings.min_checks} are needed to decide"
    return "unproven", "too-few-checks", evidence, submissions[-1].at


def _reached(submissions: Sequence[Submission], checks: int) -> datetime:
    """Return the date of the submission with which ``checks`` checks were reached."""
    seen = 0
    for submission in submissions:
        seen += len(submission.checks_right)
        if seen >= checks:
            break
    return submission.at


def _first_broken(past: Sequence[Submission], settings: QualificationSettings) -> _Verdict | None:
    """Return the first rule that the newest of ``past`` breaks, in the light of those before it."""
    return next(_broken(past, settings), None)


def _broken(past: Sequence[Submission], settings: QualificationSettings) -> Iterator[_Verdict]:
    newest = past[-1]
    failed = [s.value for s in past if s.status == "failed-prerequisite"]
    if len(failed) > settings.max_failed_prerequisites:
        yield _Verdict("prerequisite", f"the prerequisite questions of {', '.join(failed)} were answered wrongly")
    if newest.labels and newest.seconds < settings.min_seconds_per_question * len(newest.labels):
        evidence = f"{len(newest.labels)} questions took {newest.seconds:.0f} seconds"
        yield _Verdict(
            "too-fast", f"{evidence}; at least {settings.min_seconds_per_question:g} seconds each are needed"
        )
    checks = [right for s in past for right in s.checks_right]
    last = checks[-settings.window :]
    if newest.checks_right and len(checks) >= settings.min_checks and sum(last) < settings.min_share_right * len(last):
        evidence = f"{sum(last)} of the last {len(last)} check questions were answered as both experts did"
        yield _Verdict("hidden-checks", f"{evidence}; at least {settings.min_share_right:.0%} are needed")
    run, answer = _longest_run(label for s in past for label in s.labels)
    if newest.labels and run > settings.max_same_answer_run:
        yield _Verdict("straight-lining", f"{run} answers in a row were {answer!r}")


def _longest_run(labels: Iterable[str]) -> tuple[int, str]:
    """Return the length of the longest run of equal answers, and that answer."""
    return max(((sum(1 for _ in run), label) for label, run in groupby(labels)), default=(0, ""))
