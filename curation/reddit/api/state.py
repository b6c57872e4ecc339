"""What a run over Reddit's API leaves for the next: how far the listing was read, and whose trees are still growing."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from valuenet.warehouse.errors import InputError

_HOUR, _DAY = 3_600, 86_400


class ApiStateError(InputError):
    """The file of a state does not read."""


class Missing(BaseModel):
    """Comments that a tree named but did not hold: ids under ``parent``, or its whole thread where none is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    parent: str
    children: tuple[str, ...] = ()


class WatchedPost(BaseModel):
    """A post whose tree may still grow."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    created: int
    """Seconds (UTC)."""
    visited: int | None = None
    """When its tree was last asked for; None before the first time."""
    missing: tuple[Missing, ...] = ()
    """What the last visit has not resolved yet."""

    def due(self, now: int) -> bool:
        """Return whether its tree should be asked for: at first, while unfinished, and whenever its age has doubled."""
        if self.visited is None or self.missing:
            return True
        return now - self.created >= 2 * max(self.visited - self.created, _HOUR // 2)

    def done(self, days: int) -> bool:
        """Return whether its tree is whole and was asked for when it was older than ``days``."""
        return not self.missing and self.visited is not None and self.visited - self.created >= days * _DAY


class Pass(BaseModel):
    """A listing that is being read, newest first: where it goes on, and the newest post it began with."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    after: str | None = None
    newest: int


class Gap(BaseModel):
    """A stretch of time (seconds, UTC) whose posts had left the listing before it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    start: int
    end: int


class ApiState(BaseModel):
    """Where the runs over one community stand."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    subreddit: str
    newest: int = 0
    """Every post up to this time (seconds, UTC) has been seen, but for the gaps."""
    listing: Pass | None = None
    posts: dict[str, WatchedPost] = {}
    gaps: tuple[Gap, ...] = ()

    def with_post(self, post_id: str, post: WatchedPost | None) -> ApiState:
        """Return the state with ``post`` watched under its id, or no longer where it is None."""
        posts = {name: kept for name, kept in self.posts.items() if name != post_id}
        return self.model_copy(update={"posts": posts if post is None else {**posts, post_id: post}})

    def due(self, now: int) -> list[str]:
        """Return the posts whose tree should be asked for: unfinished ones first, then the oldest."""
        waiting = [(not post.missing, post.created, name) for name, post in self.posts.items() if post.due(now)]
        return [name for _, _, name in sorted(waiting)]


def read_state(path: Path, subreddit: str) -> ApiState:
    """Return the state in the file ``path``; a fresh one where there is none.

    Raises:
        ApiStateError: if the file does not read, or belongs to another community.
    """
    if not path.is_file():
        return ApiState(subreddit=subreddit)
    try:
        state = ApiState.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError):
        raise ApiStateError(
            f"{str(path)!r} is not the state of a run over Reddit's API; remove it to read the listing from its start"
        ) from None
    if state.subreddit.lower() != subreddit.lower():
        raise ApiStateError(
            f"{str(path)!r} belongs to r/{state.subreddit}, not to r/{subreddit}; name another file in reddit.api.state"
        )
    return state


def write_state(state: ApiState, path: Path) -> None:
    """Write ``state`` to ``path``; the file is whole at every moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.writing")
    draft.write_text(state.model_dump_json(indent=1) + "\n", encoding="utf-8")
    os.replace(draft, path)  # noqa: PTH105  the one call that is atomic on every system
