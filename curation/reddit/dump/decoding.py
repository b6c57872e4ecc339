"""Dump files to raw frames: zstd as a stream, and of every line only the fields that are wanted, by type.

Blocks of many lines are decoded at once; only a block with a bad line is read again line by line. What the dumps have
done over the years is taken as it comes: ``created_utc`` as number or string, fields missing or null, texts with
``&amp;``, ``&lt;`` and ``&gt;``. A line that cannot be used becomes a rejected row with file, line and reason, whose
detail never holds anything a person wrote.
"""

from __future__ import annotations

import codecs
from collections import Counter
from functools import cache
from typing import IO, Any, NamedTuple

import msgspec
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandera.typing import DataFrame

from valuenet.curation.reddit.dump.columns import LineColumns
from valuenet.curation.reddit.dump.files import POSTS
from valuenet.curation.reddit.dump.line_checks import BadLine, check_lines
from valuenet.curation.reddit.dump.lines import Comment, Post, Thing
from valuenet.curation.reddit.dump.unpacking import EncodingError, TruncatedError, blocks_of_lines
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.reddit_tables import RedditRejected
from valuenet.warehouse.settings import Settings

_LINE_END = ord("\n")


class DecodingSettings(Settings):
    """What is taken from dump files."""

    others_listed: int = 1_000
    """Lines of other communities in a file that get a rejected row each; those beyond are counted in one row, so that
    dumps of the whole of Reddit can be read."""


class UnknownSubredditError(InputError):
    """No line of a file is of the communities wanted."""


class DumpEncodingError(InputError):
    """A dump file is no UTF-8."""


class Decoded(NamedTuple):
    """What one file holds.

    Attributes:
        raw: a row per line taken, in the order of the file, columns `POST_COLUMNS` or `COMMENT_COLUMNS`: strings as
            objects (None where absent), ``created_utc`` in seconds, ``line`` from 1.
        rejected: the other lines, with the reason.
    """

    raw: pd.DataFrame
    rejected: DataFrame[RedditRejected]


def decode_dump(
    stream: IO[bytes], settings: DecodingSettings, *, community: str, name: str, kind: str, month: str
) -> Decoded:
    """Return the lines of one monthly file; ``name`` ends with ``.zst`` where it is packed.

    Lines of other communities than ``community`` are rejected; case makes no difference.

    Raises:
        UnknownSubredditError: if it has lines, and all are of other communities.
        DumpEncodingError: if it is UTF-16 or UTF-32.
    """
    reader = _Reader(Post if kind == POSTS else Comment, settings, community)
    try:
        for block in blocks_of_lines(stream, packed=name.endswith(".zst")):
            reader.add(block)
    except EncodingError as encoding:
        raise DumpEncodingError(
            f"{name} is {encoding}, and dumps are UTF-8; convert what is in it (`iconv -f {encoding} -t UTF-8`) and "
            "run again"
        ) from None
    except TruncatedError as error:
        reader.bad.append(BadLine(reader.lines + 1, "truncated", str(error)))
    others = reader.others
    if others.seen and not reader.columns.rows:
        raise UnknownSubredditError(
            f"{name} holds nothing of r/{community}, only {others.largest()}; name the community in the setting "
            "reddit.community, or other months"
        )
    read = reader.columns
    frame, bad = check_lines(read.frame(), month, sound=read.sound, distinct=read.distinct)
    rejected = [*reader.bad, *others.listed(), *bad]
    return Decoded(frame, _rejected_rows(rejected, name, month) if rejected else _none_rejected().copy())


@cache
def _none_rejected() -> DataFrame[RedditRejected]:
    """Return the empty frame, checked once: most files have no bad line, and a check takes as long as 3,000 lines."""
    return RedditRejected.frame()


def _rejected_rows(bad: list[BadLine], name: str, month: str) -> DataFrame[RedditRejected]:
    rows = pd.DataFrame(bad, columns=["source_line", "reason", "detail"]).assign(source_file=name, month=month)
    return RedditRejected.frame(rows.sort_values("source_line", kind="stable"))


