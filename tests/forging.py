"""What a careful forger does: change a release, and correct every size, checksum and line that names them."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from valuenet.warehouse.release.card_front import info_lines
from valuenet.warehouse.release.manifest import list_files
from valuenet.warehouse.release.report_json import to_json

_BESIDE = ("manifest.json", "manifest.json.sig")


def files_of(release: Path) -> dict[str, bytes]:
    """Every file of a release, by name."""
    return {path.relative_to(release).as_posix(): path.read_bytes() for path in release.rglob("*") if path.is_file()}


def tamper(release: Path, name: str, data: bytes | None) -> None:
    """Overwrite a file of a release, or take it away, and correct what names its size and checksum."""
    before = files_of(release)
    if data is None:
        (release / name).unlink()
    else:
        (release / name).parent.mkdir(parents=True, exist_ok=True)
        (release / name).write_bytes(data)
    correct(release, before)


def correct(release: Path, before: Mapping[str, bytes]) -> None:
    """Let Croissant, the front of the card and the manifest name the files as they are; ``before`` is how they were."""
    after = files_of(release)
    if "croissant.json" in after and after["croissant.json"] == before.get("croissant.json"):
        (release / "croissant.json").write_bytes(_croissant(after))
    if "README.md" in after and after["README.md"] == before.get("README.md"):
        (release / "README.md").write_bytes(_card(before, after))
    rewrite(release, lambda said: said.update(files=_listed(release)))


def rewrite(release: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change what the manifest says, in the spelling it is published in."""
    said = json.loads((release / "manifest.json").read_bytes())
    change(said)
    (release / "manifest.json").write_bytes(to_json(said))


def _listed(release: Path) -> dict[str, Any]:
    return list_files({name: data for name, data in files_of(release).items() if name not in _BESIDE})


def _croissant(files: Mapping[str, bytes]) -> bytes:
    try:
        said = json.loads(files["croissant.json"])
        for entry in said["distribution"]:
            data = files.get(entry["contentUrl"], b"")
            entry |= {"sha256": hashlib.sha256(data).hexdigest(), "contentSize": f"{len(data)} B"}
    except (ValueError, KeyError, TypeError):
        return files["croissant.json"]
    return to_json(said)


def _card(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> bytes:
    card = after["README.md"].decode()
    for config in {name.partition("/")[0] for name in before if name.endswith(".parquet")}:
        splits = ("train", "validation", "test", "unassigned")
        try:
            was, now = ("\n".join(info_lines(config, splits, files)) for files in (before, after))
        except pa.ArrowException:
            continue
        card = card.replace(was, now)
    return card.encode()
