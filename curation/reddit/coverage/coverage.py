"""What of a community is there, by day and month, and where something is missing or odd.

A *hole* is a day (or days in a row) with nothing where something was surely to be expected; in a small community an
empty day is nothing strange, so it counts as *empty* only. An *anomaly* is a day or month far from its neighbours.
All objects count, filtered or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt

from valuenet.curation.reddit.coverage.expected_counts import Expected, expect_counts
from valuenet.curation.reddit.large_tables import open_tables
from valuenet.warehouse.settings import Settings

if TYPE_CHECKING:
    import pyarrow.dataset as ds

THINGS = ("posts", "comments")


class CoverageSettings(Settings):
    """When a day or month counts as a hole or an anomaly."""

    neighbours: PositiveInt = 45
    """Days before and after a day that say what is to be expected of it."""
    false_holes: PositiveFloat = 0.5
    """Holes that may be named over the whole time where it was chance alone."""
    tolerance: PositiveFloat = 6.0
    """Robust standard deviations (of log counts) a day must be off to count as an anomaly."""
    factor: PositiveFloat = 2.0
    """Times more or less than expected it must be besides."""
    least: NonNegativeFloat = 10.0
    """Objects that must be there or expected, so that chance among few is no anomaly."""
    neighbour_months: PositiveInt = 6
    """Months before and after a month that say what is to be expected of it."""


class Hole(NamedTuple):
    """Days in a row with nothing, and how much was expected of all of them."""

    first: str
    last: str
    days: int
    expected: float


class Anomaly(NamedTuple):
    """A day (YYYY-MM-DD) or month (YYYY-MM) that is far from what its neighbours say."""

    when: str
    thing: str
    found: int
    expected: float


class Coverage(NamedTuple):
    """What is there.

    Attributes:
        days: a row per day from first to last: day, posts, comments, expected (posts and comments together), state
            (`read`, `empty`, `hole` or `not-read`).
        months: a row per month: month, posts, comments, state (`read`, `empty`, `missing`, `no-posts`, `no-comments`).
        holes: named, in order.
        anomalies: named, days before months.
    """

    days: pd.DataFrame
    months: pd.DataFrame
    holes: list[Hole]
    anomalies: list[Anomaly]


def count_days(posts: ds.Dataset, comments: ds.Dataset) -> pd.DataFrame:
    """Return posts and comments by day (UTC): columns day, posts, comments; days with nothing have no row."""
    union = " UNION ALL ".join(
        f"SELECT CAST(created_at AS DATE) AS day, {own} AS post FROM {thing}"  # noqa: S608
        for thing, own in (("posts", "true"), ("comments", "false"))
    )
    wanted = "count(*) FILTER (post) AS posts, count(*) FILTER (NOT post) AS comments"
    with open_tables(posts=posts, comments=comments) as connection:
        days: pd.DataFrame = connection.sql(f"SELECT day, {wanted} FROM ({union}) GROUP BY day ORDER BY day").df()  # noqa: S608
    return pd.DataFrame(days.astype({"day": "datetime64[us]", "posts": "int64", "comments": "int64"}))


def assess_coverage(
    counts: pd.DataFrame, post_months: Iterable[str], comment_months: Iterable[str], settings: CoverageSettings
) -> Coverage:
    """Return what is there of the months read, and what is missing or odd.

    Args:
        counts: as ``count_days`` returns.
        post_months: months YYYY-MM of which a file of posts was read, be it without a line.
        comment_months: the same for comments.
        settings: when something counts as missing or odd.
    """
    read = {"posts": frozenset(post_months), "comments": frozenset(comment_months)}
    months = _months(counts, read)
    if months.empty:
        return Coverage(_no_days(), months, [], [])
    days = _every_day(counts, months)
    both = days["month"].isin(read["posts"] & read["comments"]).to_numpy()
    total = (days["posts"] + days["comments"]).to_numpy(dtype=np.float64)
    expected = expect_counts(np.where(both, total, np.nan), settings.neighbours)
    days["expected"] = expected.counts.round(1)
    holes = _find_holes(days, expected, both, total, settings)
    odd_days = [odd for thing in THINGS for odd in _odd_days(days, thing, read[thing], settings)]
    odd_months = [odd for thing in THINGS for odd in _odd_months(months, thing, read[thing], settings)]
    ordered = [*sorted(odd_days), *sorted(odd_months)]
    return Coverage(days.drop(columns="month"), months, holes, ordered)


def _months(counts: pd.DataFrame, read: dict[str, frozenset[str]]) -> pd.DataFrame:
    """Return every month from the first read to the last."""
    known = sorted(read["posts"] | read["comments"])
    names = [str(month) for month in pd.period_range(known[0], known[-1], freq="M")] if known else []
    sums = counts.groupby(counts["day"].dt.strftime("%Y-%m"))[list(THINGS)].sum().reindex(names, fill_value=0)
    states = [
        _month_state(month in read["posts"], month in read["comments"], int(count))
        for month, count in zip(names, sums.sum(axis=1), strict=True)
    ]
    return pd.DataFrame({"month": names, **{t: sums[t].to_numpy(dtype=np.int64) for t in THINGS}, "state": states})


def _month_state(posts: bool, comments: bool, count: int) -> str:
    if not posts and not comments:
        return "missing"
    if not posts or not comments:
        return "no-comments" if posts else "no-posts"
    return "read" if count else "empty"


def _every_day(counts: pd.DataFrame, months: pd.DataFrame) -> pd.DataFrame:
    """Return every day of every month, from the first to the last."""
    first, last = pd.Period(months["month"].iloc[0]), pd.Period(months["month"].iloc[-1])
    every = pd.date_range(first.start_time, last.end_time.floor("D"), freq="D")
    days = counts.set_index("day")[list(THINGS)].reindex(every, fill_value=0).rename_axis("day").reset_index()
    return days.assign(month=days["day"].dt.strftime("%Y-%m"), state="read")


def _no_days() -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in ("day", *THINGS, "state", "expected")})


def _find_holes(
    days: pd.DataFrame,
    expected: Expected,
    read: NDArray[np.bool_],
    total: NDArray[np.float64],
    settings: CoverageSettings,
) -> list[Hole]:
    """Return runs of days with nothing that chance would hardly bring, and note the state of every day in ``days``."""
    days["state"] = np.select([~read, total == 0], ["not-read", "empty"], "read")
    limit = np.log(settings.false_holes / max(len(days), 1))
    holes = []
    empty = np.concatenate([[False], (days["state"] == "empty").to_numpy(), [False]])
    edges = np.flatnonzero(empty[1:] != empty[:-1])
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if expected.log_chance_of_none[start:stop].sum() >= limit:
            continue
        days.loc[start : stop - 1, "state"] = "hole"
        first, last = (f"{days['day'].iloc[at]:%Y-%m-%d}" for at in (start, stop - 1))
        holes.append(Hole(first, last, int(stop - start), round(float(expected.counts[start:stop].sum()), 1)))
    return holes


def _odd_days(days: pd.DataFrame, thing: str, read: frozenset[str], settings: CoverageSettings) -> list[Anomaly]:
    counts = np.where(days["month"].isin(read), days[thing], np.nan).astype(np.float64)
    expected = expect_counts(counts, settings.neighbours)
    odd = _is_odd(counts, expected, settings) & (days["state"] != "hole").to_numpy()
    return [
        Anomaly(f"{days['day'].iloc[at]:%Y-%m-%d}", thing, int(counts[at]), round(float(expected.counts[at]), 1))
        for at in np.flatnonzero(odd)
    ]


def _odd_months(months: pd.DataFrame, thing: str, read: frozenset[str], settings: CoverageSettings) -> list[Anomaly]:
    counts = np.where(months["month"].isin(read), months[thing], np.nan).astype(np.float64)
    expected = expect_counts(counts, settings.neighbour_months)
    return [
        Anomaly(str(months["month"].iloc[at]), thing, int(counts[at]), round(float(expected.counts[at]), 1))
        for at in np.flatnonzero(_is_odd(counts, expected, settings))
    ]


def _is_odd(counts: NDArray[np.float64], expected: Expected, settings: CoverageSettings) -> NDArray[np.bool_]:
    times = (counts + 1) / (expected.counts + 1)
    far = (np.abs(expected.deviation) > settings.tolerance) & (np.abs(np.log(times)) > np.log(settings.factor))
    enough = np.fmax(counts, expected.counts) >= settings.least
    odd: NDArray[np.bool_] = ~np.isnan(counts) & far & enough
    return odd
