"""The official Social-Chem-101 archive from the web: resumed after a break, checked, unpacked."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from pydantic import Field, PositiveFloat, PositiveInt

from valuenet.curation.retrying import is_outage, seconds_asked, seconds_to_wait
from valuenet.curation.social_chem_archive import BrokenArchiveError, unpack
from valuenet.curation.social_chem_rows import NotSocialChemError
from valuenet.warehouse.errors import InputError, OutageError
from valuenet.warehouse.settings import Settings

#: Called with the bytes that are there and, where the server says it, the bytes wanted.
Progress = Callable[[int, int | None], None]
_BUCKET = "https://storage.googleapis.com/ai2-mosaic-public"

_CHUNK = 1 << 16  # what is lost at most when the way breaks


class FetchSettings(Settings):
    """Where the corpus is fetched from, and how patiently."""

    url: str = f"{_BUCKET}/projects/social-chemistry/data/social-chem-101.zip"
    """Address of the official zip."""
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    """SHA-256 the zip must have, lower-case hex; unchecked where not set."""
    timeout: PositiveFloat = 30.0
    """Seconds to wait for the server to say something."""
    attempts: PositiveInt = 6
    """Attempts in a row that may bring nothing new."""


class FetchError(InputError):
    """The archive could not be fetched."""


class FetchOutageError(OutageError):
    """The server of a file is busy, or cannot be reached."""


def no_progress(done: int, total: int | None) -> None:
    """Show nothing."""


def fetch_social_chem(
    settings: FetchSettings,
    target: Path,
    *,
    progress: Progress = no_progress,
    sleep: Callable[[float], None] = time.sleep,
) -> Path:
    """Return ``target``, filled with the official TSV; a file that is there already is left as it is.

    What has come so far is kept beside ``target`` (``.zip.part``) when the way breaks; the next call goes on from there
    unless the file on the server has changed.

    Raises:
        FetchError: if the server refuses, or sends another file than ``settings.sha256``.
        FetchOutageError: if it is busy, or cannot be reached; what came is kept.
        BrokenArchiveError, NotSocialChemError: if what came is not the official archive; nothing of it is kept.
    """
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".zip.part")
    _download(settings, part, progress, sleep)
    try:
        _check_digest(settings, part)
        unpack(part, target)
    except (FetchError, BrokenArchiveError, NotSocialChemError):
        _forget(part)
        raise
    _forget(part)
    return target


@contextmanager
def terminal_progress(title: str) -> Iterator[Progress]:
    """Yield a progress that draws a bar on standard error, and is silent where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    columns = (TextColumn(title), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:
        task = bars.add_task(title, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def _download(settings: FetchSettings, part: Path, progress: Progress, sleep: Callable[[float], None]) -> None:
    failures = 0
    with requests.Session() as session:
        while True:
            before = _size(part)
            try:
                return _go_on(session, settings, part, progress)
            except requests.RequestException as error:
                failures = 1 if _size(part) > before else failures + 1
                wait = seconds_to_wait(error, failures)
                if wait is None or failures >= settings.attempts:
                    said = _say(settings.url, error, failures, _size(part))
                    if is_outage(error):
                        raise FetchOutageError(said, seconds_asked(error)) from None
                    raise FetchError(said) from None
            sleep(wait)


def _go_on(session: requests.Session, settings: FetchSettings, part: Path, progress: Progress) -> None:
    """Fetch what is missing of ``part``; all of it where the server has another file by now."""
    start, version = _size(part), _known_version(part)
    headers = {"Accept-Encoding": "identity"}
    if start and version:
        headers |= {"Range": f"bytes={start}-", "If-Range": version}
    with session.get(settings.url, headers=headers, stream=True, timeout=settings.timeout) as response:
        span = response.headers.get("Content-Range", "")
        if response.status_code == requests.codes.requested_range_not_satisfiable and span == f"bytes */{start}":
            return  # all of it was there
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            _forget(part)
            raise requests.ConnectionError(f"the server has no bytes from {start} on")
        response.raise_for_status()
        resumed = response.status_code == requests.codes.partial_content
        if resumed and not (span.startswith(f"bytes {start}-") and _strong_version(response) in {version, ""}):
            _forget(part)
            raise requests.ConnectionError(f"asked for the bytes from {start}, the server sent {span!r}")
        if not resumed:
            start = 0
            _forget(part)
            _version_file(part).write_text(_strong_version(response), encoding="latin-1")
        _append(response, part, start, progress)


def _append(response: requests.Response, part: Path, done: int, progress: Progress) -> None:
    length = response.headers.get("Content-Length")
    total = done + int(length) if length is not None and length.isdigit() else None
    with part.open("ab") as handle:
        for chunk in response.iter_content(_CHUNK):
            handle.write(chunk)
            done += len(chunk)
            progress(done, total)
    if total is not None and done != total:
        raise requests.ConnectionError(f"{done:,} of {total:,} bytes came")


def _strong_version(response: requests.Response) -> str:
    """Return what If-Range may carry; without it a part is never gone on with."""
    tag = response.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")


def _check_digest(settings: FetchSettings, part: Path) -> None:
    if settings.sha256 is None:
        return
    with part.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    if digest != settings.sha256:
        raise FetchError(
            f"{settings.url} has sha256 {digest}, {settings.sha256} is set; check the address or the setting"
        )


def _say(url: str, error: requests.RequestException, failures: int, kept: int) -> str:
    if error.response is not None:
        what = f"answered {error.response.status_code} {error.response.reason}"
    else:
        what = f"could not be read ({type(error).__name__})"
    again = f"; {kept:,} bytes are kept, the same command goes on from there" if kept else ""
    return f"{url} {what} after {failures} attempt(s){again}; a copy of the file can be taken with --from FILE"


def _known_version(part: Path) -> str:
    file = _version_file(part)
    return file.read_text(encoding="latin-1") if file.is_file() else ""


def _version_file(part: Path) -> Path:
    return part.with_name(part.name + ".version")


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _version_file(part).unlink(missing_ok=True)
