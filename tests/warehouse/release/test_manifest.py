"""A release says which rules rendered it, so that another version knows what it can make again."""

import hashlib
import json
import re

import pytest

from tests import made_support
from tests.made_release import made, publish_plain, rendered
from valuenet.flows.verify import verify_any
from valuenet.warehouse.release import manifest as manifest_module
from valuenet.warehouse.release import remade
from valuenet.warehouse.release.figures import drawings
from valuenet.warehouse.release.manifest import FORMAT, fingerprint, made_with

#: Whoever changes what is rendered from the same contents raises FORMAT, writes down the new digests here, and says in
#: the changelog what `verify` no longer makes again.
RENDERED = {
    2: {
        "labelled": "54466cce288daf881f0be866a5432fb1ba7096a1d4a9f8a51c309e3f7dd5d7dc",
        "support": "9fdaf292bc14d7d8b6a391e73fbdf8441e279e3d6eb9876c203786b427e22d4a",
    }
}


def digest(files: dict[str, bytes]) -> str:
    """Of card, Croissant and manifest, without what other machines and libraries change: checksums and sizes."""
    stated = {name: part for name, part in json.loads(files["manifest.json"]).items() if name != "made_with"}
    said = files["README.md"] + files["croissant.json"] + json.dumps(stated).encode()
    plain = re.sub(rb"[0-9a-f]{64}|(num_bytes|_size|contentSize|bytes)\W+\d+|\d+\.\d+\.\d+", b"", said)
    return hashlib.sha256(plain).hexdigest()


def test_the_same_contents_are_rendered_as_this_format_always_was():
    found = {"labelled": digest(rendered()), "support": digest(made_support.rendered())}
    assert found == RENDERED[FORMAT], "what is rendered has changed: raise FORMAT in warehouse/release/manifest.py"


def test_the_card_has_the_fingerprint_of_what_the_manifest_states():
    said = json.loads(rendered()["manifest.json"])
    assert f"`{fingerprint(said)}`" in rendered()["README.md"].decode()
    assert fingerprint({**said, "files": {}, "code_version": "9", "made_with": {}}) == fingerprint(said)
    assert fingerprint({**said, "notes": ["x"]}) != fingerprint(said)


def test_figures_say_the_digest_of_what_they_show():
    for drawing in drawings(made()):
        said = f"shows sha256:{drawing.digest}".encode()
        assert said in rendered()[f"figures/{drawing.name}.png"]
        assert said in rendered()[f"figures/{drawing.name}.svg"]
        assert json.loads(rendered()["manifest.json"])["figures"][drawing.name] == drawing.digest


@pytest.mark.parametrize(
    ("library", "note"),
    [
        ("matplotlib", "figures are not drawn again, only looked through"),
        ("mlcroissant", "the @context of croissant.json is not compared"),
        ("pyarrow", "Parquet files are compared by rows and schema, not by bytes"),
        ("machine", "figures are not drawn again, and Parquet files compared by rows and schema"),
    ],
)
def test_with_another_version_of_a_library_less_is_made_again_and_that_is_said(tmp_path, monkeypatch, library, note):
    release = publish_plain(tmp_path)
    monkeypatch.setattr(remade, "made_with", lambda: {**made_with(), library: "99.0"})
    report = verify_any(str(release))
    assert report.guarantee == "consistent"
    here = made_with()[library]
    assert report.notes[0].startswith(f"made with {library} {here}, and 99.0 is here: {note}")


def test_a_manifest_larger_than_any_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(manifest_module, "_LARGEST", 100)
    with pytest.raises(manifest_module.ReleaseUnreadableError, match="it has more than 100 bytes"):
        verify_any(str(publish_plain(tmp_path)))
