"""A loopback Reddit of three posts, and waits that are not waited for."""

from collections.abc import Iterator

import pytest

from tests.curation.reddit.api.asking import HOUR, START
from tests.curation.reddit.reddit_server import (
    RedditServer,
    comment,
    more,
    post,
    serving_reddit,
    tree,
)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that were slept, by praw or by us, without sleeping."""
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    return waits


@pytest.fixture
def reddit() -> Iterator[RedditServer]:
    """Three posts; the tree of the oldest is whole, that of `p2` has more children and a thread that goes on."""
    posts = [post(f"p{n}", START + n * HOUR) for n in (1, 2, 3)]
    deep = comment("c4", "p2", "t1_c3", START + 7 * HOUR)
    server = RedditServer("offmychest", posts=posts[::-1], page=2)
    server.trees = {
        "p1": tree(
            posts[0],
            comment("c1", "p1", "t3_p1", START + 2 * HOUR, [comment("c2", "p1", "t1_c1", START + 3 * HOUR)]),
            comment("gone", "p1", "t3_p1", START + 2 * HOUR, author=None, body="[deleted]"),
        ),
        "p2": tree(
            posts[1],
            comment("c3", "p2", "t3_p2", START + 6 * HOUR, [more("t1_c3")]),
            more("t3_p2", "m1", "m2", "m3"),
        ),
        "p3": tree(posts[2]),
    }
    server.threads["p2", "c3"] = tree(posts[1], comment("c3", "p2", "t3_p2", START + 6 * HOUR, [deep]))
    server.more = [
        [comment("m1", "p2", "t3_p2", START + 8 * HOUR), more("t1_m1", "m4")],
        [comment("m2", "p2", "t3_p2", START + 8 * HOUR), comment("m3", "p2", "t1_m2", START + 9 * HOUR)],
        [comment("m4", "p2", "t1_m1", START + 9 * HOUR)],
    ]
    with serving_reddit(server) as served:
        yield served
