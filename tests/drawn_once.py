"""Figures, drawn once in a process however many releases show them: drawing takes most of the time of a release."""

from collections.abc import Iterable

import pytest

from valuenet.warehouse.release.figures import Drawing, draw_all

_DRAWN: dict[str, dict[str, bytes]] = {}


def draw_once(wanted: Iterable[Drawing]) -> dict[str, bytes]:
    """Return what ``draw_all`` does."""
    files: dict[str, bytes] = {}
    for drawing in wanted:
        if drawing.digest not in _DRAWN:
            _DRAWN[drawing.digest] = draw_all([drawing])
        files |= _DRAWN[drawing.digest]
    return files


@pytest.fixture(autouse=True)
def figures_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let releases of both kinds take their figures from ``draw_once``."""
    for kind in ("", "support."):
        monkeypatch.setattr(f"valuenet.warehouse.release.{kind}render.draw_all", draw_once)
