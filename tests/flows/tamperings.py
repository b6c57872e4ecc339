"""Ways to change a release after it was published, by a forger who corrects every checksum."""

from __future__ import annotations

import io
import json
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.forging import rewrite, tamper
from valuenet.flows.verify import verify_any
from valuenet.warehouse.errors import InputError
from valuenet.warehouse.release.contents import ReleaseContents
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release.read import Release
from valuenet.warehouse.release.render import render_release
from valuenet.warehouse.release.report_json import to_json
from valuenet.warehouse.release.rows import config_table, file_name, write_rows
from valuenet.warehouse.release.settings import ReleaseSettings

Tampering = Callable[[Path], Any]
TRAIN, JUDGED = file_name("original", "train"), file_name("annotations", "train")
_SWAPPED = {"yes": "no", "no": "yes", "unrelated": "unrelated"}


def state(**said: Any) -> Tampering:
    """Let the manifest say something else."""
    return lambda release: rewrite(release, lambda manifest: manifest.update(said))


def set_stage(stage: str, **said: Any) -> Tampering:
    """Let the manifest name other settings of a stage."""
    return lambda release: rewrite(release, lambda manifest: manifest["settings"].setdefault(stage, {}).update(said))


def in_manifest(change: Callable[[dict[str, Any]], Any]) -> Tampering:
    """Change the manifest."""
    return lambda release: rewrite(release, change)


