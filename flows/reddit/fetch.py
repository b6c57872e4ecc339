"""Reddit's API to posts and comments: what is new since the last run, batch by batch, ingested as dumps are."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.dataset as ds
from prefect import flow

from valuenet.curation.reddit.api.batches import ApiBatch
from valuenet.curation.reddit.api.state import Gap, read_state, write_state
from valuenet.curation.reddit.dump.decoding import Decoded
from valuenet.curation.reddit.intake.anonymiser import Guards, take_month
from valuenet.curation.reddit.intake.merging import FETCHED, merge_month, note_fetched
from valuenet.flows.artifacts import show_steps
from valuenet.flows.reddit.lock import releases_alone
from valuenet.flows.reddit.months import see_month, with_fetched
from valuenet.flows.services.crowd import open_guards
from valuenet.flows.services.reddit import open_reddit_api
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport, run_task
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.reddit_tables import Comments, Fetched, PersonalData, Posts, RedditRejected, Withdrawals
from valuenet.warehouse.store import Warehouse


class FetchBusyError(InputError):
    """Another run is fetching the same community."""


class FetchReport(NamedTuple):
    """What a run brought."""

    posts: int
    """Posts and comments answered with, known ones included."""
    comments: int
    months: tuple[str, ...]
    """Months that were written to."""
    requests: int
    unfinished: int
    """Posts whose tree the next run has to ask for: not begun, or not whole."""
    gaps: tuple[Gap, ...]
    """Stretches whose posts had left Reddit's listing before they were read."""


@flow(name="reddit-fetch")
def fetch_reddit(settings: ValuenetSettings) -> FetchReport:
    """Fetch new posts and the trees that may have grown; a killed run goes on with its last batch.

    Raises:
        SecretMissingError: if credentials, or the key of pseudonyms, are not in the environment.
        RedditApiError: if Reddit refuses.
        RedditOutageError: if it stays busy, or cannot be reached; what was stored stays.
        FetchBusyError: if another run is at it.
    """
    report = run_task("fetch from Reddit", partial(fetch_batches, settings, now=int(time.time())), retries=2)
    rows = {Posts.table_name(): report.posts, Comments.table_name(): report.comments}
    show_steps("reddit-fetch", [StepReport("fetch from Reddit", False, rows)])
    return report


def fetch_batches(settings: ValuenetSettings, *, now: int) -> FetchReport:
    """Do the work of ``fetch_reddit`` at the time ``now`` (seconds, UTC)."""
    store, file, guards = (
        Warehouse(settings.warehouse),
        Path(settings.reddit.api.state),
        open_guards(settings.reddit.names),
    )
    api = open_reddit_api(settings, partial(known_comments, store))
    posts = comments = 0
    months: set[str] = set()
    with api.ask, _alone(file):
        state = read_state(file, settings.reddit.community)
        for batch in api.batches(state, now):
            with releases_alone(settings):  # a take-down waits, or what it took would be written back
                months |= keep_batch(store, batch, settings, guards)
            write_state(batch.state, file)  # after the rows: a kill in between makes the batch come again
            state, posts, comments = batch.state, posts + len(batch.posts), comments + len(batch.comments)
        waiting = sum(post.visited is None or bool(post.missing) for post in state.posts.values())
        return FetchReport(posts, comments, tuple(sorted(months)), api.ask.used, waiting, state.gaps)


def keep_batch(store: Warehouse, batch: ApiBatch, settings: ValuenetSettings, guards: Guards) -> set[str]:
    """Anonymise and filter a batch, merge it with the months it falls in, and return these."""
    posts, comments = (_by_month(frame) for frame in (batch.posts, batch.comments))
    touched = {*posts, *comments}
    withdrawals = store.read_or_empty(Withdrawals)
    for month in sorted(touched):
        read = [_decoded(parts.get(month)) for parts in (posts, comments)]
        taken = take_month(read[0], read[1], withdrawals, settings.reddit.filters, month=month, guards=guards)
        seen = see_month(store, month)
        known = store.read_part(Posts, month), store.read_part(Comments, month)
        noted = note_fetched(store.read_part(Fetched, month), taken, guards.keys.key_id, month=month)
        # Before the rows: no dump may win over them.
        store.write_part(Fetched, month, noted, recipe=FETCHED, seen=seen[Fetched])
        merged = merge_month(*known, taken, month=month)
        for table, frame in ((PersonalData, merged.personal_data), (Posts, merged.posts), (Comments, merged.comments)):
            state = seen[table].state
            if frame is not None and (len(frame) or state is not None):  # no part for what is not there
                recipe = with_fetched("" if state is None else state.recipe)
                store.write_part(table, month, frame, recipe=recipe, seen=seen[table])
    return touched


def _by_month(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    months = pd.to_datetime(frame["created_utc"], unit="s", utc=True).dt.strftime("%Y-%m")
    return {str(month): part.reset_index(drop=True) for month, part in frame.groupby(months)}


def _decoded(raw: pd.DataFrame | None) -> Decoded | None:
    return None if raw is None else Decoded(raw, RedditRejected.frame())


def known_comments(store: Warehouse, posts: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return by post the comments in the warehouse that have a text."""
    if store.state(Comments) is None:
        return {}
    chosen = ds.field("post_id").isin(list(posts)) & ds.field("text").is_valid()
    rows = store.arrow(Comments).to_table(columns=["post_id", "comment_id"], filter=chosen).to_pandas()
    return {str(post): frozenset(ids) for post, ids in rows.groupby("post_id")["comment_id"]}


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Keep every other run away from a community; the lock ends with the process, however it ends."""
    from filelock import FileLock, Timeout

    state.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(state.with_name(f".{state.name}.lock"), blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise FetchBusyError("another run is fetching this community; wait for it to end") from None
    try:
        yield
    finally:
        lock.release()
