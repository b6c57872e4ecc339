"""Whatever is changed in a release of support threads is found, and what cannot be is signed."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.flows import tamperings as t
from tests.flows.tamperings import said_of
from tests.made_support import made, publish_support
from valuenet.flows.signing import sign_release
from valuenet.flows.verify import verify_any
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release.signing import create_key
from valuenet.warehouse.release.support.render import render_support
from valuenet.warehouse.release.support.settings import SupportReleaseSettings

CHAINS, EXAMPLES = (f"{config}/train-00000-of-00001.parquet" for config in ("exchanges", "support_examples"))
TAMPERINGS: dict[str, tuple[t.Tampering, str]] = {
    "a month more": (
        t.in_manifest(lambda said: said["facts"]["months"].append("2020-04")), "README.md, line"
    ),
    "a better error rate": (
        t.in_manifest(lambda said: said["facts"]["crisis_measure"].update(missed=0.0)), "README.md, line"
    ),
    "another model": (t.in_manifest(lambda said: said["facts"]["models"].update(values="x")), "README.md, line"),
    "facts that are a text": (t.state(facts="all"), "facts: Input should be"),
    "a fact there is none of": (t.in_manifest(lambda said: said["facts"].update(checked=1)), "facts.checked"),
    "nothing withdrawn before": (
        t.state(follows={"version": "0.9.0", "reason": "withdrawn", "rows": {"exchanges": 0}}), "README.md, line"
    ),
    "withdrawn without a number": (t.state(follows={"version": "0.9.0"}), "follows.reason: Field required"),
    "whom to write to": (t.set_stage("release", takedown_contact="nobody"), "README.md, line"),
    "another community": (t.set_stage("release", community="r/elsewhere"), "README.md, line"),
    "another stage": (t.set_stage("reddit_examples", least=1.0), "README.md, line"),
    "checksums of texts that are in it": (
        t.state(files_with_text={CHAINS: "0" * 64}), "files_with_text: found checksums"
    ),
    "said to be without texts": (t.set_stage("release", without_text=True), "has other columns than"),
    "fewer posts filtered": (
        t.in_json("statistics.json", lambda said: said["source"]["posts"]["filtered"].update(crisis=0)),
        "README.md, line",
    ),
    "a count of rows": (
        t.in_json("statistics.json", lambda said: said["exchanges"].update(rows=9)), "statistics.json, exchanges.rows"
    ),
    "another figure": (t.swap("figures/depth.svg", "figures/values.svg"), "figures/depth.svg"),
    "Croissant without a file": (
        t.in_json("croissant.json", lambda said: said["distribution"].pop()), "croissant.json, distribution"
    ),
    "an extra column with names": (
        t.in_table(EXAMPLES, t.add_column("author", lambda rows: ["jane"] * rows)), "other columns"
    ),
    "more metadata": (
        t.in_table(EXAMPLES, lambda table: table.replace_schema_metadata({"note": "jane"})), "metadata: found"
    ),
    "packed otherwise": (t.in_table(EXAMPLES, lambda table: table, compression="snappy"), "other bytes around"),
    "those in crisis unlisted": (t.remove_all("safety_evaluation/*"), "README.md, line"),
    "a file listed": (t.replace("people.csv", b"jane\n"), "files.people.csv"),
    "a link": (t.link(CHAINS, "/etc/hostname"), "is a symbolic link"),
    "a manifest nested beyond reason": (t.raw('{"kind": "support", "a":' + "[" * 100_000), "nested too deep"),
    "the manifest of labelled pairs": (t.state(kind="labelled"), "settings.release.community: Extra inputs"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_every_tampering_is_found(tmp_path, name):
    folder = publish_support(tmp_path)
    change, words = TAMPERINGS[name]
    change(folder)
    assert words in said_of(folder)


def test_checksums_of_texts_must_be_of_the_files_there_are(tmp_path):
    folder = publish_support(tmp_path, without_text=True)
    assert verify_any(str(folder)).ok
    t.in_manifest(lambda said: said["files_with_text"].pop(CHAINS))(folder)
    assert "files_with_text: found" in said_of(folder)


def test_a_signature_tells_what_was_made_again_whole(tmp_path):
    public = create_key(tmp_path / "key.pem")
    settings = SupportReleaseSettings(public_key=public)
    folder = tmp_path / settings.folder
    store_files(render_support(made(), settings), Place(folder))
    sign_release(str(folder), tmp_path / "key.pem")
    assert verify_any(str(folder), public).guarantee == f"consistent and signed by {public}"
    assert verify_any(str(folder)).to_json()["signed_by"] == public
    forged = settings.model_copy(update={"takedown_contact": "nobody"})
    for name, data in render_support(made(), forged).items():
        (folder / name).write_bytes(data)
    assert "a signature that is not of this manifest" in said_of(folder, public)
    (folder / "manifest.json.sig").unlink()
    assert verify_any(str(folder)).ok
    assert "found no signature" in said_of(folder, public)


def test_the_manifest_keeps_what_a_reader_of_rows_needs(tmp_path):
    folder: Path = publish_support(tmp_path)
    said = json.loads((folder / "manifest.json").read_text())
    assert said["format"] == 2
    assert set(said["figures"]) == {"depth", "values"}
    assert set(said["made_with"]) == {"matplotlib", "mlcroissant", "pyarrow", "machine"}
    assert pq.read_table(folder / CHAINS).num_rows == 1
