"""All code that a function can reach by the imports and names that stand in it, definition by definition.

A definition is a function, a class or a constant at the top of a module. It counts by what it says (``Form``) and by
the definitions it refers to, never by its module, so that a move alone changes nothing. Beside what is referred to,
everything counts that a module does while it is imported (registries, patches, settings of libraries), for each module
that is imported on the way, because that can alter results without being named.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from valuenet.warehouse.recipes.definitions import ANY_METHOD, Form, Target, data_files
from valuenet.warehouse.recipes.libraries import version_of
from valuenet.warehouse.recipes.sources import Binding, Source, folders_of, is_ours, locate

#: Names by which code can reach what it does not name.
_ALL_OF_MODULE = frozenset({"globals", "vars", "modules", "__dict__"})
_EFFECTS = "<import>"
_DIGITS = 16
Key = tuple[str, str]


class CodeParts(NamedTuple):
    """What a function's code consists of. ``where`` is for messages; it decides nothing."""

    content: str
    """Hash over all definitions and what each refers to."""
    definitions: dict[str, list[str]]
    """Name -> hashes of the definitions so called (of several modules)."""
    data: dict[str, str]
    libraries: dict[str, str]
    where: dict[str, str]
    """``name hash`` -> file of the definition; name -> file of data."""


class Code:
    """Our code as it is on disk when it is first looked at.

    A module is read once, as Python itself does it: what is edited while a process runs is not what made its results.
    """

    def __init__(self) -> None:
        self._sources: dict[str, Source | None] = {}
        self._forms: dict[Key, Form] = {}
        self._effects: dict[str, list[ast.stmt]] = {}
        self._loaded: dict[str, set[str]] = {}
        self._shared: dict[Key, bool] = {}
        self._files: dict[Path, str] = {}

    def parts(self, functions: Iterable[Any]) -> CodeParts:
        """Return what the code of functions and classes consists of, together.

        Raises:
            LookupError: if the source of one is not to be had.
        """
        roots = [self._key_of(function) for function in functions]
        reached = self._reach(roots)
        forms = {key: self._form(key) for key in reached}
        by_docs = any({"__doc__", "getdoc"} & form.names for form in forms.values())
        own = {key: _hash(form.text, *(form.docs if by_docs else [])) for key, form in forms.items()}
        definitions: dict[str, list[str]] = {}
        where: dict[str, str] = {}
        for (module, name), digest in sorted(own.items(), key=lambda item: (item[0][1], item[1])):
            if forms[module, name].text:
                definitions.setdefault(name, []).append(digest)
                where[f"{name} {digest}"] = self._path(module)
        data = self._data(forms)
        where |= {name: str(path) for name, path in data.items()}
        external = {t.module.partition(".")[0] for form in forms.values() for t in form.targets if not t.ours}
        external |= {t.partition(".")[0] for form in forms.values() for t in form.loads if not is_ours(t)}
        versions = dict(known for top in sorted(external) if (known := version_of(top)) is not None)
        names = sorted({name: self._hash_file(path) for name, path in data.items()}.items())
        return CodeParts(self._whole(roots, own), definitions, dict(names), versions, where)

    # ------------------------------------------------------------------ what is reached

    def _reach(self, roots: Iterable[Key]) -> set[Key]:
        """Return every definition that is reached from ``roots``."""
        reached: set[Key] = set()
        modules: set[str] = set()
        names: set[str] = set()
        waiting = list(roots)
        while waiting:
            key = waiting.pop()
            if key not in reached:
                reached.add(key)
                form = self._form(key)
                names |= form.names | {word for text in form.literals for word in text.split(".")}
                new = {m for name in {key[0], *form.loads} for m in self._loads(name)} - modules
                modules |= new
                waiting += self._referred(key)
                waiting += [effect for module in sorted(new) for effect in self._acting(module)]
                if "__subclasses__" in form.names:
                    waiting += [(m, n) for m in sorted(modules) for n in self._classes(m)]
            if not waiting:
                waiting = [method for method in self._used_methods(reached, names) if method not in reached]
        return reached

    def _used_methods(self, reached: set[Key], names: set[str]) -> list[Key]:
        """Return the methods apart whose names are used on anything."""
        apart = [(module, method) for module, name in reached for method in self._methods(module, name)]
        return [key for key in apart if ANY_METHOD in names or key[1].rpartition(".")[2] in names]

    def _methods(self, module: str, name: str) -> dict[str, ast.stmt]:
        """Return the methods of a class that count apart from it; none where somebody else's class may call them."""
        source = self._source(module)
        methods = {} if source is None else source.methods.get(name, {})
        if not methods or source is None:
            return {}
        nodes = [node for node in source.definitions.get(name, []) if isinstance(node, ast.ClassDef)]
        bases = [base for node in nodes for base in node.bases]
        return methods if all(self._ours_in(source, base) for base in bases) else {}

    def _referred(self, key: Key) -> list[Key]:
        form = self._form(key)
        keys = [inner for target in form.targets if target.ours for inner in self._keys(target)]
        return [*keys, *(self._all_of(key[0]) if _ALL_OF_MODULE & form.names else [])]

    def _keys(self, target: Target) -> list[Key]:
        return self._all_of(target.module) if target.name is None else [(target.module, target.name)]

    def _all_of(self, module: str) -> list[Key]:
        source = self._source(module)
        return [] if source is None else [(module, name) for name in (*sorted(source.definitions), _EFFECTS)]

    def _classes(self, module: str) -> list[str]:
        source = self._source(module)
        named = {} if source is None else source.definitions
        return [name for name, (first, *_) in named.items() if isinstance(first, ast.ClassDef)]

    def _loads(self, module: str) -> set[str]:
        """Return the modules of ours that importing ``module`` runs, itself and its packages among them."""
        if module in self._loaded:
            return self._loaded[module]
        seen: set[str] = set()
        waiting = [module]
        while waiting:
            name = waiting.pop()
            source = self._source(name)
            if name in seen or (source is None and not is_ours(name)):
                continue
            if source is not None:
                seen.add(name)
                waiting += sorted(source.loads)
            if "." in name:
                waiting.append(name.rpartition(".")[0])
        self._loaded[module] = seen
        return seen

    # ------------------------------------------------------------------ what acts while it is imported

    def _acting(self, module: str) -> list[Key]:
        """Return what a module does besides defining: its other statements, and definitions that register something."""
        source = self._source(module)
        if source is None:
            return []
        acting = [(module, name) for name, found in source.definitions.items() if self._acts(source, found)]
        return [(module, _EFFECTS), *acting] if source.effects else acting

    def _acts(self, source: Source, statements: list[ast.stmt]) -> bool:
        for statement in statements:
            decorators = getattr(statement, "decorator_list", [])
            if any(self._ours_in(source, decorator) for decorator in decorators):
                return True
            if isinstance(statement, ast.ClassDef):
                above = [key for base in statement.bases for key in self._ours_in(source, base)]
                above += [key for word in statement.keywords for key in self._ours_in(source, word.value)]
                if (statement.keywords and above) or any(self._registers(key) for key in above):
                    return True
            elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                calls = [node.func for node in ast.walk(statement.value) if isinstance(node, ast.Call)]
                if any(self._changes_shared(key, set()) for call in calls for key in self._ours_in(source, call)):
                    return True
        return False

    def _ours_in(self, source: Source, expression: ast.expr) -> list[Key]:
        form = Form(source, [ast.Expr(expression)], self._resolve)
        return [key for target in form.targets if target.ours and target.name for key in self._keys(target)]

    def _registers(self, key: Key) -> bool:
        """Return whether a class, or one above it, takes note of its subclasses."""
        return "__init_subclass__" in self._form(key).text or any(
            self._registers(above) for above in self._bases(key) if above != key
        )

    def _bases(self, key: Key) -> list[Key]:
        source = self._source(key[0])
        nodes = [] if source is None else source.definitions.get(key[1], [])
        classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
        return [k for node in classes for base in node.bases if source for k in self._ours_in(source, base)]

    def _changes_shared(self, key: Key, seen: set[Key]) -> bool:
        if key in self._shared:
            return self._shared[key]
        if key in seen:
            return False
        seen.add(key)
        source = self._source(key[0])
        nodes = [] if source is None else source.definitions.get(key[1], [])
        calls = any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for node in nodes)
        changes = calls and (
            self._form(key).changes_shared or any(self._changes_shared(inner, seen) for inner in self._referred(key))
        )
        changes = changes or any(self._changes_shared((key[0], name), seen) for name in self._methods(*key))
        if changes or len(seen) == 1:
            self._shared[key] = changes
        return changes

    # ------------------------------------------------------------------ forms and names

    def _form(self, key: Key) -> Form:
        if key not in self._forms:
            source = self._source(key[0])
            if source is None:
                raise LookupError(f"no source of {key[0]}")
            owner, _, method = key[1].partition(".")
            statements = source.effects if key[1] == _EFFECTS else source.definitions.get(owner, [])
            if method:
                statements = [source.methods[owner][key[1]]]
            apart = [] if method else list(self._methods(*key).values())
            self._forms[key] = Form(source, statements, self._resolve, apart)
        return self._forms[key]

    def _resolve(
        self, source: Source, root: str, attributes: list[str], local: list[Binding]
    ) -> tuple[list[Target], int]:
        """Return what a name stands for (more than one thing where it is bound more than once) and attributes used."""
        found: list[tuple[Target, int]] = [self._follow(binding, attributes) for binding in local]
        if root in source.definitions:
            found.append((Target(source.module, root, ours=True), 0))
        elif not local:
            found += [self._follow(binding, attributes) for binding in source.imports.get(root, [])]
            if not found:
                stars = [self._follow(Binding(star, root), attributes) for star in source.stars]
                found += [(target, used) for target, used in stars if target.name is not None]
        targets = list(dict.fromkeys(target for target, _ in found))
        return targets, min((used for _, used in found), default=0)

    def _follow(self, binding: Binding, attributes: list[str]) -> tuple[Target, int]:
        module, name, used = binding.module, binding.name, 0
        if not is_ours(module):
            external = ".".join([module, *([name] if name else [])])
            return Target(external, None, ours=False), 0
        while True:
            if name is None:
                if used == len(attributes):
                    return Target(module, None, ours=True), used
                name, used = attributes[used], used + 1
            target = self._in_module(module, name)
            if target.name is not None or not target.ours or target.module == module:
                return target, used
            module, name = target.module, None

    def _in_module(self, module: str, name: str) -> Target:
        """Return what ``module.name`` is; the whole module where that cannot be told."""
        source = self._source(module)
        if source is not None:
            if name in source.definitions:
                return Target(module, name, ours=True)
            if name in source.imports:
                return self._follow(source.imports[name][-1], [])[0]
        if is_ours(f"{module}.{name}") and (locate(f"{module}.{name}") or source is None):
            return Target(f"{module}.{name}", None, ours=True)
        for star in [] if source is None else source.stars:
            target = self._follow(Binding(star, name), [])[0]
            if target.name is not None:
                return target
        return Target(module, None, ours=True)

    def _source(self, module: str) -> Source | None:
        if module not in self._sources:
            path = locate(module)
            self._sources[module] = None if path is None else Source(module, path)
        return self._sources[module]

    def _path(self, module: str) -> str:
        source = self._source(module)
        return module if source is None else "/".join(source.path.parts[-len(module.split(".")) - source.is_package :])

    def _key_of(self, function: Any) -> Key:
        name = function.__qualname__.partition(".")[0]
        loaded = getattr(sys.modules.get(function.__module__), "__file__", None)
        source = self._source(function.__module__)
        if source is None and loaded and is_ours(function.__module__):  # a script, or found in a way of its own
            source = self._sources[function.__module__] = Source(function.__module__, Path(loaded))
        if source is None or name not in source.definitions:
            raise LookupError(f"the source of {function.__module__}.{function.__qualname__} is not to be had")
        return function.__module__, name

    # ------------------------------------------------------------------ data and hashes

    def _data(self, forms: dict[Key, Form]) -> dict[str, Path]:
        """Return the packaged files that are read, by name.

        A definition that opens a package or its own folder reads those files below it whose names or paths stand as
        texts anywhere in the code that is reached; where none does and the name is put together, all of them.
        """
        literals = {text for form in forms.values() for text in form.literals}
        found: dict[str, Path] = {}
        for (module, _), form in forms.items():
            for package in sorted(form.folders):
                files = self._packaged(package or module)
                named = [path for path, name in files if path.name in literals or name in literals]
                for path in named or [path for path, _ in files if form.joins_freely]:
                    found[_unique(found, path)] = path
        return found

    @cache  # noqa: B019  one object lives as long as the process
    def _packaged(self, module: str) -> list[tuple[Path, str]]:
        """Return the files that are no code in and below the package of a module, up to the outermost one with data."""
        source = self._source(module)
        if source is None:
            path = locate(f"{module}.__init__") or locate(module)
            folders = [path.parent] if path else list(folders_of(module))
        else:
            inner, *outer = source.path.parents
            folders = [inner, *takewhile(lambda folder: (folder / "__init__.py").is_file(), outer)]
        files = {path: str(path.relative_to(folder)) for folder in folders[::-1] for path in data_files(folder)}
        return sorted(files.items())

    def _hash_file(self, path: Path) -> str:
        if path not in self._files:
            self._files[path] = hashlib.sha256(path.read_bytes()).hexdigest()[:_DIGITS]
        return self._files[path]

    def _whole(self, roots: list[Key], own: dict[Key, str]) -> str:
        """Return one hash over the graph of definitions: each by its content and by what it refers to, at any depth."""
        edges = {key: self._referred(key) for key in own}
        for module, name in own:
            edges[module, name] += [(module, m) for m in sorted(self._methods(module, name)) if (module, m) in own]
        colours, count = dict(own), 0
        while len(set(colours.values())) > count:
            count = len(set(colours.values()))
            colours = {key: _hash(own[key], *(colours[inner] for inner in edges[key])) for key in own}
        kept = sorted({colours[key] for key in own if self._form(key).text})
        return _hash(*(colours[root] for root in roots), *kept)


@cache
def code_now() -> Code:
    """Return the code of this process."""
    return Code()


def _unique(found: dict[str, Path], path: Path) -> str:
    """Return the name of a file, with its folder where another file is called the same."""
    return path.name if found.get(path.name, path) == path else f"{path.parent.name}/{path.name}"


def _hash(*texts: str) -> str:
    return hashlib.sha256("\x1f".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
