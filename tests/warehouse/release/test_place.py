"""A place for releases: a folder or a prefix, read and written whole."""

import pytest

from valuenet.warehouse.release.place import Place, PlaceError
from valuenet.warehouse.store import StorageError


def places(tmp_path, bucket: str) -> list[Place]:
    return [Place(tmp_path / "a b#c"), Place(f"file://{tmp_path}/files"), Place(f"s3://{bucket}/deep/prefix/")]


def test_every_kind_of_place_does_the_same(tmp_path, s3_bucket):
    for place in places(tmp_path, s3_bucket):
        assert place.sizes() == {}
        assert not place.has("x/y.txt")
        place.write("x/y.txt", b"four")
        place.inner("x").write("z.gz", b"not really zipped")
        assert place.sizes() == {"x/y.txt": 4, "x/z.gz": 17}
        assert place.inner("x").read("z.gz") == b"not really zipped"
        place.remove("x/y.txt")
        assert not place.has("x/y.txt")
        with pytest.raises(PlaceError, match=r"has no file x/y\.txt; take it from a copy"):
            place.read("x/y.txt")


def test_only_a_place_on_this_machine_is_a_folder(tmp_path, s3_bucket):
    assert [place.folder for place in places(tmp_path, s3_bucket)] == [tmp_path / "a b#c", tmp_path / "files", None]


def test_what_the_disk_refuses_is_said_with_the_next_step(tmp_path):
    place = Place(tmp_path)
    place.write("file", b"")
    assert Place(tmp_path / "file").sizes() == {}
    said = "cannot be written .*; free space or mend access, then run"
    for broken in (
        lambda: place.write("file/inside", b""),
        lambda: place.has("x" * 300),
        lambda: place.remove("nothing"),
        lambda: place.inner("x" * 300).sizes(),
    ):
        with pytest.raises(StorageError, match=said):
            broken()
