"""What is installed: every folder of code is a package of the namespace, and no other project's names are taken."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("flows", "curation", "annotation", "models", "warehouse")


def _setuptools() -> dict[str, object]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"])


def test_every_folder_with_code_is_listed_as_a_package() -> None:
    folders = {file.parent for room in ROOMS for file in (ROOT / room).rglob("*.py")}
    there = {"valuenet." + ".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert there == set(_setuptools()["packages"])  # type: ignore[call-overload]


def test_every_folder_with_code_says_what_it_holds() -> None:
    folders = {file.parent for room in ROOMS for file in (ROOT / room).rglob("*.py")}
    missing = [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").read_text().strip()]
    assert not missing, missing


def test_each_room_is_a_portion_of_the_namespace() -> None:
    assert _setuptools()["package-dir"] == {f"valuenet.{room}": room for room in ROOMS}


def test_a_folder_named_models_where_the_user_works_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "__init__.py").write_text("raise RuntimeError('the models of somebody else')")
    code = "import valuenet.models, valuenet.flows.command; print(valuenet.models.__name__)"
    printed = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert printed.stdout == "valuenet.models\n"


def test_files_and_functions_are_short_enough_to_be_read_at_once() -> None:
    """300 lines for a file, tests too; 40 for a function, docstring and signature counted."""
    files = {
        file: file.read_text(encoding="utf-8") for room in (*ROOMS, "tests") for file in (ROOT / room).rglob("*.py")
    }
    long_files = [str(file.relative_to(ROOT)) for file, text in files.items() if text.count("\n") > 300]
    functions = (
        (file.relative_to(ROOT), node)
        for file, text in files.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    long_functions = [
        f"{file}: {function.name}" for file, function in functions if (function.end_lineno or 0) - function.lineno >= 40
    ]
    assert (long_files, long_functions) == ([], [])
