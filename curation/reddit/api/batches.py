"""Reddit's API: new posts and the trees under them since the last run, as raw frames like those of the dumps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from valuenet.curation.reddit.api.answers import (
    Thing,
    Tree,
    comment_frame,
    post_frame,
    read_comments,
    read_listing,
    read_more,
    read_tree,
)
from valuenet.curation.reddit.api.requests import BudgetSpentError, RedditApiError, RedditRequests, ThingGoneError
from valuenet.curation.reddit.api.state import ApiState, Gap, Missing, Pass, WatchedPost

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


class _Visit(NamedTuple):
    """What a visit to a tree brought."""

    posts: list[Thing]
    comments: list[Thing]
    missing: list[Missing]


KnownComments = Callable[[Sequence[str]], Mapping[str, frozenset[str]]]


def nothing_known(_: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Return no comments for any post."""
    return {}


class RedditApi:
    """One community over the API. Store a batch, then its state: a kill in between only makes a batch come again."""

    def __init__(self, ask: RedditRequests, community: str, known: KnownComments = nothing_known) -> None:
        """Speak for one community.

        Args:
            ask: requests to Reddit.
            community: its name.
            known: ids of posts -> ids of the comments on each that were fetched before and had a text then.
        """
        self.ask, self.settings, self.community, self.known = ask, ask.settings, community, known

    def batches(self, state: ApiState, now: int) -> Iterator[ApiBatch]:
        """Yield what is new since ``state``; ends when there is nothing more, or the budget is spent.

        First the listing of new posts, page by page, down to the newest post known; then the trees that are due:
        of new posts, of those left unfinished, and of posts whose age has doubled since.

        Args:
            state: what the last run left.
            now: seconds (UTC).

        Raises:
            RedditApiError: if Reddit refuses, or has no such community.
            RedditOutageError: if it stays busy, or cannot be reached.
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
            return self.ask.get(f"r/{self.community}/new", limit=_PAGE, **where)
        except ThingGoneError:
            raise RedditApiError(f"r/{self.community} is not there, or not for us; correct reddit.community") from None

    def _trees(self, names: list[str], state: ApiState, now: int) -> ApiBatch:
        """Return the trees of posts; where the budget ends, the rest stays due."""
        posts: list[Thing] = []
        comments: list[Thing] = []
        known = self.known(names)
        for name in names:
            before = state.posts[name]
            try:
                visit = self._resume(name, before) if before.missing else self._visit(name)
            except BudgetSpentError:
                break
            except ThingGoneError:
                state = state.with_post(name, None)
                continue
            posts += visit.posts
            comments += visit.comments
            if not (before.missing or visit.missing):
                # Those the budget leaves unasked stay as they are known, and the next visit asks for them.
                comments += self._asked_for(known.get(name, frozenset()) - _ids(visit.comments))[0]
            progress = {"missing": tuple(visit.missing), "visited": before.visited if before.missing else now}
            after = before.model_copy(update=progress)
            state = state.with_post(name, None if after.done(self.settings.watch_days) else after)
        return ApiBatch(post_frame(posts), comment_frame(comments), state)

    def _visit(self, name: str) -> _Visit:
        """Return the tree of a post as far as the budget goes."""
        tree = read_tree(self.ask.get(f"comments/{name}/", limit=500, sort="old"))
        visit = _Visit(tree.posts, tree.comments, _portions(tree.missing))
        return self._resolve(name, visit)

    def _resume(self, name: str, post: WatchedPost) -> _Visit:
        """Return what an earlier visit has left open."""
        return self._resolve(name, _Visit([], [], list(post.missing)))

    def _resolve(self, name: str, visit: _Visit) -> _Visit:
        """Return the visit with what is missing asked for, as far as the budget goes.

        Reddit may leave comments out that were asked for by name, answer with nothing, or name the same ones again;
        these are asked for one by one, and what it does not tell then stays as it is known.
        """
        asked: set[Missing] = set()
        while visit.missing:
            part = visit.missing[0]
            try:
                tree = self._more(name, part)
            except BudgetSpentError:
                break
            except ThingGoneError:
                tree = Tree([], [], [])
            asked.add(part)
            fresh = [more for more in _portions(tree.missing) if more not in asked]
            named_again = {child for more in fresh for child in more.children}
            visit.comments.extend(tree.comments)
            things, left = self._asked_for(set(part.children) - _ids(tree.comments) - named_again)
            visit.comments.extend(things)
            unasked = [Missing(parent=part.parent, children=left)] if left else []
            visit.missing[:] = [*unasked, *visit.missing[1:], *fresh]
            if left:
                break
        return visit

    def _asked_for(self, ids: Collection[str]) -> tuple[list[Thing], tuple[str, ...]]:
        """Return what Reddit tells of comments that it is asked for by their ids, and the ids the budget left unasked.

        A deleted comment is told with its text taken out. One that Reddit does not tell anything of is not in what is
        returned: nothing is known of it now.
        """
        things: list[Thing] = []
        ordered = sorted(ids)
        for start in range(0, len(ordered), _CHILDREN):
            names = ",".join(f"t1_{name}" for name in ordered[start : start + _CHILDREN])
            try:
                things += read_comments(self.ask.get("api/info/", id=names))
            except BudgetSpentError:
                return things, tuple(ordered[start:])
            except ThingGoneError:
                continue
        return things, ()

    def _more(self, name: str, part: Missing) -> Tree:
        if part.children:
            children = ",".join(part.children)
            return read_more(self.ask.post("api/morechildren/", link_id=f"t3_{name}", children=children, sort="old"))
        # Under the post itself it is the post's own tree that goes on.
        comment = f"_/{part.parent.removeprefix('t1_')}" if part.parent.startswith("t1_") else ""
        return read_tree(self.ask.get(f"comments/{name}/{comment}", limit=500, sort="old"))


def _ids(things: Iterable[Thing]) -> set[str]:
    return {str(thing["id"]) for thing in things}


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
    portions: list[Missing] = []
    for part in missing:
        starts = range(0, len(part.children), _CHILDREN)
        some = [Missing(parent=part.parent, children=part.children[at : at + _CHILDREN]) for at in starts]
        portions += some or [part]
    return portions
