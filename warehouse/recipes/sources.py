"""Our modules as syntax trees: what each defines, imports, and does while it is imported. Nothing is imported here."""

from __future__ import annotations

import ast
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path
from typing import NamedTuple, TypeGuard

_OWN = __name__.partition(".")[0]
_ONE_TREE = threading.Lock()
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Binding(NamedTuple):
    """What an import binds: a module (``name`` is None), or a name of it."""

    module: str
    name: str | None


class Source:
    """One module: its definitions by name, its imports, and the statements that act when it is imported."""

    def __init__(self, module: str, path: Path) -> None:
        self.module, self.path = module, path
        self.is_package = path.name == "__init__.py"
        self.definitions: dict[str, list[ast.stmt]] = {}
        self.methods: dict[str, dict[str, ast.stmt]] = {}
        """Class -> its methods that lead to other modules of ours: those count only where the method is used."""
        self.imports: dict[str, list[Binding]] = {}
        self.stars: list[str] = []
        self.loads: set[str] = set()
        self.effects: list[ast.stmt] = []
        body = _statements(path)
        self._read(body)
        ours = {name for name, bindings in self.imports.items() if any(is_ours(binding.module) for binding in bindings)}
        for statement in body:
            if isinstance(statement, ast.ClassDef):
                apart = (method for method in statement.body if _leads_elsewhere(method, ours))
                self.methods[statement.name] = {f"{statement.name}.{method.name}": method for method in apart}

    def _read(self, body: list[ast.stmt]) -> None:
        for statement in body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self._import(statement)
            elif isinstance(statement, ast.If) and _is_type_checking(statement.test):
                self._read(statement.orelse)
            elif (names := _defines(statement)) is not None:
                self._define(names, statement)
            elif not (isinstance(statement, ast.Pass) or is_text(statement)):
                self.effects.append(statement)
                self._define(_bound_in(statement), statement)
                for inner in ast.walk(statement):
                    if isinstance(inner, ast.Import | ast.ImportFrom):
                        self._import(inner)

    def _define(self, names: Iterable[str], statement: ast.stmt) -> None:
        for name in names:
            self.definitions.setdefault(name, []).append(statement)

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        for name, binding in bindings(statement, self):
            if name == "*":
                self.stars.append(binding.module)
            else:
                self.imports.setdefault(name, []).append(binding)
        self.loads.update(loaded_by(statement, self))


def _statements(path: Path) -> list[ast.stmt]:
    """Return the statements of a file, also while other threads read sources.

    CPython before 3.13 counts the depth of the tree it builds in one place for all threads, and ends in a SystemError
    where two of them mix (python/cpython#106905). Ours wait for each other; one of another library is met by trying
    again.
    """
    text = path.read_bytes()
    for _ in range(4):
        with suppress(SystemError), _ONE_TREE:
            return ast.parse(text, str(path)).body
    return ast.parse(text, str(path)).body


def is_text(statement: ast.stmt) -> bool:
    """Return whether a statement is a docstring, or another string that stands alone."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def bindings(statement: ast.Import | ast.ImportFrom, source: Source) -> Iterator[tuple[str, Binding]]:
    """Yield every name that an import binds with what it is bound to; ``*`` for all names of a module."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if alias.asname is None:
                top = alias.name.partition(".")[0]
                yield top, Binding(top, None)
            else:
                yield alias.asname, Binding(alias.name, None)
        return
    module = _absolute(statement, source)
    for alias in statement.names:
        yield alias.asname or alias.name, Binding(module, alias.name)


def loaded_by(statement: ast.Import | ast.ImportFrom, source: Source) -> set[str]:
    """Return the modules that an import runs; those of its names that are modules are among them."""
    if isinstance(statement, ast.Import):
        return {alias.name for alias in statement.names}
    module = _absolute(statement, source)
    return {module} | {f"{module}.{alias.name}" for alias in statement.names}


def locate(module: str) -> Path | None:
    """Return the file of one of our modules; None for anybody else's, and for what does not exist."""
    package, _, last = module.rpartition(".")
    if not package:
        folders = _folders(last, tuple(sys.path))
        return _file_in(folders, "__init__.py") or _file_in(folders, f"{last}.py")
    folders = folders_of(package)
    return _file_in(folders, f"{last}/__init__.py") or _file_in(folders, f"{last}.py")


def folders_of(package: str) -> tuple[Path, ...]:
    """Return the folders of a package of ours (a namespace may have several); none for anything else."""
    top, *inner = package.split(".")
    folders = _folders(top, tuple(sys.path))
    for name in inner:
        folders = tuple(folder / name for folder in folders if (folder / name).is_dir())
    return folders


def is_ours(module: str) -> bool:
    """Return whether a module belongs to this project: neither Python's own nor an installed distribution's."""
    return bool(_folders(module.partition(".")[0], tuple(sys.path)))


@cache
def _folders(top: str, _search_path: tuple[str, ...]) -> tuple[Path, ...]:
    """Return the folders of a top-level package of ours (of a single file: its parent); none where it is not ours."""
    if top in sys.stdlib_module_names:
        return ()
    spec = PathFinder.find_spec(top)
    if spec is None:
        return ()
    if spec.submodule_search_locations is None:
        places = [Path(spec.origin).parent] if spec.origin and spec.origin.endswith(".py") else []
    else:
        places = [Path(folder) for folder in spec.submodule_search_locations]
    installed = any({"site-packages", "dist-packages"} & set(folder_path.parts) for folder_path in places)
    return () if installed and top not in _own_packages() else tuple(places)


@cache
def _own_packages() -> frozenset[str]:
    """Return the top-level packages of this project, also where it is installed as a wheel."""
    try:
        files = metadata.distribution("valuenet").files or []
    except metadata.PackageNotFoundError:
        files = []
    return frozenset({_OWN, *(file.parts[0] for file in files)})


def _file_in(folders: Iterable[Path], name: str) -> Path | None:
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def _absolute(statement: ast.ImportFrom, source: Source) -> str:
    if not statement.level:
        return statement.module or ""
    parts = source.module.split(".")
    kept = parts[: len(parts) - statement.level + (1 if source.is_package else 0)]
    return ".".join([*kept, *([statement.module] if statement.module else [])])


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _defines(statement: ast.stmt) -> list[str] | None:
    """Return the names a plain definition gives; None for a statement that does something else as well."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return None
    flat = [name for target in targets for name in (target.elts if isinstance(target, ast.Tuple) else [target])]
    named = [target.id for target in flat if isinstance(target, ast.Name)]
    return named if len(named) == len(flat) else None


def _leads_elsewhere(method: ast.stmt, ours: set[str]) -> TypeGuard[ast.FunctionDef]:
    """Return whether a statement of a class is a plain method that imports, or uses what is imported from us."""
    if not isinstance(method, ast.FunctionDef) or method.name.startswith("__"):
        return False
    decorators = {ast.unparse(decorator) for decorator in method.decorator_list}
    return decorators <= {"classmethod", "staticmethod"} and any(
        isinstance(inner, ast.Import | ast.ImportFrom) or (isinstance(inner, ast.Name) and inner.id in ours)
        for inner in ast.walk(method)
    )


def _bound_in(statement: ast.stmt) -> list[str]:
    stored = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    defined = {n.name for n in ast.walk(statement) if isinstance(n, _SCOPES[:3])}
    return sorted(stored | defined)
