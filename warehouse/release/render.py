"""Every file of a release, as bytes: the same contents and settings always give the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib import metadata
from typing import Any

import pandas as pd

from valuenet.warehouse.release.card import write_card
from valuenet.warehouse.release.contents import ReleaseContents
from valuenet.warehouse.release.croissant import write_croissant
from valuenet.warehouse.release.figures import draw_figures
from valuenet.warehouse.release.report_json import agreement_rows, leakage_summary, to_json
from valuenet.warehouse.release.rows import config_splits, file_name, write_rows
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.release_tables import Annotations, Examples

MANIFEST = "manifest.json"


def render_release(contents: ReleaseContents, settings: ReleaseSettings) -> dict[str, bytes]:
    """Return the files of a release by name, the manifest last."""
    frames = split_frames(contents)
    files = {file_name(config, split): write_rows(rows, _table(config)) for (config, split), rows in frames.items()}
    splits: dict[str, list[str]] = {}
    for config, split in frames:
        splits.setdefault(config, []).append(split)
    description = f"{settings.title}. {settings.source}"
    files["croissant.json"] = write_croissant(files, settings, description)
    files |= draw_figures(contents)
    files["statistics.json"] = to_json(contents.statistics)
    files["leakage.json"] = to_json(leakage_summary(contents.leakage))
    if contents.agreement is not None:
        files["agreement.json"] = to_json(agreement_rows(contents.agreement))
    files["README.md"] = write_card(contents, settings, splits, files).encode()
    files[MANIFEST] = to_json(_manifest(contents, settings, files))
    return files


def split_frames(contents: ReleaseContents) -> dict[tuple[str, str], pd.DataFrame]:
    """Return the rows of every config and split that has some, in the order of the layout."""
    frames: dict[tuple[str, str], pd.DataFrame] = {}
    for config, rows in contents.variants.items():
        parts = {split: rows[rows["split"] == split] for split in config_splits(config)}
        frames |= {(config, split): part for split, part in parts.items() if len(part)}
    if contents.annotations is not None:
        frames["annotations", "train"] = contents.annotations
    return frames


def _manifest(contents: ReleaseContents, settings: ReleaseSettings, files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "name": settings.name,
        "version": settings.version,
        "date": settings.date.isoformat(),
        "code_version": code_version(),
        "codebook_version": contents.codebook_version,
        "platform": contents.platform,
        "kept_splits": contents.kept_splits,
        "notes": list(contents.notes),
        "inputs": dict(sorted(contents.inputs.items())),
        "settings": {**contents.settings, "release": settings.model_dump(mode="json")},
        "files": {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for name, data in sorted(files.items())
        },
    }


def code_version() -> str:
    """Return the version of this package."""
    try:
        return metadata.version("valuenet")
    except metadata.PackageNotFoundError:
        return "not installed"


def _table(config: str) -> type[Examples | Annotations]:
    return Annotations if config == "annotations" else Examples
