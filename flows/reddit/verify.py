"""Checks a release of support threads against itself: nothing but its own files is needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from valuenet.curation.reddit.left_over import kinds_left_over
from valuenet.flows.verdict import Verdict, check_outside, judge
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.release.compare import Problem
from valuenet.warehouse.release.place import PlaceError
from valuenet.warehouse.release.remade import compare_remade, drawn_here
from valuenet.warehouse.release.rows import file_name
from valuenet.warehouse.release.support.checks import check_rows
from valuenet.warehouse.release.support.files import write_nested
from valuenet.warehouse.release.support.read import SupportRelease
from valuenet.warehouse.release.support.render import render_around_support
from valuenet.warehouse.release.support.rows import Rows
from valuenet.warehouse.release.support.tombstones import read_tombstones


def verify_support(uri: str | Path, key: str = "") -> Verdict:
    """Return what is not as it should be in a release of support threads.

    Ids, prompts, replies and pairs are held against one another; card, metadata, figures and statistics are made again
    from the rows and from what the manifest says of where they come from.

    Args:
        uri: folder or ``s3://`` prefix.
        key: public key it must be signed with (see ``read_public_key``); empty where none is asked for.

    Raises:
        ReleaseUnreadableError: if there is no such release, or its manifest is broken.
        StorageError: if it cannot be read.
        KeyFileError: if ``key`` is no public key.
    """
    check_outside(uri)
    release = SupportRelease(uri)
    rows, broken = _read(release)
    counted = sum(table.num_rows for table in rows.values())
    problems = broken if broken else _check_contents(release, rows)
    withdrawn = read_tombstones(release.place).count
    return judge(release, key, f"{counted:,} rows, held against one another", counted, problems, withdrawn)


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


def _check_contents(release: SupportRelease, rows: Rows) -> Iterator[Problem]:
    """Yield what the rows do not bear out; counts of what was read and filtered are taken as given."""
    named, manifest = release.release_settings, release.manifest
    wrong = list(check_rows(rows, with_text=not named.without_text, left_over=kinds_left_over))
    yield from wrong
    written = {
        file_name(config, split): write_nested(table, config, with_text=not named.without_text)
        for (config, split), table in rows.items()
    }
    there = {name: release.place.read(name) for name in written}
    contents = release.contents_of(rows)
    with_text = dict(manifest.files_with_text or {})
    yield from _check_files_with_text(with_text, set(written), named.without_text)
    around = render_around_support(contents, named, there, with_text, drawn_here(manifest))
    yield from compare_remade(release, {**written, **around}, {problem.file for problem in wrong})


def _check_files_with_text(with_text: dict[str, str], files: set[str], without_text: bool) -> Iterator[Problem]:
    """Yield where checksums of files with texts stand for files that there are none of."""
    field = ("manifest.json", None, "files_with_text")
    if with_text and not without_text:
        yield Problem(*field, "checksums", "none: this release has its texts")
    elif with_text and with_text.keys() != files:
        yield Problem(*field, ", ".join(sorted(with_text)), ", ".join(sorted(files)))
