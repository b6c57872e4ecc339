"""Packed files as blocks of whole lines. The public dumps are packed with a window of 2 GiB (zstd window log 31)."""

from collections.abc import Iterator
from typing import IO, Any

import zstandard

_LARGEST_WINDOW = 1 << 31
#: Small, so that what comes out of it (about ten times as much) is decoded while the processor still holds it.
_READ = 1 << 15


class TruncatedError(ValueError):
    """A file ends before its content does, or is damaged; every whole line before was given out."""


def blocks_of_lines(stream: IO[bytes], *, packed: bool) -> Iterator[bytes]:
    """Give blocks of whole lines, each line with its end; a last line without one gets it.

    Raises:
        TruncatedError: after the last whole line of a file that is cut short or damaged.
    """
    rest = b""
    for chunk in _unpacked(stream) if packed else _chunks(stream):
        end = chunk.rfind(b"\n") + 1
        if end:
            yield rest + chunk[:end]
            rest = chunk[end:]
        else:
            rest += chunk
    if rest:
        yield rest + b"\n"


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_READ):
        yield chunk


def _unpacked(stream: IO[bytes]) -> Iterator[bytes]:
    """Unpack frame after frame. The decoder's own stream would end silently where the file is cut short."""
    frame, whole = _new_frame(), False
    for chunk in _chunks(stream):
        left = chunk
        while left:
            if whole:
                frame, whole = _new_frame(), False
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


def _new_frame() -> Any:
    return zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).decompressobj()
