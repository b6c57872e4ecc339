"""Checks a release of support threads against itself: nothing but its own files is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from valuenet.curation.reddit.left_over import kinds_left_over
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.release.compare import Problem, check_files, first_figure_that_differs
from valuenet.warehouse.release.place import PlaceError
from valuenet.warehouse.release.report_json import to_json
from valuenet.warehouse.release.rows import file_name
from valuenet.warehouse.release.support.checks import check_rows
from valuenet.warehouse.release.support.read import STATISTICS, SupportRelease
from valuenet.warehouse.release.support.rows import Rows
from valuenet.warehouse.release.support.statistics import describe_support
from valuenet.warehouse.release.support.tombstones import read_tombstones


class SupportReport(NamedTuple):
    """What was checked, every problem found, and how much of it has been withdrawn since."""

    uri: str
    version: str
    files: int
    rows: int
    withdrawn: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether all is as it was published; what was withdrawn since is no fault of the files."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {**self._asdict(), "ok": self.ok, "problems": [problem._asdict() for problem in self.problems]}

    def text(self) -> str:
        """Return the verdict to read, with one line for each problem, and a warning where something was withdrawn."""
        checked = f"{self.uri} {self.version}: {self.files} files, {self.rows:,} rows, held against one another"
        verdict = "everything is as it should be" if self.ok else f"{len(self.problems)} problem(s)"
        warning = (
            f"warning: {self.withdrawn:,} posts and comments in it were withdrawn since; use the version that takes "
            "its place, and delete this one"
        )
        return "\n".join([f"{checked}: {verdict}", *map(str, self.problems), *([warning] if self.withdrawn else [])])


def verify_support(uri: str | Path) -> SupportReport:
    """Return what is not as it should be in a release of support threads.

    Raises:
        ReleaseUnreadableError: if there is no such release, or its manifest is broken.
        StorageError: if it cannot be read.
    """
    release = SupportRelease(uri)
    problems = check_files(release)
    rows, broken = _read(release)
    problems += broken
    if not broken:
        with_text = not release.release_settings.without_text
        problems += check_rows(rows, with_text=with_text, left_over=kinds_left_over)
        problems += _check_statistics(release, rows)
    counted = sum(table.num_rows for table in rows.values())
    withdrawn = read_tombstones(release.place).count
    return SupportReport(str(uri), release.version, len(release.manifest["files"]), counted, withdrawn, tuple(problems))


def _read(release: SupportRelease) -> tuple[Rows, list[Problem]]:
    """Return the rows of every file that can be read, and a problem for each that cannot."""
    rows: dict[tuple[str, str], pa.Table] = {}
    broken: list[Problem] = []
    for config, split in release.files():
        try:
            rows[config, split] = release.table(config, split)
        except PlaceError:
            continue  # a missing file; the check of files has said so
        except InputError as error:
            broken.append(Problem(file_name(config, split), None, "", str(error), "rows of this config"))
    return rows, broken


def _check_statistics(release: SupportRelease, rows: Rows) -> Iterator[Problem]:
    """Yield the first figure that the rows do not bear out; counts of what was filtered are taken as given."""
    try:
        found = json.loads(release.place.read(STATISTICS))
    except PlaceError:
        return
    except ValueError:
        yield Problem(STATISTICS, None, "", "no JSON", "figures")
        return
    wanted = json.loads(to_json(describe_support(rows, release.source())))
    problem = first_figure_that_differs(STATISTICS, found, wanted)
    if problem:
        yield problem
