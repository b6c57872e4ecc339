"""Draw the architecture from the imports: rooms as boxes on floors, an arrow from each room to what it imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from html import escape
from typing import Any, NamedTuple

ROOMS = ("flows", "curation", "annotation", "models", "warehouse")
_BOX, _HEIGHT, _GAP, _STEP, _PAD = 104, 30, 14, 62, 16
_MOST_IN_A_ROW = 6
_COLOURS = {
    "flows": "#E8F1FA",
    "curation": "#FDF3E1",
    "annotation": "#EAF6EA",
    "models": "#F6EAF3",
    "warehouse": "#EEEEEE",
}
_FILES = "(files)"


class Box(NamedTuple):
    """A rectangle of the figure, in pixels."""

    x: float
    y: float
    width: float
    height: float

    def moved(self, x: float, y: float) -> Box:
        """Return the box moved right and down."""
        return Box(self.x + x, self.y + y, self.width, self.height)


class Drawn(NamedTuple):
    """The inside of one room: its size, its boxes by name, and the arrows between them."""

    width: float
    height: float
    boxes: dict[str, Box]
    arrows: list[tuple[str, str]]


def read_imports() -> Any:
    """Return the graph of imports of the five rooms (grimp's), as import-linter sees it."""
    import grimp

    return grimp.build_graph(*(f"valuenet.{room}" for room in ROOMS))


def inner_imports(graph: Any, room: str) -> dict[str, set[str]]:
    """Return for each room inside ``room`` which of its siblings it imports.

    Files that stand loose in ``room`` are one box ``(files)``, or a box each where one box would make a circle.
    """
    children = sorted(graph.find_children(f"valuenet.{room}"))
    names = {child: child.rsplit(".", 1)[1] if graph.find_children(child) else _FILES for child in children}
    together = _imports_between(graph, names)
    if all(name not in _reached(together, name) for name in together):
        return together
    return _imports_between(graph, {child: child.rsplit(".", 1)[1] for child in children})


def _imports_between(graph: Any, names: Mapping[str, str]) -> dict[str, set[str]]:
    of_module = {module: name for child, name in names.items() for module in {child, *graph.find_descendants(child)}}
    imports: dict[str, set[str]] = {name: set() for name in names.values()}
    for module, name in of_module.items():
        others = {of_module.get(other, name) for other in graph.find_modules_directly_imported_by(module)}
        imports[name] |= others - {name}
    return imports


def outer_imports(graph: Any) -> list[tuple[str, str]]:
    """Return the pairs (who imports, what is imported) of the five rooms, without those that a longer path implies."""
    return direct(_imports_between(graph, {f"valuenet.{room}": room for room in ROOMS}))


def floors(imports: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return the names from the highest floor to the ground: each stands above all that it imports.

    Raises:
        CycleError: naming the members of a circle, where there is one.
    """
    height: dict[str, int] = {}
    for name in TopologicalSorter(imports).static_order():
        height[name] = 1 + max((height[other] for other in imports[name]), default=-1)
    levels = sorted(set(height.values()), reverse=True)
    rows = (sorted(name for name in height if height[name] == level) for level in levels)
    return [row[start : start + _MOST_IN_A_ROW] for row in rows for start in range(0, len(row), _MOST_IN_A_ROW)]


def direct(imports: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Return the imports that are not implied by a path over another room (the transitive reduction)."""
    reach = {name: _reached(imports, name) for name in imports}
    return sorted(
        (name, other)
        for name, others in imports.items()
        for other in others
        if not any(other in reach[between] for between in others - {other})
    )


def _reached(imports: Mapping[str, set[str]], name: str) -> set[str]:
    reached: set[str] = set()
    waiting = list(imports[name])
    while waiting:
        other = waiting.pop()
        if other not in reached:
            reached.add(other)
            waiting.extend(imports[other])
    return reached


def lay_out(imports: Mapping[str, set[str]]) -> Drawn:
    """Return the inside of a room, its floors from top to bottom."""
    rows = floors(imports)
    width = max(len(row) for row in rows) * (_BOX + _GAP) - _GAP
    boxes = {}
    for level, row in enumerate(rows):
        left = (width - len(row) * (_BOX + _GAP) + _GAP) / 2
        for column, name in enumerate(row):
            boxes[name] = Box(left + column * (_BOX + _GAP), level * _STEP, _BOX, _HEIGHT)
    return Drawn(width, (len(rows) - 1) * _STEP + _HEIGHT, boxes, direct(imports))


def draw_architecture(graph: Any) -> str:
    """Return the figure as SVG; the same imports give the same text."""
    inside = {room: lay_out(inner_imports(graph, room)) for room in ROOMS}
    middle = ROOMS[1:4]
    width = sum(inside[room].width + 2 * _PAD for room in middle) + 2 * 3 * _PAD
    tops = _tops(inside, middle)
    frames: dict[str, Box] = {}
    left = 0.0
    for room in ROOMS:
        drawn = inside[room]
        size = (drawn.width + 2 * _PAD, drawn.height + 2 * _PAD + 18)
        if room in middle:
            frames[room] = Box(left, tops[room], *size)
            left += size[0] + 3 * _PAD
        else:
            frames[room] = Box((width - size[0]) / 2, tops[room], *size)
    height = frames["warehouse"].y + frames["warehouse"].height
    body = [line for room in ROOMS for line in _frame(room, frames[room], inside[room])]
    body += [_arrow(frames[one], frames[other], "#555555", 1.8) for one, other in outer_imports(graph)]
    return "\n".join([*_head(width, height), *body, "</svg>"]) + "\n"


def _tops(inside: Mapping[str, Drawn], middle: tuple[str, ...]) -> dict[str, float]:
    room_height = {room: drawn.height + 2 * _PAD + 18 for room, drawn in inside.items()}
    second = room_height["flows"] + 4 * _PAD
    third = second + max(room_height[room] for room in middle) + 4 * _PAD
    return {"flows": 0.0, **dict.fromkeys(middle, second), "warehouse": third}


def _head(width: float, height: float) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 -6 {width + 12:g} {height + 12:g}" '
        f'width="{width + 12:g}" height="{height + 12:g}" font-family="sans-serif" font-size="13">'
    )
    yield "<title>Rooms of valuenet and their imports</title>"
    yield (
        '<defs><marker id="tip" markerWidth="7" markerHeight="7" refX="6" refY="3.5" orient="auto">'
        '<path d="M0,0 L7,3.5 L0,7 z" fill="#555555"/></marker></defs>'
    )
    yield f'<rect x="-6" y="-6" width="{width + 12:g}" height="{height + 12:g}" fill="white"/>'


def _frame(room: str, frame: Box, drawn: Drawn) -> Iterator[str]:
    yield _rectangle(frame, _COLOURS[room], "#999999")
    yield f'<text x="{frame.x + 8:g}" y="{frame.y + 16:g}" font-weight="bold">{room}/</text>'
    boxes = {name: box.moved(frame.x + _PAD, frame.y + _PAD + 14) for name, box in drawn.boxes.items()}
    for one, other in drawn.arrows:
        yield _arrow(boxes[one], boxes[other], "#999999", 1.0)
    for name, box in boxes.items():
        yield _rectangle(box, "white", "#666666")
        middle = (box.x + box.width / 2, box.y + box.height / 2 + 4)
        yield f'<text x="{middle[0]:g}" y="{middle[1]:g}" text-anchor="middle">{escape(name)}</text>'


def _rectangle(box: Box, fill: str, line: str) -> str:
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="4" '
        f'fill="{fill}" stroke="{line}"/>'
    )


def _arrow(one: Box, other: Box, colour: str, width: float) -> str:
    """Return an arrow from the lower edge of ``one`` to the upper edge of ``other``, or between their sides."""
    start, end = one.x + one.width / 2, other.x + other.width / 2
    if other.y > one.y:
        end = min(max(start, other.x + 12), other.x + other.width - 12) if width > 1 else end
        start = min(max(end, one.x + 12), one.x + one.width - 12) if width > 1 else start
        ends = (start, one.y + one.height, end, other.y)
    else:
        ends = (one.x, one.y + one.height / 2, other.x + other.width, other.y + other.height / 2)
    x1, y1, x2, y2 = ends
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{colour}" stroke-width="{width:g}" '
        'marker-end="url(#tip)"/>'
    )
