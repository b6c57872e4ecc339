"""What a module does while it is imported: it registers, patches and sets things that nothing has to name."""

from __future__ import annotations

import ast

from valuenet.warehouse.recipes.names import EFFECTS, Key, Names
from valuenet.warehouse.recipes.sources import Source


class Effects:
    """Which definitions of a module act although nobody refers to them."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._shared: dict[Key, bool] = {}

    def acting(self, module: str) -> list[Key]:
        """Return what a module does besides defining: its other statements, and definitions that register something."""
        source = self._names.source(module)
        if source is None:
            return []
        acting = [(module, name) for name, definitions in source.definitions.items() if self._acts(source, definitions)]
        return [(module, EFFECTS), *acting] if source.effects else acting

    def _acts(self, source: Source, statements: list[ast.stmt]) -> bool:
        for statement in statements:
            decorators = getattr(statement, "decorator_list", [])
            if any(self._names.ours_in(source, decorator) for decorator in decorators):
                return True
            if isinstance(statement, ast.ClassDef):
                above = [key for base in statement.bases for key in self._names.ours_in(source, base)]
                above += [key for word in statement.keywords for key in self._names.ours_in(source, word.value)]
                if (statement.keywords and above) or any(self._registers(key) for key in above):
                    return True
            elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                calls = [node.func for node in ast.walk(statement.value) if isinstance(node, ast.Call)]
                if any(self._changes_shared(key, set()) for call in calls for key in self._names.ours_in(source, call)):
                    return True
        return False

    def _registers(self, key: Key) -> bool:
        """Return whether a class, or one above it, takes note of its subclasses."""
        return "__init_subclass__" in self._names.form(key).text or any(
            self._registers(above) for above in self._bases(key) if above != key
        )

    def _bases(self, key: Key) -> list[Key]:
        source = self._names.source(key[0])
        nodes = [] if source is None else source.definitions.get(key[1], [])
        classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
        return [k for node in classes for base in node.bases if source for k in self._names.ours_in(source, base)]

    def _changes_shared(self, key: Key, seen: set[Key]) -> bool:
        if key in self._shared:
            return self._shared[key]
        if key in seen:
            return False
        seen.add(key)
        source = self._names.source(key[0])
        nodes = [] if source is None else source.definitions.get(key[1], [])
        calls = any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for node in nodes)
        changes = calls and (
            self._names.form(key).changes_shared
            or any(self._changes_shared(inner, seen) for inner in self._names.referred(key))
        )
        changes = changes or any(self._changes_shared((key[0], name), seen) for name in self._names.methods(*key))
        if changes or len(seen) == 1:
            self._shared[key] = changes
        return changes
