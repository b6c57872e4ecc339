"""Dump files are found, told apart and fingerprinted; what is named wrongly is said, not passed over."""

import shutil
from pathlib import Path

import pytest

from valuenet.curation.reddit.dump.files import Dump, DumpFolderError, choose_months, find_missing, parse_months


def folder_of(tmp_path: Path, *names: str) -> Dump:
    for name in names:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode())
    return Dump(tmp_path)


def test_a_made_dump_holds_sixty_months_of_both_kinds(dump: Path) -> None:
    files = Dump(dump).files()
    assert len(files) == 120
    assert [(file.kind, file.month) for file in files[:3]] == [("RS", "2019-01"), ("RC", "2019-01"), ("RS", "2019-02")]
    assert all(file.size == (dump / file.name).stat().st_size for file in files)


def test_files_of_another_purpose_and_folders_make_no_difference(tmp_path: Path) -> None:
    beside = [
        "truth.json",
        "truth_items.ndjson",
        "RS_2019-01.zst.torrent",
        ".DS_Store",
        "._RS_2019-01.zst",
        "README.md",
    ]
    found = folder_of(tmp_path, "posts/RS_2019-01.zst", "comments/RC_2019-01.ndjson", *beside).files()
    assert [(file.name, file.path) for file in found] == [
        ("RS_2019-01.zst", "posts/RS_2019-01.zst"),
        ("RC_2019-01.ndjson", "comments/RC_2019-01.ndjson"),
    ]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("RS_2019-1.zst", "rename it to RS_2019-01.zst"),
        ("RS_201901.zst", "rename it to RS_2019-01.zst"),
        ("rc_2019-01.zst", "rename it to RC_2019-01.zst"),
        ("RS_2019-01.bz2", "pack it again as RS_2019-01.zst"),
        ("RS_2019-01.zst.part", "it looks unfinished; let RS_2019-01.zst be complete"),
        ("RS_2019-13.zst", "name posts RS_YYYY-MM.zst"),
        ("offmychest_comments.zst", "comments RC_YYYY-MM.zst"),
    ],
)
def test_a_file_named_wrongly_is_told_with_the_right_name(tmp_path: Path, name: str, advice: str) -> None:
    with pytest.raises(DumpFolderError) as trouble:
        folder_of(tmp_path, "RC_2018-12.zst", name).files()
    assert name in str(trouble.value)
    assert advice in str(trouble.value)


def test_a_month_that_is_there_twice_is_told_with_both_names(tmp_path: Path) -> None:
    with pytest.raises(DumpFolderError, match=r"2019-01 is there twice, as .*RS_2019-01.* and .*RS_2019-01"):
        folder_of(tmp_path, "RS_2019-01.zst", "RS_2019-01.ndjson").files()


def test_a_place_without_a_dump_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DumpFolderError, match="holds no dump file"):
        Dump(tmp_path / "nothing").files()
    (tmp_path / "file").touch()
    with pytest.raises(DumpFolderError):
        Dump(tmp_path / "file").files()
    with pytest.raises(DumpFolderError, match="cannot be opened"):
        Dump("gopher://nowhere/at-all")


def test_ranges_of_months_have_open_ends() -> None:
    assert parse_months("2019-02") == ("2019-02", "2019-02")
    assert parse_months("2019-02:2020-01") == ("2019-02", "2020-01")
    assert parse_months("2019-02:") == ("2019-02", "9999-12")
    assert parse_months(":2019-02") == ("0000-01", "2019-02")
    assert parse_months("all") == ("0000-01", "9999-12")


@pytest.mark.parametrize("months", ["", ":", "2019", "2019-13", "2019-01-2019-02", "2019-012019-02", "2020-01:2019-12"])
def test_what_is_no_range_is_told(months: str) -> None:
    with pytest.raises(DumpFolderError, match="months"):
        parse_months(months)


def test_months_are_chosen_and_a_range_without_files_names_those_there_are(tmp_path: Path) -> None:
    files = folder_of(tmp_path, "RS_2019-01.zst", "RC_2019-01.zst", "RS_2019-03.zst").files()
    assert [file.name for file in choose_months(files, "2019-02:")] == ["RS_2019-03.zst"]
    with pytest.raises(DumpFolderError, match="the files are of 2019-01 to 2019-03"):
        choose_months(files, "2021-01:2021-12")


def test_what_a_range_lacks_is_listed_file_by_file(tmp_path: Path) -> None:
    files = folder_of(tmp_path, "RS_2018-12.zst", "RC_2018-12.zst", "RS_2019-02.zst").files()
    assert find_missing(files, "all") == ["RS_2019-01.zst", "RC_2019-01.zst", "RC_2019-02.zst"]
    assert find_missing(files, "2018-12") == []
    assert find_missing(files, "2019-02:2019-03") == ["RC_2019-02.zst", "RS_2019-03.zst", "RC_2019-03.zst"]


def test_a_fingerprint_is_of_the_bytes_and_not_of_place_or_time(tmp_path: Path) -> None:
    one = folder_of(tmp_path / "one", "RS_2019-01.zst")
    other = folder_of(tmp_path / "other", "deep/RS_2019-01.zst")
    shutil.copy(tmp_path / "one" / "RS_2019-01.zst", tmp_path / "other" / "deep")
    before = one.fingerprint(one.files()[0])
    assert before == other.fingerprint(other.files()[0])
    (tmp_path / "one" / "RS_2019-01.zst").write_bytes(b"changed")
    assert one.fingerprint(one.files()[0]) != before


def test_a_prefix_of_an_object_store_is_read_as_a_folder_is(s3_bucket: str) -> None:
    import boto3

    boto3.client("s3").put_object(Bucket=s3_bucket, Key="dump/2019/RS_2019-01.zst", Body=b"bytes")
    remote = Dump(f"s3://{s3_bucket}/dump/")
    files = remote.files()
    assert [(file.name, file.size) for file in files] == [("RS_2019-01.zst", 5)]
    with remote.open(files[0]) as stream:
        assert stream.read() == b"bytes"
