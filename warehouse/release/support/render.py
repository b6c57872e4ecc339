"""Every file of a release of support threads, as bytes: the same contents and settings always give the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from valuenet.warehouse.release.figures import draw_all
from valuenet.warehouse.release.manifest import (
    FORMAT,
    MANIFEST,
    SUPPORT,
    code_version,
    fingerprint,
    list_files,
    made_with,
)
from valuenet.warehouse.release.render import Draw
from valuenet.warehouse.release.report_json import to_json
from valuenet.warehouse.release.rows import file_name
from valuenet.warehouse.release.support.card import write_support_card
from valuenet.warehouse.release.support.contents import SupportContents
from valuenet.warehouse.release.support.croissant import write_support_croissant
from valuenet.warehouse.release.support.figures import support_drawings
from valuenet.warehouse.release.support.files import write_nested
from valuenet.warehouse.release.support.settings import SupportReleaseSettings
from valuenet.warehouse.release.support.statistics import describe_support


def render_support(contents: SupportContents, settings: SupportReleaseSettings) -> dict[str, bytes]:
    """Return the files of a release by name, the manifest last."""
    rows = _parquet(contents, with_text=not settings.without_text)
    whole = _parquet(contents, with_text=True) if settings.without_text and contents.with_text else {}
    with_text = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(whole.items())}
    return {**rows, **render_around_support(contents, settings, rows, with_text)}


def render_around_support(
    contents: SupportContents,
    settings: SupportReleaseSettings,
    rows: Mapping[str, bytes],
    files_with_text: Mapping[str, str],
    draw: Draw | None = None,
) -> dict[str, bytes]:
    """Return the files beside the Parquet files ``rows``: metadata, figures, numbers, card, and the manifest last.

    Args:
        contents: what the release holds.
        settings: name, rights and sources.
        rows: the Parquet files, name -> bytes.
        files_with_text: of a release without texts: Parquet file -> the SHA-256 it has with them, where known.
        draw: turns drawings into files, name -> bytes; by default all of them are drawn.
    """
    statistics = describe_support(contents.rows, contents.source)
    wanted = support_drawings(statistics)
    files: dict[str, bytes] = {"croissant.json": write_support_croissant(rows, settings)}
    files |= (draw or draw_all)(wanted)
    files["statistics.json"] = to_json(statistics)
    figures = {drawing.name: drawing.digest for drawing in wanted}
    stated = _state(contents, settings, figures, files_with_text)
    files["README.md"] = write_support_card(contents, settings, statistics, rows, fingerprint(stated)).encode()
    files[MANIFEST] = to_json({**stated, "files": list_files({**rows, **files})})
    return files


def _parquet(contents: SupportContents, *, with_text: bool) -> dict[str, bytes]:
    return {
        file_name(config, split): write_nested(rows, config, with_text=with_text)
        for (config, split), rows in contents.rows.items()
    }


def _state(
    contents: SupportContents,
    settings: SupportReleaseSettings,
    figures: Mapping[str, str],
    files_with_text: Mapping[str, str],
) -> dict[str, Any]:
    """Return all that the manifest says, save for the files."""
    return {
        "format": FORMAT,
        "kind": SUPPORT,
        "name": settings.name,
        "version": settings.version,
        "date": settings.date.isoformat(),
        "code_version": code_version(),
        "made_with": made_with(),
        "facts": contents.facts.model_dump(mode="json"),
        "follows": None if contents.follows is None else dict(contents.follows),
        "inputs": dict(sorted(contents.inputs.items())),
        "figures": dict(figures),
        "settings": {**contents.settings, "release": settings.model_dump(mode="json")},
        **({"files_with_text": dict(files_with_text)} if files_with_text else {}),
    }
