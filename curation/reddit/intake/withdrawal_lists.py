"""Lists of what people asked to have taken down, as they come in: one thing a line, or CSV with thing and id.

A line is `t3_ID` (post), `t1_ID` (comment), `u/NAME`, or a pseudonym `u-HEX`; in CSV `post,ID`, `comment,ID` or
`author,NAME`. Names are kept no longer than it takes to hash them, and stand in no message.
"""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pandera.typing import DataFrame

from valuenet.curation.reddit.intake.pseudonyms import AccountKeys, pseudonyms_ever
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.reddit_tables import Withdrawals

_ID = r"[0-9a-z]+"
_THING = {"post": rf"(?:t3_)?({_ID})", "comment": rf"(?:t1_)?({_ID})"}
_PSEUDONYM = re.compile(r"u-[0-9a-f]{16}")
_NAME = re.compile(r"(?:/?u/)?([A-Za-z0-9_-]{3,20})")
_MARK = "\ufeff"  # also within a list where two were put together
#: In this order: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    *((mark, "utf-32") for mark in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)),
    *((mark, "utf-16") for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)),
)
_FORMS = "`t3_ID`, `t1_ID`, `u/NAME`, `u-` and 16 hex digits, or CSV with `post|comment|author,ID`"


class WithdrawalListError(InputError):
    """A list of withdrawals cannot be read."""


@dataclass(frozen=True)
class Requests:
    """What a list asks for.

    Attributes:
        things: (thing, id) of posts, comments and pseudonyms.
        names: raw names of accounts; they do not show when printed.
    """

    things: tuple[tuple[str, str], ...]
    names: tuple[str, ...] = field(default=(), repr=False)


def decode_list(data: bytes) -> str:
    """Return the text of a list: UTF-8, or UTF-16 and UTF-32 with the mark that programs put before them.

    Raises:
        WithdrawalListError: if it is none of them.
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise WithdrawalListError(
            f"the list of withdrawals cannot be read as {encoding.upper()}; give UTF-8 text"
        ) from None


def read_requests(text: str) -> Requests:
    """Return what a list of withdrawals asks for, each thing once; empty lines and those after ``#`` are passed over.

    Raises:
        WithdrawalListError: naming the line (not what stands in it, which may be a name), or if there is no request.
    """
    requests = list(dict.fromkeys(_requests(text)))
    if not requests:
        raise WithdrawalListError(f"the list of withdrawals is empty; write one thing a line: {_FORMS}")
    things = tuple(request for request in requests if request[0] != "name")
    return Requests(things, tuple(name for kind, name in requests if kind == "name"))


def withdrawals_of(requests: Requests, keys: AccountKeys | None, requested_at: dt.datetime) -> DataFrame[Withdrawals]:
    """Return the rows to write down: names as their pseudonyms under every known key.

    Args:
        requests: what was asked for.
        keys: keys of account pseudonyms; wanted only where there are names.
        requested_at: when it was asked for (UTC).

    Raises:
        WithdrawalListError: if there are names and no keys.
        AccountKeyError: if a name stands for no account.
    """
    if requests.names and keys is None:
        raise WithdrawalListError("the list names accounts, which takes the key of pseudonyms; set it and run again")
    pseudonyms = [made for name in requests.names if keys for made in pseudonyms_ever(name, keys)]
    things = dict.fromkeys([*requests.things, *(("author", made) for made in pseudonyms)])
    return Withdrawals.frame([{"thing": kind, "id": name, "requested_at": requested_at} for kind, name in things])


def _requests(text: str) -> Iterator[tuple[str, str]]:
    # Every line end there is: behind one that is overlooked a request would be part of a comment.
    for number, line in enumerate(text.splitlines(), 1):
        request = line.replace(_MARK, "").partition("#")[0].strip()
        if request and request.replace(" ", "") != "thing,id":
            yield _request(request, number)


def _request(request: str, number: int) -> tuple[str, str]:
    kind, comma, name = (part.strip().strip('"') for part in request.partition(","))
    if not comma:
        kind, name = _kind_of(kind), kind
    if kind in _THING and (matched := re.fullmatch(_THING[kind], name)):
        return kind, matched[1]
    if kind == "author" and _PSEUDONYM.fullmatch(name):
        return "author", name
    if kind == "author" and (matched := _NAME.fullmatch(name)):
        return "name", matched[1]
    raise WithdrawalListError(f"line {number} of the list of withdrawals is none of {_FORMS}; correct it and run again")


def _kind_of(word: str) -> str:
    if word.startswith(("u/", "/u/", "u-")):
        return "author"
    return {"t3_": "post", "t1_": "comment"}.get(word[:3], "")
