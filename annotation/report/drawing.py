"""Inline SVG without a library: an accessible picture whose colours follow the page, and the scales of its axes.

Text goes through an XML tree, so nothing a person wrote can become markup. Colours are classes of the page's style
sheet, which knows light and dark; one unit is one pixel where a chart has its natural width.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal
from xml.etree import ElementTree as ET

from markupsafe import Markup

from valuenet.warehouse.hashing import hash_id

#: Natural width of a chart: it fits a phone, and three stand side by side on a desk.
WIDTH = 380.0
Anchor = Literal["start", "middle", "end"]
Scale = Callable[[float], float]


class Drawing:
    """A picture of ``width`` by ``height`` with a title and a description for those who cannot see it."""

    def __init__(self, title: str, description: str, height: float, width: float = WIDTH, css: str = "chart") -> None:
        name = hash_id("c-", title, description)
        box = {"viewBox": f"0 0 {width:g} {height:g}", "role": "img", "class": css}
        self._root = ET.Element("svg", {**box, "aria-labelledby": f"{name}-t", "aria-describedby": f"{name}-d"})
        ET.SubElement(self._root, "title", {"id": f"{name}-t"}).text = title
        ET.SubElement(self._root, "desc", {"id": f"{name}-d"}).text = description

    def text(self, x: float, y: float, words: str, css: str = "", anchor: Anchor = "start") -> None:
        """Write ``words`` with their base line at ``y``."""
        attributes = {"x": _number(x), "y": _number(y), "text-anchor": anchor}
        ET.SubElement(self._root, "text", _with_class(attributes, css)).text = words

    def bar(self, x: float, y: float, width: float, height: float, css: str, tooltip: str = "") -> None:
        """Draw a rectangle; ``tooltip`` shows when one points at it."""
        if width > 0 and height > 0:
            attributes = {"x": _number(x), "y": _number(y), "width": _number(width), "height": _number(height)}
            _tell(ET.SubElement(self._root, "rect", {**attributes, "class": css}), tooltip)

    def line(self, x: float, y: float, to_x: float, to_y: float, css: str) -> None:
        """Draw a straight line."""
        ends = {"x1": _number(x), "y1": _number(y), "x2": _number(to_x), "y2": _number(to_y)}
        ET.SubElement(self._root, "line", {**ends, "class": css})

    def path(self, points: list[tuple[float, float]], css: str, *, closed: bool = False, tooltip: str = "") -> None:
        """Draw a line through ``points``; ``tooltip`` shows when one points at it."""
        if points:
            way = "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points) + ("Z" if closed else "")
            _tell(ET.SubElement(self._root, "path", {"d": way, "class": css}), tooltip)

    def dot(self, x: float, y: float, radius: float, css: str, tooltip: str = "") -> None:
        """Draw a circle; ``tooltip`` shows when one points at it."""
        attributes = {"cx": _number(x), "cy": _number(y), "r": _number(radius), "class": css}
        _tell(ET.SubElement(self._root, "circle", attributes), tooltip)

    def markup(self) -> Markup:
        """Return the picture as an element of an HTML page."""
        return Markup(ET.tostring(self._root, encoding="unicode"))  # noqa: S704  the tree has escaped every text


def linear(low: float, high: float, start: float, end: float) -> Scale:
    """Return the function that takes ``low`` to ``start`` and ``high`` to ``end``."""
    span = (high - low) or 1.0
    return lambda number: start + (number - low) / span * (end - start)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return at most about ``most`` round numbers between ``low`` and ``high``."""
    if high <= low:
        return [low]
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _number(coordinate: float) -> str:
    return f"{coordinate:.1f}".removesuffix(".0")


def _with_class(attributes: dict[str, str], css: str) -> dict[str, str]:
    return {**attributes, "class": css} if css else attributes


def _tell(element: ET.Element, tooltip: str) -> None:
    if tooltip:
        ET.SubElement(element, "title").text = tooltip
