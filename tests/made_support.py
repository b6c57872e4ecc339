"""A few exchanges by hand, and the release made of them.

Post p1 (train) has an exchange of four comments with two examples, and other comments; p2 (test) has one of three
comments; p3 is in crisis; p4 is a duplicate; p5 has an exchange without an example.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from pandera.typing import DataFrame

from valuenet.warehouse.hashing import hash_id
from valuenet.warehouse.reddit_tables import Exchanges, Preferences, SupportExamples
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release.support.contents import SupportContents, lay_out
from valuenet.warehouse.release.support.render import render_support
from valuenet.warehouse.release.support.select import Selected, select_for_release
from valuenet.warehouse.release.support.settings import CrisisMeasure, SupportFacts, SupportReleaseSettings
from valuenet.warehouse.vocabulary import CATEGORIES

POSTS = {"p1": ("a", 4, "train"), "p2": ("b", 3, "test"), "p3": ("c", 3, ""), "p4": ("d", 2, ""), "p5": ("e", 2, "")}
FACTS = SupportFacts(
    months=("2020-01", "2020-03"),
    missing_months=("2020-02",),
    positive_rules=("valence_after is 3.2 or more",),
    crisis_rules=("words of self-harm",),
    crisis_measure=CrisisMeasure(measured_on="200 planted texts", missed=0.015, false_alarms=0.02),
    models={"values": "detector d-1"},
)
SOURCE = {
    "posts": {"kept": 4, "filtered": {"crisis": 1, "duplicate": 1}},
    "comments": {"kept": 14, "filtered": {"too-short": 3}},
    "lines_rejected": {"not-json": 2},
    "personal_data": {"email": {"placeholders": 3, "texts": 2}},
    "set_aside": {"not-positive": 7},
    "repeats": {"post": {"exact": 2, "near": 1}, "comment": {"exact": 4}},
}


def exchange_id(post: str) -> str:
    """The id of the exchange under a post."""
    return hash_id("x-", post, f"{post}c{POSTS[post][1]}")


def exchanges() -> DataFrame[Exchanges]:
    """The turns of all five exchanges."""
    return Exchanges.frame([_turn(post, turn) for post, (_, depth, _) in POSTS.items() for turn in range(1, depth + 2)])


def _turn(post: str, turn: int) -> dict[str, Any]:
    name, depth, _ = POSTS[post]
    role = "poster" if turn % 2 else "commenter"
    marks = {("p3", 1): ("self-harm", "crisis"), ("p4", 1): (None, "duplicate"), ("p1", 5): (None, "too-short")}
    crisis, filtered = marks.get((post, turn), (None, None))
    return {
        "exchange_id": exchange_id(post),
        "turn": turn,
        "post_id": post,
        "comment_id": None if turn == 1 else f"{post}c{turn - 1}",
        "depth": depth,
        "role": role,
        "author": f"u-{role}-{name}",
        "created_at": pd.Timestamp("2020-01-05 10:00", tz="UTC") + pd.Timedelta(minutes=turn),
        "score": 10 - turn,
        "text": f"Secret {turn} of {post}.",
        "crisis": crisis,
        "filtered": filtered,
    }


def _three(at: int) -> dict[str, str]:
    return {f"category_{n + 1}": CATEGORIES[at + n] for n in range(3)}


def examples() -> DataFrame[SupportExamples]:
    """Two examples of p1, one of p2, and one each of the post in crisis and of the duplicate."""
    wanted = [("p1", 2, "train"), ("p1", 4, "train"), ("p2", 2, "test"), ("p3", 2, "train"), ("p4", 2, "train")]
    return SupportExamples.frame([_example(post, turn, split, n) for n, (post, turn, split) in enumerate(wanted)])


def _example(post: str, turn: int, split: str, number: int) -> dict[str, Any]:
    return {
        "example_id": hash_id("e-", exchange_id(post), turn),
        "exchange_id": exchange_id(post),
        "turn": turn,
        "post_id": post,
        **_three(number),
        **{f"probability_{n}": 1.0 - n / 4 for n in (1, 2, 3)},
        "intensity_before": 3.5,
        "intensity_after": 2.5,
        "valence_after": 3.75,
        "split": split,
        "group_id": f"g-{post}",
    }


def preferences() -> DataFrame[Preferences]:
    """Two pairs of the first example of p1, one of p2, one of the post in crisis."""
    wanted = [("p1", "r1", "train"), ("p1", "r2", "train"), ("p2", "r3", "test"), ("p3", "r4", "train")]
    return Preferences.frame([_pair(*found) for found in wanted])


def _pair(post: str, rejected: str, split: str) -> dict[str, Any]:
    example = hash_id("e-", exchange_id(post), 2)
    return {
        "preference_id": hash_id("p-", example, rejected),
        "example_id": example,
        "post_id": post,
        "rejected_id": rejected,
        "rejected_text": f"Rejected secret {rejected}.",
        **_three(9),
        "split": split,
    }


@cache
def selected(*withdrawn: str) -> Selected:
    """What a release of these tables holds."""
    return select_for_release(exchanges(), examples(), preferences(), withdrawn)


@cache
def made() -> SupportContents:
    """The contents of the release."""
    rows, source = lay_out(selected()), {**SOURCE, "left_out": selected().left_out}
    return SupportContents(rows, source, FACTS, {"reddit_examples": {"least": 3.2}}, {"exchanges": "ab" * 32})


def rendered(without_text: bool = False) -> dict[str, bytes]:
    """The files of the release, drawn once however it is asked for (``rendered()`` and ``rendered(False)`` are one)."""
    return _rendered(without_text)


@cache
def _rendered(without_text: bool) -> dict[str, bytes]:
    return render_support(made(), SupportReleaseSettings(without_text=without_text))


def publish_support(releases: Path, without_text: bool = False) -> Path:
    """Put the release under ``releases`` and return its folder."""
    folder = releases / SupportReleaseSettings(without_text=without_text).folder
    store_files(rendered(without_text), Place(folder))
    return folder
