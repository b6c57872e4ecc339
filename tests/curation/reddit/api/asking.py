"""The client asked as a run asks it, against the loopback Reddit of `conftest`."""

from typing import Any

from tests.curation.reddit.reddit_server import (
    RedditServer,
)
from valuenet.curation.reddit.api.batches import RedditApi
from valuenet.curation.reddit.api.requests import (
    RedditApiSettings,
    RedditCredentials,
    RedditRequests,
)
from valuenet.curation.reddit.api.state import (
    ApiState,
)

HOUR, DAY, START = 3_600, 86_400, 1_700_000_000
KEYS = RedditCredentials("id", "secret", "a test of valuenet")


EVERY_COMMENT = {"c1", "c2", "gone", "c3", "c4", "m1", "m2", "m3", "m4"}


def asking(server: RedditServer, **said: Any) -> RedditApi:
    settings = RedditApiSettings(reddit_url=server.url, oauth_url=server.url, **said)
    return RedditApi(RedditRequests(KEYS, settings), server.subreddit)


def fetch(server: RedditServer, state: ApiState, now: int, **said: Any) -> tuple[set[str], set[str], ApiState]:
    """Return the ids of posts and comments of one run, and the state it ends with."""
    posts: set[str] = set()
    comments: set[str] = set()
    for batch in asking(server, **said).batches(state, now):
        posts |= set(batch.posts["id"])
        comments |= set(batch.comments["id"])
        state = batch.state
    return posts, comments, state


def fresh(server: RedditServer) -> ApiState:
    return ApiState(subreddit=server.subreddit)
