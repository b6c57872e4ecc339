"""Packed files as blocks of whole lines. The public dumps are packed with a window of 2 GiB (zstd window log 31)."""

import codecs
from collections.abc import Iterator
from typing import IO

import zstandard

_LARGEST_WINDOW = 1 << 31
#: Small, so that what comes out of it (about ten times as much) is decoded while the processor still holds it.
_READ = 1 << 14

_LONGEST_MARK = 4
#: In this order: the mark of UTF-32 begins with that of UTF-16.
_OTHER_MARKS = (
    *((mark, "UTF-32") for mark in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)),
    *((mark, "UTF-16") for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)),
)

#: Decompressors no file is read with now. Each keeps its window, which costs as much to get as a month to decode.
_IDLE: list[zstandard.ZstdDecompressor] = []


class TruncatedError(ValueError):
    """A file ends before its content does, or is damaged; every whole line before was given out."""


class EncodingError(ValueError):
    """A file is no UTF-8, and its first bytes say so; the message is the encoding."""


def blocks_of_lines(stream: IO[bytes], *, packed: bool) -> Iterator[bytes]:
    """Give blocks of whole lines, each line with its end; a last line without one gets it.

    Raises:
        TruncatedError: after the last whole line of a file that is cut short or damaged.
        EncodingError: at the first line of a file in UTF-16 or UTF-32.
    """
    rest = b""
    for chunk in _without_mark(_unpacked(stream) if packed else _chunks(stream)):
        end = chunk.rfind(b"\n") + 1
        if end:
            yield b"".join((rest, memoryview(chunk)[:end]))  # one copy, not two
            rest = chunk[end:]
        else:
            rest += chunk
    if rest:
        yield rest + b"\n"


def _without_mark(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the chunks without the byte-order mark that some programs put at the head of a file."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _LONGEST_MARK:
            break
    if name := _other_encoding(head):
        raise EncodingError(name)
    if head := head.removeprefix(codecs.BOM_UTF8):
        yield head
    yield from chunks


def _other_encoding(head: bytes) -> str | None:
    """Return what a file is encoded in other than UTF-8, by its mark or by the zeros beside its first character."""
    for mark, name in _OTHER_MARKS:
        if head.startswith(mark):
            return name
    if b"\0" in head[:2] and head.strip(b"\0"):
        return "UTF-32" if b"\0\0" in head[:_LONGEST_MARK] else "UTF-16"
    return None


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_READ):
        yield chunk


def _unpacked(stream: IO[bytes]) -> Iterator[bytes]:
    """Unpack frame after frame. The decoder's own stream would end silently where the file is cut short."""
    try:
        decompressor = _IDLE.pop()
    except IndexError:
        decompressor = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
    try:
        yield from _frames(stream, decompressor)
    finally:
        _IDLE.append(decompressor)


def _frames(stream: IO[bytes], decompressor: zstandard.ZstdDecompressor) -> Iterator[bytes]:
    frame, whole = decompressor.decompressobj(), False
    for chunk in _chunks(stream):
        left = chunk
        while left:
            if whole:
                frame, whole = decompressor.decompressobj(), False
            try:
                unpacked = frame.decompress(left)
            except zstandard.ZstdError:
                raise TruncatedError("the file is damaged here, or no zstd") from None
            if unpacked:
                yield unpacked
            whole = frame.eof
            left = frame.unused_data if whole else b""
    if not whole:
        raise TruncatedError("the file ends before its content does")
