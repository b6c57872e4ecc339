"""Every file of a release of support threads, as bytes: the same contents and settings always give the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from valuenet.warehouse.release.render import MANIFEST, code_version
from valuenet.warehouse.release.report_json import to_json
from valuenet.warehouse.release.rows import file_name
from valuenet.warehouse.release.support.card import write_support_card
from valuenet.warehouse.release.support.contents import SupportContents
from valuenet.warehouse.release.support.croissant import write_support_croissant
from valuenet.warehouse.release.support.figures import draw_support_figures
from valuenet.warehouse.release.support.files import write_nested
from valuenet.warehouse.release.support.settings import SupportReleaseSettings
from valuenet.warehouse.release.support.statistics import describe_support

#: What the manifest of such a release says that it is.
KIND = "support"


def render_support(contents: SupportContents, settings: SupportReleaseSettings) -> dict[str, bytes]:
    """Return the files of a release by name, the manifest last."""
    files = _parquet(contents, with_text=not settings.without_text)
    whole = _parquet(contents, with_text=True) if settings.without_text and contents.with_text else {}
    statistics = describe_support(contents.rows, contents.source)
    files["croissant.json"] = write_support_croissant(files, settings)
    files |= draw_support_figures(statistics)
    files["statistics.json"] = to_json(statistics)
    files["README.md"] = write_support_card(contents, settings, statistics, files).encode()
    files[MANIFEST] = to_json(_manifest(contents, settings, files, whole))
    return files


def _parquet(contents: SupportContents, *, with_text: bool) -> dict[str, bytes]:
    return {
        file_name(config, split): write_nested(rows, config, with_text=with_text)
        for (config, split), rows in contents.rows.items()
    }


def _manifest(
    contents: SupportContents,
    settings: SupportReleaseSettings,
    files: Mapping[str, bytes],
    whole: Mapping[str, bytes],
) -> dict[str, Any]:
    return {
        "kind": KIND,
        "name": settings.name,
        "version": settings.version,
        "date": settings.date.isoformat(),
        "code_version": code_version(),
        "facts": contents.facts.model_dump(mode="json"),
        "follows": None if contents.follows is None else dict(contents.follows),
        "inputs": dict(sorted(contents.inputs.items())),
        "settings": {**contents.settings, "release": settings.model_dump(mode="json")},
        **({"files_with_text": {name: _sha(data) for name, data in sorted(whole.items())}} if whole else {}),
        "files": {name: {"sha256": _sha(data), "bytes": len(data)} for name, data in sorted(files.items())},
    }


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
