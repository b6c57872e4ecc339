"""What a result was made from, item by item, and what differs between two such lists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from valuenet.warehouse.recipes.closure import code_now

NOT_ITEMISED = "made before recipes were itemised"


class Change(NamedTuple):
    """One thing that is not as it was."""

    kind: str
    """``code``, ``data file``, ``library``, ``setting``, ``input`` or ``service``."""
    name: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.detail}"


class Recipe(BaseModel):
    """The items that decide a result. ``where`` says in which file each definition was, and decides nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    step: str
    """Name of the function."""
    code: str
    """Hash of all definitions and how they refer to each other."""
    definitions: dict[str, list[str]]
    data: dict[str, str]
    libraries: dict[str, str]
    settings: dict[str, Any]
    """Dotted name -> value."""
    inputs: dict[str, str | None]
    """Table or data -> hash of its content; None where it is not there."""
    services: dict[str, str | None] = Field(default_factory=dict)
    where: dict[str, str] = Field(default_factory=dict)

    def key(self) -> str:
        """Return the hash of all that decides, 64 hex digits."""
        decides = self.model_dump(mode="json", exclude={"where"})
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

    def to_json(self) -> str:
        """Return the recipe as JSON, keys sorted."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False) + "\n"


def make_recipe(
    functions: Iterable[Callable[..., Any] | type],
    settings: Mapping[str, Any],
    inputs: Mapping[str, str | None],
    services: Mapping[str, str | None] | None = None,
    *,
    step: str | None = None,
) -> Recipe:
    """Return the recipe of what ``functions`` make of ``inputs`` under ``settings``.

    Args:
        functions: where the code begins; all that they can reach counts.
        settings: nested values, as ``model_dump`` gives them.
        inputs: a hash of the content by name.
        services: what stands for the contents of services, by name.
        step: what is made; the name of the first function where none is given.
    """
    roots = list(functions)
    parts = code_now().parts(roots)
    return Recipe(
        step=step or roots[0].__qualname__,
        code=parts.content,
        definitions=parts.definitions,
        data=parts.data,
        libraries=parts.libraries,
        settings=dict(_flat(json.loads(json.dumps(settings, sort_keys=True, default=str)))),
        inputs=dict(inputs),
        services=dict(services or {}),
        where=parts.where,
    )


def differences(old: Recipe, new: Recipe) -> list[Change]:
    """Return what makes the recipe ``new`` another one than ``old``, in a fixed order; nothing where they agree."""
    code = list(_code_changes(old, new))
    if old.code != new.code and not code:
        code = [Change("code", new.step, "names in it now refer to other definitions")]
    step = [Change("code", new.step, f"was {old.step}")] if old.step != new.step else []
    return [
        *step,
        *code,
        *_changes("data file", old.data, new.data, hashed=True),
        *_changes("library", old.libraries, new.libraries),
        *_changes("setting", old.settings, new.settings),
        *_changes("input", old.inputs, new.inputs, hashed=True),
        *_changes("service", old.services, new.services),
    ]


def _code_changes(old: Recipe, new: Recipe) -> Iterator[Change]:
    for name in sorted({*old.definitions, *new.definitions}):
        before, after = set(old.definitions.get(name, [])), set(new.definitions.get(name, []))
        gone, come = sorted(before - after), sorted(after - before)
        for digest in come:
            yield Change("code", f"{new.where.get(f'{name} {digest}', '?')}: {name}", "changed" if gone else "is new")
        for digest in [] if come else gone:
            yield Change("code", f"{old.where.get(f'{name} {digest}', '?')}: {name}", "is no longer used")


def _changes(kind: str, old: Mapping[str, Any], new: Mapping[str, Any], *, hashed: bool = False) -> Iterator[Change]:
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if name not in new:
            yield Change(kind, name, "is no longer used")
        elif name not in old:
            yield Change(kind, name, f"is new ({_shown(after, hashed)})")
        elif before != after:
            yield Change(kind, name, f"{_shown(before, hashed)} -> {_shown(after, hashed)}")


def _shown(value: Any, hashed: bool) -> str:
    if value is None:
        return "not there" if hashed else "none"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:12] if hashed else text


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value
