"""Holes and anomalies are named, and a small community is not cried over."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.dataset as ds
import pytest

from valuenet.curation.reddit.coverage.coverage import (
    Anomaly,
    Coverage,
    CoverageSettings,
    Hole,
    assess_coverage,
    count_days,
)
from valuenet.curation.reddit.coverage.expected_counts import expect_counts
from valuenet.curation.reddit.coverage.report import coverage_lines, coverage_record, draw_coverage, span
from valuenet.curation.reddit.dump.decoding import DecodingSettings, decode_dump
from valuenet.curation.reddit.dump.files import Dump
from valuenet.warehouse.commits import to_arrow
from valuenet.warehouse.reddit_tables import Comments, Posts

YEAR = pd.date_range("2022-01-01", "2022-12-31", freq="D", unit="us")
MONTHS = [f"2022-{month:02d}" for month in range(1, 13)]


def days_of(comments: np.ndarray, posts: np.ndarray | None = None) -> pd.DataFrame:
    frame = pd.DataFrame({"day": YEAR, "posts": comments // 10 if posts is None else posts, "comments": comments})
    return frame[frame["posts"] + frame["comments"] > 0].reset_index(drop=True)


def usual(mean: float = 200, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(mean, len(YEAR))


def assess(counts: pd.DataFrame, posts: list[str] = MONTHS, comments: list[str] = MONTHS) -> Coverage:
    return assess_coverage(counts, posts, comments, CoverageSettings())


def test_what_is_expected_of_a_day_is_the_median_of_its_neighbours_and_never_itself() -> None:
    counts = np.array([10.0, 10, 10, 1000, 10, 10, 10])
    expected = expect_counts(counts, 3)
    assert expected.counts.round(6).tolist() == [10.0] * 7
    assert expected.deviation[3] > 6
    assert abs(expected.deviation[:3]).max() == 0
    # No scatter beyond chance: a Poisson day of 10 has nothing with chance e^-10.
    assert expected.log_chance_of_none.round(3).tolist() == [-10.0] * 7


def test_weekends_are_expected_to_be_weekends() -> None:
    counts = np.tile([100.0, 100, 100, 100, 100, 40, 40], 20)
    expected = expect_counts(counts, 30)
    assert expected.counts[70:77].round().tolist() == [100, 100, 100, 100, 100, 40, 40]
    assert abs(expected.deviation).max() < 0.01


def test_a_usual_year_has_nothing_to_report() -> None:
    found = assess(days_of(usual()))
    assert (found.holes, found.anomalies) == ([], [])
    assert set(found.months["state"]) == {"read"}


def test_empty_days_in_a_row_are_one_hole_with_what_was_expected() -> None:
    comments = usual()
    comments[100:103] = comments[200] = 0
    found = assess(days_of(comments))
    assert [(hole.first, hole.last, hole.days) for hole in found.holes] == [
        ("2022-04-11", "2022-04-13", 3),
        ("2022-07-20", "2022-07-20", 1),
    ]
    assert found.holes[0].expected == pytest.approx(3 * 220, rel=0.1)
    assert (found.days["state"] == "hole").sum() == 4


@pytest.mark.parametrize("mean", [0.3, 1, 2])
def test_empty_days_of_a_small_community_are_no_holes(mean: float) -> None:
    found = [assess(days_of(usual(mean, seed))) for seed in range(8)]
    assert sum(len(each.holes) for each in found) <= 1
    assert sum(len(each.anomalies) for each in found) == 0
    assert all((each.days["state"] == "empty").any() for each in found)


def test_a_long_silence_of_a_small_community_is_a_hole() -> None:
    comments = usual(2)
    comments[150:170] = 0
    longest = max(assess(days_of(comments)).holes, key=lambda hole: hole.days)
    assert longest.days >= 20
    assert longest.first <= "2022-05-31" < longest.last


def test_days_and_months_far_from_their_neighbours_are_anomalies_of_posts_or_comments() -> None:
    comments, posts = usual(), usual(50, 2)
    comments[40] = 3_000
    posts[250] = 4
    posts[181:212] //= 6  # July
    found = assess(days_of(comments, posts))
    days = {(odd.when, odd.thing, odd.found) for odd in found.anomalies}
    assert ("2022-02-10", "comments", 3_000) in days
    assert ("2022-09-08", "posts", 4) in days
    assert [odd.when for odd in found.anomalies if len(odd.when) == 7] == ["2022-07"]


def test_months_say_which_file_they_lack_and_make_no_holes() -> None:
    comments, posts = usual(), usual(50)
    of_month = YEAR.strftime("%m")
    comments[(of_month == "03") | (of_month == "05") | (of_month == "08")] = 0
    posts[(of_month == "03") | (of_month == "06") | (of_month == "08")] = 0
    with_posts = [month for month in MONTHS if month not in {"2022-03", "2022-06"}]
    with_comments = [month for month in MONTHS if month not in {"2022-03", "2022-05"}]
    found = assess(days_of(comments, posts), with_posts, with_comments)
    states = dict(zip(found.months["month"], found.months["state"], strict=True))
    assert {month: state for month, state in states.items() if state != "read"} == {
        "2022-03": "missing",
        "2022-05": "no-comments",
        "2022-06": "no-posts",
        "2022-08": "empty",
    }
    assert [(hole.first, hole.days) for hole in found.holes] == [("2022-08-01", 31)]


def test_nothing_read_is_nothing_covered() -> None:
    found = assess(days_of(usual())[:0], [], [])
    assert (len(found.days), len(found.months), found.holes) == (0, 0, [])
    assert "holes: 0" in list(coverage_lines(found))


def test_days_are_counted_over_both_tables_filtered_or_not() -> None:
    at = pd.Timestamp("2021-06-01 23:59:59", tz="UTC")
    row = {"month": "2021-06", "author": None, "text": None, "score": 1, "crisis": None}
    posts = Posts.frame([{**row, "post_id": "p1", "title": None, "created_at": at, "filtered": "deleted"}])
    late = at + pd.Timedelta(seconds=1)
    comments = Comments.frame(
        [
            {**row, "comment_id": name, "post_id": "p1", "parent_id": None, "created_at": when, "filtered": None}
            for name, when in (("c1", at), ("c2", late), ("c3", late))
        ]
    )
    found = count_days(ds.dataset(to_arrow(posts)), ds.dataset(to_arrow(comments)))
    assert found.astype({"day": str}).to_dict("records") == [
        {"day": "2021-06-01", "posts": 1, "comments": 1},
        {"day": "2021-06-02", "posts": 0, "comments": 2},
    ]


def test_the_planted_hole_of_june_2023_is_named(shared: Path, tmp_path: Path) -> None:
    maker = shared / "tools" / "make_offmychest_dump.py"
    asked = ["--posts", "1200", "--months", "2023-05:2023-07", "--out", str(tmp_path)]
    subprocess.run([sys.executable, str(maker), *asked], check=True, capture_output=True)
    dump, times = Dump(tmp_path), {"RS": [], "RC": []}
    for file in dump.files():
        with dump.open(file) as stream:
            raw = decode_dump(
                stream, DecodingSettings(), community="offmychest", name=file.name, kind=file.kind, month=file.month
            ).raw
        times[file.kind] += raw["created_utc"].tolist()
    by_day = {kind: pd.Series(pd.to_datetime(t, unit="s").floor("D")).value_counts() for kind, t in times.items()}
    counts = pd.DataFrame({"posts": by_day["RS"], "comments": by_day["RC"]}).fillna(0).astype(int)
    counts = counts.rename_axis("day").reset_index()
    months = ["2023-05", "2023-06", "2023-07"]
    found = assess_coverage(counts, months, months, CoverageSettings())
    assert [hole.first for hole in found.holes] == ["2023-06-12"]


def test_the_report_begins_with_holes_and_holds_every_day_as_json(tmp_path: Path) -> None:
    comments = usual()
    comments[100:103] = 0
    comments[40] = 3_000
    months = [month for month in MONTHS if month != "2022-09"]
    comments[YEAR.strftime("%m") == "09"] = 0
    found = assess(days_of(comments), months, months)
    lines = list(coverage_lines(found))
    assert lines[0] == "holes: 1"
    assert lines[1].startswith("  2022-04-11 to 2022-04-13 (3 days): nothing, 6")
    assert "  2022-09: no file of posts or comments" in lines
    assert any("2022-02-10: 3,000 comments, 20" in line for line in lines)
    record = coverage_record(found)
    assert (len(record["days"]), len(record["months"])) == (365, 12)
    assert record["months_lacking"] == [{"month": "2022-09", "state": "missing"}]
    picture = draw_coverage(found, tmp_path / "coverage.png")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_long_lists_are_cut_in_text() -> None:
    holes = [Hole(f"2022-01-{day:02d}", f"2022-01-{day:02d}", 1, 9.0) for day in range(1, 26)]
    odd = [Anomaly("2022-01-01", "posts", 1, 9.0)]
    plain = assess(days_of(usual()))
    lines = list(coverage_lines(plain._replace(holes=holes, anomalies=odd)))
    assert lines[21] == "  and 5 more (--json lists all)"
    assert span(holes[0]) == "2022-01-01"
