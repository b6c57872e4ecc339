"""The official Social-Chem-101 TSV as columns, and a verdict on every line that cannot be taken over.

The file has no quoting rules and its lines end at byte 0x0a alone, so it is cut by bytes. Whole blocks are checked
with Arrow; only the few suspects are read one by one, and that slow reading is what decides.
"""

import mmap
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from valuenet.warehouse.errors import InputError

#: The 25 columns in their official order.
COLUMNS = (
    *("area", "m", "split", "rot-agree", "rot-categorization", "rot-moral-foundations", "rot-char-targeting"),
    *("rot-bad", "rot-judgment", "action", "action-agency", "action-moral-judgment", "action-agree", "action-legal"),
    *("action-pressure", "action-char-involved", "action-hypothetical", "situation", "situation-short-id", "rot"),
    *("rot-id", "rot-worker-id", "breakdown-worker-id", "n-characters", "characters"),
)
#: What the loader takes out of a line. The worker columns are not among them.
TAKEN = ("area", "situation", "situation-short-id", "rot", "rot-id", "action")
TEXTS = ("situation", "rot", "action")
IDS = ("situation-short-id", "rot-id")
BLOCK_BYTES = 8 << 20
#: A text as CSV writers quote it, with at least one quote inside. The official file quotes nothing, so such a line was
#: written again (by pandas, by a spreadsheet), and taken as it stands it would have other quotes than its author wrote.
_QUOTED_AGAIN = r'^"(?:[^"]|"")*""(?:[^"]|"")*"$'


def _numbers(*numbers: int) -> tuple[str, ...]:
    return tuple(text for n in numbers for text in (f"{n}", f"{n}.0"))


#: Allowed entries of the columns that have a closed set; "" is null. A number may also be written as 1.0.
ALLOWED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "area": ("confessions", "dearabby", "rocstories", "amitheasshole"),
        "m": _numbers(1, 3, 5, 50),
        "split": ("train", "dev", "test", "dev-extra", "test-extra", "analysis", "none", ""),
        "rot-agree": (*_numbers(0, 1, 2, 3, 4), ""),
        "rot-bad": _numbers(0, 1),
        "action-agency": ("agency", "experience", ""),
        "action-moral-judgment": (*_numbers(-2, -1, 0, 1, 2), ""),
        "action-agree": (*_numbers(0, 1, 2, 3, 4), ""),
        "action-legal": ("legal", "illegal", "tolerated", ""),
        "action-pressure": (*_numbers(-2, -1, 0, 1, 2), ""),
    }
)


class NotSocialChemError(InputError):
    """A file is not the official TSV."""


class Verdict(NamedTuple):
    """Why a line is not taken over. ``detail`` shows no text of a column that could name a person."""

    reason: str
    detail: str


class Block(NamedTuple):
    """Some lines of the file: the good ones as columns (``line``, ``bad`` and ``TAKEN``), the others by their line."""

    rows: pa.Table
    rejected: dict[int, Verdict]


def check_header(line: bytes, name: str) -> None:
    """Raise where ``line`` is not the header of the official file.

    Raises:
        NotSocialChemError: naming the file, what stands there and what to do.
    """
    again = "get the official file with `valuenet fetch social-chem`"
    if not line:
        raise NotSocialChemError(f"{name} is empty; {again}")
    if line.startswith(b"PK\x03\x04"):
        raise NotSocialChemError(f"{name} is a zip archive; unpack it with `valuenet fetch social-chem --from {name}`")
    columns = line.decode("utf-8-sig", errors="replace").rstrip("\r\n").split("\t")
    if len(columns) == 1:
        raise NotSocialChemError(f"{name} is not tab-separated: its first line is {columns[0][:40]!r}; {again}")
    for at, (name_found, wanted) in enumerate(zip(columns, COLUMNS, strict=False), start=1):
        if name_found != wanted:
            raise NotSocialChemError(f"{name}: column {at} is {name_found[:40]!r}, {wanted!r} is wanted; {again}")
    if len(columns) != len(COLUMNS):
        raise NotSocialChemError(f"{name} has {len(columns)} columns, {len(COLUMNS)} are wanted; {again}")


def read_blocks(data: mmap.mmap, name: str, max_characters: int) -> Iterator[Block]:
    """Return the lines of ``data`` after its header, block by block; every line is in exactly one place.

    Raises:
        NotSocialChemError: if the header is not the official one.
    """
    start = _line_end(data, 0)
    check_header(data[:start], name)
    line = 2
    while start < len(data):
        end = _line_end(data, start + BLOCK_BYTES)
        lines = data[start:end].removesuffix(b"\n").split(b"\n")
        yield _read_block(lines, line, max_characters)
        start, line = end, line + len(lines)


