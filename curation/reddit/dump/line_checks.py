"""Which decoded lines cannot be used after all."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class BadLine(NamedTuple):
    """A line that is not used."""

    line: int
    reason: str
    detail: str


def check_lines(
    frame: pd.DataFrame, month: str, *, sound: bool = False, distinct: bool = False
) -> tuple[pd.DataFrame, list[BadLine]]:
    """Return the rows that can be used, ``created_utc`` as int64, and the lines of the others with the first reason.

    What is known of all rows is not looked at again: that ids and names of posts and parents are ``sound``, and that
    ids are ``distinct``.
    """
    bad: list[BadLine] = []
    known = {_without_id: sound, _without_time: False, _without_thread: sound, _of_another_month: False}
    for check in [check for check, holds in {**known, _known_before: distinct}.items() if not holds]:
        faults = check(frame, month)
        if faults.wrong.any():
            lines = frame["line"][faults.wrong]
            bad += [
                BadLine(int(line), faults.reason, detail) for line, detail in zip(lines, faults.details, strict=True)
            ]
            frame = frame[~faults.wrong].reset_index(drop=True)
    return frame.assign(created_utc=frame["created_utc"].astype("int64")), bad


def month_bounds(month: str) -> tuple[int, int]:
    """Return the first second of a month YYYY-MM and of the next (UTC)."""
    year, number = int(month[:4]), int(month[5:])
    first = calendar.timegm((year, number, 1, 0, 0, 0))
    return first, first + calendar.monthrange(year, number)[1] * 86_400


class _Found(NamedTuple):
    """Rows that do not pass a check: (n,) mask, and one detail for each that is set."""

    reason: str
    wrong: NDArray[np.bool_]
    details: list[str]


def _without_id(frame: pd.DataFrame, _: str) -> _Found:
    wrong = ~_matches(frame["id"], "[0-9a-z]++")
    details = ["no id" if name is None else "an id that is not base 36" for name in frame["id"][wrong]]
    return _Found("no-id", wrong, details)


def _without_time(frame: pd.DataFrame, _: str) -> _Found:
    wrong = ~np.isfinite(frame["created_utc"].to_numpy())
    return _Found("wrong-field", wrong, ["created_utc is no number"] * int(wrong.sum()))


def _without_thread(frame: pd.DataFrame, _: str) -> _Found:
    if "link_id" not in frame:
        return _Found("wrong-field", np.zeros(len(frame), dtype=bool), [])
    bad_post = ~_matches(frame["link_id"], "t3_[0-9a-z]++")
    bad_parent = ~_matches(frame["parent_id"], "t[13]_[0-9a-z]++")
    wrong = bad_post | bad_parent
    names = np.where(bad_post, "link_id", "parent_id")[wrong]
    return _Found("wrong-field", wrong, [f"{name} names no post or comment" for name in names])


def _of_another_month(frame: pd.DataFrame, month: str) -> _Found:
    first, after = month_bounds(month)
    created = frame["created_utc"].to_numpy()
    wrong = (created < first) | (created >= after)
    return _Found("wrong-month", wrong, [_when(seconds) for seconds in created[wrong]])


def _known_before(frame: pd.DataFrame, _: str) -> _Found:
    if len(set(frame["id"].tolist())) == len(frame):
        return _Found("repeated", np.zeros(len(frame), dtype=bool), [])
    wrong = frame["id"].duplicated().to_numpy(dtype=bool)
    again = frame["id"][wrong]
    firsts = frame[frame["id"].isin(again) & ~wrong].set_index("id")["line"]
    return _Found("repeated", wrong, [f"the id of line {firsts[name]}" for name in again])


def _when(seconds: float) -> str:
    try:
        return f"written in {datetime.fromtimestamp(seconds, UTC):%Y-%m}"
    except (OverflowError, ValueError, OSError):
        return "written at no time there is"


def _matches(values: pd.Series[Any], pattern: str) -> NDArray[np.bool_]:
    """Return whether each value is a string of ``pattern``; all at once where all are."""
    listed = values.tolist()
    try:
        joined = "\n".join(listed)
    except TypeError:  # a null among them
        joined = None
    if (
        joined is not None
        and joined.count("\n") == len(listed) - 1
        and re.fullmatch(f"(?:{pattern}\n)*+", joined + "\n")
    ):
        return np.ones(len(values), dtype=bool)
    one = re.compile(pattern)
    return np.array([isinstance(v, str) and one.fullmatch(v) is not None for v in listed], dtype=bool)
