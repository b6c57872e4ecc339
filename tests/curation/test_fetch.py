"""Fetching the corpus from a server that breaks, refuses, changes and lies."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.curation.loopback import Asked, Reply, serving
from valuenet.curation.fetch import FetchError, FetchOutageError, FetchSettings, fetch_social_chem, terminal_progress
from valuenet.curation.social_chem_archive import BrokenArchiveError, take_local
from valuenet.curation.social_chem_rows import COLUMNS, NotSocialChemError

TSV = "\t".join(COLUMNS).encode() + b"\n" + b"x" * 300_000 + b"\n"


def zipped(content: bytes = TSV, member: str = "social-chem-101/social-chem-101.v1.0.tsv", **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("__MACOSX/._social-chem-101.v1.0.tsv", b"")
        archive.writestr(member, content)
        for name, text in more.items():
            archive.writestr(name, text)
    return out.getvalue()


ARCHIVE = zipped()
HALF = 2 * 65_536  # whole chunks of a broken way are kept


def ranged(asked: Asked, body: bytes = ARCHIVE, tag: str = '"v1"') -> Reply:
    """Answer as a bucket does: part of the file where If-Range still names it."""
    wanted = asked.headers.get("Range")
    if wanted is None or asked.headers.get("If-Range") != tag:
        return Reply(200, body, {"ETag": tag})
    start = int(wanted.removeprefix("bytes=").removesuffix("-"))
    if start >= len(body):
        return Reply(416, b"", {"Content-Range": f"bytes */{len(body)}"})
    return Reply(206, body[start:], {"ETag": tag, "Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"})


def broken_off(tag: str = '"v1"') -> Reply:
    return Reply(200, ARCHIVE[:HALF], {"ETag": tag}, len(ARCHIVE))


class Naps(list[float]):
    """The seconds that would have been slept."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def fetch(url: str, target: Path, naps: Callable[[float], None] | None = None, **settings: object) -> Path:
    return fetch_social_chem(
        FetchSettings.model_validate({"url": url, "attempts": 3} | settings),
        target,
        sleep=Naps() if naps is None else naps,
    )


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "corpus" / "social-chem.tsv"


def test_the_archive_is_fetched_and_unpacked_and_nothing_else_stays(target):
    seen: list[tuple[int, int | None]] = []
    with serving(lambda asked, _: ranged(asked)) as server:
        settings = FetchSettings(url=server.url, sha256=hashlib.sha256(ARCHIVE).hexdigest())
        fetch_social_chem(settings, target, progress=lambda done, total: seen.append((done, total)))
    assert target.read_bytes() == TSV
    assert [path.name for path in target.parent.iterdir()] == ["social-chem.tsv"]
    assert seen[-1] == (len(ARCHIVE), len(ARCHIVE))


def test_a_file_that_is_there_is_not_fetched_again(target):
    target.parent.mkdir()
    target.write_bytes(b"mine")
    with serving(lambda asked, _: ranged(asked)) as server:
        fetch(server.url, target)
        assert server.asked == []
    assert target.read_bytes() == b"mine"


def test_a_break_in_the_middle_is_gone_on_from_where_it_was(target):
    with serving(lambda asked, n: broken_off() if n == 0 else ranged(asked)) as server:
        fetch(server.url, target)
        assert server.asked[1].headers["Range"] == f"bytes={HALF}-"
        assert server.asked[1].headers["If-Range"] == '"v1"'
    assert target.read_bytes() == TSV


def test_the_next_command_goes_on_from_what_a_broken_one_left(target):
    kept = pytest.raises(FetchError, match=f"404 .*{HALF:,} bytes are kept")
    with serving(lambda asked, n: broken_off() if n == 0 else Reply(404)) as server, kept:
        fetch(server.url, target)
    assert not target.exists()
    with serving(lambda asked, _: ranged(asked)) as server:
        fetch(server.url, target)
        assert server.asked[0].headers["Range"] == f"bytes={HALF}-"
    assert target.read_bytes() == TSV


def test_what_was_complete_before_a_kill_is_not_fetched_again(target):
    target.parent.mkdir()
    target.with_name("social-chem.tsv.zip.part").write_bytes(ARCHIVE)
    target.with_name("social-chem.tsv.zip.part.version").write_text('"v1"')
    with serving(lambda asked, _: ranged(asked)) as server:
        fetch(server.url, target)
        assert len(server.asked) == 1
    assert target.read_bytes() == TSV


def test_a_file_that_changed_on_the_server_is_fetched_from_its_start(target):
    new = zipped(TSV + b"new\n")
    with serving(lambda asked, n: broken_off() if n == 0 else ranged(asked, new, '"v2"')) as server:
        fetch(server.url, target)
    assert target.read_bytes() == TSV + b"new\n"


def test_a_server_that_overlooks_if_range_does_not_mix_two_files(target):
    new = zipped(TSV + b"new\n")

    def careless(asked: Asked, n: int) -> Reply:
        if n == 0:
            return broken_off()
        if n == 1:
            return Reply(206, new[HALF:], {"ETag": '"v2"', "Content-Range": f"bytes {HALF}-{len(new) - 1}/{len(new)}"})
        return ranged(asked, new, '"v2"')

    with serving(careless) as server:
        fetch(server.url, target)
        assert "Range" not in server.asked[2].headers
    assert target.read_bytes() == TSV + b"new\n"


