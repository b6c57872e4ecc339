"""What makes a step current: the code it can reach, its settings, and the content of what it reads."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from valuenet.warehouse.recipes.recipe import Recipe, make_recipe
from valuenet.warehouse.recipes.sources import is_ours
from valuenet.warehouse.settings import Settings
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Table


def itemise(
    function: Callable[..., Any],
    settings: Settings,
    store: Warehouse,
    reads: Iterable[type[Table]],
    services: Mapping[str, Any],
    *,
    before: Callable[..., Any] | None = None,
    beside: Iterable[Callable[..., Any]] = (),
) -> Recipe:
    """Return the recipe of one step.

    It covers all code that can be reached from the function, the one ``before`` it, others that work ``beside`` it, the
    class of its settings and the classes of services with contents; the libraries used there; the settings; the
    *content* of the tables read (so that a change upstream that alters no row re-runs nothing); and the
    ``fingerprint`` of every service that has one.
    """
    inner, bound = _unbound(before)
    given = {**bound, **services}
    return make_recipe(
        [function, *inner, *beside, type(settings), *_classes_of(services.values())],
        settings.model_dump(mode="json"),
        {table.table_name(): state.content if (state := store.state(table)) else None for table in reads},
        {name: fingerprint_of(service) for name, service in sorted(given.items())},
    )


def recipe_of(
    function: Callable[..., Any],
    settings: Settings,
    store: Warehouse,
    reads: Iterable[type[Table]],
    services: Mapping[str, Any],
) -> str:
    """Return the hash of the recipe of one step, 64 hex digits."""
    return itemise(function, settings, store, reads, services).key()


def fingerprint_of(service: Any) -> str | None:
    """Return what identifies the contents a service stands for; None for one that only acts (a platform, a log)."""
    if isinstance(service, (str, int, float, bool)):
        return str(service)
    if isinstance(service, frozenset):
        return hashlib.sha256(repr(sorted(service)).encode()).hexdigest()
    known = getattr(service, "fingerprint", None)
    return None if known is None else str(known)


def _classes_of(services: Iterable[Any]) -> list[type]:
    """Return the classes of ours whose objects stand for contents; what only acts decides no row."""
    classes = {type(service) for service in services if getattr(service, "fingerprint", None) is not None}
    return sorted((kind for kind in classes if is_ours(kind.__module__)), key=lambda kind: kind.__qualname__)


def _unbound(before: Callable[..., Any] | None) -> tuple[list[Callable[..., Any]], dict[str, Any]]:
    """Return the function behind ``before`` and what is bound to its names."""
    if before is None:
        return [], {}
    if isinstance(before, partial):
        return [before.func], {f"before.{name}": value for name, value in before.keywords.items()}
    return [before], {}
