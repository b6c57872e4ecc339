"""Every template of a card is filled with what it asks for, and with nothing else."""

import ast
from pathlib import Path

import pytest
from jinja2 import UndefinedError, meta

from valuenet.warehouse.templates import fill, open_templates

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("flows", "curation", "annotation", "models", "warehouse")
CALLS = [
    (path.relative_to(ROOT), call)
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "fill"
]


def asked_for(package: str, name: str) -> set[str]:
    """The variables of a template and of what it includes."""
    environment = open_templates(package)
    source, *_ = environment.loader.get_source(environment, name)
    parsed = environment.parse(source)
    inner = [other for other in meta.find_referenced_templates(parsed) if other is not None]
    return meta.find_undeclared_variables(parsed).union(*(asked_for(package, other) for other in inner))


@pytest.mark.parametrize(("path", "call"), CALLS, ids=[str(path) for path, _ in CALLS])
def test_a_template_gets_what_it_asks_for_and_nothing_else(path, call):
    package, name = (ast.literal_eval(argument) for argument in call.args)
    wanted = asked_for(package, name)
    given = {keyword.arg for keyword in call.keywords if keyword.arg}
    assert given <= wanted
    assert given == wanted or any(keyword.arg is None for keyword in call.keywords)


def test_cards_of_releases_and_models_are_templates():
    assert {path.parts[:2] for path, _ in CALLS} >= {("warehouse", "release"), ("models", "values")}
    assert len(CALLS) >= 5


def test_what_is_not_given_is_an_error_and_numbers_have_thousands():
    with pytest.raises(UndefinedError, match="is undefined"):
        fill("valuenet.models.values", "card.md.j2")
    assert "- What `manifest.json` states" in fill(
        "valuenet.warehouse.release", "check_lines.md.j2", fingerprint="f", settings=type("S", (), {"public_key": ""})
    )
