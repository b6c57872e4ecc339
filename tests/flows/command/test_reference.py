"""The generated documentation is what the code says now."""

import re

import typer

from valuenet.flows.command.app import app
from valuenet.flows.command.reference import FILES, PAGE, ROOT, render_files, render_reference
from valuenet.warehouse.catalog import TABLES


def test_the_reference_page_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_reference(), "run `make docs` and commit what it writes"


def test_the_page_of_files_is_not_stale() -> None:
    assert FILES.read_text(encoding="utf-8") == render_files(), "run `make docs` and commit what it writes"


def test_every_command_and_every_table_is_in_the_reference() -> None:
    page = render_reference()
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        for inner in getattr(command, "commands", {"": None}):
            assert f"### `valuenet {name} {inner}".rstrip() in page
    assert all(f"### `{table}`" in page for table in TABLES)


def test_every_command_the_readme_shows_exists() -> None:
    group = typer.main.get_command(app)
    shown = set(re.findall(r"valuenet ([a-z][a-z-]*)", (ROOT / "README.md").read_text(encoding="utf-8"))) - {
        "finds",
        "gives",
    }
    assert shown
    assert shown <= set(group.commands) | {"is"}, shown  # type: ignore[attr-defined]
