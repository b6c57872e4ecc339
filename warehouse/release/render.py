"""Every file of a release, as bytes: the same contents and settings always give the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from valuenet.warehouse.release.card import write_card
from valuenet.warehouse.release.contents import ReleaseContents
from valuenet.warehouse.release.croissant import write_croissant
from valuenet.warehouse.release.figures import Drawing, draw_all, drawings
from valuenet.warehouse.release.manifest import (
    FORMAT,
    LABELLED,
    MANIFEST,
    code_version,
    fingerprint,
    list_files,
    made_with,
)
from valuenet.warehouse.release.report_json import agreement_rows, leakage_summary, to_json
from valuenet.warehouse.release.rows import config_splits, file_name, write_rows
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.release_tables import Annotations, Examples

Draw = Callable[[Iterable[Drawing]], Mapping[str, bytes]]


def render_release(contents: ReleaseContents, settings: ReleaseSettings) -> dict[str, bytes]:
    """Return the files of a release by name, the manifest last."""
    rows = render_rows(contents)
    return {**rows, **render_around(contents, settings, rows)}


def render_rows(contents: ReleaseContents) -> dict[str, bytes]:
    """Return the Parquet file of every config and split that has rows."""
    frames = split_frames(contents)
    return {file_name(config, split): write_rows(rows, _table(config)) for (config, split), rows in frames.items()}


def render_around(
    contents: ReleaseContents, settings: ReleaseSettings, rows: Mapping[str, bytes], draw: Draw | None = None
) -> dict[str, bytes]:
    """Return the files beside the Parquet files ``rows``: metadata, figures, numbers, card, and the manifest last.

    ``draw`` turns drawings into files, name -> bytes; by default all of them are drawn.
    """
    splits: dict[str, list[str]] = {}
    for config, split in split_frames(contents):
        splits.setdefault(config, []).append(split)
    wanted = drawings(contents)
    files: dict[str, bytes] = {}
    files["croissant.json"] = write_croissant(rows, settings, f"{settings.title}. {settings.source}")
    files |= (draw or draw_all)(wanted)
    files["statistics.json"] = to_json(contents.statistics)
    files["leakage.json"] = to_json(leakage_summary(contents.leakage))
    if contents.agreement is not None:
        files["agreement.json"] = to_json(agreement_rows(contents.agreement))
    stated = _state(contents, settings, {drawing.name: drawing.digest for drawing in wanted})
    files["README.md"] = write_card(contents, settings, splits, rows, fingerprint(stated)).encode()
    files[MANIFEST] = to_json({**stated, "files": list_files({**rows, **files})})
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


def _state(contents: ReleaseContents, settings: ReleaseSettings, figures: Mapping[str, str]) -> dict[str, Any]:
    """Return all that the manifest says, save for the files."""
    return {
        "format": FORMAT,
        "kind": LABELLED,
        "name": settings.name,
        "version": settings.version,
        "date": settings.date.isoformat(),
        "code_version": code_version(),
        "made_with": made_with(),
        "codebook_version": contents.codebook_version,
        "platform": contents.platform,
        "kept_splits": contents.kept_splits,
        "notes": list(contents.notes),
        "inputs": dict(sorted(contents.inputs.items())),
        "figures": dict(figures),
        "settings": {**contents.settings, "release": settings.model_dump(mode="json")},
    }


def _table(config: str) -> type[Examples | Annotations]:
    return Annotations if config == "annotations" else Examples
