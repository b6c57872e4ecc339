"""When the last answer will be in, from the rate of the last days; a reason where nobody can say."""

from datetime import datetime, timedelta
from typing import NamedTuple

import pandas as pd
from pydantic import PositiveFloat, PositiveInt

from valuenet.warehouse.settings import Settings

#: What stands in place of a date, and the sentence behind it. ``{days}`` and ``{least}`` come from the settings.
NO_END_REASONS = {
    "nothing out": "no survey is published",
    "done": "every pair has its judgements",
    "to reopen": "every published survey is answered, but pairs lost judgements: publish again to reopen them",
    "no answer": "nobody has answered yet",
    "stalled": "no answer came in the last {days:g} days",
    "too early": "fewer than {least} answers came in the last {days:g} days",
    "far off": "at the rate of the last {days:g} days it would take more than three years",
}
_FAR = timedelta(days=3 * 365)


class RateSettings(Settings):
    """What an estimated end rests on."""

    rate_days: PositiveFloat = 3
    """Days the rate of answers is taken over."""
    min_answers: PositiveInt = 5
    """Least answers in these days for an estimate of the end."""


class EstimatedEnd(NamedTuple):
    """When the answers wanted now will be in; where ``at`` is None, ``why_not`` is a key of ``NO_END_REASONS``."""

    at: datetime | None
    why_not: str | None


def estimate_end(
    submitted: "pd.Series[pd.Timestamp]",
    missing: int,
    to_reopen: int,
    *,
    now: datetime,
    settings: RateSettings,
) -> EstimatedEnd:
    """Return when ``missing`` answers will be in if they go on coming as in the last days before ``now``.

    A campaign younger than that is measured over its own age, at least an hour. Pairs reopened later come on top.

    Args:
        submitted: when each answer that takes a place came in (UTC).
        missing: answers the published surveys still want.
        to_reopen: pairs that lost judgements and stand in no open survey.
        now: the time the estimate is made at; answers of a later time say nothing about the rate.
        settings: the days the rate is taken over, and the least answers in them.
    """
    past = submitted[submitted <= now]
    days = timedelta(days=settings.rate_days)
    recent = past[past > now - days]
    reason = _reason(len(past), len(recent), missing, to_reopen, settings.min_answers)
    if reason:
        return EstimatedEnd(None, reason)
    age = max(now - past.min().to_pydatetime(), timedelta(hours=1))
    needed = missing * min(age, days) / len(recent)
    return EstimatedEnd(None, "far off") if needed > _FAR else EstimatedEnd(now + needed, None)


def told_reason(reason: str, settings: RateSettings) -> str:
    """Return the sentence behind a key of ``NO_END_REASONS``."""
    return NO_END_REASONS[reason].format(days=settings.rate_days, least=settings.min_answers)


def _reason(past: int, recent: int, missing: int, to_reopen: int, min_answers: int) -> str | None:
    """Return why there is no date, or None where there is one."""
    if not missing:
        return "nothing out" if not past else ("to reopen" if to_reopen else "done")
    if not past:
        return "no answer"
    if not recent:
        return "stalled"
    return "too early" if recent < min_answers else None