@pytest.mark.parametrize("tag", ['W/"weak"', ""])
def test_without_a_strong_version_a_part_is_never_gone_on_with(target, tag):
    with serving(lambda asked, n: broken_off(tag) if n == 0 else Reply(200, ARCHIVE)) as server:
        fetch(server.url, target)
        assert "Range" not in server.asked[1].headers
    assert target.read_bytes() == TSV


def test_a_range_beyond_the_file_starts_over(target):
    target.parent.mkdir()
    target.with_name("social-chem.tsv.zip.part").write_bytes(ARCHIVE + b"too much")
    target.with_name("social-chem.tsv.zip.part.version").write_text('"v1"')
    with serving(lambda asked, _: ranged(asked)) as server:
        fetch(server.url, target)
    assert target.read_bytes() == TSV


def test_busy_servers_are_asked_again_after_the_time_they_name(target):
    replies = [Reply(429, headers={"Retry-After": "7"}), Reply(503)]
    naps = Naps()
    with serving(lambda asked, n: replies[n] if n < 2 else ranged(asked)) as server:
        fetch(server.url, target, naps)
    assert naps == [7.0, 2.0]


def test_a_server_that_asks_for_an_hour_is_left_for_later(target):
    busy = Reply(503, headers={"Retry-After": "3600"})
    with serving(lambda asked, n: busy) as server, pytest.raises(FetchOutageError, match="503") as found:
        fetch(server.url, target)
    assert found.value.retry_after == 3_600.0


def test_a_server_that_stays_down_is_given_up_with_one_sentence(target):
    with (
        serving(lambda asked, n: Reply(500)) as server,
        pytest.raises(FetchOutageError, match=r"500 .* after 3 attempt"),
    ):
        fetch(server.url, target)
    with pytest.raises(FetchOutageError, match=r"ConnectionError.*--from FILE"):
        fetch("http://127.0.0.1:9/none.zip", target)
    assert list(target.parent.glob("*.tsv")) == []


def test_an_address_that_is_none_is_not_tried_again(target):
    naps = Naps()
    with pytest.raises(FetchError, match="MissingSchema"):
        fetch("nowhere", target, naps)
    assert naps == []


def test_another_digest_than_the_one_set_is_refused_and_not_kept(target):
    with serving(lambda asked, _: ranged(asked)) as server, pytest.raises(FetchError, match="sha256"):
        fetch(server.url, target, sha256="0" * 64)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("archive", "error", "words"),
    [
        (ARCHIVE[:HALF], BrokenArchiveError, "not a whole zip"),
        (ARCHIVE.replace(b"x" * 300_000, b"x" * 299_999 + b"y"), BrokenArchiveError, "CRC"),
        (zipped(member="notes.txt"), BrokenArchiveError, r"it holds .*notes\.txt"),
        (zipped(member="a.tsv", **{"b.tsv": b""}), BrokenArchiveError, "does not hold"),
        (zipped(b"area\tn\n"), NotSocialChemError, "column 2 is 'n'"),
        (b"<html>not found</html>", BrokenArchiveError, "not a whole zip"),
    ],
)
def test_what_is_not_the_official_archive_leaves_nothing_behind(target, archive, error, words):
    with serving(lambda asked, _: Reply(200, archive)) as server, pytest.raises(error, match=words) as caught:
        fetch(server.url, target)
    assert "\n" not in str(caught.value)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("content", [ARCHIVE, zipped(member="renamed.tsv"), TSV])
def test_a_file_somebody_has_already_may_be_the_zip_or_the_tsv(target, tmp_path, content):
    mine = tmp_path / "mine"
    mine.write_bytes(content)
    assert take_local(mine, target).read_bytes() == TSV
    assert mine.read_bytes() == content


def test_a_bad_local_file_leaves_the_one_that_is_there_alone(target, tmp_path):
    target.parent.mkdir()
    target.write_bytes(TSV)
    mine = tmp_path / "mine.zip"
    with pytest.raises(BrokenArchiveError, match="there is no file"):
        take_local(mine, target)
    mine.write_bytes(ARCHIVE[:-30])
    with pytest.raises(BrokenArchiveError, match="cut short"):
        take_local(mine, target)
    mine.write_bytes(b"")
    with pytest.raises(NotSocialChemError, match="is empty"):
        take_local(mine, target)
    mine.write_bytes(b"area;m\n")
    with pytest.raises(NotSocialChemError, match="not tab-separated"):
        take_local(mine, target)
    assert [path.name for path in target.parent.iterdir()] == ["social-chem.tsv"]
    assert target.read_bytes() == TSV


def test_the_bar_is_silent_where_standard_error_is_no_terminal(capfd):
    with terminal_progress("Social-Chem-101") as progress:
        progress(5, 10)
    assert capfd.readouterr() == ("", "")