def judge_line(line: bytes, max_characters: int) -> Verdict | None:
    """Return why ``line`` cannot be taken over, or nothing where it can."""
    if (reason := _not_text(line)) is not None:
        return Verdict("not-text", reason)
    fields = line.decode().split("\t")
    if len(fields) != len(COLUMNS):
        return Verdict("wrong-column-count", f"{len(fields)} columns, {len(COLUMNS)} are wanted")
    return next(_troubles(dict(zip(COLUMNS, fields, strict=True)), max_characters), None)


def _troubles(row: Mapping[str, str], max_characters: int) -> Iterator[Verdict]:
    for name, allowed in ALLOWED.items():
        if row[name] not in allowed:
            yield Verdict("wrong-field", f"{name} is {_shown(row[name])}")
    if not row["situation"].strip():
        yield Verdict("no-situation", "situation is empty")
    for name in IDS:
        if not row[name].strip():
            yield Verdict("wrong-field", f"{name} is empty")
    for name in TEXTS:
        if re.match(_QUOTED_AGAIN, row[name]):
            yield Verdict("wrong-field", f"{name} is quoted with doubled quotes inside, as another program writes")
        if (length := len(row[name])) > max_characters:
            yield Verdict("wrong-field", f"{name} has {length:,} characters, at most {max_characters:,} fit")


def _line_end(data: mmap.mmap, start: int) -> int:
    return data.find(b"\n", start) + 1 or len(data)


def _not_text(line: bytes) -> str | None:
    at = line.find(b"\0")
    what = "a NUL byte"
    if at < 0:
        try:
            line.decode()
        except UnicodeDecodeError as error:
            at, what = error.start, f"byte 0x{line[error.start]:02x}, which is not UTF-8,"
        else:
            return None
    column = line.count(b"\t", 0, at)
    return f"{what} in {COLUMNS[column] if column < len(COLUMNS) else f'column {column + 1}'}"


def _shown(cell: str) -> str:
    """Return ``cell`` as a detail may show it: in a line that lost its place a bare number may be a worker's id."""
    if not cell:
        return "empty"
    return f"{cell[:40]!r}" if cell[0].isalpha() else "not one of its allowed entries"


def _read_block(lines: list[bytes], first: int, max_characters: int) -> Block:
    array = pa.array(lines, type=pa.binary())
    broken = _broken(array, lines)
    whole = np.flatnonzero(~broken)
    columns = _columns(array.filter(pa.array(~broken)).cast(pa.string()))
    suspects = np.concatenate([np.flatnonzero(broken), whole[_outside(columns, max_characters)]])
    verdicts = {int(at): judge_line(lines[at], max_characters) for at in np.sort(suspects)}
    rejected = {at: verdict for at, verdict in verdicts.items() if verdict is not None}
    good = ~np.isin(whole, list(rejected))
    taken = {"line": whole + first, "bad": pc.starts_with(columns["rot-bad"], "1")}
    rows = pa.table(taken | {name: columns[name] for name in TAKEN}).filter(pa.array(good))
    return Block(rows, {first + at: verdict for at, verdict in rejected.items()})


def _broken(array: Any, lines: list[bytes]) -> NDArray[np.bool_]:
    """Return which lines cannot be cut into columns: (lines,) bool. A line that is not text is found here too."""
    tabs = pc.count_substring(array, "\t").to_numpy()
    nul = pc.match_substring(array, "\0").to_numpy(zero_copy_only=False)
    broken: NDArray[np.bool_] = (tabs != len(COLUMNS) - 1) | nul
    try:
        array.cast(pa.string())
    except pa.ArrowInvalid:
        broken |= np.fromiter((_not_text(line) is not None for line in lines), dtype=np.bool_)
    return broken


def _columns(lines: Any) -> dict[str, Any]:
    fields = pc.split_pattern(lines, "\t").flatten()
    wanted = {*ALLOWED, *TAKEN}
    return {name: fields[at :: len(COLUMNS)] for at, name in enumerate(COLUMNS) if name in wanted}


def _outside(columns: Mapping[str, Any], max_characters: int) -> NDArray[np.intp]:
    """Return the places of the lines whose fields ask for a second look."""
    odd = np.zeros(len(columns["area"]), dtype=np.bool_)
    for name, allowed in ALLOWED.items():
        odd |= ~pc.is_in(columns[name], value_set=pa.array(allowed)).to_numpy(zero_copy_only=False)
    for name in ("situation", *IDS):
        odd |= pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(columns[name])), 0).to_numpy(zero_copy_only=False)
    for name in TEXTS:
        odd |= pc.match_substring_regex(columns[name], _QUOTED_AGAIN).to_numpy(zero_copy_only=False)
        odd |= pc.greater(pc.utf8_length(columns[name]), max_characters).to_numpy(zero_copy_only=False)
    return np.flatnonzero(odd)
