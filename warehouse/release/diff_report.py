"""What the diffs of both kinds of release say alike: settings, the first changes, and the number that is proposed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

_SHOWN = 20


def report(lines: list[str], diff: Any, line_of: Callable[[Any], str]) -> str:
    """Return ``lines`` (versions and counts) with the settings, the first changes and the number of ``diff`` below."""
    changes = [f"setting {name}: {json.dumps(old)} -> {json.dumps(new)}" for name, (old, new) in diff.settings.items()]
    changes += [line_of(row) for row in diff.changes.head(_SHOWN).itertuples()]
    if len(diff.changes) > _SHOWN:
        changes.append(f"... and {len(diff.changes) - _SHOWN:,} more (--json has all)")
    if len(lines) + len(changes) == 1:
        changes.append("files that differ: " + (", ".join(diff.files) or "none"))
    verdict = "" if diff.proposed == diff.new_version else f" (it says {diff.new_version})"
    return "\n".join([*lines, *changes, f"version of the new release: {diff.proposed}{verdict}"])


def plain_settings(settings: Mapping[str, tuple[Any, Any]]) -> dict[str, dict[str, Any]]:
    """Return changed settings ready for JSON."""
    return {name: {"old": old, "new": new} for name, (old, new) in settings.items()}


def plain_changes(changes: pd.DataFrame) -> list[dict[str, Any]]:
    """Return changed rows ready for JSON; what is not there is null."""
    plain = changes.astype(object)
    return [
        {str(name): value for name, value in row.items()} for row in plain.where(plain.notna(), None).to_dict("records")
    ]
