"""Croissant metadata that mlcroissant accepts and loads rows by."""

import hashlib
import json

from tests.made_release import made, publish_plain, rendered
from valuenet.warehouse.release.croissant import record_set_name
from valuenet.warehouse.vocabulary import LABELS


def test_mlcroissant_finds_nothing_wrong_and_loads_the_rows(tmp_path):
    import mlcroissant as mlc

    dataset = mlc.Dataset(jsonld=str(publish_plain(tmp_path) / "croissant.json"))
    assert dataset.metadata.issues.report() == ""
    rows = list(dataset.records("augmented-train"))
    wanted = made().variants["augmented"].query("split == 'train'").sort_values(["scenario_id", "value"])
    assert [row["augmented-train/scenario"].decode() for row in rows] == wanted["scenario"].tolist()
    assert [LABELS[row["augmented-train/label"]] for row in rows] == wanted["label"].tolist()
    judged = next(iter(dataset.records("annotations-train")))
    assert judged["annotations-train/worker"] == b"w-0"
    assert judged["annotations-train/counted"] is True


def test_every_parquet_file_stands_there_with_its_checksum():
    listed = {f["contentUrl"]: f["sha256"] for f in json.loads(rendered()["croissant.json"])["distribution"]}
    files = {name: data for name, data in rendered().items() if name.endswith(".parquet")}
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_a_record_set_is_named_after_config_and_split():
    assert record_set_name("original/train-00000-of-00001.parquet") == "original-train"
