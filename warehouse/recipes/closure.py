"""All code that a function can reach by the imports and names that stand in it, definition by definition.

A definition is a function, a class or a constant at the top of a module. It counts by what it says (``Form``) and by
the definitions it refers to, never by its module, so that a move alone changes nothing. Beside what is referred to,
everything counts that a module does while it is imported (registries, patches, settings of libraries), for each module
that is imported on the way, because that can alter results without being named.
"""

from __future__ import annotations

import ast
import hashlib
import threading
from collections.abc import Iterable
from typing import Any, NamedTuple

from valuenet.warehouse.recipes.data_files import files_read, hash_file
from valuenet.warehouse.recipes.definitions import ANY_METHOD
from valuenet.warehouse.recipes.effects import Effects
from valuenet.warehouse.recipes.libraries import version_of
from valuenet.warehouse.recipes.names import Key, Names
from valuenet.warehouse.recipes.sources import is_ours

_DIGITS = 16


class CodeParts(NamedTuple):
    """What a function's code consists of. ``where`` is for messages; it decides nothing."""

    content: str
    """Hash over all definitions and what each refers to."""
    definitions: dict[str, list[str]]
    """Name -> hashes of the definitions so called (of several modules)."""
    data: dict[str, str]
    """Name of a packaged file -> hash (joined by ``+`` where several are called so)."""
    libraries: dict[str, str]
    where: dict[str, str]
    """``name hash`` -> file of the definition."""


class Code:
    """Our code as it is on disk when it is first looked at.

    A module is read once, as Python itself does it: what is edited while a process runs is not what made its results.
    """

    def __init__(self) -> None:
        self._names = Names()
        self._effects = Effects(self._names)
        self._loaded: dict[str, set[str]] = {}
        self._known: dict[tuple[Key, ...], CodeParts] = {}
        self._alone = threading.Lock()  # steps of one flow ask from their threads

    def parts(self, functions: Iterable[Any]) -> CodeParts:
        """Return what the code of functions and classes consists of, together.

        Raises:
            LookupError: if the source of one is not to be had.
        """
        roots = tuple(self._names.key_of(function) for function in functions)
        with self._alone:
            if roots not in self._known:
                self._known[roots] = self._parts(roots)
            return self._known[roots]

    def _parts(self, roots: tuple[Key, ...]) -> CodeParts:
        reached = self._reach(roots)
        forms = {key: self._names.form(key) for key in reached}
        by_docs = any({"__doc__", "getdoc"} & form.names for form in forms.values())
        own = {key: _hash(form.text, *(form.docs if by_docs else [])) for key, form in forms.items()}
        definitions: dict[str, list[str]] = {}
        where: dict[str, str] = {}
        for (module, name), digest in sorted(own.items(), key=lambda item: (item[0][1], item[1])):
            if forms[module, name].text:
                definitions.setdefault(name, []).append(digest)
                where[f"{name} {digest}"] = self._path(module)
        data: dict[str, list[str]] = {}
        for path in files_read(forms):
            data.setdefault(path.name, []).append(hash_file(path))
        external = {t.module.partition(".")[0] for form in forms.values() for t in form.targets if not t.ours}
        external |= {t.partition(".")[0] for form in forms.values() for t in form.loads if not is_ours(t)}
        versions = dict(known for top in sorted(external) if (known := version_of(top)) is not None)
        hashes = {name: "+".join(sorted(data[name])) for name in sorted(data)}
        return CodeParts(self._whole(roots, own), definitions, hashes, versions, where)

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
                form = self._names.form(key)
                names |= form.names | {word for text in form.literals for word in text.split(".")}
                new = {m for name in {key[0], *form.loads} for m in self._loads(name)} - modules
                modules |= new
                waiting += self._names.referred(key)
                waiting += [effect for module in sorted(new) for effect in self._effects.acting(module)]
            if not waiting:
                more = self._used_methods(reached, names)
                if "__subclasses__" in names:
                    more += [(module, name) for module in modules for name in self._classes(module)]
                waiting = [key for key in more if key not in reached]
        return reached

    def _used_methods(self, reached: set[Key], names: set[str]) -> list[Key]:
        """Return the methods apart whose names are used on anything."""
        apart = [(module, method) for module, name in reached for method in self._names.methods(module, name)]
        return [key for key in apart if ANY_METHOD in names or key[1].rpartition(".")[2] in names]

    def _classes(self, module: str) -> list[str]:
        source = self._names.source(module)
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
            source = self._names.source(name)
            if name in seen or (source is None and not is_ours(name)):
                continue
            if source is not None:
                seen.add(name)
                waiting += sorted(source.loads)
            if "." in name:
                waiting.append(name.rpartition(".")[0])
        self._loaded[module] = seen
        return seen

    def _path(self, module: str) -> str:
        source = self._names.source(module)
        if source is None:
            return module
        return "/".join(source.path.parts[-len(module.split(".")) - source.is_package :]).removeprefix("valuenet/")

    def _whole(self, roots: tuple[Key, ...], own: dict[Key, str]) -> str:
        """Return one hash over the graph of definitions: each by its content and by what it refers to, at any depth."""
        edges = {key: self._names.referred(key) for key in own}
        for module, name in own:
            edges[module, name] += [
                (module, m) for m in sorted(self._names.methods(module, name)) if (module, m) in own
            ]
        colours, count = dict(own), 0
        while len(set(colours.values())) > count:
            count = len(set(colours.values()))
            colours = {key: _hash(own[key], *(colours[inner] for inner in edges[key])) for key in own}
        kept = sorted({colours[key] for key in own if self._names.form(key).text})
        return _hash(*(colours[root] for root in roots), *kept)


_NOW = Code()


def code_now() -> Code:
    """Return the code of this process."""
    return _NOW


def _hash(*texts: str) -> str:
    return hashlib.sha256("\x1f".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
