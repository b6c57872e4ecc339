"""What the tables of a community say after reading: kept and filtered, rejected lines, personal data, coverage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from valuenet.curation.reddit.coverage.coverage import Coverage, assess_coverage, count_days
from valuenet.curation.reddit.dump.files import Dump, find_missing
from valuenet.curation.reddit.large_tables import open_tables
from valuenet.flows.reddit.keys import tell_other_keys
from valuenet.flows.settings.valuenet import ValuenetSettings
from valuenet.flows.step import StepReport
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.reddit_tables import Comments, PersonalData, Posts, RedditRejected
from valuenet.warehouse.store import Warehouse

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow.dataset as ds


class NothingReadError(InputError):
    """No month of the community was read yet."""


class IngestReport(NamedTuple):
    """What is in the tables after reading, over all months."""

    months: int
    read_now: int
    posts: dict[str, int]
    """Posts by the filter that met; `kept` for none."""
    comments: dict[str, int]
    """The same for comments."""
    rejected: dict[str, int]
    """Lines that were not read, by reason."""
    personal_data: dict[str, int]
    """Placeholders put into kept texts, by kind of personal data."""
    truncated: list[str]
    """Files that end too early, with the line."""
    missing: list[str]
    """Files that are missing between the first month of the dump and the last."""
    other_keys: list[str]
    """Months whose accounts stand under another key of pseudonyms than today's, and what to do."""


def report_ingest(settings: ValuenetSettings, steps: Sequence[StepReport]) -> IngestReport:
    """Return what is in the tables after the months of ``steps`` were read."""
    store = Warehouse(settings.warehouse)
    rejected, personal = store.read_or_empty(RedditRejected), store.read_or_empty(PersonalData)
    cut = rejected[rejected["reason"] == "truncated"]
    return IngestReport(
        months=len(steps),
        read_now=sum(not step.current for step in steps),
        posts=_by_filter(_dataset(store, Posts)),
        comments=_by_filter(_dataset(store, Comments)),
        rejected={str(reason): int(lines) for reason, lines in rejected["reason"].value_counts().items()},
        personal_data={str(kind): int(n) for kind, n in personal.groupby("pii")["placeholders"].sum().items()},
        truncated=[f"{row.source_file}, line {row.source_line:,}: {row.detail}" for row in cut.itertuples()],
        missing=find_missing(Dump(settings.reddit.dump).files(), "all"),
        other_keys=tell_other_keys(settings, store),
    )


def report_coverage(settings: ValuenetSettings) -> Coverage:
    """Return the coverage of what was read so far.

    Raises:
        NothingReadError: if that is nothing.
    """
    store = Warehouse(settings.warehouse)
    posts, comments = store.parts(Posts), store.parts(Comments)
    if not posts and not comments:
        raise NothingReadError(
            f"no month of a community is in {settings.warehouse}; `valuenet reddit ingest` reads dump files"
        )
    counts = count_days(_dataset(store, Posts), _dataset(store, Comments))
    return assess_coverage(counts, posts, comments, settings.reddit.coverage)


def draw_coverage_of(coverage: Coverage, file: Path) -> Path:
    """Draw a coverage report as PNG; folders on the way are made."""
    from valuenet.curation.reddit.coverage.report import draw_coverage

    file.parent.mkdir(parents=True, exist_ok=True)
    return draw_coverage(coverage, file)


def _dataset(store: Warehouse, table: type[Posts | Comments]) -> ds.Dataset:
    import pyarrow.dataset as ds

    from valuenet.warehouse.commits import to_arrow

    return store.arrow(table) if store.parts(table) else ds.dataset(to_arrow(table.frame()))


def _by_filter(rows: ds.Dataset) -> dict[str, int]:
    wanted = "SELECT coalesce(filtered, 'kept') AS reason, count(*) AS n FROM rows GROUP BY 1 ORDER BY n DESC, reason"
    with open_tables(rows=rows) as connection:
        return {str(reason): int(n) for reason, n in connection.sql(wanted).fetchall()}
