"""The page: a form, the radar, and a line per value. Everything a person wrote is escaped; nothing is loaded."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree as ET

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from valuenet.models.serve.marks import Marks
from valuenet.models.serve.picture import group_class, radar_svg, signed, value_name
from valuenet.warehouse.vocabulary import GROUPS, VALUES

#: Values whose words are shown at once; the others when they are opened.
_OPEN_AT_FIRST = 2


def page_headers() -> dict[str, str]:
    """Return the headers of every answer: only the page's own style and script run, and nobody may frame it."""
    policy = [
        "default-src 'none'",
        f"style-src '{_hash('page.css')}'",
        f"script-src '{_hash('page.js')}'",
        "img-src data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def render_page(
    *,
    model: str,
    limit: int,
    said: str = "",
    utilities: Sequence[float] | None = None,
    words: tuple[str, Marks] | None = None,
    trouble: str = "",
    main_alone: bool = False,
) -> str:
    """Return the page: the form alone, or with ``utilities`` (10,) of the text ``said``, or with a ``trouble``.

    ``words`` are the marks of one value, for a browser that runs no script. ``main_alone``: words are those of a
    mixture's main model, and the page says so.
    """
    scores = [] if utilities is None else [float(utility) for utility in utilities]
    return _template().render(
        style=Markup(_asset("page.css")),  # noqa: S704  our own file
        script=Markup(_asset("page.js")),  # noqa: S704  our own file
        model=model,
        limit=limit,
        main_alone=main_alone,
        said=said,
        trouble=trouble,
        radar=radar_svg(scores) if scores else "",
        answers=_answers(scores, words),
        groups=[{"name": group, "css": f"g-{group.split()[0]}"} for group in dict.fromkeys(GROUPS.values())],
    )


def _answers(scores: list[float], words: tuple[str, Marks] | None) -> list[dict[str, object]]:
    ranked = sorted(range(len(scores)), key=lambda index: -abs(scores[index]))
    opened = {VALUES[index] for index in ranked[:_OPEN_AT_FIRST]} if words is None else {words[0]}
    return [
        {
            "value": value,
            "name": value_name(value),
            "css": group_class(value),
            "bar": _bar(score),
            "number": signed(score),
            "open": value in opened,
            "words": words[1] if words and words[0] == value else None,
        }
        for value, score in zip(VALUES, scores, strict=bool(scores))
    ]


def _bar(score: float) -> Markup:
    """Return a bar from the middle (0) to the left (-1) or right (+1); the number beside it says the same."""
    root = ET.Element("svg", {"viewBox": "-100 0 200 16", "preserveAspectRatio": "none", "class": "bar"})
    root.set("aria-hidden", "true")
    ET.SubElement(root, "rect", {"x": "-100", "y": "3", "width": "200", "height": "10", "class": "back"})
    size, start = abs(score) * 100, min(score, 0) * 100
    attributes = {"x": f"{start:.1f}", "y": "3", "width": f"{size:.1f}", "height": "10"}
    ET.SubElement(root, "rect", {**attributes, "class": "yes" if score > 0 else "no"})
    ET.SubElement(root, "rect", {"x": "-0.75", "y": "0", "width": "1.5", "height": "16", "class": "mid"})
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704  made by ElementTree, which escapes


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("valuenet.models.serve", "data"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")


@cache
def _asset(name: str) -> str:
    return files("valuenet.models.serve").joinpath("data", name).read_text(encoding="utf-8")


def _hash(name: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(_asset(name).encode()).digest()).decode()
