"""Whether a release is, file by file, what its own rows and settings make."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import zip_longest
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from valuenet.warehouse.release.compare import Problem, first_figure_that_differs
from valuenet.warehouse.release.manifest import FORMAT, MACHINE, MANIFEST, Manifest, made_with, read_json
from valuenet.warehouse.release.pictures import check_figure, same_picture
from valuenet.warehouse.release.place import PlaceError
from valuenet.warehouse.release.read import Published
from valuenet.warehouse.release.render import Draw
from valuenet.warehouse.release.report_json import to_json

CROISSANT, CARD = "croissant.json", "README.md"
#: What a manifest says that is not made from the rest of it.
_OWN = ("files", "code_version", "made_with")


def compare_remade(
    release: Published[Any], expected: Mapping[str, bytes], differing: Collection[str]
) -> Iterator[Problem]:
    """Yield the first problem of each file that is not as it was made again.

    Args:
        release: the release.
        expected: every file that could be made again, the manifest among them.
        differing: files whose rows were found to differ already.
    """
    figures = {
        f"figures/{name}.{kind}": digest for name, digest in _digests(expected).items() for kind in ("png", "svg")
    }
    yield from _compare_names(release, expected.keys() | figures.keys())
    old = release.manifest.format < FORMAT
    for name in sorted(expected.keys() | figures.keys()):
        if name == MANIFEST or name in differing or (old and not _was_so_before(name)):
            continue
        try:
            actual = release.place.read(name)
        except PlaceError:
            continue  # a missing file; the check of files has said so
        problem = (
            _compare(name, actual, expected[name], release.manifest)
            if name in expected
            else check_figure(name, actual, figures[name])
        )
        if problem:
            yield problem
    if not old:
        yield from _compare_manifest(release, expected[MANIFEST])


def drawn_here(manifest: Manifest) -> Draw | None:
    """Return how to draw the figures of a release: as always with the same matplotlib on such a machine, else not."""
    return None if _same_here(manifest, "matplotlib") else lambda _: {}


def not_made_again(manifest: Manifest) -> tuple[str, ...]:
    """Return in words what cannot be made again here, and is therefore held to less."""
    if manifest.format < FORMAT:
        return (f"published in format {manifest.format}: {CARD}, {CROISSANT} and figures are held to checksums alone",)
    here = made_with()
    held_to = {
        "matplotlib": "figures are not drawn again, only looked through for anything that is no figure",
        "mlcroissant": f"the @context of {CROISSANT} is not compared",
        "pyarrow": "Parquet files are compared by rows and schema, not by bytes",
        MACHINE: "figures are not drawn again, and Parquet files compared by rows and schema, not by bytes",
    }
    return tuple(
        f"made with {name} {manifest.made_with[name]}, and {here[name]} is here: {what}"
        for name, what in held_to.items()
        if manifest.made_with[name] != here[name]
    )


def _same_here(manifest: Manifest, library: str) -> bool:
    """Return whether a library makes the same bytes here as where the release was made."""
    here = made_with()
    return all(manifest.made_with.get(name) == here[name] for name in (library, MACHINE))


def _was_so_before(name: str) -> bool:
    """Return whether a file of an older format has the contents of this one."""
    return name not in (CARD, CROISSANT) and not name.startswith("figures/")


def _digests(expected: Mapping[str, bytes]) -> dict[str, str]:
    return dict(read_json(expected[MANIFEST])["figures"])


def _compare_names(release: Published[Any], expected: Collection[str]) -> Iterator[Problem]:
    """Yield the files that such a release must list and does not, or lists and may not hold."""
    listed, every = release.manifest.files.keys(), {*expected} - {MANIFEST}
    kind = f"a release of {release.manifest.kind} in format {release.manifest.format}"
    for name in sorted(every - listed):
        yield Problem(MANIFEST, None, f"files.{name}", "nothing", f"this file: {kind} with these rows holds it")
    for name in sorted(listed - every):
        yield Problem(MANIFEST, None, f"files.{name}", "a file", f"none of this name: {kind} with these rows has none")


def _compare(name: str, actual: bytes, expected: bytes, manifest: Manifest) -> Problem | None:
    if actual == expected:
        return None
    if name.endswith(".parquet"):
        return _compare_parquet(name, actual, expected, manifest)
    if name.endswith(".json"):
        return _compare_json(name, actual, expected, manifest)
    if name.endswith(".png"):
        (digest,) = [recorded for figure, recorded in manifest.figures.items() if name == f"figures/{figure}.png"] or [
            ""
        ]
        strange = check_figure(name, actual, digest)
        same = same_picture(actual, expected)
        return strange or (None if same else Problem(name, None, "", "another picture", "the figure drawn again"))
    return _first_line_that_differs(name, actual, expected)


def _compare_parquet(name: str, actual: bytes, expected: bytes, manifest: Manifest) -> Problem | None:
    """Return where schema, metadata or bytes differ, of rows that are the same."""
    try:
        there, wanted = (pq.ParquetFile(pa.BufferReader(data)) for data in (actual, expected))
    except pa.ArrowException:
        return Problem(name, None, "", "no Parquet file", "rows")
    if not there.schema_arrow.equals(wanted.schema_arrow, check_metadata=True):
        for kind, ours in (("columns", wanted.schema_arrow), ("metadata", None)):
            if ours is None or not there.schema_arrow.equals(ours):
                return Problem(name, None, kind, _described(there, kind), _described(wanted, kind))
    keys, right = (sorted(map(str, file.metadata.metadata or {})) for file in (there, wanted))
    if keys != right:
        return Problem(name, None, "metadata", ", ".join(keys), ", ".join(right))
    if not _same_here(manifest, "pyarrow"):
        return None
    return Problem(name, None, "", "other bytes around the same rows", "the file written again")


def _described(file: Any, kind: str) -> str:
    schema = file.schema_arrow
    if kind == "columns":
        return ", ".join(f"{field.name} {field.type}" for field in schema)
    metadata = [schema.metadata or {}, *(field.metadata or {} for field in schema)]
    text = str(
        [{key.decode(errors="replace"): value[:400] for key, value in part.items()} for part in metadata if part]
    )
    return text if len(text) <= 400 else f"{text[:397]}..."


def _compare_json(name: str, actual: bytes, expected: bytes, manifest: Manifest) -> Problem | None:
    try:
        parsed = read_json(actual)
    except ValueError as error:
        return Problem(name, None, "", f"no JSON ({error})", "figures" if name != CROISSANT else "Croissant metadata")
    wanted = read_json(expected)
    if name == CROISSANT and manifest.made_with["mlcroissant"] != made_with()["mlcroissant"]:
        parsed, wanted = ({**part, "@context": None} if isinstance(part, dict) else part for part in (parsed, wanted))
        return first_figure_that_differs(name, parsed, wanted)
    laid_out = Problem(name, None, "", "other spaces or spelling", "JSON as it was published")
    return first_figure_that_differs(name, parsed, wanted) or (None if to_json(parsed) == actual else laid_out)


def _compare_manifest(release: Published[Any], expected: bytes) -> Iterator[Problem]:
    """Yield the first thing the manifest states that is not what a release with these settings and rows states."""
    data = release.place.read(MANIFEST)
    actual, wanted = read_json(data), read_json(expected)
    stated, right = (
        {name: part for name, part in manifest.items() if name not in _OWN} for manifest in (actual, wanted)
    )
    problem = first_figure_that_differs(MANIFEST, stated, right)
    if problem:
        yield problem
    elif to_json(actual) != data or actual.keys() != wanted.keys() or actual["made_with"].keys() != made_with().keys():
        yield Problem(MANIFEST, None, "", "other spaces or spelling", "JSON as it was published")


def _first_line_that_differs(name: str, actual: bytes, expected: bytes) -> Problem:
    pairs = zip_longest(actual.split(b"\n"), expected.split(b"\n"))
    for line, (mine, right) in enumerate(pairs, 1):
        if mine != right:
            return Problem(name, None, f"line {line}", _short(mine), _short(right))
    return Problem(name, None, "", "other bytes", "the file made again")


def _short(line: bytes | None) -> str:
    if line is None:
        return "no further line"
    text = repr(line.decode("utf-8", errors="replace"))
    return text if len(text) <= 100 else f"{text[:97]}..."
