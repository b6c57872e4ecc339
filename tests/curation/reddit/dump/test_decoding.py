"""Lines of dump files become typed rows; every line that does not is rejected with file, line and reason."""

import codecs
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard

from valuenet.curation.reddit.dump.decoding import (
    Decoded,
    DecodingSettings,
    DumpEncodingError,
    UnknownSubredditError,
    decode_dump,
)
from valuenet.curation.reddit.dump.files import Dump
from valuenet.curation.reddit.dump.line_checks import month_bounds

JUNE = month_bounds("2021-06")[0]


def comment(number: int, **fields: Any) -> dict[str, Any]:
    made = {
        "id": f"c{number}",
        "author": "someone",
        "body": "text",
        "link_id": "t3_p1",
        "parent_id": "t3_p1",
        "score": 1,
    }
    return {**made, "subreddit": "offmychest", "created_utc": JUNE + number, **fields}


def packed(*lines: Any) -> bytes:
    plain = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    made = zstandard.ZstdCompressor(level=3)
    return made.compress(b"".join(line + b"\n" for line in plain))


def read(data: bytes, kind: str = "RC", name: str = "RC_2021-06.zst", **settings: Any) -> Decoded:
    return decode_dump(
        io.BytesIO(data), DecodingSettings(**settings), community="offmychest", name=name, kind=kind, month="2021-06"
    )


def reasons(found: Decoded) -> list[tuple[int, str]]:
    return list(zip(found.rejected["source_line"], found.rejected["reason"], strict=True))


def test_every_object_of_a_made_dump_is_decoded_with_its_time_as_a_number(dump: Path, truth: dict[str, Any]) -> None:
    files = Dump(dump)
    posts, comments, types = {}, {}, Counter()
    for file in files.files():
        with files.open(file) as stream:
            found = decode_dump(
                stream, DecodingSettings(), community="offmychest", name=file.name, kind=file.kind, month=file.month
            )
        assert found.rejected.empty
        (posts if file.kind == "RS" else comments)[file.month] = len(found.raw)
        with files.open(file) as stream:
            whole = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(stream).read()
        lines = [json.loads(line) for line in whole.splitlines()]
        assert found.raw["created_utc"].tolist() == [int(line["created_utc"]) for line in lines]
        types.update(type(line["created_utc"]).__name__ for line in lines)
    assert posts == truth["posts"]["by_month"]
    assert comments == truth["comments"]["by_month"]
    assert dict(types) == truth["created_utc_types"]
    assert types["str"] > 100


def test_fields_that_come_and_go_are_taken_as_they_are() -> None:
    post = {"id": "p1", "created_utc": str(JUNE), "subreddit": "OffMyChest"}
    full = {**post, "id": "p2", "created_utc": JUNE + 0.5, "author": "a", "title": "T", "selftext": "S", "score": "-3",
            "stickied": True, "is_self": 1, "distinguished": "moderator", "removed_by_category": "deleted",
            "url": "https://a?x=1&amp;y=2", "crosspost_parent": "t3_x", "_meta": {"was_deleted_later": True},
            "new_field": {"a": [1, 2]}}  # fmt: skip
    empty = {**post, "id": "p3", "score": None, "stickied": None, "title": None, "_meta": None}
    rows = read(packed(post, full, empty), kind="RS").raw.to_dict("records")
    nothing = {"author": None, "title": None, "selftext": None, "score": 0, "stickied": False, "distinguished": None,
               "removed_by_category": None, "removal_reason": None, "removal": None, "is_self": False, "url": None,
               "crosspost_parent": None,
               "deleted_later": False}  # fmt: skip
    assert rows[0] == {**nothing, "id": "p1", "created_utc": JUNE, "line": 1}
    assert rows[1] == {
        "id": "p2",
        "author": "a",
        "created_utc": JUNE,
        "title": "T",
        "selftext": "S",
        "score": -3,
        "stickied": True,
        "distinguished": "moderator",
        "removed_by_category": "deleted",
        "removal_reason": None,
        "removal": "deleted",
        "is_self": True,
        "deleted_later": True,
        "url": "https://a?x=1&y=2",
        "crosspost_parent": "t3_x",
        "line": 2,
    }
    assert rows[2] == {**nothing, "id": "p3", "created_utc": JUNE, "line": 3}


def test_entities_are_decoded_once() -> None:
    written = ["a &amp; b", "&lt;3 &gt; 2", "&amp;lt;", "no", "&amp;#x200B;\n\nend", "one&nbsp;two"]
    found = read(packed(*(comment(n, body=body) for n, body in enumerate(written)))).raw
    assert found["body"].tolist() == ["a & b", "<3 > 2", "&lt;", "no", "\n\nend", "one two"]


def test_each_bad_line_is_rejected_with_its_reason_and_the_good_ones_around_it_are_kept() -> None:
    lines = [
        comment(0),
        b'{"id": "broken", "body": "secret words',
        comment(2, created_utc="yesterday"),
        comment(3, id=None),
        comment(4, id="NO!"),
        comment(5, created_utc=JUNE - 1),
        comment(6, id="c0"),
        comment(7, parent_id=None),
        b'{"id": "\xff"}',
        b"",
        b'{"id": "c10"}',
        comment(11, score="many"),
        comment(12, created_utc="nan"),
        comment(13, created_utc=1e300),
        comment(14),
    ]
    found = read(packed(*lines))
    assert found.raw["id"].tolist() == ["c0", "c14"]
    assert found.raw["line"].tolist() == [1, 15]
    assert reasons(found) == [
        *[(2, "not-json"), (3, "wrong-field"), (4, "no-id"), (5, "no-id"), (6, "wrong-month"), (7, "repeated")],
        *[(8, "wrong-field"), (9, "not-json"), (10, "not-json"), (11, "wrong-field"), (12, "wrong-field")],
        *[(13, "wrong-field"), (14, "wrong-month")],
    ]
    details = dict(zip(found.rejected["source_line"], found.rejected["detail"], strict=True))
    assert details[6] == "written in 2021-05"
    assert details[7] == "the id of line 1"
    assert details[8] == "parent_id names no post or comment"
    assert not any("secret" in detail or "yesterday" in detail or "NO!" in detail for detail in details.values())
    assert set(found.rejected["source_file"]) == {"RC_2021-06.zst"}


