"""What is done to a release of labelled pairs, and the words that must stand in what is then said."""

from tests.flows import tamperings as t
from tests.made_release import rendered as rendered_plain

OTHER_HASH = "f" * 64

#: What the issue names, then more of each kind. Each must be found, and the words must stand in what is said.
TAMPERINGS: dict[str, tuple[t.Tampering, str]] = {
    # a card, metadata or numbers that say something else
    "label names swapped in Parquet metadata": (
        t.in_table(t.TRAIN, t.swap_names_in_metadata), "metadata: found"
    ),
    "label names swapped on the card": (
        t.in_text("README.md", '"names": {"0": "no", "1": "unrelated", "2": "yes"}',
                  '"names": {"0": "yes", "1": "unrelated", "2": "no"}'),
        "README.md, line",
    ),
    "card replaced": (t.replace("README.md", b"# Human values\n\nJudged by experts.\n"), "README.md, line 1"),
    "card emptied": (t.replace("README.md", b""), "README.md, line 1"),
    "a sentence added to the card": (t.behind("README.md", b"\nChecked by experts.\n"), "'Checked by experts.'"),
    "a number on the card": (
        t.in_text("README.md", "160 pairs were judged", "180 pairs were judged"), "README.md, line"
    ),
    "a script on the card": (t.in_text("README.md", "## Labels", "<script>x()</script>\n## Labels"), "README.md, line"),
    "line ends of the card": (t.in_text("README.md", "\n", "\r\n"), "README.md, line 1"),
    "other splits on the card": (t.in_text("README.md", "original/test-", "original/train-"), "README.md, line"),
    "another citation on the card": (t.in_text("README.md", "Please cite: Qiu", "Please cite: Doe"), "README.md, line"),
    "another licence in Croissant": (
        t.in_json("croissant.json", lambda said: said.update(license="https://example.com/mine")),
        "croissant.json, license",
    ),
    "another description in Croissant": (
        t.in_json("croissant.json", lambda said: said["recordSet"][0]["field"][0].update(description="Anything.")),
        "recordSet[0].field[0].description",
    ),
    "a column left out of Croissant": (
        t.in_json("croissant.json", lambda said: said["recordSet"][1]["field"].pop()), "recordSet[1].field"
    ),
    "a key in Croissant": (
        t.in_json("croissant.json", lambda said: said["recordSet"][0]["key"].pop()), "recordSet[0].key"
    ),
    "another context in Croissant": (
        t.in_json("croissant.json", lambda said: said["@context"].update(sha256="https://example.com/x")), "@context"
    ),
    "spaces in Croissant": (t.behind("croissant.json", b"\n\n"), "other spaces"),
    "a number in statistics": (
        t.in_json("statistics.json", lambda said: said["original"].update(rows=129)), "statistics.json, original.rows"
    ),
    "a kappa in agreement": (
        t.in_json("agreement.json", lambda said: said[0].update(estimate=0.99)), "agreement.json, [0].estimate"
    ),
    "a key without a value renamed": (
        t.in_text("agreement.json", '"undefined": null', '"undefine9": null'), "agreement.json, [0].undefined"
    ),
    "a leak taken out": (
        t.in_json("leakage.json", lambda said: said["rows"].pop()), "leakage.json, rows"
    ),
    "half a character in statistics": (
        t.replace("statistics.json", b'{"original": "\\ud800"}\n'), "it holds half a character"
    ),
    "text that is no UTF-8 in a table": (t.with_broken_text, "does not hold the rows its name promises"),
    "a manifest with half a character": (t.in_manifest_text('"notes": []', '"notes": ["\\udfff"]'), "half a character"),
    "a manifest with a number of five thousand digits": (
        t.in_manifest_text('"format": 2', '"format": ' + "9" * 5000), "is broken ("
    ),
    "a number twice in statistics": (
        t.in_text("statistics.json", '"rows":', '"rows": 1, "rows":'), "'rows' stands in it twice"
    ),
    "no number in statistics": (t.in_text("statistics.json", '"rows": 128', '"rows": NaN'), "NaN is no number"),
    "statistics nested beyond reason": (t.replace("statistics.json", b"[" * 100_000), "nested too deep"),
    # figures
    "a figure replaced by another": (t.swap("figures/circle.png", "figures/labels-original.png"), "figures/circle.png"),
    "a figure replaced by a picture": (
        t.replace("figures/circle.png", rendered_plain()["figures/agreement.png"]), "figures/circle.png"
    ),
    "a script in a figure": (
        t.in_text("figures/circle.svg", "<defs>", "<defs><script>fetch('//example.com')</script>"), "circle.svg, line"
    ),
    "a figure that is no picture": (t.replace("figures/circle.png", b"hello"), "figures/circle.png"),
    "words hidden in a figure": (t.with_text_in_png, "figures/circle.png"),
    "a file behind a figure": (t.behind("figures/circle.png", b"PK\x03\x04 and more"), "figures/circle.png"),
    "a script in a figure that is not drawn again": (
        t.other_matplotlib(t.in_text("figures/circle.svg", "<defs>", "<defs><script>x()</script>")), "<script>"
    ),
    "a handler in a figure that is not drawn again": (
        t.other_matplotlib(t.in_text("figures/circle.svg", "<g id", '<g onload="x()" id')), "onload="
    ),
    "a link out of a figure that is not drawn again": (
        t.other_matplotlib(
            t.in_text("figures/circle.svg", "<defs>", '<defs><use href="https://example.com/x.svg#y"/>')
        ),
        "href=",
    ),
    "a style that fetches in a figure that is not drawn again": (
        t.other_matplotlib(t.in_text("figures/circle.svg", "*{", "@import 'https://example.com'; *{")), "style"
    ),
    "entities in a figure that is not drawn again": (
        t.other_matplotlib(t.replace("figures/circle.svg", b"<!DOCTYPE x [<!ENTITY a 'b'>]><svg>&a;</svg>")),
        "takes in other files",
    ),
    "a picture replaced where it is not drawn again": (
        t.other_matplotlib(t.swap("figures/circle.png", "figures/labels-original.png")), "figures/circle.png"
    ),
    "a file behind a figure that is not drawn again": (
        t.other_matplotlib(t.behind("figures/circle.png", b"PK")), "plain PNG"
    ),
    "the digest of a figure": (
        t.in_manifest(lambda said: said["figures"].update(circle=OTHER_HASH)), "figures.circle"
    ),
    # files that are missing or too many
    "statistics unlisted": (t.remove("statistics.json"), "files.statistics.json"),
    "agreement unlisted": (t.remove("agreement.json"), "files.agreement.json"),
    "leakage unlisted": (t.remove("leakage.json"), "files.leakage.json"),
    "Croissant unlisted": (t.remove("croissant.json"), "files.croissant.json"),
    "figures unlisted": (t.remove_all("figures/*"), "files.figures/circle.png"),
    "one figure unlisted": (t.remove("figures/agreement.svg"), "files.figures/agreement.svg"),
    "the card unlisted": (t.remove("README.md"), "files.README.md"),
    "a split unlisted": (t.remove("original/test-00000-of-00001.parquet"), "original/test"),
    "a variant unlisted": (t.remove_all("balanced/*"), "files.balanced/train"),
    "a script listed": (t.replace("load.py", b"import os\n"), "files.load.py: found a file"),
    "a split that there is none of": (
        t.replace("annotations/test-00000-of-00001.parquet", rendered_plain()[t.TRAIN]), "files.annotations/test"
    ),
    "a note listed in a folder": (t.replace("figures/notes.txt", b"x"), "files.figures/notes.txt"),
    "a hidden file": (lambda r: (r / ".notes").write_text("x"), ".notes: found a file"),
    "a file not listed": (lambda r: (r / "original" / "more.parquet").write_text("x"), "original/more.parquet"),
    "a signature where no key is named": (
        lambda r: (r / "manifest.json.sig").write_bytes(b"x" * 64), "manifest.json.sig: found a signature"
    ),
    "a link to a file elsewhere": (t.link_to_copy, "README.md is a symbolic link"),
    "a link to nothing": (t.link("more", "nowhere"), "more is a symbolic link"),
    "a link in a circle": (t.link("figures/up", ".."), "figures/up is a symbolic link"),
    "a linked manifest": (t.link("manifest.json", "statistics.json"), "manifest.json is a symbolic link"),
    "a pipe": (t.pipe, "statistics.json is a pipe"),
    "a socket": (t.listen, "s is a socket"),
    # rows
    "a label": (t.in_rows("original", "train", t.flip("label", "yes", 1)), f"{t.TRAIN}, row"),
    "every label, the judgements left out": (t.drop_judgements_and_flip, "platform: found 'people'"),
    "a label in the judgements": (t.in_rows("annotations", "train", t.flip("label", "unrelated", 7)), "agreement.json"),
    "a worker for another": (t.in_rows("annotations", "train", t.flip("worker", "w-9")), "README.md, line"),
    "a judgement that no longer counts": (
        t.in_rows("annotations", "train", lambda rows: t.flip("counted", value=False, row=30)(
            t.flip("set_aside_reason", "edited", 30)(rows))),
        "README.md, line",
    ),
    "a row left out": (t.in_rows("balanced", "train", lambda rows: rows.iloc[1:]), "balanced/train"),
    "an extra column with raw ids": (
        t.in_table(t.JUDGED, t.add_column("worker_id", lambda rows: ["A2XJMN"] * rows)), "worker_id string"
    ),
    "a column left out": (t.in_table(t.JUDGED, lambda table: table.drop_columns(["round"])), f"{t.JUDGED}: found"),
    "labels of another width": (t.in_table(t.TRAIN, t.narrow), "label int8"),
    "metadata taken off": (
        t.in_table(t.TRAIN, lambda table: table.replace_schema_metadata(None)), "metadata: found"
    ),
    "more metadata": (
        t.in_table(t.TRAIN, lambda table: table.replace_schema_metadata(
            {**table.schema.metadata, b"note": b"jane@example.com"})),
        "metadata: found",
    ),
    "a note on a column": (t.in_table(t.TRAIN, t.with_field_note), "metadata: found"),
    "packed otherwise": (t.in_table(t.TRAIN, lambda table: table, compression="snappy"), "other bytes around"),
    "bytes behind a table": (t.behind(t.TRAIN, b"\0"), t.TRAIN),
    # what the manifest says
    "splits said to be kept": (t.state(kept_splits=True), "kept_splits: found True"),
    "another codebook": (t.state(codebook_version="9.9"), "codebook_version: found '9.9', expected '1.0'"),
    "judges of another kind": (t.state(platform="simulated"), "platform: found 'simulated', expected 'people'"),
    "another licence": (t.set_stage("release", license="mit"), "README.md, line"),
    "another name": (t.state(name="other"), "manifest.json, name: found 'other'"),
    "another date": (t.state(date="2020-01-01"), "manifest.json, date: found '2020-01-01'"),
    "another date wherever it stands": (t.redate_in_all_places, "README.md, line"),
    "another version": (t.state(version="2.0.0"), "manifest.json, version"),
    "a sentence among the notes": (t.state(notes=["Checked by experts."]), "README.md, line"),
    "another input": (t.state(inputs={"labels": OTHER_HASH}), "README.md, line"),
    "the end of a hash of an input": (t.state(inputs={"labels": "0" * 63 + "1"}), "README.md, line"),
    "an input more": (t.state(inputs={"labels": "0" * 64, "gold": OTHER_HASH}), "README.md, line"),
    "a setting without effect": (t.set_stage("splits", smallest_stratum=19), "README.md, line"),
    "a setting of the consensus": (t.set_stage("consensus", min_agreement=4), "row 1"),
    "a stage more": (t.set_stage("reviews", rounds=3), "settings: found reviews"),
    "a setting more": (t.set_stage("splits", colour="red"), "settings.colour"),
    "a key that nobody has": (
        t.set_stage("release", public_key="MCowBQYDK2VwAyEA" + "A" * 43 + "="), "README.md, line"
    ),
    "a size": (
        t.in_manifest(lambda said: said["files"]["README.md"].update(bytes=3)), "README.md, bytes: found"
    ),
    "a checksum": (
        t.in_manifest(lambda said: said["files"]["README.md"].update(sha256=OTHER_HASH)), "README.md, sha256"
    ),
    "spaces in the manifest": (t.in_manifest_text("{", "{  "), "other spaces or spelling"),
    # manifests that are none
    "a manifest that is a list": (t.raw("[]"), "is broken (found a list, expected an object)"),
    "a manifest that is null": (t.raw("null"), "is broken (found null"),
    "a manifest that is a number": (t.raw("7"), "is broken (found a number"),
    "an empty manifest": (t.raw(""), "is broken (Expecting value"),
    "a manifest cut short": (lambda r: (r / "manifest.json").write_bytes(
        (r / "manifest.json").read_bytes()[:-50]), "is broken ("),
    "a manifest in another encoding": (lambda r: (r / "manifest.json").write_bytes(
        (r / "manifest.json").read_text().encode("utf-16")), "it is not UTF-8"),
    "a manifest nested beyond reason": (t.raw('{"a":' * 100_000), "nested too deep"),
    "a key twice": (t.in_manifest_text('"kind"', '"kind": "labelled", "kind"'), "'kind' stands in it twice"),
    "a kind there is none of": (t.state(kind="songs"), "of a kind this version does not know: songs"),
    "a kind that is a list": (t.state(kind=["labelled"]), "of a kind this version does not know"),
    "a format to come": (t.state(format=99), "is of format 99, which this version does not know"),
    "a format that is none": (t.state(format="two"), "format: Input should be a valid integer, found 'two'"),
    "files that are a list": (t.state(files=["README.md"]), "files: Input should be an object"),
    "no files": (t.state(files={}), "files: Dictionary should have at least 1 item"),
    "a file that is a text": (t.in_manifest(lambda said: said["files"].update({"README.md": "x"})), "files.README.md"),
    "a file outside": (
        t.in_manifest(lambda said: said["files"].update({"../../etc/passwd": said["files"]["README.md"]})),
        "files.../../etc/passwd",
    ),
    "a checksum that is none": (
        t.in_manifest(lambda said: said["files"]["README.md"].update(sha256="abc")), "sha256: String should match"
    ),
    "a size below nothing": (
        t.in_manifest(lambda said: said["files"]["README.md"].update(bytes=-1)), "bytes: Input should be greater"
    ),
    "settings that are null": (t.state(settings=None), "settings: Input should be"),
    "a stage that is a list": (t.in_manifest(lambda said: said["settings"].update(splits=[1])), "settings.splits"),
    "a truth that is a text": (t.state(kept_splits="no"), "kept_splits: Input should be a valid boolean"),
    "notes that are a text": (t.state(notes="one"), "notes: Input should be a valid array"),
    "a version that is none": (t.state(version="1"), "version: String should match"),
    "a date that is none": (t.state(date="soon"), "date: Input should be a valid date"),
    "something more": (t.state(checked_by="experts"), "checked_by: Extra inputs are not permitted"),
    "something less": (t.in_manifest(lambda said: said.pop("platform")), "platform: Field required"),
    "no word of what made it": (t.in_manifest(lambda said: said.pop("made_with")), "format 2 needs made_with"),
}  # fmt: skip