class _Others:
    """Lines of communities that are not wanted: some listed, all counted."""

    def __init__(self, limit: int) -> None:
        self.seen = 0
        self._limit = limit
        self._lines: list[int] = []
        self._by_community: Counter[str] = Counter()

    def add(self, communities: list[str | None], lines: NDArray[np.int64]) -> None:
        """Note the lines of a block."""
        self.seen += len(lines)
        self._by_community.update(_public(name) for name in communities)
        # One more than the limit: where the unlisted ones begin.
        self._lines += lines[: self._limit + 1 - len(self._lines)].tolist()

    def listed(self) -> list[BadLine]:
        """Return a bad line for each, and one for all beyond the limit."""
        bad = [BadLine(line, "wrong-subreddit", "a line of another community") for line in self._lines[: self._limit]]
        more = self.seen - self._limit
        if more > 0:
            bad.append(BadLine(self._lines[-1], "wrong-subreddit", f"the first of {more:,} more of other communities"))
        return bad

    def largest(self) -> str:
        """Return the three that have most lines."""
        ranked = sorted(self._by_community.items(), key=lambda item: (-item[1], item[0]))
        return ", ".join(name for name, _ in ranked[:3])


class _Reader:
    """Takes blocks of lines and keeps the columns of those that can be used."""

    def __init__(self, thing: type[Thing], settings: DecodingSettings, community: str) -> None:
        self.lines = 0
        self.columns = LineColumns(thing)
        self.bad: list[BadLine] = []
        self.others = _Others(settings.others_listed)
        # Numbers and flags may stand in strings.
        self._decoder = msgspec.json.Decoder(thing, strict=False)
        self._wanted = community.casefold()

    def add(self, block: bytes) -> None:
        """Take the lines of a block, each with its end."""
        count = int(
            np.count_nonzero(np.frombuffer(block, dtype=np.uint8) == _LINE_END)
        )  # thrice as fast as bytes.count
        numbers = np.arange(self.lines + 1, self.lines + count + 1)
        try:
            things = self._decoder.decode_lines(block)
        except (msgspec.DecodeError, UnicodeDecodeError):
            things = []
        if len(things) != count:  # a bad line, an empty one, or two in one: find it
            things, numbers = self._one_by_one(block)
        self.lines += count
        self.columns.add(*self._of_community(things, numbers))

    def _one_by_one(self, block: bytes) -> tuple[list[Any], NDArray[np.int64]]:
        things, numbers = [], []
        for number, line in enumerate(block[:-1].split(b"\n"), self.lines + 1):
            try:
                # A mark stands within a file where two files were put together.
                things.append(self._decoder.decode(line.removeprefix(codecs.BOM_UTF8)))
                numbers.append(number)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                self.bad.append(_bad_line(number, error))
        return things, np.array(numbers, dtype=np.int64)

    def _of_community(self, things: list[Any], numbers: NDArray[np.int64]) -> tuple[list[Any], NDArray[np.int64]]:
        names = [thing.subreddit for thing in things]
        if names and names.count(names[0]) == len(names) and (names[0] or "").casefold() == self._wanted:
            return things, numbers
        right = {name: (name or "").casefold() == self._wanted for name in set(names)}
        ours = np.array([right[name] for name in names], dtype=bool)
        self.others.add([name for name in names if not right[name]], numbers[~ours])
        return [thing for thing in things if right[thing.subreddit]], numbers[ours]


def _bad_line(number: int, error: Exception) -> BadLine:
    """Return the line with what is wrong; what the decoder says names types, places and fields, no content."""
    if isinstance(error, UnicodeDecodeError):
        return BadLine(number, "not-json", f"no UTF-8 at byte {error.start + 1} of a text")
    return BadLine(number, "wrong-field" if isinstance(error, msgspec.ValidationError) else "not-json", str(error))


def _public(community: str | None) -> str:
    """Return how a community is named; one that is a user's own profile (``u_...``) would tell an account."""
    if not community:
        return "lines without a community"
    return "users' profiles" if community.casefold().startswith("u_") else f"r/{community}"
