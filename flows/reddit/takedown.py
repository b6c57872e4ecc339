"""What people asked to have taken down leaves tables and releases; run again at any time, it ends the same."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from prefect import flow

from valuenet.curation.reddit.intake.withdrawal_lists import (
    Requests,
    WithdrawalListError,
    decode_list,
    read_requests,
    withdrawals_of,
)
from valuenet.curation.reddit.intake.withdrawals import Withdrawn, find_gone, withdraw_rows, written_by
from valuenet.curation.reddit.large_tables import read_batches
from valuenet.flows.reddit.lock import releases_alone
from valuenet.flows.reddit.takedown_report import TakedownReport
from valuenet.flows.reddit.withdrawn_releases import check_releases, days_asked, find_models
from valuenet.flows.services.crowd import account_keys
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import run_task
from valuenet.warehouse.commits import to_arrow
from valuenet.warehouse.hashing import text_id
from valuenet.warehouse.reddit_tables import (
    Comments,
    Exchanges,
    OtherReplies,
    Posts,
    Preferences,
    Repeats,
    SupportExamples,
    TextScores,
    Withdrawals,
)
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import clear_leftovers, unfinished_uploads
from valuenet.warehouse.sorted_rows import SortedRows
from valuenet.warehouse.store import Seen, Warehouse
from valuenet.warehouse.tables import Table

_THINGS: tuple[type[Posts | Comments], ...] = (Posts, Comments)
_LEARNED: tuple[type[Table], ...] = (Exchanges, OtherReplies, SupportExamples, Preferences, Repeats)
#: Tables whose past versions hold what was withdrawn.
_WITH_TRACES: tuple[type[Table], ...] = (*_THINGS, *_LEARNED, TextScores)


@flow(name="reddit-takedown")
def take_down(settings: ValuenetSettings, requests: str) -> TakedownReport:
    """Withdraw what the list at the path ``requests`` asks for, from tables and releases, and say what still holds it.

    First the list is written down, names as pseudonyms; from then on every build honours it. So a run that is killed
    is finished by running it again, and the same list a second time changes nothing.

    Raises:
        WithdrawalListError: if the list cannot be read.
        SecretMissingError: if it names accounts and there is no key of pseudonyms.
    """

    def withdraw() -> TakedownReport:
        return withdraw_requests(settings, read_list(Path(requests)), dt.datetime.now(dt.UTC))

    report: TakedownReport = run_task("withdraw", withdraw)
    return report


def read_list(path: Path) -> Requests:
    """Return what the list asks for.

    Raises:
        WithdrawalListError: if it cannot be read.
    """
    try:
        return read_requests(decode_list(path.read_bytes()))
    except FileNotFoundError:
        raise WithdrawalListError(f"there is no list {path}; give a text or CSV file") from None
    except OSError as error:
        raise WithdrawalListError(
            f"the list {path} cannot be read ({type(error).__name__}); give a text or CSV file"
        ) from None


def withdraw_requests(settings: ValuenetSettings, requests: Requests, now: dt.datetime) -> TakedownReport:
    """Do what ``take_down`` does with a list that was read."""
    with releases_alone(settings):
        return _withdraw(settings, requests, now)


def _withdraw(settings: ValuenetSettings, requests: Requests, now: dt.datetime) -> TakedownReport:
    store = Warehouse(settings.warehouse)
    asked = withdrawals_of(requests, account_keys() if requests.names else None, now)
    new = store.append(Withdrawals, asked)
    _write_down_works(store)
    withdrawals = store.read(Withdrawals)
    withdrawn = Withdrawn.of(withdrawals)
    emptied = {table.table_name(): _empty(store, table, withdrawn) for table in _THINGS}
    removed = _remove(store, withdrawn)
    removed[TextScores.table_name()] = _remove_scores(store)
    for table in _WITH_TRACES:
        store.forget_past(table)
    left_over = len(clear_leftovers(Place(settings.releases)))
    unfinished = tuple(unfinished_uploads(Place(settings.releases)))
    holding = check_releases(settings.releases, days_asked(withdrawals))
    models = tuple(find_models(Path(settings.models), holding))
    report = TakedownReport(len(asked), new, emptied, removed, tuple(holding), models, settings.models)
    return report._replace(leftovers=left_over, unfinished=unfinished)


def _write_down_works(store: Warehouse) -> None:
    """Add to the withdrawals each post and comment of a withdrawn account: their rows lose the account."""
    withdrawals = store.read(Withdrawals)
    for table in _THINGS:
        authored = _columns(store, table, ["author"], Withdrawn.of(withdrawals))
        works = written_by(authored, table, withdrawals)
        if len(works):
            store.append(Withdrawals, works)


def _empty(store: Warehouse, table: type[Posts | Comments], withdrawn: Withdrawn) -> int:
    """Take author and texts out of the withdrawn rows, part by part, and return how many are withdrawn."""
    rows = _columns(store, table, ["author", "month"], withdrawn)
    for month in sorted(set(rows["month"])):
        state = store.parts(table)[month]
        emptied = withdraw_rows(store.read_part(table, month), table, withdrawn)
        store.write_part(table, month, emptied, recipe=state.recipe, seen=Seen(state))
    return len(rows)


def _columns(store: Warehouse, table: type[Posts | Comments], names: list[str], withdrawn: Withdrawn) -> pd.DataFrame:
    """Return key and some columns of the rows that were withdrawn, without reading the others' texts."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    key = table.key()[0]
    if store.state(table) is None:
        return pd.DataFrame(columns=[key, *names], dtype="str")
    ids = withdrawn.posts if table is Posts else withdrawn.comments
    theirs = pa.array(sorted(withdrawn.authors), pa.string())
    wanted = ds.field(key).isin(pa.array(sorted(ids), pa.string())) | ds.field("author").isin(theirs)
    rows: pd.DataFrame = store.arrow(table).to_table(columns=[key, *names], filter=wanted).to_pandas()
    return rows


