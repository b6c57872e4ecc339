"""A release is published whole or not at all, and never changed."""

import dataclasses
import json
import os
from pathlib import Path

import pytest

from tests.made_release import made, publish_plain, rendered
from valuenet.warehouse.release.manifest import ReleaseUnreadableError
from valuenet.warehouse.release.place import Place, PlaceError
from valuenet.warehouse.release.publish import ReleaseExistsError, clear_leftovers, publish_release, store_files
from valuenet.warehouse.release.read import Release
from valuenet.warehouse.release.render import render_release
from valuenet.warehouse.release.settings import ReleaseSettings
from valuenet.warehouse.store import StorageError


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_release_has_every_part_and_its_bytes_do_not_depend_on_the_order_of_rows(tmp_path):
    ref = publish_release(made(), ReleaseSettings(), tmp_path)
    found = files_in(tmp_path / "valuenet-1.0.0")
    assert (ref.uri, ref.version, ref.created) == (f"{tmp_path}/valuenet-1.0.0", "1.0.0", True)
    assert {name.partition("/")[0] for name in found} == {
        "README.md", "agreement.json", "annotations", "augmented", "balanced", "croissant.json", "figures",
        "leakage.json", "manifest.json", "original", "statistics.json",
    }  # fmt: skip
    mixed = {name: rows.sample(frac=1, random_state=5) for name, rows in made().variants.items()}
    again = render_release(dataclasses.replace(made(), variants=mixed), ReleaseSettings())
    assert again == found


def test_the_manifest_lists_every_other_file_and_no_clock():
    manifest = json.loads(rendered()["manifest.json"])
    assert set(manifest["files"]) == rendered().keys() - {"manifest.json"}
    assert manifest["files"]["README.md"]["bytes"] == len(rendered()["README.md"])
    assert manifest["date"] == "2026-11-01"
    assert manifest["inputs"] == {"labels": "0" * 64}
    assert set(manifest["settings"]) == {"consensus", "agreement", "splits", "variants", "leakage", "release"}


def test_the_same_release_again_changes_nothing_and_says_so(tmp_path):
    release = publish_plain(tmp_path)
    before = files_in(release)
    assert store_files(rendered(), Place(release)) is False
    assert files_in(release) == before


def test_other_contents_under_the_same_version_are_refused(tmp_path):
    release = publish_plain(tmp_path)
    other = ReleaseSettings(title="Another title")
    with pytest.raises(ReleaseExistsError, match=r"valuenet-1\.0\.0 is published already with other contents.*raise"):
        publish_release(made(), other, tmp_path)
    assert files_in(release) == rendered()


def test_a_changed_or_foreign_folder_is_not_taken_for_the_release(tmp_path):
    release = publish_plain(tmp_path)
    (release / "README.md").write_text("shorter")
    with pytest.raises(ReleaseExistsError, match="was changed after it was published"):
        store_files(rendered(), Place(release))
    (release / "manifest.json").unlink()
    with pytest.raises(ReleaseExistsError, match="is no release; move it away"):
        store_files(rendered(), Place(release))
    (tmp_path / "file").write_text("x")
    with pytest.raises(PlaceError, match="is a file; releases need a folder"):
        store_files(rendered(), Place(tmp_path / "file" / "valuenet-1.0.0"))


def test_a_kill_before_any_file_leaves_nothing_under_the_name_and_the_next_run_ends_with_the_same_bytes(tmp_path):
    for kill_at in range(len(rendered()) + 1):
        folder = tmp_path / str(kill_at)
        child = os.fork()
        if child == 0:
            _publish_and_die(folder, kill_at)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        assert not (folder / "valuenet-1.0.0").exists()
        assert store_files(rendered(), Place(folder / "valuenet-1.0.0"))
        assert files_in(folder) == {f"valuenet-1.0.0/{name}": data for name, data in rendered().items()}


def _publish_and_die(folder: Path, kill_at: int) -> None:
    write, written = Place.write, []

    def counted(self: Place, name: str, data: bytes) -> None:
        if len(written) == kill_at:
            os._exit(9)
        written.append(name)
        write(self, name, data)

    Place.write = counted
    Path.rename = lambda *_: os._exit(9)
    store_files(rendered(), Place(folder / "valuenet-1.0.0"))
    os._exit(0)


def test_what_killed_publications_left_is_taken_away_but_not_from_under_a_living_one(tmp_path):
    dead, nonsense, living = (tmp_path / f".valuenet-1.0.0.partial-{pid}" for pid in (2**30, "x", os.getppid()))
    for folder in (dead, nonsense, living):
        folder.mkdir()
    publish_plain(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"valuenet-1.0.0", living.name}


