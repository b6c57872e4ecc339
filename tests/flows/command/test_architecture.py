"""The figure of the architecture shows the imports as they are."""

from graphlib import CycleError

import pytest

from valuenet.flows.command.architecture import direct, draw_architecture, floors, lay_out, outer_imports, read_imports
from valuenet.flows.command.reference import FIGURE


@pytest.fixture(scope="module")
def graph():
    return read_imports()


def test_the_figure_is_not_stale(graph):
    assert FIGURE.read_text(encoding="utf-8") == draw_architecture(graph), "run `make docs` and commit what it writes"


def test_imports_go_one_way_in_the_figure(graph):
    order = {"flows": 0, "curation": 1, "annotation": 1, "models": 1, "warehouse": 2}
    assert all(order[one] < order[other] for one, other in outer_imports(graph))


def test_each_name_stands_above_all_that_it_imports():
    assert floors({"top": {"middle", "ground"}, "middle": {"ground"}, "ground": set(), "aside": {"ground"}}) == [
        ["top"],
        ["aside", "middle"],
        ["ground"],
    ]


def test_a_circle_has_no_floors():
    with pytest.raises(CycleError):
        floors({"one": {"other"}, "other": {"one"}})


def test_an_import_that_another_way_implies_has_no_arrow():
    assert direct({"top": {"middle", "ground"}, "middle": {"ground"}, "ground": set()}) == [
        ("middle", "ground"),
        ("top", "middle"),
    ]


def test_boxes_do_not_overlap():
    drawn = lay_out({"a": {"b", "c"}, "b": set(), "c": {"d"}, "d": set()})
    boxes = list(drawn.boxes.values())
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            apart = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y
