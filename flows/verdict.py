"""What is said of a release that was checked: its problems, or the guarantee that can be given."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from valuenet.warehouse.release.compare import NO_FILE, Problem, check_files
from valuenet.warehouse.release.manifest import ReleaseUnreadableError
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.read import Published
from valuenet.warehouse.release.remade import not_made_again
from valuenet.warehouse.release.signing import check_signature

CONSISTENT = "consistent"


class Verdict(NamedTuple):
    """What was checked of a release, and what was found.

    ``checked`` in words how; ``problems`` the first of each file; ``signed_by`` the public key of a signature that
    fits, empty for none; ``asked`` whether that key came from whoever asked rather than from the release itself;
    ``notes`` what could not be made again; ``withdrawn`` posts and comments in it that were withdrawn since.
    """

    uri: str
    version: str
    files: int
    rows: int
    checked: str
    problems: tuple[Problem, ...]
    signed_by: str = ""
    asked: bool = False
    notes: tuple[str, ...] = ()
    withdrawn: int = 0

    @property
    def ok(self) -> bool:
        """Whether the files are what was published; what was withdrawn since is no fault of theirs."""
        return not self.problems

    @property
    def guarantee(self) -> str:
        """``consistent``, ``consistent and signed by KEY``, or nothing.

        Consistent: every file is what the rows and settings in the release make. Somebody who changes a judgement and
        makes everything again is consistent too; a signature by a key from its owner says that nobody did.
        """
        if self.problems:
            return ""
        return f"{CONSISTENT} and signed by {self.signed_by}" if self.signed_by and self.asked else CONSISTENT

    def to_json(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        problems = [problem._asdict() for problem in self.problems]
        return {**self._asdict(), "ok": self.ok, "guarantee": self.guarantee, "problems": problems}

    def text(self) -> str:
        """Return the verdict to read, with a line for each problem and for whatever limits the guarantee."""
        verdict = self.guarantee or f"{len(self.problems)} problem(s)"
        return "\n".join(
            [
                f"{self.uri} {self.version}: {self.files} files, {self.checked}: {verdict}",
                *map(str, self.problems),
                *(f"note: {note}" for note in self.notes),
                *self._signature(),
                *self._warning(),
            ]
        )

    def _signature(self) -> list[str]:
        if self.problems or self.asked:
            return []
        if self.signed_by:
            return [f"note: signed by {self.signed_by}, as it says itself; have that key from its owner and give --key"]
        return ["note: whoever changes a release and makes all of it again is consistent too; only --key KEY tells"]

    def _warning(self) -> list[str]:
        if not self.withdrawn:
            return []
        warning = f"warning: {self.withdrawn:,} posts and comments in it were withdrawn since"
        return [f"{warning}; use the version that takes its place, and delete this one"]


def check_outside(uri: str | Path) -> None:
    """Refuse a place that holds anything but files and folders, before any of it is read.

    Raises:
        ReleaseUnreadableError: naming the first of them.
    """
    for name, kind in Place(uri).irregular().items():
        raise ReleaseUnreadableError(
            f"{uri}/{name} is {kind}; a release holds files and folders alone: take it away, or the release from a copy"
        )


def judge(
    release: Published[Any], key: str, checked: str, rows: int, contents: Iterable[Problem], withdrawn: int = 0
) -> Verdict:
    """Return the verdict on a release: checksums and signature are looked at here, ``contents`` is what else is wrong.

    Raises:
        KeyFileError: if ``key`` is no public key.
    """
    signed, outside = check_signature(release.place, release.manifest, key), check_files(release)
    missing = {problem.file for problem in outside if problem.found == NO_FILE}
    inside = [problem for problem in dict.fromkeys(contents) if problem.file not in missing]
    named = {problem.file for problem in inside}  # where it differs says more than a checksum
    outside = [problem for problem in outside if problem.file not in named]
    problems = [*([signed.problem] if signed.problem else []), *outside, *inside]
    return Verdict(
        release.place.uri,
        release.version,
        len(release.manifest.files),
        rows,
        checked,
        tuple(problems),
        signed.by,
        bool(key),
        not_made_again(release.manifest),
        withdrawn,
    )
