"""What makes a step current: a hash of its code, its settings and what it reads."""

import hashlib
import importlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from valuenet.warehouse.settings import Settings
from valuenet.warehouse.store import Warehouse
from valuenet.warehouse.tables import Table

#: Contracts and closed sets every step rests on, whatever its own package.
_SHARED = (
    "vocabulary.py",
    "columns.py",
    "tables.py",
    "crowd_tables.py",
    "reddit_columns.py",
    "reddit_tables.py",
    "hashing.py",
)


def recipe_of(
    function: Callable[..., Any],
    settings: Settings,
    store: Warehouse,
    reads: Iterable[type[Table]],
    services: Mapping[str, Any],
) -> str:
    """Return the recipe of one step, 64 hex digits.

    It covers the code of the function's package, the settings, the *content* of the tables read (so that a change
    upstream that alters no row re-runs nothing) and the ``fingerprint`` of every service that has one.
    """
    parts = {
        "function": f"{function.__module__}.{function.__qualname__}",
        "code": code_hash(".".join(function.__module__.split(".")[:2])),
        "settings": settings.model_dump(mode="json"),
        "reads": {table.table_name(): state.content if (state := store.state(table)) else None for table in reads},
        "services": {name: fingerprint_of(service) for name, service in sorted(services.items())},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def fingerprint_of(service: Any) -> str | None:
    """Return what identifies the contents a service stands for; None for one that only acts (a platform, a log)."""
    if isinstance(service, (str, int, float, bool)):
        return str(service)
    if isinstance(service, frozenset):
        return hashlib.sha256(repr(sorted(service)).encode()).hexdigest()
    found = getattr(service, "fingerprint", None)
    return None if found is None else str(found)


@cache
def code_hash(package: str) -> str:
    """Return a hash of the modules and data files of one of our packages and of the shared contracts."""
    folder = Path(str(importlib.import_module(package).__file__)).parent
    contracts = Path(str(importlib.import_module("valuenet.warehouse").__file__)).parent
    files = [*_content_files(folder), *(contracts / name for name in _SHARED)]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _content_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