def in_text(name: str, old: str, new: str) -> Tampering:
    """Replace the first of some words in a file."""

    def change(release: Path) -> None:
        text = (release / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not say {old!r}"
        tamper(release, name, text.replace(old, new, 1).encode())

    return change


def replace(name: str, data: bytes) -> Tampering:
    """Put other bytes in the place of a file, or add it."""
    return lambda release: tamper(release, name, data)


def remove(*names: str) -> Tampering:
    """Take files away, and off the list."""

    def change(release: Path) -> None:
        for name in names:
            tamper(release, name, None)

    return change


def remove_all(pattern: str) -> Tampering:
    """Take every file of a pattern away, and off the list."""

    def change(release: Path) -> None:
        remove(*(path.relative_to(release).as_posix() for path in release.glob(pattern)))(release)

    return change


def swap(one: str, other: str) -> Tampering:
    """Let two files change places."""

    def change(release: Path) -> None:
        first, second = (release / one).read_bytes(), (release / other).read_bytes()
        tamper(release, one, second)
        tamper(release, other, first)

    return change


def in_json(name: str, change: Callable[[Any], Any]) -> Tampering:
    """Change what a file of JSON says."""

    def forge(release: Path) -> None:
        said = json.loads((release / name).read_bytes())
        change(said)
        tamper(release, name, to_json(said))

    return forge


def in_rows(config: str, split: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Tampering:
    """Change the rows of a file."""

    def forge(release: Path) -> None:
        rows = Release(release).rows(config, split)
        tamper(release, file_name(config, split), write_rows(change(rows), config_table(config)))

    return forge


def in_table(name: str, change: Callable[[pa.Table], pa.Table], **layout: Any) -> Tampering:
    """Change a Parquet file as such: its schema, its metadata, how it is packed."""

    def forge(release: Path) -> None:
        sink = io.BytesIO()
        pq.write_table(change(pq.read_table(release / name)), sink, **{"compression": "zstd", **layout})
        tamper(release, name, sink.getvalue())

    return forge


def swap_names_in_metadata(table: pa.Table) -> pa.Table:
    """Call class 0 yes and class 2 no."""
    said = table.schema.metadata[b"huggingface"].replace(b'["no", "unrelated", "yes"]', b'["yes", "unrelated", "no"]')
    assert said != table.schema.metadata[b"huggingface"]
    return table.replace_schema_metadata({"huggingface": said})


def with_field_note(table: pa.Table) -> pa.Table:
    """Hide a sentence in the metadata of a column."""
    field = table.schema.field(0).with_metadata({"note": "jane@example.com"})
    return table.cast(table.schema.set(0, field))


def add_column(name: str, values: Callable[[int], list[Any]]) -> Callable[[pa.Table], pa.Table]:
    """Add a column."""
    return lambda table: table.append_column(name, pa.array(values(table.num_rows)))


def with_broken_text(release: Path) -> None:
    """Put bytes that are no text into a column of texts."""
    table = pq.read_table(release / TRAIN)
    at = table.schema.get_field_index("scenario")
    raw_bytes = pa.array([b"\xff\xfe"] * table.num_rows, pa.binary())
    broken = pa.Array.from_buffers(pa.string(), table.num_rows, raw_bytes.buffers())
    sink = io.BytesIO()
    pq.write_table(table.set_column(at, table.schema.field(at), broken), sink)
    tamper(release, TRAIN, sink.getvalue())


def narrow(table: pa.Table) -> pa.Table:
    """Write labels in another width."""
    at = table.schema.get_field_index("label")
    return table.set_column(at, "label", table["label"].cast(pa.int8())).replace_schema_metadata(table.schema.metadata)


def flip(column: str, value: Any, row: int = 0) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Set one cell."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        changed = rows.copy()
        changed.loc[changed.index[row], column] = value
        return changed

    return change


def swap_labels(rows: pd.DataFrame) -> pd.DataFrame:
    """Say yes for no and no for yes."""
    return rows.assign(label=rows["label"].map(_SWAPPED), utility=-rows["utility"])


def drop_judgements_and_flip(release: Path) -> None:
    """Leave the judgements out, and say the opposite of every label."""
    remove(JUDGED, "agreement.json")(release)
    for config in ("original", "balanced", "augmented"):
        for split in ("train", "validation", "test"):
            in_rows(config, split, swap_labels)(release)


def link(name: str, target: str) -> Tampering:
    """Put a link in the place of a file."""

    def change(release: Path) -> None:
        (release / name).unlink(missing_ok=True)
        (release / name).symlink_to(target)

    return change


def link_to_copy(release: Path) -> None:
    """Keep a file elsewhere, and a link in its place."""
    elsewhere = release.parent / "elsewhere.md"
    (release / "README.md").rename(elsewhere)
    (release / "README.md").symlink_to(elsewhere)


def pipe(release: Path) -> None:
    """Put a pipe, which a reader waits at for ever, in the place of a file."""
    (release / "statistics.json").unlink()
    os.mkfifo(release / "statistics.json")


def listen(release: Path) -> None:
    """Put a socket beside the files."""
    sock, here = socket.socket(socket.AF_UNIX), Path.cwd()
    os.chdir(release)  # the path of a socket has at most 108 bytes
    try:
        sock.bind("s")
    finally:
        os.chdir(here)
        sock.close()


def raw(text: str | bytes) -> Tampering:
    """Put something else in the place of the manifest."""
    data = text.encode() if isinstance(text, str) else text
    return lambda release: (release / "manifest.json").write_bytes(data)


def in_manifest_text(old: str, new: str) -> Tampering:
    """Change the bytes of the manifest."""

    def change(release: Path) -> None:
        text = (release / "manifest.json").read_text()
        assert old in text, old
        (release / "manifest.json").write_text(text.replace(old, new, 1))

    return change


def with_text_in_png(release: Path) -> None:
    """Hide a sentence in a picture that shows the same."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    name, said = "figures/circle.png", PngInfo()
    picture = Image.open(release / name)
    for key, value in picture.info.items():
        if isinstance(value, str):
            said.add_text(key, value)
    said.add_text("Comment", "jane@example.com")
    sink = io.BytesIO()
    picture.save(sink, "png", pnginfo=said, dpi=picture.info["dpi"])
    tamper(release, name, sink.getvalue())


def behind(name: str, more: bytes) -> Tampering:
    """Add bytes behind the end of a file."""
    return lambda release: tamper(release, name, (release / name).read_bytes() + more)


def other_matplotlib(*then: Tampering) -> Tampering:
    """Claim another matplotlib, so that figures are not drawn again, and go on."""

    def change(release: Path) -> None:
        for tampering in then:
            tampering(release)
        rewrite(release, lambda manifest: manifest["made_with"].update(matplotlib="0.1"))

    return change


def redate_in_all_places(release: Path) -> None:
    """Change the date wherever a reader sees it, by replacing words."""
    rewrite(release, lambda manifest: (manifest.update(date="2020-01-01"),
                                       manifest["settings"]["release"].update(date="2020-01-01")))  # fmt: skip
    for name in ("README.md", "croissant.json"):
        tamper(release, name, re.sub(rb"2026-11-01", b"2020-01-01", (release / name).read_bytes()))


def said_of(release: Path, key: str = "") -> str:
    """What ``verify`` prints of a release: its problems, or the sentence that refuses it."""
    try:
        report = verify_any(str(release), key)
    except InputError as error:
        return str(error)
    return "\n".join(map(str, report.problems))


def publish(held: ReleaseContents, folder: Path, **settings: str) -> Path:
    """Publish a release of other contents or settings, and return its folder."""
    named = ReleaseSettings(**settings)
    store_files(render_release(held, named), Place(folder / named.folder))
    return folder / named.folder
