"""The normal form of one definition: comments, docstrings, formatting and the places of names make no difference."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from valuenet.warehouse.recipes.sources import Binding, Source, bindings, is_text, loaded_by

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SKIPPED = frozenset({"ctx", "type_comment", "kind", "type_ignores"})
_CHANGES = frozenset({"append", "add", "update", "setdefault", "insert", "extend", "register", "pop", "clear"})

#: Stands among the names where a method may be called by a name that is put together.
ANY_METHOD = "<any method>"


class Target(NamedTuple):
    """What a name in the code stands for: a definition of ours, a module of ours (no name), or somebody else's."""

    module: str
    name: str | None
    ours: bool


Resolve = Callable[[Source, str, list[str], list[Binding]], tuple[list[Target], int]]


class Form:
    """The normal form of the statements that give one definition, and what they refer to."""

    def __init__(
        self, source: Source, statements: list[ast.stmt], resolve: Resolve, left_out: Collection[ast.stmt] = ()
    ) -> None:
        self._source, self._resolve, self._left_out = source, resolve, left_out
        self.targets: list[Target] = []
        self.loads: set[str] = set()
        self.literals: set[str] = set()
        self.folders: set[str] = set()
        """Packages whose files are read; empty text for the folder of the module itself."""
        self.joins_freely = False
        self.docs: list[str] = []
        self.names: set[str] = set()
        self.changes_shared = False
        self._local: list[set[str]] = []
        self._imported: dict[str, list[Binding]] = {}
        for statement in statements:
            for node in self._walk(statement):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    for name, binding in bindings(node, source):
                        self._imported.setdefault(name, []).append(binding)
                    self.loads |= loaded_by(node, source)
        self.text = "\n".join(self._write(statement) for statement in statements)

    def _walk(self, node: ast.AST) -> Iterator[ast.AST]:
        yield node
        for inner in ast.iter_child_nodes(node):
            if inner not in self._left_out:
                yield from self._walk(inner)

    def _write(self, node: Any) -> str:
        if isinstance(node, ast.AST):
            return self._write_node(node)
        if isinstance(node, list):
            return f"[{','.join(filter(None, map(self._write, node)))}]"
        return repr(node)

    def _write_node(self, node: ast.AST) -> str:
        if isinstance(node, ast.Import | ast.ImportFrom) or node in self._left_out:
            return ""
        if isinstance(node, ast.Attribute):
            self.names.add(node.attr)
        if isinstance(node, ast.stmt) and is_text(node):
            self.docs.append(str(node.value.value))  # type: ignore[attr-defined]
            return ""
        if _is_here(node):
            self.folders.add("")
            return "<here>"
        if isinstance(node, ast.Name | ast.Attribute) and (chain := _chain(node)) is not None:
            return self._write_chain(node, *chain)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.literals.add(node.value)
        if isinstance(node, ast.Call):
            return self._write_call(node)
        if isinstance(node, _FUNCTIONS):
            return self._write_function(node)
        if isinstance(node, _COMPREHENSIONS):
            return self._write_comprehension(node)
        self._note_change(node)
        return self._fields(node)

    def _fields(self, node: ast.AST, left_out: tuple[str, ...] = ()) -> str:
        fields = (
            f"{name}={self._write(getattr(node, name, None))}"
            for name in node._fields
            if name not in _SKIPPED and name not in left_out
        )
        return f"{type(node).__name__}({','.join(fields)})"

    def _write_chain(self, node: ast.AST, root: str, attributes: list[str]) -> str:
        self.names.update((root, *attributes))
        stored = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
        if root == "__file__":
            self.folders.add("")
            return "<here>"
        if any(root in names for names in self._local) or (stored and not attributes):
            return ".".join((root, *attributes))
        targets, used = self._resolve(self._source, root, attributes, self._imported.get(root, []))
        self.targets += targets
        left = attributes[used:]
        known = "|".join(f"{'' if t.ours else t.module + '.'}{t.name or '<module>'}" for t in targets)
        return ".".join((f"<{known}>" if targets else root, *left))

    def _write_call(self, node: ast.Call) -> str:
        chain = _chain(node.func)
        last = None if chain is None else (chain[1] or [chain[0]])[-1]
        first = node.args[0] if node.args else None
        literal = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
        if last == "files" and chain is not None and not any(chain[0] in names for names in self._local):
            self.folders.add(literal or "")
            self._write(node.func)
            return "<package files>" if literal else f"<package files of {self._write(first)}>"
        if last == "getattr" and not (len(node.args) > 1 and isinstance(node.args[1], ast.Constant)):
            self.names.add(ANY_METHOD)
        if last in {"import_module", "__import__"} and literal:
            self.loads.add(literal)
            self.targets.append(Target(literal, None, ours=True))
            return "<import>"
        if isinstance(node.func, ast.Attribute) and node.func.attr == "joinpath":
            self.joins_freely |= any(not isinstance(argument, ast.Constant) for argument in node.args)
        self._note_change(node)
        return self._fields(node)

    def _write_function(self, node: Any) -> str:
        outside = self._fields(node, left_out=("body",))  # defaults, decorators and annotations see the names outside
        self._local.append(_locals_of(node))
        body = self._write(node.body)
        self._local.pop()
        return f"{outside}{body}"

    def _write_comprehension(self, node: Any) -> str:
        first = self._write(node.generators[0].iter)
        self._local.append({name for part in node.generators for name in _stored(part.target)})
        text = self._fields(node)
        self._local.pop()
        return f"{first}{text}"

    def _note_change(self, node: ast.AST) -> None:
        """Note what changes things that were there before: a registry, an attribute of a module, a global name."""
        if isinstance(node, ast.Global):
            self.changes_shared = True
        changed = list(getattr(node, "targets", [])) if isinstance(node, ast.Assign | ast.Delete) else []
        changed += [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []
        changed = [target for target in changed if isinstance(target, ast.Attribute | ast.Subscript)]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES:
            changed.append(node.func)
        for target in changed:
            root = _root(target)
            self.changes_shared |= root != "self" and not any(root in names for names in self._local)


def _chain(node: ast.AST) -> tuple[str, list[str]] | None:
    """Return root and attributes of ``a.b.c``; None where the root is no plain name."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id, attributes[::-1]) if isinstance(node, ast.Name) else None


def _is_here(node: ast.AST) -> bool:
    """Return whether an expression is the folder of its module or one above it, from ``__file__``."""
    while True:
        above = isinstance(node, ast.Attribute) and node.attr in {"parent", "parents", "resolve", "absolute"}
        if isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and above):
            node = node.value
        elif isinstance(node, ast.Call) and not node.args:
            node = node.func
        else:
            break
    arguments = node.args if isinstance(node, ast.Call) else []
    return len(arguments) == 1 and isinstance(arguments[0], ast.Name) and arguments[0].id == "__file__"


def _root(node: ast.AST) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _locals_of(node: Any) -> set[str]:
    """Return the names that are a function's own: parameters and what it assigns, without imports and globals."""
    arguments = node.args
    names = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    names |= {a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None}
    body = node.body if isinstance(node.body, list) else [node.body]
    shared: set[str] = set()
    for inner in _own_scope(body):
        if isinstance(inner, ast.Global):
            shared |= set(inner.names)
        elif isinstance(inner, ast.Import | ast.ImportFrom):
            shared |= {(alias.asname or alias.name).partition(".")[0] for alias in inner.names}
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store | ast.Del):
            names.add(inner.id)
        elif isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
            names.add(inner.name or "")
    return names - shared


def _own_scope(nodes: list[Any]) -> Iterator[ast.AST]:
    for node in nodes:
        yield node
        if not isinstance(node, (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)):
            yield from _own_scope(list(ast.iter_child_nodes(node)))


def _stored(target: ast.AST) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name))
