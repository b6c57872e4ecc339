"""What the names in our code stand for: definitions, whole modules, or somebody else's code."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

from valuenet.warehouse.recipes.definitions import Form, Target
from valuenet.warehouse.recipes.sources import Binding, Source, is_ours, locate

Key = tuple[str, str]
"""Module and name of a definition."""

#: The name under which stands what a module does while it is imported, besides defining.
EFFECTS = "<import>"
#: Names by which code can reach what it does not name.
_ALL_OF_MODULE = frozenset({"globals", "vars", "modules", "__dict__"})


class Names:
    """Modules of ours, read once, and what is defined in them."""

    def __init__(self) -> None:
        self._sources: dict[str, Source | None] = {}
        self._forms: dict[Key, Form] = {}

    def key_of(self, function: Any) -> Key:
        """Return the definition at the top of a module in which a function or class stands.

        Raises:
            LookupError: if its source is not to be had.
        """
        name = function.__qualname__.partition(".")[0]
        loaded = getattr(sys.modules.get(function.__module__), "__file__", None)
        source = self.source(function.__module__)
        if source is None and loaded and is_ours(function.__module__):  # a script, or found in a way of its own
            source = self._sources[function.__module__] = Source(function.__module__, Path(loaded))
        if source is None or name not in source.definitions:
            raise LookupError(f"the source of {function.__module__}.{function.__qualname__} is not to be had")
        return function.__module__, name

    def source(self, module: str) -> Source | None:
        """Return a module of ours as it was first read; None where there is no file of ours."""
        if module not in self._sources:
            path = locate(module)
            self._sources[module] = None if path is None else Source(module, path)
        return self._sources[module]

    def form(self, key: Key) -> Form:
        """Return the normal form of a definition."""
        if key not in self._forms:
            source = self.source(key[0])
            if source is None:
                raise LookupError(f"no source of {key[0]}")
            owner, _, method = key[1].partition(".")
            statements = source.effects if key[1] == EFFECTS else source.definitions.get(owner, [])
            if method:
                statements = [source.methods[owner][key[1]]]
            apart = [] if method else list(self.methods(*key).values())
            self._forms[key] = Form(source, statements, self._resolve, apart)
        return self._forms[key]

    def methods(self, module: str, name: str) -> dict[str, ast.stmt]:
        """Return the methods of a class that count apart from it; none where somebody else's class may call them."""
        source = self.source(module)
        methods = {} if source is None else source.methods.get(name, {})
        if not methods or source is None:
            return {}
        nodes = [node for node in source.definitions.get(name, []) if isinstance(node, ast.ClassDef)]
        bases = [base for node in nodes for base in node.bases]
        return methods if all(self.ours_in(source, base) for base in bases) else {}

    def ours_in(self, source: Source, expression: ast.expr) -> list[Key]:
        """Return the definitions of ours that an expression refers to."""
        form = Form(source, [ast.Expr(expression)], self._resolve)
        return [key for target in form.targets if target.ours and target.name for key in self._keys(target)]

    def referred(self, key: Key) -> list[Key]:
        """Return the definitions of ours that a definition refers to."""
        form = self.form(key)
        keys = [inner for target in form.targets if target.ours for inner in self._keys(target)]
        return [*keys, *(self.all_of(key[0]) if _ALL_OF_MODULE & form.names else [])]

    def _keys(self, target: Target) -> list[Key]:
        return self.all_of(target.module) if target.name is None else [(target.module, target.name)]

    def all_of(self, module: str) -> list[Key]:
        """Return all definitions of a module, and what it does while it is imported."""
        source = self.source(module)
        return [] if source is None else [(module, name) for name in (*sorted(source.definitions), EFFECTS)]

    def _resolve(
        self, source: Source, root: str, attributes: list[str], local: list[Binding]
    ) -> tuple[list[Target], int]:
        """Return what a name stands for (more than one thing where it is bound more than once) and attributes used."""
        reached: list[tuple[Target, int]] = [self._follow(binding, attributes) for binding in local]
        if root in source.definitions:
            reached.append((Target(source.module, root, ours=True), 0))
        if not local:  # a name may be both: imported where that works, defined where it does not
            reached += [self._follow(binding, attributes) for binding in source.imports.get(root, [])]
            if not reached:
                stars = [self._follow(Binding(star, root), attributes) for star in source.stars]
                reached += [(target, used) for target, used in stars if target.name is not None]
        targets = list(dict.fromkeys(target for target, _ in reached))
        return targets, min((used for _, used in reached), default=0)

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
        source = self.source(module)
        if source is not None:
            if name in source.definitions:
                return Target(module, None if name in source.imports else name, ours=True)
            if name in source.imports:
                return self._follow(source.imports[name][-1], [])[0]
        if is_ours(f"{module}.{name}") and (locate(f"{module}.{name}") or source is None):
            return Target(f"{module}.{name}", None, ours=True)
        for star in [] if source is None else source.stars:
            target = self._follow(Binding(star, name), [])[0]
            if target.name is not None:
                return target
        return Target(module, None, ours=True)