def _remove(store: Warehouse, withdrawn: Withdrawn) -> dict[str, int]:
    """Take what was withdrawn out of what is learned from, and return the rows removed by table."""
    ids = {
        Exchanges: ["exchange_id", "post_id", "comment_id", "author"],
        OtherReplies: ["comment_id", "post_id", "author"],
        SupportExamples: ["example_id", "exchange_id", "post_id"],
        Preferences: ["example_id", "rejected_id"],
        Repeats: ["thing", "repeat_id", "of"],
    }
    exchanges, replies, examples = (_some_rows(store, table, ids[table]) for table in _LEARNED[:3])
    gone = find_gone(exchanges, replies, examples, withdrawn)
    removed = dict.fromkeys((table.table_name() for table in _LEARNED), 0)
    for table in reversed(_LEARNED):  # what tells what goes is the last to lose it, in case this run is killed
        count = sum(int(gone.among(table, rows).sum()) for rows in _some_rows(store, table, ids[table]))
        state = store.state(table)
        if state is not None and count:
            left = SortedRows(table)
            for rows in _some_rows(store, table):
                left.add(to_arrow(table.frame(rows[~gone.among(table, rows)])))
            store.write(table, left, recipe=state.recipe)
        removed[table.table_name()] = count
    return removed


def _some_rows(store: Warehouse, table: type[Table], columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
    """Yield the rows of a table that may be larger than memory, some after the other; none where it is not there."""
    if store.state(table) is not None:
        for batch in read_batches(store.arrow(table), columns):
            yield batch.to_pandas()


def _remove_scores(store: Warehouse) -> int:
    """Take out the scores of texts that stand nowhere any more (their ids are hashes of words), and return how many."""
    texts = {
        text_id(text)
        for table in (Exchanges, OtherReplies)
        for rows in _some_rows(store, table, ["text"])
        for text in rows["text"].unique()
    }
    removed = 0
    for shard, state in store.parts(TextScores).items():
        scores = store.read_part(TextScores, shard)
        left = scores[scores["text_id"].isin(texts)]
        if len(left) < len(scores):
            store.write_part(TextScores, shard, left, recipe=state.recipe)
            removed += len(scores) - len(left)
    return removed