def test_two_objects_in_one_line_shift_no_line_number() -> None:
    both = json.dumps(comment(1)).encode() + json.dumps(comment(2)).encode()
    found = read(packed(comment(0), both, comment(3)))
    assert found.raw["line"].tolist() == [1, 3]
    assert reasons(found) == [(2, "not-json")]


def test_a_truncated_file_keeps_what_was_read_and_says_where_it_ends() -> None:
    rng = np.random.default_rng(1)
    whole = packed(*(comment(n, body=str(rng.integers(0, 10**18))) for n in range(40_000)))
    cut = read(whole[: len(whole) // 2])
    assert 5_000 < len(cut.raw) < 35_000
    assert cut.raw["line"].tolist() == list(range(1, len(cut.raw) + 1))
    assert reasons(cut) == [(len(cut.raw) + 1, "truncated")]


@pytest.mark.parametrize("data", [b"", b"no zstd at all"])
def test_what_is_no_zstd_is_truncated_at_the_first_line(data: bytes) -> None:
    found = read(data)
    assert found.raw.empty
    assert reasons(found) == [(1, "truncated")]


def test_several_frames_and_a_last_line_without_end_are_read() -> None:
    plain = zstandard.ZstdCompressor().compress(json.dumps(comment(2)).encode())
    assert read(packed(comment(0)) + packed(comment(1)) + plain).raw["id"].tolist() == ["c0", "c1", "c2"]


def test_a_file_that_is_not_packed_is_read_too() -> None:
    data = b"\n".join(json.dumps(comment(n)).encode() for n in range(3))
    assert read(data, name="RC_2021-06.ndjson").raw["line"].tolist() == [1, 2, 3]


def test_an_empty_month_has_no_rows_and_nothing_rejected() -> None:
    found = read(packed())
    assert found.raw.empty
    assert found.rejected.empty
    assert found.raw["created_utc"].dtype == "int64"


def test_lines_of_other_communities_are_rejected_and_beyond_a_limit_counted() -> None:
    lines = [comment(n, subreddit="offmychest" if n % 10 == 0 else "depression") for n in range(100)]
    found = read(packed(*lines), others_listed=5)
    assert len(found.raw) == 10
    assert reasons(found) == [(line, "wrong-subreddit") for line in range(2, 8)]
    assert found.rejected["detail"].iloc[-1] == "the first of 85 more of other communities"


def test_a_file_without_a_line_of_the_community_names_what_it_holds_but_no_account() -> None:
    lines = [comment(n, subreddit=name) for n, name in enumerate(["depression", "u_JaneDoe", "depression", None])]
    with pytest.raises(UnknownSubredditError) as trouble:
        read(packed(*lines))
    assert "r/offmychest" in str(trouble.value)
    assert "r/depression" in str(trouble.value)
    assert "users' profiles" in str(trouble.value)
    assert "JaneDoe" not in str(trouble.value)


def test_what_the_order_of_fields_or_the_size_of_blocks_is_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed(*(comment(n, body="x" * n) for n in range(500)))
    wanted = read(data)
    monkeypatch.setattr("valuenet.curation.reddit.dump.unpacking._READ", 7)
    assert read(data).raw.equals(wanted.raw)


@pytest.mark.parametrize("name", ["RC_2021-06.zst", "RC_2021-06"])
def test_a_byte_order_mark_at_the_head_of_a_dump_costs_no_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("valuenet.curation.reddit.dump.unpacking._READ", 2)
    lines = b"\xef\xbb\xbf" + b"".join(json.dumps(comment(n)).encode() + b"\n" for n in range(3))
    data = zstandard.ZstdCompressor().compress(lines) if name.endswith(".zst") else lines
    found = read(data, name=name)
    assert (len(found.raw), len(found.rejected)) == (3, 0)


ENCODED = [
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"), (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"), (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (b"", "utf-16-le", "UTF-16"), (b"", "utf-16-be", "UTF-16"), (b"", "utf-32-le", "UTF-32"),
    (b"", "utf-32-be", "UTF-32"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["RC_2021-06.zst", "RC_2021-06.ndjson"])
@pytest.mark.parametrize(("mark", "encoding", "said"), ENCODED)
def test_a_dump_in_another_encoding_is_refused_with_what_it_is(
    name: str, mark: bytes, encoding: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("valuenet.curation.reddit.dump.unpacking._READ", 2)
    text = "".join(json.dumps(comment(n, body="caf\u00e9")) + "\n" for n in range(3))
    data = mark + text.encode(encoding)
    with pytest.raises(DumpEncodingError, match=rf"{name} is {said}, and dumps are UTF-8; .*iconv -f {said}"):
        read(zstandard.ZstdCompressor().compress(data) if name.endswith(".zst") else data, name=name)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_byte_order_mark_within_a_dump_costs_no_line(place: int) -> None:
    lines = [json.dumps(comment(n)).encode() for n in range(3)]
    lines[place] = b"\xef\xbb\xbf" + lines[place]
    found = read(packed(*lines))
    assert (found.raw["id"].tolist(), len(found.rejected)) == (["c0", "c1", "c2"], 0)
