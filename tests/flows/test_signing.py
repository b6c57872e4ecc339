"""What no recomputation can know, a signature tells: who stands behind a release as it is."""

import dataclasses
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.drawn_once import draw_once
from tests.flows.tampering_cases import OTHER_HASH
from tests.flows.tamperings import publish, said_of
from tests.forging import files_of
from tests.made_release import annotations, contents, made, publish_plain
from valuenet.curation.datasets.valuenet import upstream_tables
from valuenet.flows.signing import NotConsistentError, sign_release
from valuenet.flows.upstream import vary_published
from valuenet.flows.verify import verify_any
from valuenet.warehouse.release import render
from valuenet.warehouse.release.leakage import LeakageSettings, report_leakage
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release.render import render_release
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.release.signing import KeyFileError, OtherKeyError, create_key, read_public_key
from valuenet.warehouse.release.splits import SplitSettings
from valuenet.warehouse.release.statistics import describe_release
from valuenet.warehouse.release.variants import VariantSettings
from valuenet.warehouse.release_tables import Annotations


@pytest.fixture
def release(tmp_path) -> Path:
    return publish_plain(tmp_path)


@pytest.fixture
def key(tmp_path) -> tuple[Path, str]:
    file = tmp_path / "keys" / "signing.pem"
    return file, create_key(file)


@pytest.fixture
def signed(key, tmp_path) -> Path:
    folder = publish(made(), tmp_path, public_key=key[1])
    assert verify_any(str(folder)).ok, "not signed yet, and that is no fault"
    assert sign_release(str(folder), key[0]) == key[1]
    return folder


#: What no recomputation can know: the forger has our code, and makes everything again.
MADE_AGAIN = {
    "an edited judgement": lambda: contents(
        Annotations.frame(annotations().assign(label=lambda rows: rows["label"].where(rows.index != 8, "no")))
    ),
    "no judgements": lambda: dataclasses.replace(
        made(), annotations=None, agreement=None, platform="upstream", codebook_version="",
        settings={name: stage for name, stage in made().settings.items() if name not in ("consensus", "agreement")},
        variants=unvoted(),
    ),
    "another platform": lambda: contents(Annotations.frame(annotations().assign(platform="mturk"))),
    "other inputs": lambda: dataclasses.replace(made(), inputs={"labels": OTHER_HASH}),
    "other notes": lambda: dataclasses.replace(made(), notes=("Checked by experts.",)),
}  # fmt: skip


def unvoted():
    """Variants as an imported data set has them: without counts, nothing joins ``augmented``."""
    given = upstream_tables(made().variants["original"].rename(columns={"scenario": "text"}))
    return vary_published(given.pairs, given.labels, None, SplitSettings(), VariantSettings())


@pytest.mark.parametrize("name", MADE_AGAIN)
def test_what_is_made_again_whole_is_consistent_and_not_signed(signed, key, name, tmp_path, monkeypatch):
    monkeypatch.setattr(render, "draw_all", draw_once)
    held = MADE_AGAIN[name]()
    held = dataclasses.replace(
        held,
        statistics=describe_release(held.variants),
        leakage=report_leakage(held.variants, LeakageSettings()),
    )
    forged = publish(held, tmp_path / "forged", public_key=key[1])
    shutil.copy(signed / "manifest.json.sig", forged)
    assert "manifest.json.sig: found a signature that is not of this manifest" in said_of(forged)
    (forged / "manifest.json.sig").unlink()
    assert verify_any(str(forged)).guarantee == "consistent"
    assert "manifest.json.sig: found no signature" in said_of(forged, key[1])
    unnamed = publish(held, tmp_path / "unnamed")
    assert verify_any(str(unnamed)).ok
    assert "settings.release.public_key: found no public key" in said_of(unnamed, key[1])


def test_the_guarantee_says_whose_signature_was_asked_for(signed, key):
    file, public = key
    assert verify_any(str(signed), public).guarantee == f"consistent and signed by {public}"
    by_itself = verify_any(str(signed))
    assert by_itself.guarantee == "consistent"
    assert f"note: signed by {public}, as it says itself; have that key from its owner" in by_itself.text()
    assert f"`{public}` (`manifest.json.sig`)" in (signed / "README.md").read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_signed_release_is_published_again_and_signed_again_without_a_change(signed, key):
    before = files_of(signed)
    again = render_release(made(), ReleaseSettings(public_key=key[1]))
    assert store_files(again, Place(signed)) is False
    sign_release(str(signed), key[0])
    assert files_of(signed) == before


def test_a_key_of_somebody_else_does_not_do(signed, key, tmp_path):
    other = tmp_path / "other.pem"
    public = create_key(other)
    assert f"public_key: found {key[1]}, expected {public}" in said_of(signed, public)
    with pytest.raises(OtherKeyError, match=r"names the key .*; set public_key = .*raise the version"):
        sign_release(str(signed), other)


def test_only_what_is_consistent_and_names_the_key_is_signed(release, key):
    with pytest.raises(OtherKeyError, match=r"names no key; set public_key"):
        sign_release(str(release), key[0])
    (release / "statistics.json").unlink()
    with pytest.raises(NotConsistentError, match=r"is not signed, for it is not consistent: statistics\.json"):
        sign_release(str(release), key[0])


def test_keys_that_are_none_are_refused_in_a_sentence(release, key, tmp_path):
    file, public = key
    pem = tmp_path / "public.pem"
    pem.write_text(f"-----BEGIN PUBLIC KEY-----\n{public}\n-----END PUBLIC KEY-----\n")
    assert read_public_key(str(pem)) == read_public_key(f" {public} ") == public
    with pytest.raises(KeyFileError, match="is a private key; to check, give the public one"):
        read_public_key(str(file))
    with pytest.raises(KeyFileError, match="is no public key"):
        read_public_key(str(tmp_path / "nothing"))
    with pytest.raises(KeyFileError, match="is no public Ed25519 key"):
        read_public_key(public[:-4])
    with pytest.raises(KeyFileError, match="is there already"):
        create_key(file)
    pem.write_bytes(b"\xff\xfe")
    with pytest.raises(KeyFileError, match="is no private Ed25519 key"):
        sign_release(str(publish(made(), tmp_path / "again", public_key=public)), pem)


def test_openssl_agrees(signed, key, tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl on the path")
    pem = tmp_path / "public.pem"
    pem.write_text(f"-----BEGIN PUBLIC KEY-----\n{key[1]}\n-----END PUBLIC KEY-----\n")
    check = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(pem), "-rawin", "-in", "manifest.json"]
    found = subprocess.run([*check, "-sigfile", "manifest.json.sig"], cwd=signed, capture_output=True, check=False)
    assert found.returncode == 0, found.stderr
    assert b"Verified Successfully" in found.stdout


def test_the_commands_make_a_key_sign_and_verify(key, tmp_path, said):
    file = tmp_path / "mine.pem"
    code, out, err = said("release", "key", str(file))
    assert (code, out[:14]) == (0, 'public_key = "')
    assert "cannot be made again" in err
    public = out.split('"')[1]
    folder = publish(made(), tmp_path, public_key=public)
    assert said("release", "sign", str(folder), "--key", str(file))[:2] == (0, f"signed by {public}\n")
    code, out, _ = said("verify", str(folder), "--key", public)
    assert code == 0
    assert out.endswith(f"consistent and signed by {public}\n")
    assert json.loads(said("verify", str(folder), "--json", "--key", public)[1])["guarantee"].endswith(public)
    code, out, _ = said("verify", str(folder), "--key", key[1])
    assert (code, "1 problem(s)" in out) == (2, True)
