"""Whether a figure shows nothing but what it should, and can do nothing in the browser of who looks at it."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from valuenet.warehouse.release.compare import Problem

_PNG = b"\x89PNG\r\n\x1a\n"
#: What matplotlib writes, and no more: nothing that runs, links out of the file, or holds another file.
_CHUNKS = frozenset({b"IHDR", b"pHYs", b"tEXt", b"IDAT", b"IEND"})
_ELEMENTS = frozenset({
    "svg", "metadata", "RDF", "Work", "type", "format", "description", "defs", "style", "g", "path", "use", "clipPath",
    "rect",
})  # fmt: skip
_LEADS_OUT = re.compile(r"url\((?!\s*['\"]?#)|@import|javascript:|expression\(", re.IGNORECASE)


def check_figure(name: str, data: bytes, digest: str) -> Problem | None:
    """Return what is wrong with a figure that cannot be drawn again here.

    Args:
        name: of the file; its ending says the kind.
        data: PNG or SVG.
        digest: of what it should show, which it must say itself.
    """
    caption = f"shows sha256:{digest}"
    if name.endswith(".png"):
        chunks = list(_chunks(data))
        strange = [kind for kind, _ in chunks if kind not in _CHUNKS]
        if not data.startswith(_PNG) or strange or not chunks or chunks[-1][0] != b"IEND":
            return Problem(name, None, "", "something else than a plain PNG", "a figure as matplotlib writes it")
        describes = [text for kind, text in chunks if kind == b"tEXt"] == [b"Description\0" + caption.encode()]
    else:
        strange_part = _strange_in_svg(data)
        if strange_part:
            return Problem(name, None, "", strange_part, "a figure as matplotlib writes it")
        describes = f">{caption}<".encode() in data
    return None if describes else Problem(name, None, "", "another figure", caption)


def same_picture(actual: bytes, expected: bytes) -> bool:
    """Return whether two PNG files show the same points; packed by another library, they have other bytes."""
    from matplotlib.image import imread

    try:
        one, other = (imread(io.BytesIO(data), format="png") for data in (actual, expected))
    except (OSError, ValueError, SyntaxError):
        return False
    return bool(one.shape == other.shape and (one == other).all())


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of each part of a PNG; what follows the end of the picture is a part of kind ``rest``."""
    offset = len(_PNG)
    while offset + 8 <= len(data):
        length, kind = int.from_bytes(data[offset : offset + 4], "big"), data[offset + 4 : offset + 8]
        yield kind, data[offset + 8 : offset + 8 + length]
        offset += length + 12
        if kind == b"IEND":
            break
    if offset != len(data):
        yield b"rest", b""


def _strange_in_svg(data: bytes) -> str:
    """Return the first thing in an SVG that a figure of ours never has; empty for nothing."""
    if b"<!ENTITY" in data or b"<?xml-stylesheet" in data:
        return "an SVG that takes in other files"
    try:
        root = ET.fromstring(data)  # noqa: S314 -- expat bounds how far entities grow, and there are none
    except ET.ParseError:
        return "no SVG"
    for element in root.iter():
        kind = str(element.tag).rpartition("}")[2]
        if kind not in _ELEMENTS:
            return f"an SVG with <{kind}>"
        for name, value in element.attrib.items():
            plain = name.rpartition("}")[2]
            if plain.startswith("on") or (plain == "href" and not value.startswith("#")) or _LEADS_OUT.search(value):
                return f"an SVG with {plain}={value[:40]!r}"
        if _LEADS_OUT.search(element.text or "") and kind == "style":
            return "an SVG whose style leads out of it"
    return ""
