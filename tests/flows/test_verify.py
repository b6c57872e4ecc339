"""A release is made again from its own annotations; whatever was changed in it is found."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.forging import rewrite, tamper
from tests.made_release import made, publish_plain, rendered
from valuenet.flows.verify import verify_release
from valuenet.warehouse.release.manifest import ReleaseUnreadableError
from valuenet.warehouse.release.place import Place
from valuenet.warehouse.release.publish import store_files
from valuenet.warehouse.release.read import Release
from valuenet.warehouse.release.rows import config_table, file_name, write_rows

TRAIN = file_name("original", "train")
JUDGED = file_name("annotations", "train")


@pytest.fixture
def release(tmp_path) -> Path:
    return publish_plain(tmp_path)


def change_rows(release: Path, config: str, split: str, change) -> None:
    """Change the rows of a file and correct every checksum."""
    rows = Release(release).rows(config, split)
    tamper(release, file_name(config, split), write_rows(change(rows), config_table(config)))


def problems(release: Path) -> list[str]:
    return [str(problem) for problem in verify_release(release).problems]


def set_cell(row: int, column: str, value):
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        changed = rows.copy()
        changed.loc[row, column] = value
        return changed

    return change


def test_a_release_as_published_has_no_problem(release):
    report = verify_release(release)
    assert report.ok
    assert (report.uri, report.version, report.files, report.rows) == (str(release), "1.0.0", 25, 128 + 113 + 156 + 641)
    assert report.guarantee == "consistent"
    assert "1,038 rows, computed again from the judgements in it: consistent\n" in report.text()


def test_a_changed_byte_is_found_by_its_place_and_where_nothing_is_made_again_by_its_checksum(release):
    (release / "README.md").write_bytes((release / "README.md").read_bytes() + b"one more\n")
    assert [(problem.file, problem.found) for problem in verify_release(release).problems] == [
        ("README.md", "'one more'")
    ]
    (release / TRAIN).write_bytes((release / TRAIN).read_bytes()[:-1] + b"X")
    found = [(problem.file, problem.column) for problem in verify_release(release).problems]
    assert ("README.md", "bytes") in found


def test_a_forged_label_is_found_by_counting_again_though_every_checksum_fits(release):
    rows = Release(release).rows("original", "train")
    row = rows.index[rows["label"] == "no"][3]
    change_rows(release, "original", "train", lambda r: set_cell(row, "utility", 1)(set_cell(row, "label", "yes")(r)))
    assert problems(release) == [f"{TRAIN}, row {row + 1}, label: found 'yes', expected 'no'"]


def test_a_row_taken_out_or_put_in_another_split_is_found(release):
    change_rows(release, "original", "test", lambda rows: rows.iloc[:-1])
    (problem,) = problems(release)
    assert problem.startswith(f"{file_name('original', 'test')}, row 12: found no further row, expected s-")
    train = made().variants["original"].query("split == 'train'")
    change_rows(release, "original", "test", lambda rows: train)
    assert problems(release)[0].startswith(f"{file_name('original', 'test')}, row 1, scenario_id: found 's-")


def test_a_forged_judgement_is_found_by_what_it_would_have_made(release):
    first = Release(release).rows("annotations", "train").query("counted").index[4]
    change_rows(release, "annotations", "train", set_cell(first, "label", "unrelated"))
    found = {problem.partition(",")[0].partition(":")[0] for problem in problems(release)}
    assert "agreement.json" in found


@pytest.mark.parametrize(
    ("config", "column", "value", "said"),
    [
        ("original", "scenario", "I never said this", "scenario_id: found 's-"),
        ("original", "utility", 0, "utility: found 0, expected"),
        ("original", "agreement_count", 2, "agreement_count: found 2, expected"),
        ("annotations", "counted", False, "counted: found False, expected True"),
    ],
)
def test_cells_that_contradict_each_other_are_found(release, config, column, value, said):
    rows = Release(release).rows(config, "train")
    row = rows.index[rows["label"] == "yes"][0]
    change_rows(release, config, "train", set_cell(row, column, value))
    assert any(f"row {row + 1}, {said}" in problem for problem in problems(release))


def test_two_judgements_of_one_worker_on_one_pair_are_said_not_raised(release):
    change_rows(release, "annotations", "train", lambda rows: rows.assign(worker="w-0"))
    assert any("judged pair" in problem for problem in problems(release))


def test_forged_figures_are_found_with_their_path(release):
    statistics = json.loads((release / "statistics.json").read_bytes())
    statistics["balanced"]["splits"]["test"]["labels"]["yes"] += 1
    tamper(release, "statistics.json", json.dumps(statistics).encode())
    tamper(release, "agreement.json", b"not json")
    leakage = json.loads((release / "leakage.json").read_bytes())
    leakage["sentences"] = leakage["sentences"][:-1]
    tamper(release, "leakage.json", json.dumps(leakage).encode())
    found = problems(release)
    assert found[0] == "agreement.json: found no JSON (Expecting value: line 1 column 1 (char 0)), expected figures"
    assert found[1].startswith("leakage.json, sentences: found [")
    assert found[2].startswith("statistics.json, balanced.splits.test.labels.yes: found ")


def test_missing_and_additional_files_are_named(release):
    (release / TRAIN).unlink()
    (release / "notes.txt").write_text("mine")
    (release / "statistics.json").unlink()
    found = problems(release)
    assert f"{TRAIN}: found no file, expected the file the manifest lists" in found
    assert "notes.txt: found a file, expected no file: the manifest does not list it" in found
    assert any(problem.startswith("statistics.json: found no file") for problem in found)


def test_a_file_that_holds_no_rows_is_one_problem_and_nothing_is_computed_from_it(release):
    tamper(release, JUDGED, b"PAR1 and nothing else")
    (problem,) = problems(release)
    assert problem.startswith(f"{JUDGED}: found ")
    assert "does not hold the rows its name promises" in problem


def test_croissant_must_name_the_same_checksums(release):
    text = (release / "croissant.json").read_text().replace('"sha256": "', '"sha256": "0', 1)
    tamper(release, "croissant.json", text.encode())
    (problem,) = problems(release)
    assert problem.startswith("croissant.json, distribution[0].sha256: found '0")
    tamper(release, "croissant.json", b"[1")
    assert problems(release)[0].startswith("croissant.json: found no JSON")


@pytest.mark.parametrize(
    ("stage", "settings", "said"),
    [
        ("consensus", {"workers_each": 4, "min_agreement": 1}, "is not a majority of 4 workers"),
        ("splits", {"shares": 3}, "settings.shares: found Extra inputs"),
        ("consensus", {"workers_each": 4, "min_agreement": 4}, "row 1, scenario_id"),
    ],
)
def test_settings_that_did_not_make_this_release_are_found(release, stage, settings, said):
    rewrite(release, lambda manifest: manifest["settings"].update({stage: settings}))
    assert any(said in problem for problem in problems(release))


def test_settings_that_are_missing_are_said(release):
    rewrite(release, lambda manifest: manifest["settings"].pop("variants"))
    assert problems(release) == [
        "manifest.json, settings: found nothing for 'variants', expected the settings of every stage"
    ]


def test_a_release_in_an_object_store_is_verified_there(s3_bucket):
    place = Place(f"s3://{s3_bucket}/releases/valuenet-1.0.0")
    store_files(rendered(), place)
    assert verify_release(place.uri).ok
    place.write("more.txt", b"x")
    assert [problem.file for problem in verify_release(place.uri).problems] == ["more.txt"]


def test_what_is_no_release_is_refused(tmp_path):
    with pytest.raises(ReleaseUnreadableError, match="is no release"):
        verify_release(tmp_path)
