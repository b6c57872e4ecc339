"""The radar as inline SVG whose colours are those of the page, light or dark. Text goes through an XML tree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from markupsafe import Markup

from valuenet.warehouse.vocabulary import GROUPS, VALUES

_WIDTH, _HEIGHT, _RADIUS = 510.0, 312.0, 118.0
_CENTRE = (_WIDTH / 2, _HEIGHT / 2)


def value_name(value: str) -> str:
    """Return a value as one reads it: ``Self-direction``."""
    return value.capitalize()


def signed(number: float) -> str:
    """Return a number as one reads it: two places, with a plus or a true minus."""
    return f"{number:+.2f}".replace("-", "\N{MINUS SIGN}")


def group_class(value: str) -> str:
    """Return the class of the style sheet that has the colour of the value's group."""
    return "g-" + GROUPS[value].split()[0]


def radar_svg(utilities: Sequence[float]) -> Markup:
    """Return the picture of ten utilities: -1 in the centre, +1 on the outer ring, 0 on the heavy one."""
    root = ET.Element(
        "svg",
        {
            "viewBox": f"0 0 {_WIDTH:g} {_HEIGHT:g}",
            "role": "img",
            "class": "radar",
            "aria-labelledby": "radar-title",
            "aria-describedby": "radar-words",
        },
    )
    ET.SubElement(root, "title", {"id": "radar-title"}).text = "Utilities on the circle of values"
    ET.SubElement(root, "desc", {"id": "radar-words"}).text = _in_words(utilities)
    for height in (-0.5, 0.0, 0.5, 1.0):
        _ring(root, height, "zero" if height == 0 else "grid")
    for index in range(len(VALUES)):
        ends = {"x1": _CENTRE[0], "y1": _CENTRE[1], "x2": _point(index, 1)[0], "y2": _point(index, 1)[1]}
        ET.SubElement(root, "line", {**{name: f"{x:.1f}" for name, x in ends.items()}, "class": "grid"})
    corners = [_point(index, utility) for index, utility in enumerate(utilities)]
    ET.SubElement(root, "polygon", {"points": " ".join(f"{x:.1f},{y:.1f}" for x, y in corners), "class": "area"})
    for index, (value, utility, (x, y)) in enumerate(zip(VALUES, utilities, corners, strict=True)):
        dot = ET.SubElement(root, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "5", "class": group_class(value)})
        ET.SubElement(dot, "title").text = f"{value_name(value)} {signed(utility)}"
        _name(root, index, value)
    for height, words in ((1.0, "+1"), (0.0, "0")):
        x, y = _point(0, height)
        ET.SubElement(root, "text", {"x": f"{x + 4:.1f}", "y": f"{y + 11:.1f}", "class": "scale"}).text = words
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704  made by ElementTree, which escapes


def _in_words(utilities: Sequence[float]) -> str:
    ranked = sorted(zip(utilities, VALUES, strict=True), reverse=True)
    (most, high), (least, low) = ranked[0], ranked[-1]
    return (
        f"Highest: {value_name(high)} {signed(most)}. Lowest: {value_name(low)} {signed(least)}. All are listed below."
    )


def _point(index: int, utility: float, beyond: float = 0.0) -> tuple[float, float]:
    angle = 2 * math.pi * index / len(VALUES)
    away = _RADIUS * (utility + 1) / 2 + beyond
    return _CENTRE[0] + away * math.sin(angle), _CENTRE[1] - away * math.cos(angle)


def _ring(root: ET.Element, height: float, css: str) -> None:
    radius = f"{_RADIUS * (height + 1) / 2:.1f}"
    ET.SubElement(root, "circle", {"cx": f"{_CENTRE[0]:g}", "cy": f"{_CENTRE[1]:g}", "r": radius, "class": css})


def _name(root: ET.Element, index: int, value: str) -> None:
    x, y = _point(index, 1, beyond=14)
    side = x - _CENTRE[0]
    anchor = "middle" if abs(side) < 1 else "start" if side > 0 else "end"
    where = {"x": f"{x:.1f}", "y": f"{y + 4:.1f}", "text-anchor": anchor, "class": f"name {group_class(value)}"}
    ET.SubElement(root, "text", where).text = value_name(value)