def test_a_leftover_goes_though_its_process_number_was_given_again(tmp_path):
    fresh, old = (tmp_path / f".valuenet-{version}.partial-{os.getppid()}" for version in ("1.0.0", "2.0.0"))
    for folder in (fresh, old):
        (folder / "data").mkdir(parents=True)
        (folder / "data" / "rows.parquet").write_text("rows")
    for path in (old, old / "data", old / "data" / "rows.parquet"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert clear_leftovers(Place(tmp_path)) == [old.name]
    assert {path.name for path in tmp_path.iterdir()} == {fresh.name}


def test_only_what_a_publication_left_is_taken_for_it(tmp_path):
    for name in ("valuenet-1.0.0", ".hidden", ".git", "valuenet-1.0.0.partial-1", f".a-1.0.0.partial-{2**30}"):
        (tmp_path / name).mkdir()
    assert clear_leftovers(Place(tmp_path)) == [f".a-1.0.0.partial-{2**30}"]
    assert clear_leftovers(Place(tmp_path / "nowhere")) == []
    assert len(list(tmp_path.iterdir())) == 4


def test_a_leftover_that_cannot_be_removed_is_said(tmp_path, monkeypatch):
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / f".a-1.0.0.partial-{2**30}").mkdir()
    monkeypatch.setattr("shutil.rmtree", refuse)
    with pytest.raises(StorageError, match="left by a killed publication, cannot be removed: Permission denied"):
        clear_leftovers(Place(tmp_path))


def test_a_folder_that_refuses_the_name_is_said(tmp_path, monkeypatch):
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(StorageError, match="cannot be written: Permission denied; mend access"):
        publish_plain(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(self: Place, name: str, data: bytes) -> None:
        raise StorageError("no space left")

    monkeypatch.setattr(Place, "write", full)
    with pytest.raises(StorageError):
        publish_plain(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_of_two_publications_at_once_the_slower_sees_that_the_faster_is_done(tmp_path, monkeypatch):
    rename = Path.rename

    def too_late(self: Path, target: Path) -> None:
        monkeypatch.setattr(Path, "rename", rename)
        publish_plain(tmp_path)
        rename(self, target)

    monkeypatch.setattr(Path, "rename", too_late)
    assert store_files(rendered(), Place(tmp_path / "valuenet-1.0.0")) is False
    assert files_in(tmp_path) == {f"valuenet-1.0.0/{name}": data for name, data in rendered().items()}


def test_in_an_object_store_a_prefix_without_manifest_is_written_again(s3_bucket, monkeypatch):
    place = Place(f"s3://{s3_bucket}/out/valuenet-1.0.0")
    write, seen = Place.write, []

    def broken(self: Place, name: str, data: bytes) -> None:
        if len(seen) == 5:
            raise StorageError("gone")
        seen.append(name)
        write(self, name, data)

    monkeypatch.setattr(Place, "write", broken)
    with pytest.raises(StorageError):
        store_files(rendered(), place)
    monkeypatch.setattr(Place, "write", write)
    with pytest.raises(ReleaseUnreadableError, match="is no release"):
        Release(place.uri)
    place.write("left-over.txt", b"from before")
    assert store_files(rendered(), place) is True
    assert {name: place.read(name) for name in place.sizes()} == rendered()
    assert store_files(rendered(), place) is False
    assert len(Release(place.uri).examples("original")) == 128


def test_a_bucket_or_scheme_that_is_not_there_is_said(s3_bucket):
    with pytest.raises(StorageError, match="cannot be written or read"):
        store_files(rendered(), Place("s3://no-such-bucket-here/x"))
    with pytest.raises(PlaceError, match="cannot be opened"):
        Place("gopher://somewhere")


def test_an_unreadable_release_says_what_it_lacks(tmp_path):
    with pytest.raises(ReleaseUnreadableError, match=r"is no release \(no manifest.json\)"):
        Release(tmp_path)
    for text, said in (
        ("{", "is broken"),
        ("[]", "is broken"),
        ('{"files": {"a": 1}}', r"is broken \(name: Field required\); take the release from"),
    ):
        (tmp_path / "manifest.json").write_text(text)
        with pytest.raises(ReleaseUnreadableError, match=said):
            Release(tmp_path)


def test_a_release_reads_back(tmp_path):
    release = Release(publish_plain(tmp_path))
    assert release.examples("balanced")["split"].value_counts().to_dict() == {"train": 81, "validation": 20, "test": 12}
    assert len(release.annotations()) == 641
    with pytest.raises(ReleaseUnreadableError, match="no variant 'bigger'; it has original, balanced, augmented"):
        release.examples("bigger")
    with pytest.raises(PlaceError, match="has no file"):
        release.place.read("nothing")


@pytest.mark.parametrize("wrong", [{"version": "1.0"}, {"name": "Value Net"}, {"title": " "}, {"data": "2026-01-01"}])
def test_settings_refuse_what_cannot_be_a_release(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ReleaseSettings(**wrong)
