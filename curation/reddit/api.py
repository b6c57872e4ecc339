"""Reddit's API: new posts and the trees under them since the last run, as raw frames like those of the dumps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from curation.reddit.api_answers import Thing, Tree, comment_frame, post_frame, read_listing, read_more, read_tree
from curation.reddit.api_requests import BudgetSpentError, RedditApiError, RedditRequests, ThingGoneError
from curation.reddit.api_state import ApiState, Gap, Missing, Pass, WatchedPost

_PAGE = 100
#: Ids of comments that one request may ask for.
_CHILDREN = 100


class ApiBatch(NamedTuple):
    """Raw posts and comments, and the state to keep once they are stored.

    Attributes:
        posts: columns `POST_COLUMNS`.
        comments: columns `COMMENT_COLUMNS`.
        state: where the run stands after them.
    """

    posts: pd.DataFrame
    comments: pd.DataFrame
    state: ApiState


class RedditApi:
    """One community over the API. Store a batch, then its state: a kill in between only makes a batch come again."""

    def __init__(self, ask: RedditRequests) -> None:
        self.ask, self.settings = ask, ask.settings

    def batches(self, state: ApiState, now: int) -> Iterator[ApiBatch]:
        """Yield what is new since ``state``; ends when there is nothing more, or the budget is spent.

        First the listing of new posts, page by page, down to the newest post known; then the trees that are due:
        of new posts, of those left unfinished, and of posts whose age has doubled since.

        Args:
            state: what the last run left.
            now: seconds (UTC).

        Raises:
            RedditApiError: if Reddit refuses, stays busy, or has no such community.
        """
        try:
            for batch in self._new_posts(state):
                state = batch.state
                yield batch
            due, size = state.due(now), self.settings.posts_per_batch
            for start in range(0, len(due), size):
                batch = self._trees(due[start : start + size], state, now)
                state = batch.state
                yield batch
                if self.ask.spent:
                    return
        except BudgetSpentError:
            return

    def _new_posts(self, state: ApiState) -> Iterator[ApiBatch]:
        listing = state.listing
        while True:
            page = read_listing(self._page(listing.after if listing else None))
            times = [_created(post) for post in page.posts]
            newest = max([*times, listing.newest if listing else state.newest])
            reached = any(created <= state.newest for created in times)
            listing = Pass(after=page.after, newest=newest)
            state = _watching(state, page.posts).model_copy(update={"listing": listing})
            if reached or page.after is None:
                gaps = state.gaps if reached else _with_gap(state)
                state = state.model_copy(update={"listing": None, "newest": newest, "gaps": gaps})
            yield ApiBatch(post_frame(page.posts), comment_frame(()), state)
            if state.listing is None:
                return

    def _page(self, after: str | None) -> object:
        where = {} if after is None else {"after": after}
        try:
            return self.ask.get(f"r/{self.settings.subreddit}/new", limit=_PAGE, **where)
        except ThingGoneError:
            raise RedditApiError(
                f"r/{self.settings.subreddit} is not there, or not for us; correct reddit_api.subreddit"
            ) from None

    def _trees(self, names: list[str], state: ApiState, now: int) -> ApiBatch:
        """Return the trees of posts; where the budget ends, the rest stays due."""
        posts: list[Thing] = []
        comments: list[Thing] = []
        for name in names:
            try:
                watched = self._visit(name, state.posts[name], now, posts, comments)
            except BudgetSpentError:
                break
            except ThingGoneError:
                watched = None
            whole = watched is None or watched.done(self.settings.watch_days)
            state = state.with_post(name, None if whole else watched)
        return ApiBatch(post_frame(posts), comment_frame(comments), state)

    def _visit(self, name: str, post: WatchedPost, now: int, posts: list[Thing], comments: list[Thing]) -> WatchedPost:
        """Return the post as it is watched from now on; its tree goes to ``posts`` and ``comments``."""
        waiting = list(post.missing)
        if not waiting:
            tree = read_tree(self.ask.get(f"comments/{name}/", limit=500, sort="old"))
            posts += tree.posts
            comments += tree.comments
            waiting = _portions(tree.missing)
            post = post.model_copy(update={"visited": now})
        asked: set[Missing] = set()
        while waiting:
            part = waiting.pop(0)
            try:
                tree = self._more(name, part)
            except BudgetSpentError:
                return post.model_copy(update={"missing": (part, *waiting)})
            except ThingGoneError:
                continue
            asked.add(part)
            comments += tree.comments
            waiting += [more for more in _portions(tree.missing) if more not in asked]
        return post.model_copy(update={"missing": ()})

    def _more(self, name: str, part: Missing) -> Tree:
        if part.children:
            children = ",".join(part.children)
            return read_more(self.ask.post("api/morechildren/", link_id=f"t3_{name}", children=children, sort="old"))
        thread = part.parent.removeprefix("t1_")
        return read_tree(self.ask.get(f"comments/{name}/_/{thread}", limit=500, sort="old"))


def _created(post: Thing) -> int:
    return int(float(post["created_utc"]))


def _watching(state: ApiState, posts: list[Thing]) -> ApiState:
    """Return the state with the posts watched that are as new as the newest known one, or newer."""
    fresh = {str(post["id"]): WatchedPost(created=_created(post)) for post in posts if _created(post) >= state.newest}
    return state.model_copy(update={"posts": {**fresh, **state.posts}})


def _with_gap(state: ApiState) -> tuple[Gap, ...]:
    """Return the gaps with the one between the newest post known before and the oldest the listing still held."""
    newer = [post.created for post in state.posts.values() if post.created > state.newest]
    if not state.newest or not newer:
        return state.gaps
    return (*state.gaps, Gap(start=state.newest, end=min(newer)))


def _portions(missing: list[Missing]) -> list[Missing]:
    """Return what is missing in portions that one request may ask for."""
    found: list[Missing] = []
    for part in missing:
        starts = range(0, len(part.children), _CHILDREN)
        some = [Missing(parent=part.parent, children=part.children[at : at + _CHILDREN]) for at in starts]
        found += some or [part]
    return found
