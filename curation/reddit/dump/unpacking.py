"""Packed files as blocks of whole lines. The public dumps are packed with a window of 2 GiB (zstd window log 31)."""

import codecs
from collections.abc import Iterator
from typing import IO

import zstandard

_LARGEST_WINDOW = 1 << 31
#: Small, so that what comes out of it (about ten times as much) is decoded while the processor still holds it.
_READ = 1 << 14

#: Decompressors no file is read with now. Each keeps its window, which costs as much to get as a month to decode.
_IDLE: list[zstandard.ZstdDecompressor] = []


class TruncatedError(ValueError):
    """A file ends before its content does, or is damaged; every whole line before was given out."""


def blocks_of_lines(stream: IO[bytes], *, packed: bool) -> Iterator[bytes]:
    """Give blocks of whole lines, each line with its end; a last line without one gets it.

    Raises:
        TruncatedError: after the last whole line of a file that is cut short or damaged.
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
        if len(head) >= len(codecs.BOM_UTF8):
            break
    if head := head.removeprefix(codecs.BOM_UTF8):
        yield head
    yield from chunks


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
